"""How a notebook displays a Plan or its walk: the output of ``summary`` or ``trace`` in HTML."""

from vgginspect.errors import ConfigError
from vgginspect.lang import Words, words
from vgginspect.network.plan import Plan
from vgginspect.report.model import Report, line
from vgginspect.views.phrases import heading
from vgginspect.views.summary import report

#: Networks with more layers than this are displayed by their totals only.
MAX_LAYERS = 1000


def usual_words() -> Words:
    """The user's language; English if there is no such language, for a display must not fail."""
    try:
        return words()
    except ConfigError:
        return words("en")


def as_html(plan: Plan) -> str:
    """The output of ``summary``, with HTML tables."""
    return _html(_report(plan))


def walk_as_html(plan: Plan) -> str:
    """The output of ``trace``, with HTML tables; of a large network that of ``summary``."""
    if plan.totals.layers > MAX_LAYERS:
        return as_html(plan)
    from vgginspect.views.trace import report as walk

    return _html(walk(plan, usual_words()))


def _html(shown: Report) -> str:
    from vgginspect.render.html import render

    return "".join(render(shown))


def _report(plan: Plan) -> Report:
    shown = report(plan, usual_words())
    if plan.totals.layers <= MAX_LAYERS:
        return shown
    rest = shown.tables[1:]
    return shown._replace(tables=rest, body=lambda: (*heading(plan, shown.words), line(), *rest))
