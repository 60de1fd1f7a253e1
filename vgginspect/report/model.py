"""Report: what a command has to say, ready for any format.

A command makes one Report; a renderer takes from it what its format shows. Everything is a
callable or an iterator, so that nothing is worked out that no one asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.lang import Words
from vgginspect.report.columns import Column, choose, split_names

#: A piece of a line and the name of its style; the styles stand in ``render.terminal``.
Span = tuple[str, str]


class Line(NamedTuple):
    """One line of text for people, in styled pieces.

    ``about`` names columns that it explains: where a terminal has room for none of them in the
    tables above, the line goes as well. A line about none stays.
    """

    spans: tuple[Span, ...] = ()
    about: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The line without its styles."""
        return "".join(text for text, _ in self.spans)


def line(*parts: str | Span) -> Line:
    """Make a Line of plain strings and ``(text, style)`` pairs."""
    return Line(tuple((part, "") if isinstance(part, str) else part for part in parts))


class Table(NamedTuple):
    """Rows of one kind under columns.

    ``offered`` are the columns it can show, in the order of CSV. ``priority`` names those it shows
    unless others are chosen, the most important first: on a narrow terminal the last go first, and
    the first ``stays`` of them, which say what a row is about, stay on any.

    ``rows`` may be called more than once. ``of`` is what the rows are part of, handed to each
    column. ``group`` gives the heading a row stands under, where the table has such headings.
    ``widths``, where given, are the cells each column gets at least; the rows are not measured
    then, and are taken once, as they come. ``shown``, where given, are the columns it shows.
    """

    name: str
    offered: tuple[Column, ...]
    priority: tuple[str, ...]
    rows: Callable[[], Iterator[Any]]
    of: Any = None
    group: Callable[[Any], str] | None = None
    widths: Mapping[str, int] | None = None
    stays: int = 1
    shown: tuple[Column, ...] | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns it shows."""
        if self.shown is not None:
            return self.shown
        return tuple(column for column in self.offered if column.name in self.priority)


class Report(NamedTuple):
    """What a command has to say.

    ``document``: the JSON object, field by field; an iterator among the values is an array,
    streamed. ``records``: the lines of JSON Lines. ``tables``: the data as tables, the first
    being the one for CSV. ``body``: what people read.
    ``chosen``: whether ``--columns`` chose the columns of the tables, which records and document
    do not know of.
    """

    words: Words
    document: Mapping[str, Callable[[], Any]]
    records: Callable[[], Iterator[Mapping[str, Any]]]
    tables: tuple[Table, ...]
    body: Callable[[], Iterable[Line | Table]]
    chosen: bool = False

    @property
    def data_columns(self) -> tuple[Column, ...]:
        """The columns for CSV: those the first table offers, as far as a cell can hold them."""
        return tuple(column for column in self.tables[0].offered if column.flat)

    def single(self) -> Table:
        """The first table, for a format that has room for one.

        Raises:
            ConfigError: a column was chosen that is in another table alone.
        """
        shown = {column.name for column in self.data_columns}
        if self.chosen:
            chosen = (column.name for table in self.tables for column in table.columns)
            lost = [name for name in dict.fromkeys(chosen) if name not in shown]
            if lost:
                raise ConfigError(
                    f"this format is a single table, and {', '.join(lost)} "
                    f"{'is' if len(lost) == 1 else 'are'} in another one than "
                    f"{', '.join(column.name for column in self.data_columns)}; ask for one at a "
                    "time"
                )
        return self.tables[0]


def with_columns(tables: tuple[Table, ...], names: str | None) -> tuple[Table, ...]:
    """Apply ``--columns`` to tables.

    A table is dropped where another shows all that it would show, and more: who asks for the
    names and parameters of layers does not ask for the parameters of something without a name.

    Raises:
        ConfigError: a name that no table has.
    """
    if names is None:
        return tables
    chosen = choose(split_names(names), [table.offered for table in tables])
    named = [{column.name for column in columns} for columns in chosen]
    return tuple(
        table._replace(offered=columns, shown=columns)
        for table, columns, own in zip(tables, chosen, named, strict=True)
        if columns and not any(own < other for other in named)
    )
