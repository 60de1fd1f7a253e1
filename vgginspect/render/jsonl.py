"""The ``jsonl`` format: one JSON object per line."""

from collections.abc import Iterator
from json import dumps

from vgginspect.report.columns import record
from vgginspect.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The report's records, one per line; with ``--columns``, the rows of the first table."""
    records = report.records()
    if report.chosen:
        table = report.single()
        records = (record(report.data_columns, item, table.of) for item in table.rows())
    for entry in records:
        yield dumps(entry) + "\n"
