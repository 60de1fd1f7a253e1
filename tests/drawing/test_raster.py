import struct
import subprocess
import sys

import pytest

from vgginspect import plan
from vgginspect.drawing import STYLES, Order, draw
from vgginspect.drawing.raster import MAX_PIXELS
from vgginspect.drawing.vector import picture
from vgginspect.lang import words

EN = words("en")
styles = pytest.mark.parametrize("style", STYLES)


@pytest.fixture
def converter() -> object:
    return pytest.importorskip("vl_convert", reason="vl-convert is not installed")


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@styles
@pytest.mark.usefixtures("converter")
def test_a_png_has_twice_the_pixels(style: str) -> None:
    order = Order(EN, style=style)
    drawn = picture(plan("A"), order)
    width, height = size(draw(plan("A"), order._replace(suffix=".png")))
    assert abs(width - 2 * drawn.width) <= 2
    assert abs(height - 2 * drawn.height) <= 2


@styles
@pytest.mark.usefixtures("converter")
def test_a_pdf(style: str) -> None:
    made = draw(plan("A"), Order(EN, suffix=".pdf", style=style))
    assert made.startswith(b"%PDF")
    assert made.rstrip().endswith(b"%%EOF")


@pytest.mark.usefixtures("converter")
def test_auto_and_the_usual_theme_are_light_and_dark_is_another_picture() -> None:
    usual, auto, light, dark = (
        draw(plan("8"), Order(EN, suffix=".png", theme=theme))
        for theme in ("", "auto", "light", "dark")
    )
    assert usual == auto == light != dark


@pytest.mark.usefixtures("converter")
def test_a_huge_picture_makes_a_png_of_bearable_size() -> None:
    order = Order(EN, style="growth", suffix=".png")
    grown = plan([8] * 240, features_only=True)
    drawn = picture(grown, order)
    width, height = size(draw(grown, order))
    assert 4 * drawn.width * drawn.height > MAX_PIXELS
    assert width * height <= 1.01 * MAX_PIXELS


@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_without_vl_convert_a_message_says_what_to_install(suffix: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / f"A.{suffix}"
    program = (
        "import sys; sys.modules['vl_convert'] = None\nfrom vgginspect.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "draw", "A", "-o", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "vgginspect: PNG and PDF pictures need vl-convert\n"
        "  pip install 'vgginspect[draw]', or draw an .svg\n"
    )
    assert not file.exists()
