"""HTML tables for notebooks, with the notebook's colours and fonts, light or dark."""

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

from vgginspect.lang import Words
from vgginspect.render.cells import shown
from vgginspect.report.columns import Column
from vgginspect.report.model import Line, Report, Table

_SHEET = (
    ".vgginspect p{margin:0;white-space:pre-wrap}"
    ".vgginspect table{margin:.6em 0;border-collapse:collapse;font-size:90%}"
    ".vgginspect th,.vgginspect td{padding:.1em .6em;white-space:pre}"
    ".vgginspect thead th{border-bottom:1px solid}"
)
_BAR = "rgba(70,130,220,.4)"
#: Style of a span -> the element that shows it; all others are plain.
_ELEMENTS = {
    "heading": "<b>{}</b>",
    "number": "<b>{}</b>",
    "token": "<b>{}</b>",
    "faint": '<span style="opacity:.7">{}</span>',
}


def render(report: Report) -> Iterator[str]:
    """The report's body as one element: a paragraph per line, an HTML table per table."""
    yield f'<div class="vgginspect"><style>{_SHEET}</style>\n'
    for part in report.body():
        if isinstance(part, Table):
            yield from _table(part, report.words)
        elif part.text:
            yield f"<p>{_spans(part)}</p>\n"
    yield "</div>\n"


def _spans(row: Line) -> str:
    return "".join(
        _ELEMENTS.get(style, "{}").format(escape(text)) for text, style in row.spans if text
    )


def _table(table: Table, words: Words) -> Iterator[str]:
    columns = table.columns
    heads = (
        f'<th scope="col" title="{column.name}"{_aligned(column)}>'
        f"{escape(words(f'column_{column.name}'))}</th>"
        for column in columns
    )
    yield f"<table>\n<thead><tr>{''.join(heads)}</tr></thead>\n"
    group = table.group or (lambda _: "")
    for heading, items in groupby(table.rows(), group):
        yield "<tbody>\n"
        if heading:
            yield (
                f'<tr><th scope="rowgroup" colspan="{len(columns)}" '
                f'style="text-align:left">{escape(heading)}</th></tr>\n'
            )
        for item in items:
            yield f"<tr>{''.join(_cell(column, item, table, words) for column in columns)}</tr>\n"
        yield "</tbody>\n"
    yield "</table>\n"


def _cell(column: Column, item: Any, table: Table, words: Words) -> str:
    value = column.value(item, table.of)
    text = shown(value, column.kind, words).rstrip()
    if column.kind != "share" or value is None:
        return f"<td{_aligned(column)}>{escape(text)}</td>"
    # The bar is drawn, not written: fonts disagree on how wide its characters are.
    filled = f"linear-gradient(to right,{_BAR} {value:.1%},transparent 0)"
    return f'<td style="text-align:right;min-width:6em;background:{filled}">{text.split()[0]}</td>'


def _aligned(column: Column) -> str:
    return f' style="text-align:{"right" if column.is_number else "left"}"'
