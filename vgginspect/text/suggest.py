"""Suggest the most similar name in error messages."""

import math
from collections.abc import Callable, Iterable, Mapping


def suggestion(
    name: str, known: Iterable[str], key: Callable[[str], str] = lambda name: name
) -> str:
    """``"; did you mean X?"`` if a known name is similar, else the empty string.

    ``key`` normalises names before comparison; ``known`` may map normalised names to names. Among
    equally similar names, the one with the closest number is preferred, then the first.
    """
    from difflib import SequenceMatcher

    names = known if isinstance(known, Mapping) else {entry: entry for entry in known}
    wanted = key(name)
    matcher = SequenceMatcher(b=wanted)
    best, nearest = "", (0.6, -math.inf)
    for candidate in names:
        matcher.set_seq1(candidate)
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < nearest[0]:
            continue
        near = (matcher.ratio(), -abs(_digits(candidate) - _digits(wanted)))
        if near > nearest:
            best, nearest = candidate, near
    return f"; did you mean {names[best]}?" if best else ""


def _digits(name: str) -> int:
    return int("".join(char for char in name[:60] if char in "0123456789") or 0)
