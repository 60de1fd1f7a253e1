"""What ``verify`` says: what was held against what, how much of it held, and what did not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vgginspect.lang import Words
from vgginspect.network.plan import Plan
from vgginspect.report.checks import Check, Fact
from vgginspect.report.columns import Column, record
from vgginspect.report.json_document import network_fields
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.views.phrases import heading

#: Places that differ which text for people shows; JSON has them all.
MOST_SHOWN = 40

TALLY_COLUMNS: tuple[Column, ...] = (
    Column("against", "text", lambda tally, _: tally.against, 100, True),
    Column("group", "text", lambda tally, _: tally.group, 90, True),
    Column("facts", "count", lambda tally, _: tally.facts, 70, True),
    Column("held", "count", lambda tally, _: tally.held, 80, True),
    Column("fields", "list", lambda tally, _: list(tally.fields)),
)


#: What a person looks for first: the layers, then what follows from them.
ORDER = ("layers", "arguments", "forward", "model", "totals", "state_dict", "steps")


def report(
    plan: Plan,
    checks: Sequence[Check],
    words: Words,
    columns: str | None = None,
    forward: Mapping[str, Any] | None = None,
) -> Report:
    """The Report of a proof.

    Args:
        plan: the network.
        checks: what it was held against.
        words: the language.
        columns: the value of ``--columns``.
        forward: the JSON object of a forward pass, if there was one.

    Raises:
        ConfigError: ``columns`` names a column there is not.
    """
    tallies = [tally for check in checks for tally in check.tally()]
    usual = tuple(column for column in TALLY_COLUMNS if column.usual)
    table = Table("checks", usual, lambda: iter(tallies), plan)
    tables, data = with_columns((table,), (TALLY_COLUMNS,), columns)

    def body() -> Iterator[Line | Table]:
        yield from heading(plan, words)
        yield line()
        yield from tables
        yield line()
        yield from _compared(checks, words)
        for check in checks:
            yield from _verdict(check, words)
        if forward is not None:
            yield from _forward(forward, words)

    return Report(
        words=words,
        document={
            **network_fields(plan),
            "ok": lambda: all(check.good for check in checks),
            "facts": lambda: sum(len(check.facts) for check in checks),
            "held": lambda: sum(check.held for check in checks),
            "checks": lambda: (check.document() for check in checks),
            "forward": lambda: forward,
        },
        records=lambda: (record(TALLY_COLUMNS, tally, plan) for tally in tallies),
        tables=tables,
        data_columns=data,
        body=body,
        chosen=columns is not None,
    )


def _compared(checks: Sequence[Check], words: Words) -> Iterator[Line]:
    """What the facts of each group are."""
    fields: dict[str, dict[str, None]] = {}
    for check in checks:
        for tally in check.tally():
            fields.setdefault(tally.group, {}).update(dict.fromkeys(tally.fields))
    yield line((words("verify_compared"), "faint"))
    for group, names in fields.items():
        yield line((f"  {group}: {', '.join(names)}", "faint"))


def _verdict(check: Check, words: Words) -> Iterator[Line | Table]:
    yield line()
    differences = check.differences
    count = len(check.facts)
    if not differences:
        good = words.plural("verify_good", count, against=check.against)
        yield line((good, "good"))
        return
    bad = words.plural("verify_bad", count, against=check.against, bad=f"{len(differences):,}")
    yield line((bad, "bad"))
    places = list(_by_place(differences).items())
    width = max(len(where) for where, _ in places[:MOST_SHOWN])
    for where, facts in places[:MOST_SHOWN]:
        changes = " · ".join(dict.fromkeys(_change(fact) for fact in facts))
        yield line((f"  {where:<{width}}", "name"), f"  {changes}")
    if len(places) > MOST_SHOWN:
        more = f"{len(places) - MOST_SHOWN:,}"
        yield line((words("verify_more", count=more), "faint"))


def _by_place(differences: Sequence[Fact]) -> dict[str, list[Fact]]:
    """The differences of each place, those of the layers first."""
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
