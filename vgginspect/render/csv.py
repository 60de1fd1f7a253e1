"""The ``csv`` format: all columns of the first table, for programs."""

import csv
from collections.abc import Callable, Iterator
from typing import Any

from vgginspect.render.cells import plain
from vgginspect.report.columns import Column
from vgginspect.report.model import Report

#: Kinds that the csv module formats like ``plain``, but faster.
_SINGLE_NUMBERS = {"count", "decimal", "millions", "megabytes", "share", "difference", "ratio"}


def render(report: Report) -> Iterator[str]:
    """The report's first table as CSV with a header line (RFC 4180, but lines end in LF)."""
    return rows(report, ",")


def rows(report: Report, delimiter: str) -> Iterator[str]:
    """The report's first table, with cells separated by ``delimiter``."""
    table, columns = report.single(), report.data_columns
    line = _Line()
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    yield line.text
    cells, of = [_cell(column) for column in columns], table.of
    for item in table.rows():
        writer.writerow([cell(item, of) for cell in cells])
        yield line.text


def _cell(column: Column) -> Callable[[Any, Any], Any]:
    value, kind = column.value, column.kind
    if kind in _SINGLE_NUMBERS:
        return value
    if kind == "sides":
        return lambda item, of: (
            plain(sides, kind) if isinstance(sides := value(item, of), list) else sides
        )
    return lambda item, of: plain(value(item, of), kind)


class _Line:
    """A file object that keeps only the last thing written."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text
