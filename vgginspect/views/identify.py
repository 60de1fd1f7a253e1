"""The output of ``identify``: the network in a checkpoint, and the certainty of each property."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

from vgginspect.checkpoint.identify import INFERRED, KNOWN, UNKNOWN, Evidence, Finding
from vgginspect.lang import Words
from vgginspect.network.plan import Plan
from vgginspect.report.columns import Column
from vgginspect.report.json_document import SCHEMA
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.shape import shape_text
from vgginspect.text.printable import printable
from vgginspect.views.phrases import heading

#: Number of groups of other tensors that are listed by name.
SHOWN = 5


def grouped(keys: Sequence[str]) -> list[str]:
    """Keys by the first part in which they differ, with their number: ``extras (16)``."""
    parts = [re.split(r"(?<=[./])", key) for key in keys]
    if len(keys) == 1:
        return list(keys)
    columns = zip(*(one[:-1] for one in parts), strict=False)
    same = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
    groups = Counter("".join(one[: same + 1]).rstrip("./") for one in parts)
    return [f"{group} ({count})" if count > 1 else group for group, count in groups.items()]


def _sure(finding: Finding, words: Words) -> str:
    """The properties by how certain they are: ``known: bias, …; unknown: dropout``."""
    names: dict[str, list[str]] = {}
    for certainty in (KNOWN, INFERRED, UNKNOWN):
        facts = (fact for fact in finding.facts if fact.certainty == certainty)
        names[certainty] = [words(f"fact_{fact.name}") for fact in facts]
    return "; ".join(
        f"{words(f'certainty_{certainty}')}: {', '.join(found)}"
        for certainty, found in names.items()
        if found
    )


def _sizes_without_pool(finding: Finding) -> str:
    """The inputs that fit if there is no average pool; empty if the usual one is among them."""
    for fact in finding.facts:
        if (fact.name, fact.certainty) == ("input_size", UNKNOWN):
            smallest, *_, largest = map(int, re.findall(r"\d+", fact.value))
            if not smallest <= finding.config.input_shape[1] <= largest:
                return fact.value
    return ""


def _reason(fact: Evidence, words: Words) -> str:
    return words(fact.reason)


FACT_COLUMNS: tuple[Column, ...] = (
    Column("fact", "text", lambda fact, words: words(f"fact_{fact.name}")),
    Column("value", "word", lambda fact, _: fact.value),
    Column("certainty", "text", lambda fact, words: words(f"certainty_{fact.certainty}")),
    Column("reason", "text", _reason),
)
FACT_PRIORITY = ("fact", "value", "certainty", "reason")


def report(finding: Finding, plan: Plan, words: Words, columns: str | None = None) -> Report:
    """The Report of a finding; ``plan`` is that of its Config.

    Raises:
        ConfigError: ``columns`` names an unknown column.
    """
    table = Table("facts", FACT_COLUMNS, FACT_PRIORITY, lambda: iter(finding.facts), words, stays=2)
    tables = with_columns((table,), columns)
    config, file = finding.config, finding.file
    kind = finding.checkpoint.format if finding.checkpoint else ""
    nested = finding.checkpoint.nested if finding.checkpoint else ()

    def facts() -> Iterator[dict[str, Any]]:
        for fact in finding.facts:
            yield {**fact._asdict(), "reason": words(fact.reason)}

    def body() -> Iterator[Line | Table]:
        place = ".".join(printable(key) for key in nested)
        inside = f" · {place}" if place else ""
        count = words.plural("tensors", finding.tensors)
        yield line((printable(file), "heading"), (f"  {kind}{inside} · {count}", "faint"))
        yield line((config.argument, "heading"), f"  {_sure(finding, words)}")
        yield from heading(plan, words)
        yield line()
        yield from tables
        yield line()
        if sizes := _sizes_without_pool(finding):
            size = shape_text(config.input_shape[1:])
            yield line(words("identify_size", size=size, sizes=sizes, smallest=sizes.split()[0]))
            yield line()
        yield line((words("identify_cfg"), "faint"), repr([t.value for t in config.tokens]))
        yield line((words("identify_argument"), "faint"), config.argument)
        if finding.prefix:
            yield line((words("identify_prefix"), "faint"), printable(finding.prefix))
        read = finding.checkpoint
        if read and read.beside:
            yield line(words("file_beside", names=", ".join(map(printable, read.beside))))
        if read and read.objects:
            yield line(words("file_imports", names=", ".join(map(printable, read.objects))))
        if finding.others:
            groups = [printable(group) for group in grouped(finding.others)]
            named = ", ".join(groups[:SHOWN]) + (", …" if len(groups) > SHOWN else "")
            yield line(words.plural("other_tensors", len(finding.others)), f": {named}")

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
