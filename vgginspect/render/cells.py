"""Cells: format a value for reading (``shown``) or for programs (``plain``)."""

from typing import Any

from vgginspect.lang import Words
from vgginspect.shape import shape_text
from vgginspect.text.printable import printable

#: Width of the bar after a share.
BAR_WIDTH = 10
_EIGHTHS = " ▏▎▍▌▋▊▉"


def shown(value: Any, kind: str, words: Words) -> str:
    """A value formatted for reading; empty for None."""
    if value is None:
        return ""
    if kind == "sides" and isinstance(value, list):
        return "×".join(f"{number:,}" for number in value)
    if kind in ("count", "sides"):
        return f"{value:,}"
    if kind == "millions":
        return f"{value / 1e6:,.2f}" if value else "0"
    if kind == "megabytes":
        return f"{value / 1e6:,.3f}" if value else "0"
    if kind in ("shape", "size"):
        return shape_text(value)
    if kind == "share":
        return f"{value:.1%} {bar(value)}"
    if kind == "difference":
        return f"{value:+,}".replace("-", "−") if value else "0"
    if kind == "ratio":
        return f"×{value:,.3f}"
    if kind == "explained":
        return plain(value, kind)
    if kind == "list" or isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    if kind == "flag":
        return words.word("yes" if value else "no")
    if kind == "word":
        return printable(words.word(value))
    return printable(str(value))


def plain(value: Any, kind: str) -> str:
    """A value for CSV: shapes as ``3x224x224``, other lists separated by spaces, exact numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if kind == "explained":
        return "; ".join(filter(None, value))
    if isinstance(value, (list, tuple)):
        return ("x" if kind in ("shape", "size", "sides") else " ").join(map(str, value))
    return str(value)


def bar(share: float) -> str:
    """A bar of ``BAR_WIDTH`` cells, in eighths of a cell; any share above 0 is visible."""
    eighths = round(share * BAR_WIDTH * 8)
    if share > 0:
        eighths = max(eighths, 1)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(BAR_WIDTH)
