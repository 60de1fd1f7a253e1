"""Checks: compare a Plan, value by value, with the measurements of a real network."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from vgginspect.network.plan import Plan
from vgginspect.report.json_document import document

#: Value used if one side is missing.
ABSENT = "nothing"


class Fact(NamedTuple):
    """One compared value: group, location and field, with the expected and the found value."""

    group: str
    where: str
    field: str
    expected: Any
    found: Any

    @property
    def held(self) -> bool:
        """Whether both values are equal and of the same type: 1 is neither True nor 1.0."""
        return _same(self.expected, self.found)

    def document(self) -> dict[str, Any]:
        """The JSON object of a difference."""
        return {
            "group": self.group,
            "where": self.where,
            "field": self.field,
            "expected": self.expected,
            "found": self.found,
        }


class WitnessCheck(NamedTuple):
    """A Plan compared with one reference: a real network that was built and run."""

    against: str
    facts: tuple[Fact, ...]

    @property
    def held(self) -> int:
        """Number of equal values."""
        return sum(fact.held for fact in self.facts)

    @property
    def good(self) -> bool:
        """Whether all values are equal, and there is at least one."""
        return bool(self.facts) and self.held == len(self.facts)

    @property
    def differences(self) -> list[Fact]:
        """The values that differ."""
        return [fact for fact in self.facts if not fact.held]

    def tally(self) -> "list[Tally]":
        """For each group, the number of values compared and of equal values."""
        groups: dict[str, list[Fact]] = {}
        for fact in self.facts:
            groups.setdefault(fact.group, []).append(fact)
        return [
            Tally(
                self.against,
                group,
                len(facts),
                sum(fact.held for fact in facts),
                tuple(dict.fromkeys(fact.field for fact in facts)),
            )
            for group, facts in groups.items()
        ]

    def document(self) -> dict[str, Any]:
        """The JSON object of a check."""
        return {
            "against": self.against,
            "ok": self.good,
            "facts": len(self.facts),
            "held": self.held,
            "groups": [tally.document() for tally in self.tally()],
            "differences": [fact.document() for fact in self.differences],
        }


class Tally(NamedTuple):
    """Number of values compared in a group, and of equal values."""

    against: str
    group: str
    facts: int
    held: int
    fields: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The JSON object of a group."""
        return {**self._asdict(), "fields": list(self.fields)}


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other) or one != other:
        return False
    return not isinstance(one, list) or all(map(_same, one, other))


def plan_document(plan: Plan) -> dict[str, Any]:
    """The JSON of a Plan, with the constructor arguments of every layer."""
    printed = document(plan)
    rows = printed["layers"]
    tensors = {key: shape for row in rows for key, shape in row.pop("state_dict").items()}
    return {
        **printed,
        "arguments": [layer.rule.kwargs for layer in plan.layers],
        "model": {
            "input_shape": printed["input"],
            "params": sum(row["params"] for row in rows),
            "trainable_params": sum(row["trainable_params"] for row in rows),
            "output_shape": rows[-1]["output_shape"],
        },
        "state_dict": tensors,
    }


def compare(
    expected: Mapping[str, Any],
    found: Mapping[str, Any],
    defaults: Mapping[str, Any],
    skipped: Collection[str] = (),
) -> Iterator[Fact]:
    """Compare two documents of a network, value by value.

    Args:
        expected: the Plan's, see ``plan_document``.
        found: the measured one; its ``steps`` are None if the network does not show them, its
            ``config`` has the options that can be read from the layers.
        defaults: type of layer -> PyTorch's default constructor arguments, for those that a rule
            does not store.
        skipped: fields of layers and of the totals not to compare.
    """
    unknown = {*skipped, *(() if found["steps"] is not None else ("step",))}
    if expected["totals"]["params"] != found["totals"]["params"]:
        # Every share differs then; the difference of the sum is enough.
        unknown.add("share")
    if found["steps"] is not None:
        for number, (step, other) in enumerate(zip_longest(expected["steps"], found["steps"]), 1):
            yield from _rows("steps", f"step {number}", "token", step, other)
    for index, other_index in _pairs(expected["layers"], found["layers"]):
        layer, arguments = _layer(expected, index, defaults)
        other, read = _layer(found, other_index, defaults)
        for row in (layer, other):
            for field in unknown:
                row.pop(field, None)
        mark = "" if layer and other else "- " if layer else "+ "
        path = (layer or other)["path"]
        yield from _rows("layers", mark + path, "repr", layer, other)
        if not mark:
            yield from _fields("arguments", path, arguments, read)
    options = {name: expected["config"][name] for name in found["config"]}
    yield from _fields("config", "config", options, found["config"])
    totals = (
        {name: value for name, value in whole["totals"].items() if name not in unknown}
        for whole in (expected, found)
    )
    yield from _fields("totals", "totals", *totals)
    yield from _fields("model", "model", expected["model"], found["model"])
    yield from _tensors(expected["state_dict"], found["state_dict"])


def _rows(
    group: str,
    where: str,
    title: str,
    expected: Mapping[str, Any] | None,
    found: Mapping[str, Any] | None,
) -> Iterator[Fact]:
    """Compare the fields of two rows; if one is missing, report the ``title`` of the other."""
    if expected and found:
        yield from _fields(group, where, expected, found)
    else:
        sides = (row.get(title, row.get("type")) if row else ABSENT for row in (expected, found))
        yield Fact(group, where, group.removesuffix("s"), *sides)


def _fields(
    group: str, where: str, expected: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[Fact]:
    for field in dict.fromkeys([*expected, *found]):
        yield Fact(group, where, field, expected.get(field, ABSENT), found.get(field, ABSENT))


def _tensors(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Fact]:
    for key in dict.fromkeys([*expected, *found]):
        yield Fact("state_dict", key, "shape", expected.get(key, ABSENT), found.get(key, ABSENT))
    order = "the same" if list(expected) == list(found) else "another"
    yield Fact("state_dict", "state_dict", "order", "the same", order)


def _layer(
    document: Mapping[str, Any], index: int | None, defaults: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A row of the layers and its arguments, completed with PyTorch's defaults."""
    if index is None:
        return {}, {}
    row = dict(document["layers"][index])
    named = {**defaults.get(row["type"], {}), **document["arguments"][index]}
    return row, {name: single(value) for name, value in named.items()}


def single(value: Any) -> Any:
    """A pair of equal numbers as one number, since torch accepts both; anything else unchanged."""
    if isinstance(value, (tuple, list)):
        entries = list(value)
        return entries[0] if entries and all(e == entries[0] for e in entries) else entries
    return value


def _pairs(
    layers: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int | None, int | None]]:
    """The pairs of rows to compare: one to one, or aligned if the counts differ."""
    if len(layers) == len(others):
        yield from ((index, index) for index in range(len(layers)))
        return
    from difflib import SequenceMatcher

    keys, other_keys = ([(row["type"], row["params"]) for row in rows] for rows in (layers, others))
    matcher = SequenceMatcher(None, keys, other_keys, autojunk=False)
    for _, start, end, other_start, other_end in matcher.get_opcodes():
        yield from zip_longest(range(start, end), range(other_start, other_end))
