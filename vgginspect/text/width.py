"""How many cells of a terminal a text takes."""

from functools import lru_cache
from unicodedata import category, combining, east_asian_width

#: What joins the character before it without being a mark: vowels and final consonants of Hangul
#: written in jamo, and the skin tones of emoji.
_JOINING = (("\u1160", "\u11ff"), ("\ud7b0", "\ud7ff"), ("\U0001f3fb", "\U0001f3ff"))
#: Asks for the wide, colourful form of the character before it.
_EMOJI_STYLE = "\ufe0f"


def cell_width(text: str) -> int:
    """Cells a text takes: two for a wide character, none for one that joins another."""
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
    cells = [_cells(char) for char in text]
    widened = zip(cells, text[1:], strict=False)
    return sum(cells) + sum(before == 1 and char == _EMOJI_STYLE for before, char in widened)


def _cells(char: str) -> int:
    if combining(char) or category(char) in ("Mn", "Me", "Cf"):
        return 0
    if any(first <= char <= last for first, last in _JOINING):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
