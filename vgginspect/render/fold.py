"""Long lines continued under a hanging indent, for terminals that are too narrow."""

from collections.abc import Iterator
from itertools import groupby

from vgginspect.report.model import Line
from vgginspect.text.width import cell_width

HANGING = 4


def fold(row: Line, width: int, indent: int | None = None) -> Iterator[Line]:
    """A line in pieces of at most ``width`` cells, broken at spaces where there are any.

    They go on behind ``indent`` cells where that leaves room, else a little further in than the
    line itself.
    """
    text = row.text.rstrip()
    if cell_width(text) <= width:
        yield row
        return
    if indent is None or width < 2 * indent:
        indent = len(text) - len(text.lstrip()) + HANGING
    if width < 2 * indent:
        yield row
        return
    styled = [(char, style) for part, style in row.spans for char in part][: len(text)]
    lead = ""
    while styled:
        cut = _cut(styled, width - len(lead))
        piece = [(style, char) for char, style in styled[:cut]]
        spans = tuple(
            ("".join(char for _, char in run), style)
            for style, run in groupby(piece, key=lambda pair: pair[0])
        )
        yield Line(((lead, ""), *spans)) if lead else Line(spans)
        while cut < len(styled) and styled[cut][0] == " ":
            cut += 1
        styled, lead = styled[cut:], " " * indent


def _cut(styled: list[tuple[str, str]], width: int) -> int:
    """Where to break: behind the last space that fits, else where the cells run out."""
    cells = space = 0
    begun = False
    for position, (char, _) in enumerate(styled):
        cells += cell_width(char)
        if cells > width:
            return space or max(position, 1)
        if char != " ":
            begun = True
        elif begun:
            space = position + 1
    return len(styled)
