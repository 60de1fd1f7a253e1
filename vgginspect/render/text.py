"""The ``table`` format, for reading; piped output is complete at any width."""

from collections.abc import Iterator

from vgginspect.render.fold import fold
from vgginspect.render.layout import Layout
from vgginspect.report.model import Line, Report, Table, line


def text_lines(report: Report, width: int | None = None) -> Iterator[Line]:
    """The report's body as lines of at most ``width`` cells (None: unlimited).

    Columns of text are wrapped; columns of least importance are hidden, with a note that lists
    them; lines that explain only hidden columns are left out; other lines are wrapped.
    """
    shown: set[str] = set()
    for part in report.body():
        if isinstance(part, Table):
            layout = Layout(part, report.words, width)
            shown.update(column.name for column in layout.columns)
            if width is None:
                yield from layout.lines()
                continue
            indent = layout.last_column
            for row in layout.lines():
                yield from fold(row, width, indent)
            if layout.dropped:
                names = ", ".join(map(layout.title, layout.dropped))
                note = report.words("columns_dropped", width=width, names=names)
                yield from fold(line((note, "faint")), width)
        elif part.about and shown.isdisjoint(part.about):
            continue
        elif width is None:
            yield part
        else:
            yield from fold(part, width)


def plain_lines(report: Report, width: int | None = None) -> Iterator[str]:
    """The lines without their styles."""
    for row in text_lines(report, width):
        yield row.text.rstrip() + "\n"


def render(report: Report) -> Iterator[str]:
    """The report as plain text, complete at any width."""
    return plain_lines(report)
