"""The ``latex`` format: tabular environments that need no package."""

import re
from collections.abc import Iterator
from typing import NamedTuple

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


class Rules(NamedTuple):
    """The lines of a table: its first, the one below its titles, its last, and between groups."""

    top: str = "\\hline\n"
    titles: str = "\\hline\n"
    bottom: str = "\\hline\n"
    groups: str = ""


def render(report: Report) -> Iterator[str]:
    """Every table of the report as a tabular, with its title in a comment."""
    return tables(report, Rules())


def tables(report: Report, rules: Rules) -> Iterator[str]:
    """Every table of the report, with these rules."""
    for position, table in enumerate(report.tables):
        yield ("\n" if position else "") + f"% {report.words(f'table_{table.name}')}\n"
        yield from _table(table, report, rules)


def _table(table: Table, report: Report, rules: Rules) -> Iterator[str]:
    columns = table.columns
    yield r"\begin{tabular}{" + "".join("r" if c.is_number else "l" for c in columns) + "}\n"
    yield rules.top
    yield _row([escape(report.words(f"column_{column.name}")) for column in columns])
    yield rules.titles
    group = None
    for item in table.rows():
        if table.group and rules.groups:
            before, group = group, table.group(item)
            if before not in (None, group):
                yield rules.groups
        cells = []
        for column in columns:
            value = column.value(item, table.of)
            text = shown(value, column.kind, report.words)
            if column.kind == "share" and value is not None:
                text = text.removesuffix(bar(value))
            if column.kind == "explained":
                formula, note = value
                cells.append("; ".join(filter(None, (mathematics(formula), escape(note)))))
            else:
                cells.append(mathematics(text) if column.kind == "formula" else escape(text))
        yield _row(cells)
    yield rules.bottom + "\\end{tabular}\n"


_SIGNS = {
    "·": r"\cdot ",
    "×": r"\times ",
    "→": r"\to ",
    "−": "-",
    "⌊": r"\lfloor ",
    "⌋": r"\rfloor ",
    "⌈": r"\lceil ",
    "⌉": r"\rceil ",
    ",": "{,}",
}
_WORD = re.compile(r"[A-Za-z]+(_[A-Za-z]+)?")


def mathematics(text: str) -> str:
    """A formula, such as ``k·k·in·out + H_in``, in LaTeX's mathematics."""
    if not text:
        return ""
    formula = _WORD.sub(_symbol, text)
    return f"${''.join(_SIGNS.get(char, char) for char in formula)}$".replace(" $", "$")


def _symbol(match: re.Match[str]) -> str:
    name, _, index = match[0].partition("_")
    symbol = name if len(name) == 1 else rf"\mathrm{{{name}}}"
    return symbol + (rf"_{{\mathrm{{{index}}}}}" if index else "")


def _row(cells: list[str]) -> str:
    if cells[0].startswith(("[", "*")):
        # The row before ends in a command that would take this as its argument.
        cells[0] = "{}" + cells[0]
    return " & ".join(cells) + " \\\\\n"
