"""The output of ``verify``: the comparisons, the number of equal values, and the differences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vgginspect.lang import Words
from vgginspect.network.plan import Plan
from vgginspect.report.checks import Fact, WitnessCheck
from vgginspect.report.columns import Column, record
from vgginspect.report.json_document import SCHEMA, network_fields
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.text.width import cell_width
from vgginspect.views.phrases import heading

#: Maximum number of differing places in the text output; JSON has all.
MAX_SHOWN = 40

#: For one network: a row per group of values and witness.
TALLY_COLUMNS: tuple[Column, ...] = (
    Column("against", "word", lambda tally, _: tally.against),
    Column("group", "text", lambda tally, _: tally.group),
    Column("facts", "count", lambda tally, _: tally.facts),
    Column("held", "count", lambda tally, _: tally.held),
    Column("fields", "list", lambda tally, _: list(tally.fields)),
)
TALLY_PRIORITY = ("against", "group", "held", "facts")

#: Displayed for one network: a row per witness.
_WITNESS_COLUMNS: tuple[Column, ...] = (
    Column("against", "word", lambda check, _: check.against),
    Column("facts", "count", lambda check, _: len(check.facts)),
    Column("held", "count", lambda check, _: check.held),
)
_WITNESS_PRIORITY = ("against", "held", "facts")


class Check(NamedTuple):
    """A network that was compared: its line number, its text and the results. Immutable.

    ``forward`` is the JSON object of a forward pass, if there was one; ``skipped`` are witnesses
    that were not available.
    """

    line: int
    text: str
    plan: Plan
    checks: tuple[WitnessCheck, ...]
    forward: Mapping[str, Any] | None = None
    skipped: tuple[str, ...] = ()

    @property
    def facts(self) -> int:
        """Number of values compared."""
        return sum(len(check.facts) for check in self.checks)

    @property
    def held(self) -> int:
        """Number of equal values."""
        return sum(check.held for check in self.checks)

    @property
    def good(self) -> bool:
        """Whether all values are equal."""
        return all(check.good for check in self.checks)

    def __repr__(self) -> str:
        return f"<Check of {self.plan.label}: {self.held:,} of {self.facts:,} values are equal>"

    def document(self) -> dict[str, Any]:
        """The JSON object that the command prints."""
        return {"schema": SCHEMA, **self.fields()}

    def fields(self) -> dict[str, Any]:
        """The JSON object of one network among several."""
        network = {name: made() for name, made in network_fields(self.plan).items()}
        del network["schema"]
        return {
            **network,
            "ok": self.good,
            "facts": self.facts,
            "held": self.held,
            "checks": [check.document() for check in self.checks],
            "skipped": list(self.skipped),
            "forward": self.forward,
        }


#: For several networks: a row for each.
NETWORK_COLUMNS: tuple[Column, ...] = (
    Column("line", "count", lambda one, _: one.line),
    Column("config", "text", lambda one, _: one.text),
    Column("ok", "flag", lambda one, _: one.good),
    Column("facts", "count", lambda one, _: one.facts),
    Column("held", "count", lambda one, _: one.held),
    Column("witnesses", "count", lambda one, _: len(one.checks)),
)
NETWORK_PRIORITY = ("config", "ok", "line", "held", "facts", "witnesses")
_WIDTHS = {"line": 4, "config": 24, "ok": 3, "facts": 7, "held": 7}

#: Order of the differences: layers first, then what depends on them.
ORDER = (
    "layers",
    "arguments",
    "config",
    "forward",
    "memory",
    "model",
    "totals",
    "state_dict",
    "steps",
)


def report(one: Check, words: Words, columns: str | None = None) -> Report:
    """The Report of one network.

    Raises:
        ConfigError: ``columns`` names an unknown column.
    """
    tallies = [tally for check in one.checks for tally in check.tally()]
    table = Table("checks", TALLY_COLUMNS, TALLY_PRIORITY, lambda: iter(tallies))
    tables = with_columns((table,), columns)
    witnesses = Table("checks", _WITNESS_COLUMNS, _WITNESS_PRIORITY, lambda: iter(one.checks))

    def body() -> Iterator[Line | Table]:
        yield from heading(one.plan, words)
        yield line()
        if columns is None:
            yield witnesses
        else:
            yield from tables
        yield line()
        yield from _verdicts(one, words)

    fields = one.document()
    return Report(
        words=words,
        document={name: _just(fields[name]) for name in fields},
        records=lambda: (record(TALLY_COLUMNS, tally, None) for tally in tallies),
        tables=tables,
        body=body,
        chosen=columns is not None,
    )


def _just(value: Any) -> Any:
    return lambda: value


def report_of_several(
    networks: Iterable[Check],
    words: Words,
    columns: str | None = None,
    texts: Sequence[str] = (),
) -> Report:
    """The Report of several networks, each compared once, when its row is requested.

    ``texts`` are their CONFIGs, if they are known before: the column gets their width.

    Raises:
        ConfigError: ``columns`` names an unknown column.
    """
    bad: list[Check] = []
    widths = _WIDTHS | {"config": max(_WIDTHS["config"], *map(cell_width, texts), 0)}

    def rows() -> Iterator[Check]:
        for one in networks:
            if not one.good:
                bad.append(one)
            yield one

    def documents() -> Iterator[dict[str, Any]]:
        return ({"line": one.line, "text": one.text, **one.fields()} for one in networks)

    table = Table("networks", NETWORK_COLUMNS, NETWORK_PRIORITY, rows, widths=widths)
    tables = with_columns((table,), columns)

    def body() -> Iterator[Line | Table]:
        yield from tables
        for one in bad:
            yield line()
            yield from heading(one.plan, words)
            yield from _verdicts(one, words)

    document = {"schema": lambda: SCHEMA, "networks": documents}
    records = lambda: (record(NETWORK_COLUMNS, one, None) for one in rows())  # noqa: E731
    return Report(words, document, records, tables, body, columns is not None)


def _verdicts(one: Check, words: Words) -> Iterator[Line]:
    """The result of each comparison in a sentence, and every difference."""
    if one.good:
        yield line((words.plural("verify_good", one.facts), "good"))
    for check in one.checks:
        if not check.good:
            yield from _differences(check, words)
    for name in one.skipped:
        yield line((words("verify_skipped", name=name), "faint"))
    if one.forward is not None:
        yield from _forward(one.forward, words)


def _differences(check: WitnessCheck, words: Words) -> Iterator[Line]:
    differences = check.differences
    count = len(check.facts)
    bad = words.plural("verify_bad", count, against=check.against, bad=f"{len(differences):,}")
    yield line((bad, "bad"))
    places = list(_by_place(differences).items())
    width = max(len(where) for where, _ in places[:MAX_SHOWN])
    for where, facts in places[:MAX_SHOWN]:
        # A repr only repeats what other fields show separately.
        shown = [fact for fact in facts if fact.field != "repr"] or facts
        changes = " · ".join(dict.fromkeys(map(_change, shown)))
        yield line((f"  {where:<{width}}", "name"), f"  {changes}")
    if len(places) > MAX_SHOWN:
        more = f"{len(places) - MAX_SHOWN:,}"
        yield line((words("verify_more", count=more), "faint"))


def _by_place(differences: Sequence[Fact]) -> dict[str, list[Fact]]:
    """The differences by location, those of the layers first."""
    places: dict[str, list[Fact]] = {}
    for fact in sorted(differences, key=lambda fact: ORDER.index(fact.group)):
        places.setdefault(fact.where, []).append(fact)
    return places


def _change(fact: Fact) -> str:
    return f"{fact.field} {_text(fact.expected)} → {_text(fact.found)}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        numbers = all(isinstance(entry, int) for entry in value)
        return ("×" if numbers else " ").join(map(str, value)) or "()"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _forward(forward: Mapping[str, Any], words: Words) -> Iterator[Line]:
    peak = forward["peak_bytes"]
    values = {
        "shape": _text(forward["output_shape"]),
        "build": f"{forward['build_seconds']:.2f}",
        "seconds": f"{forward['seconds']:.3f}",
    }
    yield line(words("verify_forward", **values))
    if peak is not None:
        yield line(words("verify_peak", peak=f"{peak / 1e6:,.0f}"))
