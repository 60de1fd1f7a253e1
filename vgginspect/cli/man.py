"""``vgginspect man``: the manual page, generated from the ``--help`` texts."""

from collections.abc import Iterator
from typing import Any

import typer

from vgginspect import __version__
from vgginspect.cli import roff
from vgginspect.cli.describe import describe
from vgginspect.cli.options import OutputOption
from vgginspect.cli.output import write

ENVIRONMENT = (
    ("NO_COLOR", "When set, no colours, whatever the terminal."),
    ("FORCE_COLOR", "When set, and not 0, colours even into a pipe."),
    ("VGGINSPECT_LANG", "Language of explanations, as with --lang."),
    ("COLUMNS", "Width of the terminal, whatever it says itself. A pipe has none."),
)
EXIT_STATUS = (
    ("0", "Good."),
    (
        "1",
        "A check failed: verify found a difference, identify no VGG, or --on-error skip left "
        "lines out.",
    ),
    ("2", "Wrong usage or input; a message on standard error says what is wrong and where."),
    ("130", "Interrupted."),
)
EXAMPLES = (
    ("How configuration A grows, token by token:", "vgginspect trace A"),
    ("One number:", "vgginspect summary vgg16_bn --get totals.params"),
    ("Where conv4_1 gets its parameters from:", "vgginspect layer D conv4_1"),
    ("What batch norm adds:", "vgginspect compare D D+bn"),
    (
        "A network of one's own for small pictures, as a spreadsheet:",
        "echo 32,M,64,M | vgginspect summary - --input-size 1x28x28 --format csv",
    ),
)


def command(ctx: typer.Context, output: OutputOption = None) -> None:
    """Print the manual page, for man(1)."""
    write(page(ctx.find_root()), output)


def page(root: Any) -> Iterator[str]:
    """The manual page, in roff, of the application with this root context."""
    application = describe(root)
    summary = application.summary.rstrip(".")
    yield from roff.title("vgginspect", 1, f"vgginspect {__version__}")
    yield roff.section("NAME")
    yield f"vgginspect \\- {roff.escape(summary[0].lower() + summary[1:])}\n"
    yield roff.section("SYNOPSIS")
    for command in application.commands:
        yield f".B vgginspect {command.name}\n{roff.escape(command.usage)}\n.br\n"
    yield roff.section("DESCRIPTION")
    yield from roff.paragraphs(application.help)
    yield roff.section("COMMANDS")
    for command in application.commands:
        yield roff.subsection(f"{command.name} {command.usage}")
        yield from roff.paragraphs(command.help)
        yield from roff.entries(command.own)
        also = ", ".join(parameter.name for parameter in command.shared)
        yield from roff.paragraphs(f"Also: {also}.")
    yield roff.section("COMMON ARGUMENTS AND OPTIONS")
    yield from roff.entries(application.shared)
    yield roff.section("OTHER OPTIONS")
    yield from roff.entries(application.options)
    yield roff.section("ENVIRONMENT")
    yield from roff.entries(ENVIRONMENT)
    yield roff.section("EXIT STATUS")
    yield from roff.entries(EXIT_STATUS)
    yield roff.section("EXAMPLES")
    for what, how in EXAMPLES:
        yield from roff.paragraphs(what)
        yield from roff.literal([how])
