"""The nearest name, for messages about unknown ones."""

from collections.abc import Callable, Iterable, Mapping


def suggestion(
    name: str, known: Iterable[str], key: Callable[[str], str] = lambda name: name
) -> str:
    """``"; did you mean X?"`` where a known name is near, else the empty string.

    Names are compared as ``key`` makes them; ``known`` may map such keys to names.
    """
    from difflib import get_close_matches

    names = known if isinstance(known, Mapping) else {entry: entry for entry in known}
    near = get_close_matches(key(name), list(names), 1, 0.6)
    return f"; did you mean {names[near[0]]}?" if near else ""
