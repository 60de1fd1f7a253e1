"""Paths into the JSON document: ``totals.params``, ``layers.conv4_2.output_shape``, ``steps.3``.

Indices start at 0, as in Python and jq; negative ones count from the end. Entries can also be
selected by name, layers also by path; ``layers[0]`` equals ``layers.0``. Only the fields on the
path are computed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vgginspect.errors import ConfigError
from vgginspect.text.printable import printable

#: Fields by which array entries can be selected.
_NAMES = ("name", "path", "config", "label", "text")


def get(document: Mapping[str, Callable[[], Any]], path: str) -> Any:
    """The value at a path of a document with lazily computed fields.

    Raises:
        ConfigError: there is no such entry; the message names the valid part of the path and the
            available entries.
    """
    plain = re.sub(r"\[([^][]*)\]", r".\1", path)
    first, *rest = [part for part in plain.split(".") if part] or [""]
    if first not in document:
        raise _missing("", first, document, _inner(document, first))
    value: Any = document[first]()
    walked = first
    while rest:
        if isinstance(value, Iterator):
            value, rest, step = _from_stream(value, rest, walked)
        else:
            value, rest, step = _from_value(value, rest, walked)
        walked = f"{walked}.{step}"
    return list(value) if isinstance(value, Iterator) else value


def bare(value: Any) -> str:
    """A value for scripts: strings without quotes, everything else as JSON."""
    if isinstance(value, str):
        return value
    from json import dumps

    return dumps(value)


def _from_stream(stream: Iterator[Any], rest: list[str], walked: str) -> tuple[Any, list[str], str]:
    part = rest[0]
    wanted = _index(part)
    if wanted is None or wanted < 0:
        return _from_value(list(stream), rest, walked)
    count = 0
    for entry in stream:
        if count == wanted:
            return entry, rest[1:], part
        count += 1
    raise _beyond(walked, count, part)


def _from_value(value: Any, rest: list[str], walked: str) -> tuple[Any, list[str], str]:
    part = rest[0]
    if isinstance(value, Mapping):
        # Keys such as "features.0.weight" have dots of their own: the longest match wins.
        for length in range(len(rest), 0, -1):
            key = ".".join(rest[:length])
            if key in value:
                return value[key], rest[length:], key
        raise _missing(walked, part, value)
    if isinstance(value, list):
        return _from_list(value, rest, walked)
    raise ConfigError(f"{printable(walked)} is {bare(value)[:60]}; it has no entry {part[:40]!r}")


def _from_list(value: list[Any], rest: list[str], walked: str) -> tuple[Any, list[str], str]:
    part = rest[0]
    index = _index(part)
    if index is not None:
        if -len(value) <= index < len(value):
            return value[index], rest[1:], part
        raise _beyond(walked, len(value), part)
    known: list[str] = []
    for field in _NAMES:
        names = [str(entry[field]) for entry in value if _is_named(entry, field)]
        # A value shared by several entries (edits of one config) does not identify one of them.
        shared = field in ("config", "label") and len(set(names)) < len(names)
        if shared or len(names) < len(value):
            continue
        for entry, name in zip(value, names, strict=True):
            length = name.count(".") + 1
            if name == ".".join(rest[:length]):
                return entry, rest[length:], name
        known = known or names
    raise _missing(walked, part, known)


def _index(part: str) -> int | None:
    """A part of a path as an index, or None; a very long one is truncated to its first digits."""
    return int(part[:20]) if re.fullmatch("-?[0-9]+", part) else None


def _is_named(entry: Any, field: str) -> bool:
    return isinstance(entry, Mapping) and isinstance(entry.get(field), str)


def _beyond(walked: str, count: int, part: str) -> ConfigError:
    there = f"{count:,} entries, 0 to {count - 1}" if count > 1 else f"{count or 'no'} entry"
    return ConfigError(f"{printable(walked)} has {there}; there is no entry {printable(part[:40])}")


def _inner(document: Mapping[str, Callable[[], Any]], part: str) -> str:
    """The path of the totals or options to a name that was given without them, or nothing."""
    for field in ("totals", "config"):
        inside = document[field]() if field in document else None
        if isinstance(inside, Mapping) and part in inside:
            return f"{field}.{part}"
    return ""


def _missing(walked: str, part: str, known: Any, meant: str = "") -> ConfigError:
    from vgginspect.text.suggest import suggestion

    where = f"in {printable(walked)}" if walked else "in the document"
    names = list(known)
    listed = ", ".join(names[:40]) + (", …" if len(names) > 40 else "")
    there = f"\n  the entries are {listed}" if names else "\n  the entries are 0, 1, …"
    hint = f"; did you mean {meant}?" if meant else suggestion(part, names)
    return ConfigError(f"no entry {part[:40]!r} {where}{hint}{there}")
