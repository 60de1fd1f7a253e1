"""SVG files."""

from importlib import import_module

from vgginspect.draw import STYLES
from vgginspect.draw.palette import style_sheet
from vgginspect.draw.svg import Picture
from vgginspect.lang import Words
from vgginspect.plans import Plan


def picture(plan: Plan, style: str, words: Words) -> Picture:
    """The picture of a Plan in a style of ``STYLES``."""
    drawn: Picture = import_module(STYLES[style]).draw(plan, words)
    return drawn


def write(plan: Plan, suffix: str, style: str, words: Words) -> bytes:
    """The picture as an SVG document."""
    return picture(plan, style, words).svg(style_sheet()).encode()
