"""Cfg lists that a builder looks up by itself, in its module or its class, by their names."""

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from vgginspect.errors import BuilderError
from vgginspect.text.printable import printable

#: Lists that a message names before the rest is counted.
SHOWN = 8
_NOTHING = object()


class ListPlace(NamedTuple):
    """Where a list is kept: how one writes it, and the mapping and key that lead to it."""

    text: str
    holder: dict[Any, Any]
    key: Any

    @property
    def in_dict(self) -> bool:
        """Whether it is looked up by a key, not by the name of a variable."""
        return self.text.endswith("]")


def places(builder: Callable[..., Any]) -> list[ListPlace]:
    """The cfg lists within reach of a builder: variables of its module, entries of dicts there.

    Dicts that are attributes of its class count as well.
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
    """Those of the places where a list with just these entries is."""
    return [place for place in found if list(place.holder[place.key]) == entries]


def named(found: list[ListPlace], entries: list[object], label: str) -> list[ListPlace]:
    """Places where a builder that takes the name of a list will find these entries.

    Where no dict has such a list yet, there will be one under ``label`` in each; where there is
    no dict of lists at all, there is no such place.
    """
    shelves = [place for place in found if place.in_dict]
    return holding(shelves, entries) or [
        ListPlace(f"{place.text.rpartition('[')[0]}[{label!r}]", place.holder, label)
        for place in {id(place.holder): place for place in shelves}.values()
    ]


@contextmanager
def put(cfg: list[Any], where: Iterable[ListPlace]) -> Iterator[None]:
    """Within, a list is in these places; afterwards, what was there before is."""
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
    """The error of a builder that takes no list, and has none that is the CONFIG's."""
    if not found:
        return BuilderError(
            f"{name} takes no cfg list, and its module has none; a builder takes the list, or the "
            "name of one"
        )
    texts = [printable(place.text) for place in found]
    more = f" and {len(texts) - SHOWN:,} more" if len(texts) > SHOWN else ""
    return BuilderError(
        f"{name} takes no cfg list, and none that its module has is that of the CONFIG: "
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
    """Whether something is a list with numbers in it, at the top or in pairs."""
    if not isinstance(value, (list, tuple)):
        return False
    flat = (part for entry in value for part in (entry if isinstance(entry, tuple) else (entry,)))
    return any(isinstance(entry, int) and not isinstance(entry, bool) for entry in flat)
