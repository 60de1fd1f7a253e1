"""Layout of a table as lines of text, with columns as wide as their widest cell.

The rows are read twice, once to measure and once to print, so that no table has to fit in memory.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from vgginspect.lang import Words
from vgginspect.render.cells import shown
from vgginspect.report.columns import Column
from vgginspect.report.model import Line, Span, Table
from vgginspect.text.width import cell_width, pad

GAP = "  "


class Layout:
    """Columns and their widths, reduced to ``limit`` cells if there is a limit."""

    def __init__(self, table: Table, words: Words, limit: int | None) -> None:
        self._table = table
        self._shown = table.columns
        self._titles = {column.name: words(f"column_{column.name}") for column in self._shown}
        self._widths = self._measure()
        self._indent = "  " if table.group else ""
        self.columns, self.dropped = self._fit(limit)
        total = self._total(self.columns)
        self._ruled = total if limit is None else min(total, limit)
        self._forms = [
            (self._widths[column.name], column.is_number, f"column_{column.kind}")
            for column in self.columns
        ]

    def _measure(self) -> dict[str, int]:
        widths = {name: cell_width(title) for name, title in self._titles.items()}
        if self._table.widths is not None:
            least = self._table.widths
            return {name: max(width, least.get(name, 0)) for name, width in widths.items()}
        of = self._table.of
        for item in self._table.rows():
            for column in self._shown:
                width = cell_width(shown(column.value(item, of), column.kind))
                if width > widths[column.name]:
                    widths[column.name] = width
        return widths

    def _fit(self, limit: int | None) -> tuple[list[Column], list[Column]]:
        """The columns that fit, by importance, and the others."""
        shown, priority = self._shown, self._table.priority
        # A column without a priority comes last.
        ranks = [(*priority, column.name).index(column.name) for column in shown]
        kept: list[int] = []
        dropped: list[Column] = []
        for place in sorted(range(len(shown)), key=ranks.__getitem__):
            total = self._total([shown[other] for other in (*kept, place)])
            if not kept or ranks[place] < self._table.stays or limit is None or total <= limit:
                kept.append(place)
            else:
                dropped.insert(0, shown[place])
        return [shown[place] for place in sorted(kept)], dropped

    def _total(self, columns: list[Column]) -> int:
        inner = sum(self._widths[column.name] for column in columns)
        return len(self._indent) + inner + len(GAP) * (len(columns) - 1)

    @property
    def last_column(self) -> int:
        """Start of the last column, whose text is wrapped below itself."""
        return self._total(self.columns) - self._widths[self.columns[-1].name]

    def lines(self) -> Iterator[Line]:
        """The table's lines: titles, a rule, and the rows under their group headings."""
        table = self._table
        yield self._titles_line()
        if not table.group:
            yield Line((("─" * self._ruled, "faint"),))
        heading = None
        for item in table.rows():
            if table.group and table.group(item) != heading:
                heading = table.group(item)
                rule = "─" * max(0, self._ruled - cell_width(heading) - 1)
                yield Line(((heading, "heading"), (f" {rule}", "faint")))
            yield self._row(item)

    def only(self, items: Iterable[Any]) -> Iterator[Line]:
        """The titles and only these rows, with the widths of the whole table."""
        yield self._titles_line()
        for item in items:
            yield self._row(item)

    def _titles_line(self) -> Line:
        # The title of a share is above the number, not above the bar after it.
        cells = [
            pad(self._titles[column.name], width, right and column.kind != "share")
            for column, (width, right, _) in zip(self.columns, self._forms, strict=True)
        ]
        return self._line([(cell, "title") for cell in cells])

    def _row(self, item: Any) -> Line:
        of = self._table.of
        return self._line(
            [
                (pad(shown(column.value(item, of), column.kind), width, right), style)
                for column, (width, right, style) in zip(self.columns, self._forms, strict=True)
            ]
        )

    def _line(self, cells: list[Span]) -> Line:
        last, style = cells[-1]
        cells[-1] = (last.rstrip(), style)
        spans = [(GAP + text, style) for text, style in cells]
        spans[0] = cells[0]
        return Line(((self._indent, ""), *spans) if self._indent else tuple(spans))
