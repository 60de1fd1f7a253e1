"""The Typer application: its commands, and its own options."""

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from vgginspect.cli.options import LangOption
from vgginspect.cli.output import command_line, write
from vgginspect.cli.typer_internals import LazyGroup
from vgginspect.lang import words

#: Command -> the module with its function ``command``. The order is that of the help.
COMMANDS: dict[str, str] = {
    "trace": "vgginspect.cli.trace",
    "summary": "vgginspect.cli.summary",
    "layer": "vgginspect.cli.layer",
    "compare": "vgginspect.cli.compare",
    "configs": "vgginspect.cli.configs",
    "memory": "vgginspect.cli.memory",
    "verify": "vgginspect.cli.verify",
    "identify": "vgginspect.cli.identify",
    "weights": "vgginspect.cli.weights",
    "code": "vgginspect.cli.code",
    "draw": "vgginspect.cli.draw",
    "man": "vgginspect.cli.man",
}


class Commands(LazyGroup):
    """The commands, each imported when it is used."""

    modules = COMMANDS


def _version(wanted: bool) -> None:
    if wanted:
        from vgginspect import __version__

        write([f"vgginspect {__version__}\n", f"{', '.join(_installed())}\n"], None)
        raise typer.Exit


def _installed() -> Iterator[str]:
    """The versions of what vgginspect runs on, by their metadata: nothing is imported for it."""
    from importlib.metadata import PackageNotFoundError, version
    from platform import python_version

    yield f"Python {python_version()}"
    for name in ("torch", "torchvision", "typer", "rich"):
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} not installed"


app = typer.Typer(
    cls=Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def root(
    ctx: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            help="Print the version, and those of Python, torch, torchvision, typer and rich.",
            callback=_version,
            is_eager=True,
        ),
    ] = False,
    lang: LangOption = None,
) -> None:
    """Show how a VGG network is built, token by token.

    NETWORK is a CONFIG, a checkpoint (vgg16.pth), which is identified, or a network in Python
    (vgg.py:VGG), which is run. CONFIG is a configuration of the VGG paper (A, A-LRN, B, C, D, E),
    a torchvision name (vgg16, vgg16_bn), a cfg list ("64,M,128,M"), @FILE with such a list, or -
    for standard input.
    """
    if lang is not None:
        words(lang)
        # A --lang after the command overrides it.
        ctx.default_map = {name: {"lang": lang} for name in COMMANDS}


def run(args: Sequence[str] | None) -> None:
    """Run the application on these arguments (None: the process's own) and exit."""
    command_line[:] = sys.argv[1:] if args is None else args
    typer.main.get_command(app)(args, prog_name="vgginspect")
