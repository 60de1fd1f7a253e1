"""The ``tsv`` format: CSV with tabs."""

from collections.abc import Iterator

from vgginspect.render.csv import rows
from vgginspect.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The report's first table with tabs between the cells."""
    return rows(report, "\t")
