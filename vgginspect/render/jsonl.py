"""The ``jsonl`` format: one JSON object a line."""

from collections.abc import Iterator
from json import JSONEncoder

from vgginspect.report import Report


def render(report: Report) -> Iterator[str]:
    """The report's records, one a line."""
    encode = JSONEncoder(ensure_ascii=False).encode
    for entry in report.records():
        yield encode(entry) + "\n"
