"""How wide a text will be: an estimate that is rather too large than too small.

The font is the reader's, so nothing is certain. The widths are those of Helvetica and Arial by
classes of letters, and a tenth more.
"""

from typing import NamedTuple
from unicodedata import east_asian_width

FONT = "Helvetica, Arial, 'Liberation Sans', 'Noto Sans CJK KR', sans-serif"
_NARROW, _WIDE = frozenset("iljtfrI.,:;|!'()[]/ -·"), frozenset("mwMW@%×→—")
_MARGIN = 1.1


class Box(NamedTuple):
    """A rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether two boxes share some area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def text_width(text: str, size: float) -> float:
    """Width of a text in a font of that size, in the same unit."""
    return size * _MARGIN * sum(map(_em, text))


def _em(char: str) -> float:
    if char in _NARROW:
        return 0.34
    if char in _WIDE:
        return 0.9
    if east_asian_width(char) in "WF":
        return 1.0
    return 0.7 if char.isupper() else 0.57


def shorten(text: str, size: float, width: float) -> str:
    """A text cut to a width, with an ellipsis where something is cut."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text + "…"
