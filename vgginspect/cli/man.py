"""``vgginspect man``: the manual page, generated from the ``--help`` texts."""

from collections.abc import Iterator
from typing import Any

import typer

from vgginspect import __version__
from vgginspect.cli import roff
from vgginspect.cli.describe import describe
from vgginspect.cli.options import OutputOption
from vgginspect.cli.output import PLAIN, check_suffix, write

ENVIRONMENT = (
    ("NO_COLOR", "If set, no colours."),
    ("FORCE_COLOR", "If set and not 0, colours even in a pipe."),
    ("VGGINSPECT_LANG", "Language of explanations, as with --lang."),
    ("COLUMNS", "Overrides the width of the terminal. Piped output has no width limit."),
)
EXIT_STATUS = (
    ("0", "Success."),
    (
        "1",
        "A check failed: verify found a difference, identify found no VGG, weights found tensors "
        "that do not load, or --on-error skip skipped lines.",
    ),
    ("2", "Wrong usage or input; the message on standard error gives the cause and the position."),
    ("130", "Interrupted."),
)
EXAMPLES = (
    ("Which layers each token of configuration A appends:", "vgginspect trace A"),
    ("One number:", "vgginspect summary vgg16_bn --get totals.params"),
    ("How the parameters of conv4_1 are counted:", "vgginspect layer D conv4_1"),
    ("What batch norm adds:", "vgginspect compare D D+bn"),
    (
        "Your own network for small images, as CSV:",
        "echo 32,M,64,M | vgginspect summary - --input-size 1x28x28 --format csv",
    ),
)


def command(ctx: typer.Context, output: OutputOption = None) -> None:
    """Print the manual page, for man(1)."""
    check_suffix(output, (".1", ".man", ".roff", *PLAIN))
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
