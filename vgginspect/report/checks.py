"""Checks: what a Plan says of a network, compared field by field with what was measured of it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from vgginspect.network.plan import Plan
from vgginspect.report.json_document import document

#: Stands where one side has nothing at all.
ABSENT = "nothing"


class Fact(NamedTuple):
    """One value, as expected and as found, and of what: group, place and field."""

    group: str
    where: str
    field: str
    expected: Any
    found: Any

    @property
    def held(self) -> bool:
        """Whether the two are equal, and of one type: 1 is neither True nor 1.0."""
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


class Check(NamedTuple):
    """A Plan compared with one witness: a real network that was made and run."""

    against: str
    facts: tuple[Fact, ...]

    @property
    def held(self) -> int:
        """How many facts held."""
        return sum(fact.held for fact in self.facts)

    @property
    def good(self) -> bool:
        """Whether every fact held, and there was one."""
        return bool(self.facts) and self.held == len(self.facts)

    @property
    def differences(self) -> list[Fact]:
        """The facts that did not hold."""
        return [fact for fact in self.facts if not fact.held]

    def tally(self) -> "list[Tally]":
        """How many facts of each group were compared and held."""
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
    """How many facts of a group were compared, and how many held."""

    against: str
    group: str
    facts: int
    held: int
    fields: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The JSON object of a tally."""
        return {**self._asdict(), "fields": list(self.fields)}


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other) or one != other:
        return False
    return not isinstance(one, list) or all(map(_same, one, other))


def plan_document(plan: Plan) -> dict[str, Any]:
    """What a Plan says of its network: its JSON, and the constructor arguments of every layer."""
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
    expected: Mapping[str, Any], found: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Iterator[Fact]:
    """Every fact of two documents of a network.

    Args:
        expected: what is to be proven, see ``plan_document``.
        found: what was measured; its ``steps`` are None where the network does not tell them, and
            its ``config`` has the options that can be read off the layers.
        defaults: type of layer -> the constructor arguments that PyTorch takes as given where a
            rule does not name them.
    """
    unknown = set() if found["steps"] is not None else {"step"}
    if expected["totals"]["params"] != found["totals"]["params"]:
        # Every share differs then; the sum itself says so once.
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
    for group in ("totals", "model"):
        yield from _fields(group, group, expected[group], found[group])
    yield from _tensors(expected["state_dict"], found["state_dict"])


def _rows(
    group: str,
    where: str,
    title: str,
    expected: Mapping[str, Any] | None,
    found: Mapping[str, Any] | None,
) -> Iterator[Fact]:
    """The facts of a row, or that one side has no such row; ``title`` says what the other has."""
    if expected and found:
        yield from _fields(group, where, expected, found)
    else:
        sides = (row[title] if row else ABSENT for row in (expected, found))
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
    """A row of the layers and its arguments, with PyTorch's defaults where they are not named."""
    if index is None:
        return {}, {}
    row = dict(document["layers"][index])
    named = {**defaults.get(row["type"], {}), **document["arguments"][index]}
    return row, {name: single(value) for name, value in named.items()}


def single(value: Any) -> Any:
    """A pair of equal numbers as the number, as torch takes either; all else as it is."""
    if isinstance(value, (tuple, list)):
        entries = list(value)
        return entries[0] if entries and all(e == entries[0] for e in entries) else entries
    return value


def _pairs(
    layers: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int | None, int | None]]:
    """Which rows are compared: one by one, or as aligned where their numbers differ."""
    if len(layers) == len(others):
        yield from ((index, index) for index in range(len(layers)))
        return
    from difflib import SequenceMatcher

    keys, other_keys = ([(row["type"], row["params"]) for row in rows] for rows in (layers, others))
    matcher = SequenceMatcher(None, keys, other_keys, autojunk=False)
    for _, start, end, other_start, other_end in matcher.get_opcodes():
        yield from zip_longest(range(start, end), range(other_start, other_end))
