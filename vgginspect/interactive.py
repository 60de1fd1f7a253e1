"""A Plan as it shows itself: a table of text in a REPL, an HTML table in a notebook."""

import sys

from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.plans import Plan
from vgginspect.report import Report, line
from vgginspect.views.phrases import heading
from vgginspect.views.summary import report

#: The most layers that are shown one by one; of larger networks only the totals are.
MAX_LAYERS = 1000


def as_text(plan: Plan) -> str:
    """What ``summary`` prints, as wide as the terminal is where standard output is one."""
    from vgginspect.render.text import plain_lines

    width = None
    if sys.stdout is not None and sys.stdout.isatty():
        from shutil import get_terminal_size

        width = get_terminal_size().columns
    return "".join(plain_lines(_report(plan), width)).rstrip("\n")


def as_html(plan: Plan) -> str:
    """What ``summary`` prints, with HTML tables."""
    from vgginspect.render.html import render

    return "".join(render(_report(plan)))


def _report(plan: Plan) -> Report:
    try:
        said = report(plan, words())
    except ConfigError:
        said = report(plan, words("en"))
    if plan.totals.layers <= MAX_LAYERS:
        return said
    rest = said.tables[1:]
    return said._replace(tables=rest, body=lambda: (*heading(plan, said.words), line(), *rest))
