"""The output of ``summary --lines``: the totals of many configurations, one row each, streamed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from vgginspect.cfg.config import config_from_text
from vgginspect.errors import VGGInspectError
from vgginspect.lang import Words
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan, Totals
from vgginspect.report.columns import Column, of_totals, record
from vgginspect.report.json_document import SCHEMA
from vgginspect.report.model import Line, Report, Table, with_columns

#: Called with the number of an invalid line and the error; an exception stops the run.
OnError = Callable[[int, VGGInspectError], None]


class Entry(NamedTuple):
    """One line: its number from 1, its text, the network's name and its totals."""

    line: int
    text: str
    name: str
    totals: Totals


ENTRY_COLUMNS: tuple[Column, ...] = (
    Column("line", "count", lambda entry, _: entry.line),
    *of_totals(*Totals._fields),
    Column("name", "word", lambda entry, _: entry.name),
    Column("config", "text", lambda entry, _: entry.text),
)
ENTRY_PRIORITY = ("config", "params", "macs", "line", "depth", "activation_bytes", "name")
_WIDTHS = {"line": 6, "params": 15, "macs": 12, "activation_bytes": 11, "name": 6}


def entries(
    lines: Iterable[tuple[int, str]],
    options: dict[str, Any],
    on_error: OnError,
    config_text: Callable[[str], str | Plan] = str,
) -> Iterator[Entry]:
    """Read each line as a CONFIG; ``config_text`` gives its text, or a Plan."""
    for number, text in lines:
        try:
            read = config_text(text)
            if isinstance(read, Plan):
                yield Entry(number, text, read.of.name, read.totals)
                continue
            config = config_from_text(read)
            if options:
                config = config.with_options(**options)
            yield Entry(number, text, config.name, grow(config).totals)
        except VGGInspectError as error:
            on_error(number, error)


def report(
    lines: Iterable[tuple[int, str]],
    options: dict[str, Any],
    on_error: OnError,
    words: Words,
    columns: str | None = None,
    config_text: Callable[[str], str | Plan] = str,
) -> Report:
    """The Report of many configurations; ``lines`` are numbered and read once.

    ``config_text`` gives the text of a line's CONFIG, or the Plan of a network in Python.

    Raises:
        ConfigError: ``columns`` names an unknown column.
    """

    def rows() -> Iterator[Entry]:
        return entries(lines, options, on_error, config_text)

    table = Table("batch", ENTRY_COLUMNS, ENTRY_PRIORITY, rows, widths=_WIDTHS)
    tables = with_columns((table,), columns)

    def records() -> Iterator[dict[str, Any]]:
        return (record(ENTRY_COLUMNS, entry, None) for entry in rows())

    def body() -> Iterator[Line | Table]:
        return iter(tables)

    document = {"schema": lambda: SCHEMA, "configs": records}
    return Report(words, document, records, tables, body, columns is not None)
