"""Find the tensors in what a file holds: the ``state_dict``, or the state of a whole model."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from vgginspect.checkpoint.rebuild import ORDERED, NumpyArray
from vgginspect.checkpoint.stored_tensor import StoredTensor
from vgginspect.checkpoint.values import Inert, Ordered, UnreadableFileError

#: Maximum nesting of the tensors: ``{"model": {"state_dict": {...}}}`` is 2.
MAX_DEPTH = 4
#: Modules in modules of a whole model, its tensors, and the letters of all their names.
MAX_MODULES, MAX_NAMES, MAX_LETTERS = 50, 200_000, 32 << 20
#: Parts of one layer that are looked at.
MAX_PARTS = 3
#: Containers that are looked into; the tensors are in one of the first.
MAX_CONTAINERS = 100_000
#: Entries of a list that can be a cfg list.
MAX_TOKENS = 1000


class FoundTensors(NamedTuple):
    """The tensors by name, where they are in the file, and what a whole model is an object of.

    ``cfg_lists`` are the lists beside them of channels and pools, as some training scripts save
    them. ``versions`` are those that PyTorch saves of modules, by their names.
    """

    tensors: dict[str, StoredTensor]
    nested: tuple[str, ...]
    model: str
    cfg_lists: tuple[tuple[int | str, ...], ...]
    versions: Mapping[str, int]


def find_tensors(value: object) -> FoundTensors:
    """The largest mapping of names to tensors; the first of several. Empty if there is none.

    Raises:
        UnreadableFileError: the names of a whole model are beyond a limit.
    """
    best = FoundTensors({}, (), "", (), {})
    arrays = best
    lists: list[tuple[int | str, ...]] = []
    for nested, inner in _containers(value):
        if _modules(inner) is not None:
            tensors = dict(_of_model(inner))
            model = inner.kind if isinstance(inner, Inert) else ""
        else:
            tensors, model = _of_mapping(inner, StoredTensor), ""
        if len(tensors) > len(best.tensors):
            versions = _versions(inner, tensors)
            best = FoundTensors(tensors, nested, model, (), versions)
        plain = _of_mapping(inner, NumpyArray)
        if len(plain) > len(arrays.tensors):
            arrays = FoundTensors(plain, nested, "", (), {})
        found = _cfg_list(inner)
        if found:
            lists.append(found)
    return (best if best.tensors else arrays)._replace(cfg_lists=tuple(dict.fromkeys(lists)))


def _containers(value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every container in a value, the outer ones first, each once, with the way to it."""
    waiting: deque[tuple[tuple[str, ...], object]] = deque([((), value)])
    seen = set()
    while waiting:
        nested, inner = waiting.popleft()
        if id(inner) in seen:
            continue
        seen.add(id(inner))
        yield nested, inner
        if len(nested) < MAX_DEPTH and _modules(inner) is None:
            for key, entry in _items(inner):
                if len(seen) + len(waiting) >= MAX_CONTAINERS:
                    break
                if isinstance(entry, dict | list | tuple | Inert | NumpyArray) and entry:
                    waiting.append(((*nested, _name(key)), entry))


def _name(key: object) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)


