"""The output of ``identify``: the network in a checkpoint, and the certainty of each property."""

from collections.abc import Iterator
from typing import Any

from vgginspect.checkpoint.identify import Evidence, Finding
from vgginspect.lang import Words
from vgginspect.network.plan import Plan
from vgginspect.report.columns import Column
from vgginspect.report.json_document import SCHEMA
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.text.printable import printable
from vgginspect.views.phrases import heading

#: Number of other tensors that are listed by name.
SHOWN = 5


def _reason(fact: Evidence, words: Words) -> str:
    return words(fact.reason)


FACT_COLUMNS: tuple[Column, ...] = (
    Column("fact", "text", lambda fact, words: words(f"fact_{fact.name}")),
    Column("value", "text", lambda fact, _: fact.value),
    Column("certainty", "text", lambda fact, words: words(f"certainty_{fact.certainty}")),
    Column("reason", "text", _reason),
)
FACT_PRIORITY = ("fact", "value", "certainty", "reason")


def report(
    finding: Finding,
    plan: Plan,
    file: str,
    kind: str,
    nested: tuple[str, ...],
    words: Words,
    columns: str | None = None,
) -> Report:
    """The Report of a finding.

    Args:
        finding: the result of ``identify``.
        plan: the Plan of its Config.
        file: the file's name.
        kind: the file's format.
        nested: the keys that lead to its tensors.
        words: the language.
        columns: the value of ``--columns``.

    Raises:
        ConfigError: ``columns`` names an unknown column.
    """
    table = Table("facts", FACT_COLUMNS, FACT_PRIORITY, lambda: iter(finding.facts), words, stays=2)
    tables = with_columns((table,), columns)
    config = finding.config

    def facts() -> Iterator[dict[str, Any]]:
        for fact in finding.facts:
            yield {**fact._asdict(), "reason": words(fact.reason)}

    def body() -> Iterator[Line | Table]:
        place = ".".join(printable(key) for key in nested)
        inside = f" · {place}" if place else ""
        count = words.plural("tensors", finding.tensors)
        yield line((printable(file), "heading"), (f"  {kind}{inside} · {count}", "faint"))
        yield from heading(plan, words)
        yield line()
        yield from tables
        yield line()
        yield line((words("identify_cfg"), "faint"), repr([t.value for t in config.tokens]))
        yield line((words("identify_argument"), "faint"), config.argument)
        if finding.prefix:
            yield line((words("identify_prefix"), "faint"), printable(finding.prefix))
        if finding.others:
            named = ", ".join(printable(key) for key in finding.others[:SHOWN])
            more = ", …" if len(finding.others) > SHOWN else ""
            yield line(words.plural("other_tensors", len(finding.others)), f": {named}{more}")

    document = {
        "schema": lambda: SCHEMA,
        "file": lambda: file,
        "format": lambda: kind,
        "nested": lambda: list(nested),
        "prefix": lambda: finding.prefix,
        "tensors": lambda: finding.tensors,
        "config": config.document,
        "input": lambda: list(config.input_shape),
        "argument": lambda: config.argument,
        "facts": facts,
        "others": lambda: list(finding.others),
        "totals": lambda: dict(plan.totals._asdict()),
    }
    return Report(words, document, facts, tables, body, columns is not None)
