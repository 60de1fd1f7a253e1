"""SVG files."""

from importlib import import_module

from vgginspect.drawing import STYLES, USUAL_STYLE, Order
from vgginspect.drawing.palette import style_sheet
from vgginspect.drawing.shapes import Drawing
from vgginspect.drawing.svg import svg
from vgginspect.network.plan import Plan


def picture(plan: Plan, order: Order) -> Drawing:
    """The picture of a Plan in the order's style."""
    module = import_module(STYLES[order.style or USUAL_STYLE])
    drawn: Drawing = module.draw(plan, order)
    return drawn


def document(drawn: Drawing, order: Order, theme: str) -> str:
    """A picture as an SVG document."""
    sheet = style_sheet(theme, order.words("draw_fonts"), drawn.styles())
    return svg(drawn, sheet, order.words.language)


def write(plan: Plan, order: Order) -> bytes:
    """The picture as an SVG document."""
    return document(picture(plan, order), order, order.theme or "light").encode()