def _items(value: object) -> Iterator[tuple[object, object]]:
    """Keys and values of anything that holds others."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    elif isinstance(value, NumpyArray):
        yield from enumerate(value.objects)
    elif isinstance(value, Inert):
        if value.kind == ORDERED and isinstance(value.arguments, tuple):
            yield from _pairs(value.arguments[0])
        for part in (value.items, value.state):
            if isinstance(part, dict):
                yield from part.items()


def _pairs(value: object) -> Iterator[tuple[object, object]]:
    for pair in value if isinstance(value, list | tuple) else ():
        if isinstance(pair, list | tuple) and len(pair) == 2:
            yield pair[0], pair[1]


def _of_mapping(value: object, kind: type) -> dict[str, StoredTensor]:
    """The entries of a mapping that are tensors, or arrays; arrays also in pairs of them."""
    if isinstance(value, list | tuple | NumpyArray):
        return {}
    found: dict[str, StoredTensor] = {}
    for key, entry in _items(value):
        if isinstance(key, Inert):
            continue
        if isinstance(entry, kind):
            _add(found, _name(key), entry)
        elif kind is NumpyArray and isinstance(entry, list | tuple | dict):
            for inner_key, inner in _parts(entry):
                _add(found, f"{_name(key)}.{inner_key}", inner)
    return found


def _parts(value: object) -> Iterator[tuple[str, NumpyArray]]:
    """The arrays of one layer: ``[weights, biases]``, or ``{"weights": ..., "biases": ...}``."""
    names = PARTS if isinstance(value, dict) else PAIR
    found = [(names.get(key), entry) for key, entry in islice(_items(value), MAX_PARTS)]
    arrays = [(name, one) for name, one in found if name and isinstance(one, NumpyArray)]
    if len(arrays) == len(found):
        yield from arrays


def _add(found: dict[str, StoredTensor], key: str, entry: object) -> None:
    tensor = entry.tensor if isinstance(entry, NumpyArray) else entry
    if isinstance(tensor, StoredTensor):
        found[key] = tensor


def _modules(value: object) -> dict[object, object] | None:
    """The attributes of a module of a whole model; None if it is none."""
    if not isinstance(value, Inert):
        return None
    if isinstance(value.state, dict) and (
        "_modules" in value.state or value.kind.startswith("__torch__.")
    ):
        return value.state
    first = value.arguments[0] if isinstance(value.arguments, tuple) and value.arguments else None
    if isinstance(first, dict) and "_modules" in first:
        return first
    return None


def _of_model(model: object) -> Iterator[tuple[str, StoredTensor]]:
    """The ``state_dict`` of a whole model, from its parameters, buffers and modules."""
    count = letters = visited = 0
    waiting: list[tuple[str, int, object]] = [("", 0, model)]
    while waiting:
        prefix, depth, module = waiting.pop()
        attributes = _modules(module)
        if attributes is None:
            continue
        visited += 1
        inner = []
        if "_modules" in attributes:
            left_out = attributes.get("_non_persistent_buffers_set")
            left = left_out if isinstance(left_out, list | tuple) else ()
            own = [*_items(attributes.get("_parameters")), *_items(attributes.get("_buffers"))]
            names = {one for one in left if isinstance(one, str)}
            own = [(key, one) for key, one in own if key not in names]
            inner = list(_items(attributes["_modules"]))
        else:
            own = list(attributes.items())
            inner = [(key, one) for key, one in own if isinstance(one, Inert)]
        visited += len(own) + len(inner)
        for key, entry in own:
            if isinstance(entry, StoredTensor):
                name = prefix + _name(key)
                count, letters = count + 1, letters + len(name)
                yield name, entry
        for key, entry in reversed(inner):
            name = f"{prefix}{_name(key)}."
            letters += len(name)
            waiting.append((name, depth + 1, entry))
        if depth > MAX_MODULES or max(count, visited) > MAX_NAMES or letters > MAX_LETTERS:
            raise UnreadableFileError("a model of too many modules")


def _versions(value: object, keys: Iterable[str]) -> dict[str, int]:
    """The versions that are saved with a ``state_dict``; those of a whole model are the newest."""
    if not isinstance(value, Ordered):
        model = _modules(value) is not None
        return {key.rpartition(".")[0]: NEWEST for key in keys} if model else {}
    state = value.attributes
    metadata = state.get("_metadata") if isinstance(state, dict) else None
    found = {}
    for name, own in metadata.items() if isinstance(metadata, dict) else ():
        version = own.get("version") if isinstance(own, dict) else None
        if isinstance(name, str) and type(version) is int:
            found[name] = version
    return found


#: Version of a BatchNorm2d, the only module of a VGG that has had more than one.
NEWEST = 2


#: What other libraries call the parts of a layer, and PyTorch's names.
PAIR: dict[object, str] = {0: "weight", 1: "bias"}
PARTS: dict[object, str] = {
    **dict.fromkeys(("weight", "weights", "kernel", "W", "w"), "weight"),
    **dict.fromkeys(("bias", "biases", "b"), "bias"),
}


def _cfg_list(value: object) -> tuple[int | str, ...]:
    """The list under ``cfg``, if it can be one of channels and pools."""
    if not isinstance(value, dict | Inert):
        return ()
    for key, entry in _items(value):
        if key in CFG_KEYS and isinstance(entry, list | tuple) and 1 < len(entry) <= MAX_TOKENS:
            tokens = tuple(one for one in entry if type(one) is int or one in POOLS)
            if len(tokens) == len(entry):
                return tokens
    return ()


CFG_KEYS = ("cfg", "config", "cfgs")
POOLS = ("M", "A", "C")
