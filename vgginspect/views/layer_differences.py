"""The output of ``compare`` if one of the networks is in Python: totals, differences of layers."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from vgginspect.analysis.layer_differences import Difference, differences
from vgginspect.lang import Words
from vgginspect.report.columns import Column, record
from vgginspect.report.json_document import SCHEMA, network_fields
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.views.compare import Side, figure_record, figure_table, headings, rows, titles
from vgginspect.views.phrases import separated

#: So many layers are named in a line of text.
MAX_NAMED = 4


class Told(NamedTuple):
    """A difference of one of the networks from the first."""

    side: Side
    difference: Difference


DIFFERENCE_COLUMNS: tuple[Column, ...] = (
    Column("config", "text", lambda told, _: told.side.label),
    Column("kind", "word", lambda told, _: told.difference.kind),
    Column("what", "text", lambda told, _: told.difference.what),
    Column("before", "word", lambda told, _: told.difference.before),
    Column("after", "word", lambda told, _: told.difference.after),
    Column("count", "count", lambda told, _: len(told.difference.layers)),
    Column("names", "list", lambda told, _: list(told.difference.layers)),
)
DIFFERENCE_PRIORITY = ("kind", "what", "before", "after", "count", "config")


def all_alike(compared: Sequence[Side]) -> bool:
    """Whether the networks compute the same, whatever their modules are called."""
    return not any(told.difference.kind != "renamed" for told in _told(compared))


def _told(compared: Sequence[Side]) -> Iterator[Told]:
    first, *others = compared
    for side in others:
        for difference in differences(first.plan, side.plan):
            yield Told(side, difference)


def report(compared: Sequence[Side], words: Words, columns: str | None = None) -> Report:
    """The Report of a comparison of networks, layer by layer.

    Raises:
        ConfigError: no table has a column of that name.
    """
    words = words.extended(titles(compared, words))
    told = list(_told(compared))
    table = Table("differences", DIFFERENCE_COLUMNS, DIFFERENCE_PRIORITY, lambda: iter(told))
    tables = with_columns((figure_table(compared, words), table), columns)

    def body() -> Iterator[Line | Table]:
        if columns is not None:
            yield from separated(tables)
            return
        yield from headings(compared, words)
        yield line()
        yield tables[0]
        for side in compared[1:]:
            yield line()
            own = [each.difference for each in told if each.side is side]
            yield line((f"{compared[0].label} → {side.label}", "name"))
            if not own:
                yield line(f"  {words('compare_all_same')}")
            for difference in own:
                yield line(f"  {sentence(difference, words)}")

    document = {
        "schema": lambda: SCHEMA,
        "same": lambda: all_alike(compared),
        "configs": lambda: [_network(side) for side in compared],
        "totals": lambda: {row.figure: figure_record(row) for row in rows(compared)},
        "differences": lambda: [record(DIFFERENCE_COLUMNS, each, None) for each in told],
    }

    def records() -> Iterator[dict[str, Any]]:
        return ({"figure": row.figure, **figure_record(row)} for row in rows(compared))

    return Report(words, document, records, tables, body, columns is not None)


def _network(side: Side) -> dict[str, Any]:
    fields = {name: made() for name, made in network_fields(side.plan).items()}
    del fields["schema"]
    return {"label": side.label, **fields}


def sentence(difference: Difference, words: Words) -> str:
    """A difference in one sentence."""
    kind, what, before, after, layers = difference
    more = ", …" if len(layers) > MAX_NAMED else ""
    names = ", ".join(layers[:MAX_NAMED]) + more
    places = {"before": words.word(before), "after": words.word(after)}
    values = {"what": what, "names": names, **places}
    if kind in ("moved", "input"):
        return words(f"differs_{kind}", **values)
    return words.plural(f"differs_{kind}", len(layers), **values)
