"""The ``table`` format in colour."""

from collections.abc import Iterator
from functools import lru_cache

from rich.color import ColorSystem
from rich.style import Style

from vgginspect.render.text import text_lines
from vgginspect.report.model import Report

#: Style name -> rich style. Only the terminal's own sixteen colours, which fit its background.
STYLES = {
    "title": "bold",
    "heading": "bold cyan",
    "faint": "dim",
    "new": "green",
    "token": "bold magenta",
    "name": "cyan",
    "number": "bold",
    "good": "green",
    "bad": "bold red",
    "column_share": "blue",
}


@lru_cache
def _style(name: str) -> Style:
    return Style.parse(STYLES.get(name, ""))


def colour_lines(report: Report, width: int | None) -> Iterator[str]:
    """The report's lines with the terminal's colour codes."""
    for row in text_lines(report, width):
        yield (
            "".join(
                _style(style).render(text, color_system=ColorSystem.STANDARD)
                for text, style in row.spans
            ).rstrip()
            + "\n"
        )
