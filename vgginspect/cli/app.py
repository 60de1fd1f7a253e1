"""The Typer application: a group whose commands are imported when they are used."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from vgginspect.cli.output import hush, write
from vgginspect.cli.typer_internals import PlainCommand, take_as_is

#: Command -> the module with its function ``command``. The order is that of the help.
COMMANDS: dict[str, str] = {
    "trace": "vgginspect.cli.trace",
    "summary": "vgginspect.cli.summary",
    "layer": "vgginspect.cli.layer",
    "compare": "vgginspect.cli.compare",
    "configs": "vgginspect.cli.configs",
    "verify": "vgginspect.cli.verify",
    "identify": "vgginspect.cli.identify",
    "code": "vgginspect.cli.code",
    "draw": "vgginspect.cli.draw",
    "man": "vgginspect.cli.man",
}


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and imports the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands[cmd_name]

    def get_params(self, ctx: Any) -> list[Any]:
        """The group's own options, ``--help`` included."""
        return take_as_is(super().get_params(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; an unknown name gets the nearest one suggested."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from vgginspect.errors import ConfigError
            from vgginspect.text.suggest import suggestion

            raise ConfigError(
                f"unknown command {name[:60]!r}{suggestion(name, list(COMMANDS))}\n"
                f"  the commands are {', '.join(COMMANDS)}"
            )
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the group's own options."""
        with _harmless():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a closed pipe ends it quietly, Ctrl-C with 130."""
        try:
            with _harmless():
                return super().invoke(ctx)
        except BrokenPipeError:
            hush()
            sys.exit(0)
        except KeyboardInterrupt:
            hush()
            sys.exit(130)


@contextmanager
def _harmless() -> Iterator[None]:
    """Escape what a wrong usage quotes of the command line: Typer prints it as it was typed."""
    try:
        yield
    except Exception as error:
        message = getattr(error, "message", None)
        if isinstance(message, str):
            from vgginspect.text.printable import printable_lines

            error.message = printable_lines(message)  # type: ignore[attr-defined]
        raise


def _load(name: str) -> Any:
    function = import_module(COMMANDS[name]).command
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, cls=PlainCommand)(function)
    command: Any = typer.main.get_command(single)
    for parameter in command.params:
        if parameter.param_type_name == "argument" and parameter.help is None:
            # Click from 8.5 on forgets the help that Typers without a Click of their own gave it.
            parameter.help = function.__annotations__[parameter.name].__metadata__[0].help
    return command


def _version(wanted: bool) -> None:
    if wanted:
        from vgginspect import __version__

        write([f"vgginspect {__version__}\n"], None)
        raise typer.Exit


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """See how a VGG network is put together, token by token.

    CONFIG is a letter of the VGG paper (A, A-LRN, B, C, D, E), a torchvision name (vgg16,
    vgg16_bn), a cfg list ("64,M,128,M"), @FILE with such a list, or - for standard input.
    """


def run(args: Sequence[str] | None) -> None:
    """Run the application on these arguments (None: the process's own) and exit."""
    typer.main.get_command(app)(args, prog_name="vgginspect")
