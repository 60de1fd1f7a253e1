"""How many cells of a terminal a text takes."""

from functools import lru_cache
from unicodedata import combining, east_asian_width


def cell_width(text: str) -> int:
    """Cells a text takes: two for a wide East Asian character, none for a combining one."""
    if text.isascii():
        return len(text)
    return _width(text)


def pad(text: str, width: int, right: bool) -> str:
    """The text with spaces around it up to that many cells, at its end or (right) its start."""
    if not text.isascii():
        # What Python's own padding takes for a cell is a character.
        width += len(text) - _width(text)
    return text.rjust(width) if right else text.ljust(width)


@lru_cache(maxsize=4096)
def _width(text: str) -> int:
    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )
