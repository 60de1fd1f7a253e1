"""Report: the output of a command, independent of the format.

A command makes one Report; a renderer uses the parts that its format needs. Everything is a
callable or an iterator, so that only what is needed is computed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.lang import Words
from vgginspect.report.columns import Column, choose, split_names

#: A piece of a line and the name of its style; styles are defined in ``render.terminal``.
Span = tuple[str, str]


class Line(NamedTuple):
    """One line of text, in styled pieces.

    ``about`` names the columns that the line explains. If all of them are hidden in the tables
    above, the line is not printed. A line with empty ``about`` is always printed.
    """

    spans: tuple[Span, ...] = ()
    about: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The line without its styles."""
        return "".join(text for text, _ in self.spans)


def line(*parts: str | Span) -> Line:
    """Make a Line from plain strings and ``(text, style)`` pairs."""
    return Line(tuple((part, "") if isinstance(part, str) else part for part in parts))


class Table(NamedTuple):
    """Rows of one kind, with their columns.

    ``offered`` are the columns it can show, in CSV order. ``priority`` names the default ones by
    importance: on a narrow terminal the last are hidden first, the first ``stays`` of them, which
    identify the row, never.

    ``rows`` may be called more than once. ``of`` is passed to each column with the row; usually the
    Plan. ``group`` returns the heading of a row's group, if the table has groups. ``widths`` are
    minimum column widths in cells; with them, rows are not measured and are read only once.
    ``shown``, if given, replaces the default columns.
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
    """The output of a command.

    ``document``: the JSON object, field by field; an iterator among the values is an array,
    streamed. ``records``: the lines of JSON Lines. ``tables``: the data as tables, the first being
    the one for CSV. ``body``: the lines and tables of the ``table`` format. ``chosen``: whether
    ``--columns`` was given; ``records`` and ``document`` do not depend on it.
    """

    words: Words
    document: Mapping[str, Callable[[], Any]]
    records: Callable[[], Iterator[Mapping[str, Any]]]
    tables: tuple[Table, ...]
    body: Callable[[], Iterable[Line | Table]]
    chosen: bool = False

    @property
    def data_columns(self) -> tuple[Column, ...]:
        """The columns for CSV: those of the first table whose values fit in a cell."""
        return tuple(column for column in self.tables[0].offered if column.flat)

    def single(self) -> Table:
        """The first table, for formats with one table.

        Raises:
            ConfigError: a selected column is only in another table.
        """
        shown = {column.name for column in self.data_columns}
        if self.chosen:
            chosen = (column.name for table in self.tables for column in table.columns)
            lost = [name for name in dict.fromkeys(chosen) if name not in shown]
            if lost:
                raise ConfigError(
                    f"this format has one table; {', '.join(lost)} "
                    f"{'is' if len(lost) == 1 else 'are'} not in the same table as "
                    f"{', '.join(column.name for column in self.data_columns)}; select columns of "
                    "one table"
                )
        return self.tables[0]


def with_columns(
    tables: tuple[Table, ...], names: str | None, titles: Words | None = None
) -> tuple[Table, ...]:
    """Apply ``--columns`` to tables; ``titles`` are words with titles that only these tables have.

    A table is left out if another table has all its selected columns and more: with ``--columns
    name,params`` only the layers are shown, not the totals, which have no name.

    Raises:
        ConfigError: no table has a column of that name.
    """
    if names is None:
        return tables
    chosen = choose(split_names(names), [table.offered for table in tables], titles)
    named = [{column.name for column in columns} for columns in chosen]
    return tuple(
        table._replace(offered=columns, shown=columns)
        for table, columns, own in zip(tables, chosen, named, strict=True)
        if columns and not any(own < other for other in named)
    )
