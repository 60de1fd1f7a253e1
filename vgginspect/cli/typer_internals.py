"""Everything that depends on the internals of Typer and its Click, used only where they exist.

Recent Typers send every value, given or not, through a validator of its own, and load a
validation library for that, which takes longer than all of our work. Text and switches need
no conversion: our own readers judge them, with messages of their own.
"""

import gc
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from vgginspect.cli.output import hush, spoken_language

#: What a parameter must have to be taken as it was typed; Typer converts any other.
_NEEDED = ("process_value", "param_type_name", "required", "callback", "nargs")


class PlainCommand(TyperCommand):
    """A command whose parameters are all text or switches, single or (an argument) many."""

    def get_help(self, ctx: Any) -> str:
        """What ``--help`` prints."""
        return _help(ctx) or super().get_help(ctx)

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
                    f"\n  {self.name} takes one NETWORK; quote a list with spaces: "
                    '"64 M 128"\n  use compare for several NETWORKs'
                )
            ctx.fail(f"unexpected argument {extra[:200]}{hint}")
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command, with garbage collection back on."""
        if not gc.get_freeze_count():
            gc.freeze()
        gc.enable()
        return super().invoke(ctx)


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and imports the one that is called."""

    #: Command -> the module with its function ``command``, in the order of the help.
    modules: ClassVar[Mapping[str, str]]

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the help."""
        return list(self.modules)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name not in self.modules:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = _command(cmd_name, self.modules[cmd_name])
        return self.commands[cmd_name]

    def get_help(self, ctx: Any) -> str:
        """What ``--help`` prints."""
        return _help(ctx) or super().get_help(ctx)

    def get_params(self, ctx: Any) -> list[Any]:
        """The group's own options, ``--help`` included."""
        return take_as_is(super().get_params(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; an unknown name gets the nearest one suggested."""
        name = args[0]
        if name not in self.modules and not name.startswith("-"):
            from vgginspect.errors import ConfigError
            from vgginspect.text.suggest import suggestion

            raise ConfigError(
                f"unknown command {name[:60]!r}{suggestion(name, list(self.modules))}\n"
                f"  the commands are {', '.join(self.modules)}"
            )
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the group's own options."""
        with _in_our_words():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a closed pipe ends it quietly, Ctrl-C with 130."""
        try:
            with _in_our_words():
                return super().invoke(ctx)
        except BrokenPipeError:
            hush()
            sys.exit(0)
        except KeyboardInterrupt:
            hush()
            sys.exit(130)


def _help(ctx: Any) -> str:
    """The help of a command in another language than English, or nothing."""
    language = spoken_language()
    if language == "en":
        return ""
    from vgginspect.cli.help import Parameter, help_text

    parameters = (Parameter(*described(each)) for each in ctx.command.get_params(ctx))
    return help_text(ctx, parameters, language)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Report a wrong usage as every other error; Typer quotes the command line as it was typed."""
    try:
        yield
    except Exception as error:
        context = getattr(error, "ctx", None)
        if not hasattr(error, "format_message") or type(error).__name__ == "NoArgsIsHelpError":
            raise
        from vgginspect.errors import ConfigError
        from vgginspect.text.printable import printable_lines

        what, *further = printable_lines(_usage_error(error)).splitlines()
        if context is not None:
            further.append(f"  {context.command_path} --help explains the usage")
        raise ConfigError("\n".join((what, *further))) from None


def _usage_error(error: Any) -> str:
    option = getattr(error, "option_name", None)
    if option is not None and hasattr(error, "possibilities"):
        from vgginspect.text.suggest import suggestion

        parameters = error.ctx.command.params if error.ctx else ()
        known = {name.lstrip("-"): name for each in parameters for name in each.opts}
        return f"no option {option}{suggestion(option.lstrip('-'), known)}"
    message: str = error.format_message().removesuffix(".")
    return message[:1].lower() + message[1:]


def _command(name: str, module: str) -> Any:
    function = import_module(module).command
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, cls=PlainCommand)(function)
    command: Any = typer.main.get_command(single)
    for parameter in command.params:
        if parameter.param_type_name == "argument" and parameter.help is None:
            # Click from 8.5 on forgets the help that Typers without a Click of their own gave it.
            parameter.help = function.__annotations__[parameter.name].__metadata__[0].help
    return command


def take_as_is(parameters: list[Any]) -> list[Any]:
    """Make absent values, switches and text skip Typer's conversion; lists still take it."""
    for parameter in parameters:
        if not all(hasattr(parameter, name) for name in _NEEDED):
            continue
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
        if isinstance(value, (tuple, list)) and _is_repeated(parameter, value):
            return list(value)
        return convert(ctx, value)

    return process_value


def _is_repeated(parameter: Any, value: Sequence[Any]) -> bool:
    """Whether these are the values of an argument, or of an option that may be repeated."""
    return getattr(parameter, "multiple", False) or (parameter.nargs == -1 and bool(value))


def declare(function: Callable[..., Any], parameters: Iterable[inspect.Parameter]) -> None:
    """Have Typer read these parameters off a function, whatever its own are."""
    signature = inspect.Signature([*parameters])
    function.__signature__ = signature  # type: ignore[attr-defined]
    function.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}


def described(parameter: Any) -> tuple[str, str]:
    """How a parameter is written, and what ``--help`` says of it.

    The latter differs from Typer to Typer in small things.
    """
    said = parameter.help or ""
    if parameter.show_default and isinstance(parameter.default, str):
        said += f" [default: {parameter.default}]"
    if parameter.required:
        said += " [required]"
    if parameter.param_type_name == "argument":
        return parameter.metavar, said
    written = ", ".join(sorted(parameter.opts, key=lambda name: name.startswith("--")))
    if parameter.secondary_opts:
        written += f" / {', '.join(parameter.secondary_opts)}"
    return f"{written} {parameter.metavar or ''}".rstrip(), said
