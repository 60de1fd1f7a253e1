"""What ``verify`` says: what was held against what, how much of it held, and what did not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vgginspect.columns import Column, record
from vgginspect.document import SCHEMA
from vgginspect.facts import Check
from vgginspect.lang import Words
from vgginspect.plans import Plan
from vgginspect.report import Line, Report, Table, line, with_columns
from vgginspect.views.phrases import heading

#: Differences that a table for people shows; the other formats have them all.
MOST_SHOWN = 40

TALLY_COLUMNS: tuple[Column, ...] = (
    Column("against", "text", lambda tally, _: tally.against, 100, True),
    Column("group", "text", lambda tally, _: tally.group, 90, True),
    Column("facts", "count", lambda tally, _: tally.facts, 70, True),
    Column("held", "count", lambda tally, _: tally.held, 80, True),
    Column("fields", "list", lambda tally, _: list(tally.fields)),
)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "×".join(map(str, value)) or "()"
    return str(value)


DIFFERENCE_COLUMNS: tuple[Column, ...] = (
    Column("where", "text", lambda fact, _: fact.where, 100, True),
    Column("field", "text", lambda fact, _: fact.field, 95, True),
    Column("expected", "text", lambda fact, _: _text(fact.expected), 90, True),
    Column("found", "text", lambda fact, _: _text(fact.found), 92, True),
)


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
            "schema": lambda: SCHEMA,
            "config": plan.config.document,
            "input": lambda: list(plan.input_shape),
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
    shown = differences[:MOST_SHOWN]
    yield Table("differences", DIFFERENCE_COLUMNS, lambda: iter(shown))
    if len(differences) > len(shown):
        more = f"{len(differences) - len(shown):,}"
        yield line((words("verify_more", count=more), "faint"))


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
