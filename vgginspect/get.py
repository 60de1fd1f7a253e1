"""Paths into the JSON document: ``totals.params``, ``layers.conv4_2.output_shape``, ``steps.3``.

An index counts from 0, as in Python and jq, and from the end when negative. Layers also answer
to their name and their path. Only what the path leads through is worked out.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from vgginspect.errors import ConfigError
from vgginspect.parse import printable


def get(document: Mapping[str, Callable[[], Any]], path: str) -> Any:
    """The value at a path of a document whose fields are made when asked for.

    Raises:
        ConfigError: nothing stands there; the message says how far the path leads and what
            there is.
    """
    first, *rest = [part for part in path.split(".") if part] or [""]
    if first not in document:
        raise _missing("", first, document)
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
    """A value as a script wants it: text without quotes, all else as JSON."""
    if isinstance(value, str):
        return value
    from json import dumps

    return dumps(value)


def _from_stream(stream: Iterator[Any], rest: list[str], walked: str) -> tuple[Any, list[str], str]:
    part = rest[0]
    if part.isdecimal():
        found = list(islice(stream, int(part), int(part) + 1)) if len(part) < 16 else []
        if found:
            return found[0], rest[1:], part
        raise ConfigError(f"{printable(walked)} has no entry {printable(part[:40])}")
    return _from_value(list(stream), rest, walked)


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
    raise ConfigError(f"{printable(walked)} is {bare(value)[:60]}, and has no {part[:40]!r} in it")


def _from_list(value: list[Any], rest: list[str], walked: str) -> tuple[Any, list[str], str]:
    part = rest[0]
    if part.lstrip("-").isdecimal() and len(part) < 16:
        index = int(part)
        if -len(value) <= index < len(value):
            return value[index], rest[1:], part
        raise ConfigError(f"{printable(walked)} has {len(value)} entries, none at {part}")
    named = [entry for entry in value if isinstance(entry, Mapping) and "name" in entry]
    for entry in named:
        if entry["name"] == part:
            return entry, rest[1:], part
        if entry["path"] == part or entry["path"] == ".".join(rest[:2]):
            length = entry["path"].count(".") + 1
            return entry, rest[length:], entry["path"]
    raise _missing(walked, part, [entry["name"] for entry in named])


def _missing(walked: str, part: str, known: Any) -> ConfigError:
    from vgginspect.suggest import suggestion

    where = f"in {printable(walked)}" if walked else "in the document"
    names = list(known)
    listed = ", ".join(names[:40]) + (", …" if len(names) > 40 else "")
    there = f"\n  there is {listed}" if names else "\n  its entries are numbered 0, 1, …"
    return ConfigError(f"nothing called {part[:40]!r} {where}{suggestion(part, names)}{there}")
