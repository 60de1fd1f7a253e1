"""The nearest name, for messages about unknown ones."""

from collections.abc import Iterable


def suggestion(name: str, known: Iterable[str]) -> str:
    """``"; did you mean X?"`` where a known name is near, else the empty string."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""
