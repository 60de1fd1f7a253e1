"""The ``jsonl`` format: one JSON object a line."""

from collections.abc import Iterator
from json import dumps

from vgginspect.report import Report


def render(report: Report) -> Iterator[str]:
    """The report's records, one a line."""
    for entry in report.records():
        yield dumps(entry) + "\n"
