"""The ``latex`` format: tabular environments that need no package."""

from collections.abc import Iterator

from vgginspect.render.cells import bar, shown
from vgginspect.report.model import Report, Table

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": "$<$",
        ">": "$>$",
        "|": "$|$",
        "×": r"$\times$",
        "→": r"$\to$",
        "·": r"$\cdot$",
        "−": "$-$",
        "⌊": r"$\lfloor$",
        "⌋": r"$\rfloor$",
        "⌈": r"$\lceil$",
        "⌉": r"$\rceil$",
    }
)


def escape(text: str) -> str:
    """Escape a text for LaTeX."""
    return text.strip().translate(_ESCAPES).replace("--", "-{}-")


def render(report: Report) -> Iterator[str]:
    """Every table of the report as a tabular, with its title in a comment."""
    for position, table in enumerate(report.tables):
        yield ("\n" if position else "") + f"% {report.words(f'table_{table.name}')}\n"
        yield from _table(table, report)


def _table(table: Table, report: Report) -> Iterator[str]:
    columns = table.columns
    yield r"\begin{tabular}{" + "".join("r" if c.is_number else "l" for c in columns) + "}\n"
    yield "\\hline\n"
    yield _row([escape(report.words(f"column_{column.name}")) for column in columns])
    yield "\\hline\n"
    for item in table.rows():
        cells = []
        for column in columns:
            value = column.value(item, table.of)
            text = shown(value, column.kind)
            if column.kind == "share" and value is not None:
                text = text.removesuffix(bar(value))
            cells.append(escape(text))
        yield _row(cells)
    yield "\\hline\n\\end{tabular}\n"


def _row(cells: list[str]) -> str:
    if cells[0].startswith(("[", "*")):
        # The row before ends in a command that would take this as its argument.
        cells[0] = "{}" + cells[0]
    return " & ".join(cells) + " \\\\\n"
