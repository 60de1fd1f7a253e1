"""PNG and PDF files, made with vl-convert, whose wheels include resvg, svg2pdf and fonts."""

from typing import Any

from vgginspect.drawing import Order
from vgginspect.drawing.vector import document, picture
from vgginspect.errors import DependencyError
from vgginspect.network.plan import Plan

#: Pixels of a PNG per pixel of the drawing, and the maximum for the whole PNG.
SCALE, MAX_PIXELS = 2.0, 40e6


def write(plan: Plan, order: Order) -> bytes:
    """The picture as a PNG (twice the drawing's size, up to ``MAX_PIXELS``) or a PDF.

    The theme ``auto`` means light here.

    Raises:
        DependencyError: vl-convert is missing.
    """
    converter = _converter()
    drawn = picture(plan, order)
    text = document(drawn, order, "dark" if order.theme == "dark" else "light")
    made: bytes
    if order.suffix == ".pdf":
        made = converter.svg_to_pdf(text)
    else:
        scale = min(SCALE, (MAX_PIXELS / (drawn.width * drawn.height)) ** 0.5)
        made = converter.svg_to_png(text, scale=scale)
    return made


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise DependencyError(
            "PNG and PDF pictures need vl-convert\n"
            "  pip install 'vgginspect[draw]', or draw an .svg"
        ) from None
    return vl_convert
