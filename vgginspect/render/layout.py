"""Layout of a table as lines of text, with columns as wide as their widest cell.

If there is not room for all, columns of text are wrapped before columns are hidden. The rows are
read twice, once to measure and once to print, so that no table has to fit in memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from vgginspect.lang import Words
from vgginspect.render.cells import shown
from vgginspect.report.columns import Column
from vgginspect.report.model import Line, Table
from vgginspect.text.width import cell_width, pad

GAP = "  "
#: Least width of a column of text that is wrapped, unless a word is longer.
NARROW = 14
#: Kinds of columns that are calculated from others, and hidden if one of those is.
DERIVED = ("ratio", "difference")


class Layout:
    """Columns and their widths, reduced to ``limit`` cells if there is a limit.

    Columns of text are wrapped down to ``NARROW`` cells. Then the least important columns are
    hidden. The most important one is wrapped only if another stays for it that is not ``DERIVED``.
    """

    def __init__(self, table: Table, words: Words, limit: int | None) -> None:
        self._table = table
        self._words = words
        self._shown = table.columns
        self._titles = {column.name: words(f"column_{column.name}") for column in self._shown}
        #: The longest word of each column that may be wrapped.
        self._longest: dict[str, int] = {}
        if limit is not None and table.widths is None:
            self._longest = {column.name: 0 for column in self._shown if not column.is_number}
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
        longest = self._longest
        for name in longest:
            longest[name] = _longest_word(self._titles[name])
        of = self._table.of
        for item in self._table.rows():
            for column in self._shown:
                text = shown(column.value(item, of), column.kind, self._words)
                width = cell_width(text)
                if width > widths[column.name]:
                    widths[column.name] = width
                if width > longest.get(column.name, width):
                    longest[column.name] = max(longest[column.name], _longest_word(text))
        return widths

    def _fit(self, limit: int | None) -> tuple[list[Column], list[Column]]:
        """The columns that fit, by importance, and the others; the widths are set to fit."""
        columns, priority, widths = self._shown, self._table.priority, self._widths
        # A column without a priority comes last.
        ranks = [(*priority, column.name).index(column.name) for column in columns]
        order = sorted(range(len(columns)), key=ranks.__getitem__)
        if limit is None:
            return list(columns), []
        whole = dict(widths)
        first = columns[order[0]].name
        for name, word in self._longest.items():
            widths[name] = min(widths[name], max(word, whole[name] if name == first else NARROW))
        kept, hidden = self._by_importance(order, limit)
        if first in self._longest and hidden:
            widths[first] = self._longest[first]
            narrower = self._by_importance(order, limit)
            gained = set(hidden) - set(narrower[1])
            if any(columns[place].kind not in DERIVED for place in gained):
                kept, hidden = narrower
            else:
                widths[first] = whole[first]
        room = limit - self._total([columns[place] for place in kept])
        if room < 0:
            # Even the columns that stay do not fit; their lines are folded.
            widths.update(whole)
        for name in (columns[place].name for place in kept):
            more = min(max(0, room), whole[name] - widths[name])
            widths[name] += more
            room -= more
        dropped = [columns[place] for place in reversed(hidden)]
        return [columns[place] for place in sorted(kept)], dropped

    def _by_importance(self, order: Sequence[int], limit: int) -> tuple[list[int], list[int]]:
        """The places of the columns that fit, and of the others, most important first."""
        kept: list[int] = []
        hidden: list[int] = []
        for rank, place in enumerate(order):
            total = self._total([self._shown[other] for other in (*kept, place)])
            fits = total <= limit and not (hidden and self._shown[place].kind in DERIVED)
            stays = not kept or rank < self._table.stays
            (kept if fits or stays else hidden).append(place)
        return kept, hidden

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
        yield from self._titles_lines()
        if not table.group:
            yield Line((("─" * self._ruled, "faint"),))
        heading = None
        for item in table.rows():
            if table.group and table.group(item) != heading:
                heading = table.group(item)
                rule = "─" * max(0, self._ruled - cell_width(heading) - 1)
                yield Line(((heading, "heading"), (f" {rule}", "faint")))
            yield from self._row(item)

    def only(self, items: Iterable[Any]) -> Iterator[Line]:
        """The titles and only these rows, with the widths of the whole table."""
        yield from self._titles_lines()
        for item in items:
            yield from self._row(item)

    def title(self, column: Column) -> str:
        """The heading of a column."""
        return self._titles[column.name]

    def _titles_lines(self) -> Iterator[Line]:
        # The title of a share is above the number, not above the bar after it.
        forms = [
            (width, right and column.kind != "share", "title")
            for column, (width, right, _) in zip(self.columns, self._forms, strict=True)
        ]
        titles = [
            [text for text in column if text]
            for column in zip(
                *self._wrapped([self.title(column) for column in self.columns]), strict=True
            )
        ]
        height = max(map(len, titles))
        # Titles of fewer lines stand right above the table.
        lines = ([""] * (height - len(title)) + title for title in titles)
        for row in zip(*lines, strict=True):
            yield self._line(row, forms)

    def _row(self, item: Any) -> Iterator[Line]:
        of = self._table.of
        cells = [shown(column.value(item, of), column.kind, self._words) for column in self.columns]
        for row in self._wrapped(cells):
            yield self._line(row, self._forms)

    def _wrapped(self, cells: Sequence[str]) -> Iterable[Sequence[str]]:
        """The cells of one line, or of several lines if a cell is wider than its column."""
        if not self._longest:
            return (cells,)
        columns = [
            wrapped(text, width) if column.name in self._longest else [text]
            for column, text, (width, *_) in zip(self.columns, cells, self._forms, strict=True)
        ]
        return zip_longest(*columns, fillvalue="")

    def _line(self, texts: Sequence[str], forms: Iterable[tuple[int, bool, str]]) -> Line:
        cells = [
            (pad(text, width, right), style)
            for text, (width, right, style) in zip(texts, forms, strict=True)
        ]
        last, style = cells[-1]
        cells[-1] = (last.rstrip(), style)
        spans = [(GAP + text, style) for text, style in cells]
        spans[0] = cells[0]
        return Line(((self._indent, ""), *spans) if self._indent else tuple(spans))


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most ``width`` cells, broken at spaces."""
    if cell_width(text) <= width:
        return [text]
    lead = text[: len(text) - len(text.lstrip())]
    lines = [lead]
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines[-1].strip() else lines[-1] + word
        if lines[-1].strip() and cell_width(longer) > width:
            lines.append(lead + word if cell_width(lead + word) <= width else word)
        else:
            lines[-1] = longer
    return lines


def _longest_word(text: str) -> int:
    return max(map(cell_width, text.split(" ")))
