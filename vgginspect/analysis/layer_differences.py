"""How the layers of two networks differ, told at the root: each difference once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from vgginspect.network.plan import Layer, Plan
from vgginspect.network.rules import Rule
from vgginspect.shape import shape_text

#: Arguments that follow from the layers before.
_FOLLOWING = ("in_channels", "in_features", "num_features")
#: Arguments that change no value of the network.
_SILENT = ("inplace", "return_indices")
#: PyTorch's defaults of arguments that the layers of a CONFIG do not set.
USUAL: dict[str, Any] = {
    "groups": 1,
    "padding_mode": "zeros",
    "return_indices": False,
    "count_include_pad": True,
    "divisor_override": None,
    "eps": 1e-5,
    "momentum": 0.1,
    "affine": True,
    "track_running_stats": True,
}
_INPLACE = re.compile(r"(, )?inplace=\w+")


class Difference(NamedTuple):
    """One difference, and the layers it is about.

    ``kind`` is ``renamed``, ``moved``, ``inserted``, ``dropped``, ``changed`` or ``input``.
    ``before`` and ``after`` are what differs: a container, a place, a value with its name; one of
    them is empty if there is none.
    """

    kind: str
    what: str
    before: str
    after: str
    layers: tuple[str, ...] = ()


def differences(first: Plan, other: Plan) -> list[Difference]:
    """The differences of a network from the first one, those of most layers first."""
    old_layers, new_layers = list(first.iter_layers()), list(other.iter_layers())
    before, after = _computing(old_layers), _computing(new_layers)
    pairs = list(_pairs(before, after))
    found: dict[tuple[str, str, str, str], list[str]] = {}

    def note(kind: str, what: str, one: str, two: str, layer: Layer) -> None:
        found.setdefault((kind, what, one, two), []).append(layer.name)

    partner = {id(old): new for old, new in pairs if old is not None and new is not None}
    reads = _Reads(old_layers, set(partner))
    other_reads = _Reads(new_layers, {id(new) for new in partner.values()})
    gone = [old for old, new in pairs if old is not None and new is None]
    come = [new for old, new in pairs if new is not None and old is None]
    for layer in list(come):
        alike = next((one for one in gone if _signature(one) == _signature(layer)), None)
        if alike is not None and not _is_plain(alike):
            gone.remove(alike)
            come.remove(layer)
            note("moved", kind_of(layer), _after(alike, before), _after(layer, after), layer)
    for layer in gone:
        note("dropped", kind_of(layer), "", "", layer)
    for layer in come:
        note("inserted", kind_of(layer), "", "", layer)
    for old, new in pairs:
        if old is None or new is None:
            continue
        for name, one, two in _changes(old, new):
            note("changed", name, str(one), str(two), new)
        one, two = (sources.names(layer) for sources, layer in ((reads, old), (other_reads, new)))
        if reads.partners(old, partner) != other_reads.partners(new, {}):
            note("changed", "reads", one, two, new)
        parent, other_parent = (layer.path.rpartition(".")[0] for layer in (old, new))
        if parent != other_parent and old.line is None and new.line is None:
            note("renamed", "", parent or "the network", other_parent or "the network", new)
    listed = [Difference(*key, tuple(names)) for key, names in found.items()]
    listed.sort(key=lambda one: -len(one.layers))
    if first.input_shape != other.input_shape:
        shapes = shape_text(first.input_shape), shape_text(other.input_shape)
        listed.insert(0, Difference("input", "", *shapes))
    return listed


class _Reads:
    """The layers that each layer of a network reads, past those without a partner."""

    def __init__(self, layers: Sequence[Layer], paired: set[int]) -> None:
        self._sources: dict[int, dict[int, Layer]] = {}
        for place, layer in enumerate(layers):
            makers = getattr(layer.rule, "makers", None)
            found: dict[int, Layer] = {}
            for maker in (place - 1,) if makers is None else makers:
                if 0 <= maker < place:
                    one = layers[maker]
                    found |= {id(one): one} if id(one) in paired else self._sources[id(one)]
            self._sources[id(layer)] = found

    def partners(self, layer: Layer, partner: Mapping[int, Layer]) -> list[int]:
        """The layers that it reads, or their partners, in order unless that does not matter."""
        found = [id(partner.get(key, one)) for key, one in self._sources[id(layer)].items()]
        return sorted(found) if layer.type in ("add", "mul") else found

    def names(self, layer: Layer) -> str:
        """The names of the layers that it reads."""
        return ", ".join(one.name for one in self._sources[id(layer)].values()) or "input"


def kind_of(layer: Layer) -> str:
    """The class in ``torch.nn`` that a layer is, or that does what a function does."""
    return str(getattr(layer.rule, "like", "")) or layer.type


def _computing(layers: Sequence[Layer]) -> list[Layer]:
    """Without layers that only flatten or pass on."""
    return [layer for layer in layers if kind_of(layer) not in ("Flatten", "Identity")]


def _is_plain(layer: Layer) -> bool:
    """Whether a layer is like many others, so that one gone and one come are no move."""
    return kind_of(layer) in ("ReLU", "MaxPool2d")


def _after(layer: Layer, layers: Sequence[Layer]) -> str:
    place = next(number for number, one in enumerate(layers) if one is layer)
    return layers[place - 1].name if place else "the start"


def _signature(layer: Layer) -> tuple[Any, ...]:
    rule = layer.rule
    kind = kind_of(layer)
    width = layer.out_channels if kind in ("Conv2d", "Linear") else 0
    return kind, width, rule.kernel_size, rule.stride


def _pairs(
    before: Sequence[Layer], after: Sequence[Layer]
) -> Iterator[tuple[Layer | None, Layer | None]]:
    """The layers side by side; those of one kind that lie between equal ones are one changed."""
    matcher = SequenceMatcher(
        None, list(map(_signature, before)), list(map(_signature, after)), autojunk=False
    )
    for edit, start, end, other_start, other_end in matcher.get_opcodes():
        old, new = before[start:end], after[other_start:other_end]
        if edit == "equal":
            yield from zip(old, new, strict=True)
            continue
        inner = SequenceMatcher(
            None, list(map(kind_of, old)), list(map(kind_of, new)), autojunk=False
        )
        for same, i, j, k, m in inner.get_opcodes():
            if same == "equal":
                yield from zip(old[i:j], new[k:m], strict=True)
            else:
                yield from ((layer, None) for layer in old[i:j])
                yield from ((None, layer) for layer in new[k:m])


def _changes(old: Layer, new: Layer) -> Iterator[tuple[str, Any, Any]]:
    """The arguments in which two layers of one kind differ."""
    for name in ("kernel_size", "stride", "padding", "dilation", "ceil_mode"):
        one, two = getattr(old.rule, name), getattr(new.rule, name)
        if one != two:
            yield name, one, two
    one, two = old.out_channels, new.out_channels
    if one != two and kind_of(new) in ("Conv2d", "Linear"):
        yield ("out_features" if kind_of(new) == "Linear" else "out_channels"), one, two
    yield from changed_arguments(old.rule, new.rule)
    one, two = (getattr(layer.rule, "views", "") for layer in (old, new))
    if one != two:
        yield "views", one or "none", two or "none"


def changed_arguments(old: Rule, new: Rule) -> Iterator[tuple[str, Any, Any]]:
    """The arguments other than window and widths in which two layers of one kind differ."""
    told = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "out_channels")
    before, after = old.kwargs, new.kwargs
    for name in dict.fromkeys((*before, *after)):
        if name in (*_FOLLOWING, *_SILENT, *told, "out_features"):
            continue
        if any(name not in given and name not in USUAL for given in (before, after)):
            continue
        values = [_single(given.get(name, USUAL.get(name))) for given in (before, after)]
        if values[0] != values[1]:
            yield name, *values
    if not before and not after and old.type == new.type:
        one, two = (_INPLACE.sub("", rule.text) for rule in (old, new))
        if one != two:
            yield "arguments", one, two


def _single(value: Any) -> Any:
    pair = isinstance(value, (tuple, list)) and len(set(value)) == 1
    return next(iter(value)) if pair else value
