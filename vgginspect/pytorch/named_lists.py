"""Cfg lists that a builder looks up by name in its module or class."""

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from vgginspect.errors import BuilderError
from vgginspect.text.printable import printable

#: Maximum number of lists in a message.
SHOWN = 8
_NOTHING = object()


class ListPlace(NamedTuple):
    """Where a list is stored: its Python expression, and the dict and key that contain it."""

    text: str
    holder: dict[Any, Any]
    key: Any

    @property
    def in_dict(self) -> bool:
        """Whether the list is a dict entry, not a variable."""
        return self.text.endswith("]")


def places(builder: Callable[..., Any]) -> list[ListPlace]:
    """The cfg lists a builder can use: variables of its module, and entries of dicts in it.

    Dicts that are class attributes are included.
    """
    found = []
    for prefix, scope in _scopes(builder):
        for name, value in scope.items():
            if _is_cfg(value) and isinstance(scope, dict):
                found.append(ListPlace(name, scope, name))
            elif isinstance(value, dict) and not name.startswith("__"):
                found += [
                    ListPlace(f"{prefix}{name}[{key!r}]", value, key)
                    for key, entry in value.items()
                    if _is_cfg(entry)
                ]
    return found


def holding(found: Iterable[ListPlace], entries: list[object]) -> list[ListPlace]:
    """The places that contain a list with exactly these entries."""
    return [place for place in found if list(place.holder[place.key]) == entries]


def named(found: list[ListPlace], entries: list[object], label: str) -> list[ListPlace]:
    """The places in which a builder that takes a name will look up these entries.

    If no dict contains the list yet, ``label`` is used as a new key in every dict of lists; without
    such dicts the result is empty.
    """
    shelves = [place for place in found if place.in_dict]
    return holding(shelves, entries) or [
        ListPlace(f"{place.text.rpartition('[')[0]}[{label!r}]", place.holder, label)
        for place in {id(place.holder): place for place in shelves}.values()
    ]


@contextmanager
def put(cfg: list[Any], where: Iterable[ListPlace]) -> Iterator[None]:
    """Context manager: store a list in these places, and restore the old values afterwards."""
    kept = [(place, place.holder.get(place.key, _NOTHING)) for place in where]
    for place, _ in kept:
        place.holder[place.key] = cfg
    try:
        yield
    finally:
        for place, value in kept:
            if value is _NOTHING:
                del place.holder[place.key]
            else:
                place.holder[place.key] = value


def missing(name: str, found: list[ListPlace]) -> BuilderError:
    """The error for a builder that takes no list and has no list equal to the CONFIG."""
    if not found:
        return BuilderError(
            f"{name} has no parameter for a cfg list, and its module has no list; a builder must "
            "take the list or its name"
        )
    texts = [printable(place.text) for place in found]
    more = f" and {len(texts) - SHOWN:,} more" if len(texts) > SHOWN else ""
    return BuilderError(
        f"{name} has no parameter for a cfg list, and no list in its module equals the CONFIG: "
        f"{', '.join(texts[:SHOWN])}{more}"
    )


def _scopes(builder: Callable[..., Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    while isinstance(builder, functools.partial):
        builder = builder.func
    builder = inspect.unwrap(builder)
    owner = getattr(builder, "__self__", None) or builder
    kind = owner if inspect.isclass(owner) else type(owner)
    module = sys.modules.get(getattr(builder, "__module__", None) or kind.__module__)
    if module is not None:
        yield "", vars(module)
    for base in inspect.getmro(kind):
        if not base.__module__.startswith(("torch.", "builtins", "functools")):
            yield f"{base.__name__}.", vars(base)


def _is_cfg(value: object) -> bool:
    """Whether a value is a list that contains numbers, directly or in pairs."""
    if not isinstance(value, (list, tuple)):
        return False
    flat = (part for entry in value for part in (entry if isinstance(entry, tuple) else (entry,)))
    return any(isinstance(entry, int) and not isinstance(entry, bool) for entry in flat)
