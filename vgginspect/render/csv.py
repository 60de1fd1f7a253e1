"""The ``csv`` format: the first table's data, every column of it, for programs."""

import csv
from collections.abc import Iterator

from vgginspect.render.cells import plain
from vgginspect.report import Report


def render(report: Report) -> Iterator[str]:
    """The report's first table as CSV with a header line, as RFC 4180 but for plain newlines."""
    return rows(report, ",")


def rows(report: Report, delimiter: str) -> Iterator[str]:
    """The report's first table, its cells parted by ``delimiter``."""
    table, columns = report.tables[0], report.data_columns
    line = _Line()
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    yield line.text
    for item in table.rows():
        writer.writerow([plain(column.value(item, table.of), column.kind) for column in columns])
        yield line.text


class _Line:
    """A file that remembers the last thing written."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text
