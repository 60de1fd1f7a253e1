"""Facts: what two Plans say of the same network, held against each other one by one."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from vgginspect.cfg.tokens import ListEntry
from vgginspect.network.plan import Layer, Plan, Step
from vgginspect.report.columns import LAYER_COLUMNS, STEP_COLUMNS
from vgginspect.shape import Shape

#: Stands where one side has nothing at all.
ABSENT = "nothing"
#: A ``repr`` differs between versions of PyTorch, constructor arguments do not; the state is
#: compared key by key; a share is the parameters over their sum, both compared themselves.
_LAYER_FIELDS = tuple(
    column for column in LAYER_COLUMNS if column.name not in ("repr", "state_dict", "share")
)
_STEP_FIELDS = tuple(column for column in STEP_COLUMNS if column.name != "token")


class Fact(NamedTuple):
    """One value, as expected and as found, and of what: group, place and field."""

    group: str
    where: str
    field: str
    expected: Any
    found: Any

    @property
    def held(self) -> bool:
        """Whether the two are equal."""
        # In Python, True == 1.
        alike = isinstance(self.expected, bool) is isinstance(self.found, bool)
        return alike and bool(self.expected == self.found)

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
    """A Plan held against another witness of the same network."""

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


class Whole(NamedTuple):
    """What a whole network says of itself, apart from its layers."""

    params: int
    trainable_params: int
    state_dict: tuple[tuple[str, Shape], ...]
    output_shape: Shape


def whole_of(plan: Plan) -> Whole:
    """What the sum of a Plan's layers says of the whole network."""
    layers = plan.layers
    return Whole(
        sum(layer.params for layer in layers),
        sum(layer.trainable_params for layer in layers),
        tuple(item for layer in layers for item in layer.state_dict.items()),
        layers[-1].output_shape,
    )


def plan_facts(expected: Plan, found: Plan, defaults: Mapping[str, Any]) -> Iterator[Fact]:
    """Every fact of two Plans: of their steps, their layers, constructor arguments and totals.

    Args:
        expected: the Plan to be proven.
        found: the witness.
        defaults: type of layer -> the constructor arguments that PyTorch takes as given where a
            rule does not name them.
    """
    for number, (step, other) in enumerate(zip_longest(expected.steps, found.steps), 1):
        yield from _step_facts(f"step {number}", (step, expected), (other, found))
    for layer, other_layer in _pairs(expected.layers, found.layers):
        yield from _layer_facts((layer, expected), (other_layer, found))
        yield from _argument_facts(layer, other_layer, defaults)
    for field, value in expected.totals._asdict().items():
        yield Fact("totals", "totals", field, value, getattr(found.totals, field))


def whole_facts(expected: Whole, found: Whole) -> Iterator[Fact]:
    """The facts of whole networks, the ``state_dict`` key by key and in order among them."""
    for field in ("params", "trainable_params"):
        yield Fact("model", "model", field, getattr(expected, field), getattr(found, field))
    yield Fact(
        "model", "model", "output_shape", list(expected.output_shape), list(found.output_shape)
    )
    keys, other_keys = dict(expected.state_dict), dict(found.state_dict)
    for key in [*keys, *(key for key in other_keys if key not in keys)]:
        yield Fact("state_dict", key, "shape", _listed(keys, key), _listed(other_keys, key))
    same_order = list(keys) == list(other_keys)
    yield Fact("state_dict", "state_dict", "order", "the same", "the same" if same_order else "not")


def _listed(shapes: Mapping[str, Shape], key: str) -> Any:
    return list(shapes[key]) if key in shapes else ABSENT


def _step_facts(
    where: str, one: tuple[Step | None, Plan], two: tuple[Step | None, Plan]
) -> Iterator[Fact]:
    (step, plan), (other, other_plan) = one, two
    if step is None or other is None:
        yield Fact("steps", where, "step", _tokens(step), _tokens(other))
        return
    for column in _STEP_FIELDS:
        values = column.value(step, plan), column.value(other, other_plan)
        yield Fact("steps", where, column.name, *values)
    shown, other_shown = _tokens(step), _tokens(other)
    # An entry as a builder read it has no arguments that could differ.
    read = any(isinstance(token, ListEntry) for token in other.tokens)
    if shown == other_shown and step.tokens != other.tokens and not read:
        shown, other_shown = repr(step.tokens), repr(other.tokens)
    yield Fact("steps", where, "token", shown, other_shown)


def _tokens(step: Step | None) -> str:
    if step is None:
        return ABSENT
    return " ".join(token.text for token in step.tokens) or "no token"


def _layer_facts(one: tuple[Layer | None, Plan], two: tuple[Layer | None, Plan]) -> Iterator[Fact]:
    (layer, plan), (other, other_plan) = one, two
    if layer is None or other is None:
        mark = f"- {layer.path}" if layer else f"+ {other.path}" if other else ""
        sides = (side.repr if side else ABSENT for side in (layer, other))
        yield Fact("layers", mark, "layer", *sides)
        return
    where = layer.path
    for column in _LAYER_FIELDS:
        values = column.value(layer, plan), column.value(other, other_plan)
        yield Fact("layers", where, column.name, *values)


def _argument_facts(
    layer: Layer | None, other: Layer | None, defaults: Mapping[str, Any]
) -> Iterator[Fact]:
    if layer is None or other is None:
        return
    given, found = (_arguments(side, defaults) for side in (layer, other))
    for name in [*given, *(name for name in found if name not in given)]:
        value, other_value = given.get(name, ABSENT), found.get(name, ABSENT)
        yield Fact("arguments", layer.path, name, value, other_value)


def _arguments(layer: Layer, defaults: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(defaults.get(layer.type, {}))
    given.update(layer.rule.kwargs)
    return {name: single(value) for name, value in given.items()}


def single(value: Any) -> Any:
    """A pair of equal numbers as the number, as torch takes either; all else as it is."""
    if isinstance(value, (tuple, list)):
        entries = list(value)
        return entries[0] if entries and all(e == entries[0] for e in entries) else entries
    return value


def _pairs(
    layers: tuple[Layer, ...], others: tuple[Layer, ...]
) -> Iterable[tuple[Layer | None, Layer | None]]:
    """Which layer is held against which: one by one, or as aligned where the numbers differ."""
    if len(layers) == len(others):
        return zip(layers, others, strict=True)
    from difflib import SequenceMatcher

    keys, other_keys = ([(side.type, side.params) for side in row] for row in (layers, others))
    pairs: list[tuple[Layer | None, Layer | None]] = []
    matcher = SequenceMatcher(None, keys, other_keys, autojunk=False)
    for _, start, end, other_start, other_end in matcher.get_opcodes():
        pairs += zip_longest(layers[start:end], others[other_start:other_end])
    return pairs
