"""Wrap long lines with a hanging indent, for narrow terminals."""

from collections.abc import Iterator
from itertools import groupby

from vgginspect.report.model import Line
from vgginspect.text.width import cell_width

HANGING = 4


def fold(row: Line, width: int, indent: int | None = None) -> Iterator[Line]:
    """Split a line into pieces of at most ``width`` cells, at spaces if possible.

    Continuation lines are indented by ``indent`` cells if there is room, otherwise slightly more
    than the first line.
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
    """The break position: after the last space that fits, otherwise at the width."""
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
