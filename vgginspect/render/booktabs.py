"""The ``booktabs`` format: LaTeX tables with that package's rules, also between groups of rows."""

from collections.abc import Iterator

from vgginspect.render.latex import Rules, tables
from vgginspect.report.model import Report

_RULES = Rules("\\toprule\n", "\\midrule\n", "\\bottomrule\n", "\\midrule\n")


def render(report: Report) -> Iterator[str]:
    """Every table of the report, for a document that loads the package booktabs."""
    return tables(report, _RULES)
