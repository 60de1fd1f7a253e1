"""SVG files."""

from importlib import import_module

from vgginspect.draw import STYLES, USUAL_STYLE, Order
from vgginspect.draw.palette import style_sheet
from vgginspect.draw.svg import Picture
from vgginspect.network.plan import Plan


def picture(plan: Plan, order: Order) -> Picture:
    """The picture of a Plan in the order's style."""
    module = import_module(STYLES[order.style or USUAL_STYLE])
    drawn: Picture = module.draw(plan, order.words, order.title)
    return drawn


def svg(drawn: Picture, order: Order, theme: str) -> str:
    """A picture as an SVG document."""
    sheet = style_sheet(theme, order.words("draw_fonts"))
    return drawn.svg(sheet, order.words.language)


def write(plan: Plan, order: Order) -> bytes:
    """The picture as an SVG document."""
    return svg(picture(plan, order), order, order.theme).encode()
