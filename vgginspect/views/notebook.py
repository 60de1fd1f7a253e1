"""How a notebook displays a Plan: the tables of ``summary`` in HTML."""

from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.plan import Plan
from vgginspect.report.model import Report, line
from vgginspect.views.phrases import heading
from vgginspect.views.summary import report

#: Networks with more layers than this are displayed by their totals only.
MAX_LAYERS = 1000


def as_html(plan: Plan) -> str:
    """The output of ``summary``, with HTML tables."""
    from vgginspect.render.html import render

    return "".join(render(_report(plan)))


def _report(plan: Plan) -> Report:
    try:
        shown = report(plan, words())
    except ConfigError:
        shown = report(plan, words("en"))
    if plan.totals.layers <= MAX_LAYERS:
        return shown
    rest = shown.tables[1:]
    return shown._replace(tables=rest, body=lambda: (*heading(plan, shown.words), line(), *rest))
