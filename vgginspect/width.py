"""How many cells of a terminal a text takes."""

from unicodedata import combining, east_asian_width


def cell_width(text: str) -> int:
    """Cells a text takes: two for a wide East Asian character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )
