"""PNG and PDF files, by CairoSVG."""

from typing import Any

from vgginspect.draw.vector import write as write_svg
from vgginspect.errors import DependencyError
from vgginspect.lang import Words
from vgginspect.plans import Plan

#: Pixels of a PNG for each pixel of the drawing.
SCALE = 2.0


def write(plan: Plan, suffix: str, style: str, words: Words) -> bytes:
    """The picture as a PNG (in twice the drawing's size) or a PDF.

    Raises:
        DependencyError: CairoSVG, or the cairo library that it uses, is missing.
    """
    cairosvg = _cairosvg()
    convert = {".png": cairosvg.svg2png, ".pdf": cairosvg.svg2pdf}[suffix]
    made: bytes = convert(bytestring=write_svg(plan, suffix, style, words), scale=SCALE)
    return made


def _cairosvg() -> Any:
    try:
        import cairosvg
    except ImportError:
        raise DependencyError(
            "PNG and PDF pictures need CairoSVG\n  pip install 'vgginspect[draw]', or draw an .svg"
        ) from None
    except OSError as error:
        raise DependencyError(
            f"CairoSVG finds no cairo library: {str(error).splitlines()[0]}\n"
            "  install cairo (libcairo2), or draw an .svg"
        ) from None
    return cairosvg
