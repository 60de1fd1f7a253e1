"""The ``table`` format: what people read, complete at any width when it goes to a pipe."""

from collections.abc import Iterator

from vgginspect.render.fold import fold
from vgginspect.render.layout import Layout
from vgginspect.report import Line, Report, Table, line


def text_lines(report: Report, width: int | None = None) -> Iterator[Line]:
    """The report's body as lines of at most ``width`` cells (None: as wide as they are).

    Tables drop columns of least importance and say which; other lines are continued.
    """
    for part in report.body():
        if isinstance(part, Table):
            layout = Layout(part, report.words, width)
            for row in layout.lines():
                yield from _folded(row, width, layout.last_column)
            if layout.dropped:
                names = ", ".join(column.name for column in layout.dropped)
                note = report.words("columns_dropped", width=width, names=names)
                yield from _folded(line((note, "faint")), width)
        else:
            yield from _folded(part, width)


def _folded(row: Line, width: int | None, indent: int | None = None) -> Iterator[Line]:
    return iter((row,)) if width is None else fold(row, width, indent)


def plain_lines(report: Report, width: int | None = None) -> Iterator[str]:
    """The lines without their styles."""
    for row in text_lines(report, width):
        yield row.text.rstrip() + "\n"


def render(report: Report) -> Iterator[str]:
    """The report as plain text, nothing dropped or cut."""
    return plain_lines(report)
