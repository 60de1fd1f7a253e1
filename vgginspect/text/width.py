"""The width of a text in terminal cells."""

from functools import lru_cache
from unicodedata import category, combining, east_asian_width

#: Characters that join the one before them without being marks: vowels and final consonants of
#: Hangul written in jamo, and the skin tones of emoji.
_JOINING = (("\u1160", "\u11ff"), ("\ud7b0", "\ud7ff"), ("\U0001f3fb", "\U0001f3ff"))
#: Selects the wide, coloured form of the character before it.
_EMOJI_STYLE = "\ufe0f"


def cell_width(text: str) -> int:
    """The width in cells: two for a wide character, none for one that joins another."""
    if text.isascii():
        return len(text)
    return _width(text)


def pad(text: str, width: int, right: bool) -> str:
    """The text padded with spaces to that many cells, at the end, or at the start if ``right``."""
    if not text.isascii():
        # Python pads by characters, not by cells.
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
