"""Parameters that are taken as they were typed.

Recent Typers send every value, given or not, through a validator of its own, and load a
validation library for that, which takes longer than all of our work. Text and switches need
no conversion: our own readers judge them, with messages of their own.
"""

import gc
from collections.abc import Callable
from typing import Any

from typer.core import TyperCommand


class PlainCommand(TyperCommand):
    """A command whose parameters are all text or switches, single or (an argument) many."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, ``--help`` included."""
        return take_as_is(super().get_params(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The pieces of the usage line, of which only what may be left out has brackets."""
        pieces = [
            piece.replace("{", "").replace("}", "") for piece in super().collect_usage_pieces(ctx)
        ]
        if any(each.nargs == -1 for each in self.params) and not pieces[-1].endswith("..."):
            # Typers without a Click of their own leave it out where the argument has a metavar.
            pieces[-1] += "..."
        return pieces

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; of those that are too many, say what they probably were to be."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        ctx.allow_extra_args = False
        if rest and not ctx.resilient_parsing:
            from vgginspect.text.printable import printable

            extra = printable(" ".join(rest))
            hint = ""
            if any(parameter.name == "config" for parameter in self.params):
                hint = (
                    f"\n  {self.name} takes one CONFIG; a list with spaces belongs in quotes: "
                    '"64 M 128"\n  compare takes several'
                )
            ctx.fail(f"Got unexpected extra argument(s) ({extra[:200]}){hint}")
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command, with garbage collection back on."""
        if not gc.get_freeze_count():
            gc.freeze()
        gc.enable()
        return super().invoke(ctx)


def take_as_is(parameters: list[Any]) -> list[Any]:
    """Make absent values, switches and text skip Typer's conversion; lists still take it."""
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            # Recent Typers write the Python type behind an argument: CONFIG <str>.
            parameter.display_type_rich = _no_type
        if "process_value" not in vars(parameter):
            parameter.process_value = _as_is(parameter)
    return parameters


def _no_type(ctx: Any) -> None:
    return None


def _as_is(parameter: Any) -> Callable[[Any, Any], Any]:
    convert = parameter.process_value

    def process_value(ctx: Any, value: Any) -> Any:
        if isinstance(value, (str, bool)) or (value is None and not parameter.required):
            return parameter.callback(ctx, parameter, value) if parameter.callback else value
        if isinstance(value, tuple) and value and parameter.nargs == -1:
            return list(value)
        return convert(ctx, value)

    return process_value
