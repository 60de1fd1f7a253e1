"""Find the tensors in what a file holds: the ``state_dict``, or the state of a whole model."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from vgginspect.checkpoint.rebuild import ORDERED, NumpyArray
from vgginspect.checkpoint.stored_layers import PARTS
from vgginspect.checkpoint.stored_tensor import StoredTensor
from vgginspect.checkpoint.values import Inert, Ordered, UnreadableFileError

#: Maximum nesting of the tensors: ``{"model": {"state_dict": {...}}}`` is 2.
MAX_DEPTH = 4
#: Modules in modules of a whole model, its tensors, and the letters of all their names.
MAX_MODULES, MAX_NAMES, MAX_LETTERS = 50, 200_000, 32 << 20
#: Parts of one layer that are looked at.
MAX_PARTS = 3
#: Mappings of tensors that are compared with the largest one.
MAX_ALIKE = 100
#: Containers that are looked into; the tensors are in one of the first.
MAX_CONTAINERS = 100_000
#: Version of a BatchNorm2d that has a counter; no other module of a VGG has had a second version.
COUNTED = 2
#: Entries of a list that can be a cfg list.
MAX_TOKENS = 1000


class FoundTensors(NamedTuple):
    """The tensors by name, where they are in the file, and what a whole model is an object of.

    ``cfg_lists`` are the lists beside them of channels and pools, as some training scripts save
    them. ``versions`` are those that PyTorch saves of modules, by their names. ``arrays`` are the
    names of NumPy arrays, which PyTorch does not take for tensors, ``plain`` those of entries that
    are neither. ``access`` is the Python text after what was loaded that gives the mapping; None
    if there is none, or the names are none of its keys. ``beside`` are the places of others with
    tensors of the same names, such as averaged weights.
    """

    tensors: Mapping[str, StoredTensor]
    nested: tuple[str, ...] = ()
    model: str = ""
    cfg_lists: tuple[tuple[int | str, ...], ...] = ()
    versions: Mapping[str, int] = {}
    arrays: frozenset[str] = frozenset()
    plain: tuple[str, ...] = ()
    access: str | None = ""
    beside: tuple[str, ...] = ()


def find_tensors(value: object) -> FoundTensors:
    """The largest mapping of names to tensors; the first of several. Empty if there is none.

    Raises:
        UnreadableFileError: the names of a whole model are beyond a limit.
    """
    best, most = FoundTensors({}), (0, 0)
    lists: list[tuple[int | str, ...]] = []
    alike: dict[str, FoundTensors] = {}
    for nested, access, inner in _containers(value):
        if _modules(inner) is not None:
            tensors = dict(_of_model(inner))
            found = FoundTensors(tensors, model=inner.kind if isinstance(inner, Inert) else "")
        else:
            found = _of_mapping(inner)
        arrays = len(found.arrays)
        size = (len(found.tensors) - arrays, arrays)
        if found.tensors and 2 * len(found.tensors) >= sum(most) and len(alike) < MAX_ALIKE:
            alike[".".join(nested)] = found
        if size > most:
            own = None if found.access is None else access
            found = found._replace(versions=_versions(inner, found.tensors))
            best, most = found._replace(nested=nested, access=own), size
        cfg_list = _cfg_list(inner)
        if cfg_list:
            lists.append(cfg_list)
    own = ".".join(best.nested)
    beside = (name for name, one in alike.items() if name != own and _same_names(one, best))
    return best._replace(cfg_lists=tuple(dict.fromkeys(lists)), beside=tuple(beside))


def _same_names(one: FoundTensors, best: FoundTensors) -> bool:
    """Whether a half of the tensors, but for a prefix, have the names of the others."""
    ends = [{key.removeprefix("module.") for key in found.tensors} for found in (one, best)]
    return 2 * len(ends[0] & ends[1]) >= len(ends[1])


def _containers(value: object) -> Iterator[tuple[tuple[str, ...], str | None, object]]:
    """Every container in a value, the outer ones first, each once, with the way to it."""
    waiting: deque[tuple[tuple[str, ...], str | None, object]] = deque([((), "", value)])
    seen = set()
    while waiting:
        nested, access, inner = waiting.popleft()
        if id(inner) in seen:
            continue
        seen.add(id(inner))
        yield nested, access, inner
        if len(nested) < MAX_DEPTH and _modules(inner) is None:
            for key, entry in _items(inner):
                if len(seen) + len(waiting) >= MAX_CONTAINERS:
                    break
                if isinstance(entry, dict | list | tuple | Inert | NumpyArray) and entry:
                    step = _step(inner, key, entry)
                    way = None if access is None or step is None else access + step
                    waiting.append(((*nested, _name(key)), way, entry))


def _step(container: object, key: object, entry: object) -> str | None:
    """The Python text that takes an entry of a container; None if there is none."""
    attributes = container.state if isinstance(container, Inert) else None
    if isinstance(attributes, dict) and attributes.get(key) is entry:
        return f".{key}" if isinstance(key, str) and key.isidentifier() else None
    if isinstance(key, str):
        plain = key.isprintable() and '"' not in key and "\\" not in key
        return f'["{key}"]' if plain else f"[{key!r}]"
    return f"[{key!r}]" if isinstance(key, int | bytes) else None


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


def _of_mapping(value: object) -> FoundTensors:
    """The entries of a mapping that are tensors or arrays; without tensors also pairs of arrays."""
    if isinstance(value, list | tuple | NumpyArray):
        return FoundTensors({})
    found: dict[str, StoredTensor] = {}
    arrays: set[str] = set()
    rest: dict[str, object] = {}
    for key, entry in _items(value):
        if isinstance(key, Inert):
            continue
        name = _name(key)
        tensor = entry.tensor if isinstance(entry, NumpyArray) else entry
        if isinstance(tensor, StoredTensor):
            found[name] = tensor
            if tensor is not entry:
                arrays.add(name)
        else:
            rest[name] = entry
    parts: dict[str, StoredTensor] = {}
    if len(found) == len(arrays):
        for name, entry in rest.items():
            if isinstance(entry, list | tuple | dict):
                inner = ((f"{name}.{part}", one.tensor) for part, one in _parts(entry))
                parts.update((key, tensor) for key, tensor in inner if tensor)
    access = None if parts else ""
    plain = tuple(rest) if isinstance(value, dict) and not parts else ()
    names = frozenset({*arrays, *parts})
    return FoundTensors({**found, **parts}, arrays=names, plain=plain, access=access)


def _parts(value: object) -> Iterator[tuple[str, NumpyArray]]:
    """The arrays of one layer: ``[weights, biases]``, or ``{"weights": ..., "biases": ...}``."""
    names: Mapping[Any, str] = PARTS if isinstance(value, dict) else PAIR
    found = [(names.get(key), entry) for key, entry in islice(_items(value), MAX_PARTS)]
    arrays = [(name, one) for name, one in found if name and isinstance(one, NumpyArray)]
    if len(arrays) == len(found):
        yield from arrays


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
        norms = (key.rpartition(".") for key in keys if _modules(value) is not None)
        return {name: COUNTED for name, _, part in norms if part == "running_mean"}
    state = value.attributes
    metadata = state.get("_metadata") if isinstance(state, dict) else None
    found = {}
    for name, own in metadata.items() if isinstance(metadata, dict) else ():
        version = own.get("version") if isinstance(own, dict) else None
        if isinstance(name, str) and type(version) is int:
            found[name] = version
    return found


#: The parts of a layer in a list of two arrays.
PAIR: dict[object, str] = {0: "weight", 1: "bias"}


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
