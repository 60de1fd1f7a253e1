"""Estimate the width of a text, rather too wide than too narrow.

The viewer's font is not known. The widths are those of Helvetica (the same in Arial, Liberation
Sans and Nimbus Sans), plus 10 %.
"""

from functools import lru_cache
from typing import NamedTuple

#: Width in thousandths of the font size -> the characters of that width (Helvetica's metrics,
#: except for ``×``, which Korean fonts draw as wide as their letters).
_REGULAR = {
    191: "'", 222: "ijl", 260: "|", 278: " !,./:;I[\\]ft·", 333: "()-`r", 334: "{}", 355: '"',
    389: "*", 469: "^", 500: "Jckvsxyz", 556: "#$0123456789?L_abdeghnopqu–", 584: "+<=>~−",
    611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 920: "×",
    944: "W", 1000: "→…—", 1015: "@",
}  # fmt: skip
_BOLD = {
    238: "'", 278: " ,./I\\ijl·", 280: "|", 333: "!()-:;[]`ft", 389: "*r{}", 474: '"', 500: "z",
    556: "#$0123456789J_aceksvxy–", 584: "+<=>^~−", 611: "?FLTZbdghnopqu", 667: "EPSVXY",
    722: "&ABCDHKNRU", 778: "GOQw", 833: "M", 889: "%m", 920: "×", 944: "W", 975: "@", 1000: "→…—",
}  # fmt: skip
#: Allowance for similar but wider fonts.
_SLACK = 1.1
#: Ascent and descent of letters, in font sizes.
ASCENT, DESCENT = 0.8, 0.24


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


@lru_cache(maxsize=2)
def _widths(bold: bool) -> dict[str, float]:
    table = _BOLD if bold else _REGULAR
    return {char: width / 1000 * _SLACK for width, chars in table.items() for char in chars}


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of a text in a font of that size, in the same unit."""
    widths = _widths(bold)
    return size * sum(widths[char] if char in widths else _unusual(char) for char in text)


def _unusual(char: str) -> float:
    """Width of a character that is not in the tables, in font sizes."""
    from unicodedata import combining, east_asian_width

    if combining(char):
        return 0.0
    if ord(char) > 0xFFFF:
        return 1.4
    return 1.05 if east_asian_width(char) in "WF" else 0.9


def shorten(text: str, size: float, width: float, bold: bool = False) -> str:
    """A text shortened to a width, with an ellipsis if something was removed."""
    if text_width(text, size, bold) <= width:
        return text
    room = width - text_width("…", size, bold)
    kept = 0
    for char in text:
        room -= text_width(char, size, bold)
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + "…"
