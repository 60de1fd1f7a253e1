"""The output of ``compare --lines``: each of many networks with the first, a row each, streamed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from vgginspect.errors import VGGInspectError
from vgginspect.lang import Words
from vgginspect.network.plan import Plan, Totals
from vgginspect.report.columns import Column, of_totals, record
from vgginspect.report.json_document import SCHEMA
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.views.compare import Side, all_same
from vgginspect.views.layer_differences import all_alike

#: Called with the number of an invalid line and the error; an exception stops the run.
OnError = Callable[[int, VGGInspectError], None]


class Compared(NamedTuple):
    """A line: its number, its text, and its network's totals beside those of the first."""

    line: int
    text: str
    same: bool
    totals: Totals
    first: Totals


def _beside(column: Column) -> Iterator[Column]:
    """The columns of a total, of its difference from the first network's, and of its ratio."""
    position = Totals._fields.index(column.name)

    def difference(row: Compared, _: Any) -> int | None:
        value, first = row.totals[position], row.first[position]
        return None if value is None or first is None else value - first

    def ratio(row: Compared, _: Any) -> float | None:
        value, first = row.totals[position], row.first[position]
        return round(value / first, 6) if value is not None and first else None

    yield column
    yield Column(f"{column.name}_difference", "difference", difference)
    yield Column(f"{column.name}_ratio", "ratio", ratio)


LINE_COLUMNS: tuple[Column, ...] = (
    Column("line", "count", lambda row, _: row.line),
    Column("same", "flag", lambda row, _: row.same),
    *(column for total in of_totals(*Totals._fields) for column in _beside(total)),
    Column("config", "text", lambda row, _: row.text),
)
LINE_PRIORITY = ("config", "same", "params", "params_ratio", "macs_ratio", "params_difference")
_WIDTHS = {"line": 6, "same": 4, "params": 15, "params_difference": 15, "config": 24}


def compared(
    first: Plan,
    lines: Iterable[tuple[int, str]],
    plan_of: Callable[[str], Plan],
    on_error: OnError,
) -> Iterator[Compared]:
    """Compare the network of each line with the first."""
    for number, text in lines:
        try:
            plan = plan_of(text)
            totals = plan.totals
        except VGGInspectError as error:
            on_error(number, error)
        else:
            yield Compared(number, text, same(first, plan), totals, first.totals)


def same(first: Plan, plan: Plan) -> bool:
    """Whether two networks are the same; of one in Python, whether it computes the same."""
    pair = [Side("", first), Side("", plan)]
    by_config = first.config is not None and plan.config is not None
    return all_same(pair) if by_config else all_alike(pair)


def report(
    first: Side, rows: Callable[[], Iterator[Compared]], words: Words, columns: str | None = None
) -> Report:
    """The Report of many comparisons; ``rows`` is called once.

    Raises:
        ConfigError: ``columns`` names an unknown column.
    """
    words = words.extended(_titles(words))
    tables = with_columns(
        (Table("compared", LINE_COLUMNS, LINE_PRIORITY, rows, widths=_WIDTHS),), columns, words
    )

    def body() -> Iterator[Line | Table]:
        if columns is None:
            yield line(words("compare_first", name=first.label))
            yield line()
        yield from tables

    def records() -> Iterator[dict[str, Any]]:
        return (record(LINE_COLUMNS, row, None) for row in rows())

    document = {"schema": lambda: SCHEMA, "first": lambda: first.label, "configs": records}
    return Report(words, document, records, tables, body, columns is not None)


def _titles(words: Words) -> dict[str, str]:
    """The titles of differences and ratios: what ``compare`` calls the totals, and the word."""
    figures = words.matching("figure_")
    return {
        f"column_{name}_{of}": f"{figures.get(name, name).strip()}, {words(f'compare_{of}')}"
        for name in Totals._fields
        for of in ("difference", "ratio")
    }
