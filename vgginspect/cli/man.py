"""``vgginspect man``: the manual page, made of what ``--help`` says."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import typer

from vgginspect import __version__
from vgginspect.cli import roff
from vgginspect.cli.options import OutputOption
from vgginspect.cli.output import write

#: An option of at least so many commands is described once.
SHARED_BY = 3

ENVIRONMENT = (
    ("NO_COLOR", "When set, no colours, whatever the terminal."),
    ("FORCE_COLOR", "When set, colours even into a pipe or a file."),
    ("VGGINSPECT_LANG", "Language of explanations, as with --lang."),
    ("COLUMNS", "Width of the terminal, where it does not say so itself."),
)
EXIT_STATUS = (
    ("0", "Good."),
    ("1", "A check failed: verify found a difference, or --on-error skip left lines out."),
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

Records = list[tuple[str, str]]


def command(ctx: typer.Context, output: OutputOption = None) -> None:
    """Print the manual page, for man(1)."""
    write(page(ctx.find_root()), output)


def page(root: Any) -> Iterator[str]:
    """The manual page, in roff, of the application with this root context."""
    group = root.command
    described = {name: _context(root, name) for name in group.list_commands(root)}
    records = {name: _records(ctx) for name, ctx in described.items()}
    counts = Counter(record for own in records.values() for record in own)
    shared = [record for record, count in counts.items() if count >= SHARED_BY]
    summary, _, rest = group.help.partition("\n\n")
    summary = summary.strip().rstrip(".")
    yield from roff.title("vgginspect", 1, f"vgginspect {__version__}")
    yield roff.section("NAME")
    yield f"vgginspect \\- {roff.escape(summary[0].lower() + summary[1:])}\n"
    yield roff.section("SYNOPSIS")
    for name, ctx in described.items():
        yield f".B vgginspect {name}\n{roff.escape(_usage(ctx))}\n.br\n"
    yield roff.section("DESCRIPTION")
    yield from roff.paragraphs(rest)
    yield roff.section("COMMANDS")
    for name, ctx in described.items():
        yield roff.subsection(f"{name} {_usage(ctx)}")
        yield from roff.paragraphs(ctx.command.help)
        yield from roff.entries(record for record in records[name] if record not in shared)
        also = [_long_name(names) for names, said in records[name] if (names, said) in shared]
        yield from roff.paragraphs(f"Also: {', '.join(also)}.")
    yield roff.section("COMMON ARGUMENTS AND OPTIONS")
    yield from roff.entries(shared)
    yield roff.section("OTHER OPTIONS")
    yield from roff.entries(_records(root))
    yield roff.section("ENVIRONMENT")
    yield from roff.entries(ENVIRONMENT)
    yield roff.section("EXIT STATUS")
    yield from roff.entries(EXIT_STATUS)
    yield roff.section("EXAMPLES")
    for what, how in EXAMPLES:
        yield from roff.paragraphs(what)
        yield from roff.literal([how])


def _context(root: Any, name: str) -> Any:
    command = root.command.get_command(root, name)
    return command.make_context(name, [], parent=root, resilient_parsing=True)


def _usage(ctx: Any) -> str:
    pieces: list[str] = ctx.command.collect_usage_pieces(ctx)
    return " ".join(pieces).replace("{", "").replace("}", "")


def _records(ctx: Any) -> Records:
    """What ``--help`` says of the parameters: how they are written, and what they do."""
    records = (parameter.get_help_record(ctx) for parameter in ctx.command.get_params(ctx))
    return [(record[0].partition(" <")[0], record[1]) for record in records if record]


def _long_name(names: str) -> str:
    """The long name of an option; an argument's only one."""
    words = names.replace("/", " ").replace(",", " ").split()
    return next((word for word in words if word.startswith("--")), words[0])
