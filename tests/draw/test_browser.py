"""Pictures in a real browser: letters are where we reckon them, and colours follow the mode."""

import json
from pathlib import Path

import pytest
from chromium import ask, needs_chromium, screenshot

from vgginspect import plan
from vgginspect.draw import STYLES, Order, draw
from vgginspect.draw.palette import KINDS
from vgginspect.draw.text_size import Box
from vgginspect.draw.vector import picture
from vgginspect.lang import words

styles = pytest.mark.parametrize("style", STYLES)
LONG = ",".join(["32"] * 8 + ["M"] + ["64"] * 20 + ["M"] + ["128"] * 28 + ["M", "C", "A"])
#: The boxes of the texts of several pictures in one page, each relative to its picture.
MEASURE = """[...document.querySelectorAll('svg')].map(svg => {
  const at = svg.getBoundingClientRect()
  return [...svg.querySelectorAll('text')].map(text => {
    const box = text.getBoundingClientRect()
    return [box.left - at.left, box.top - at.top, box.right - at.left, box.bottom - at.top]
  })
})"""

pytestmark = needs_chromium


@pytest.mark.parametrize("language", ["en", "ko"])
@styles
def test_letters_stay_in_the_boxes_they_are_given(
    style: str, language: str, tmp_path: Path
) -> None:
    """Sideways; upwards a browser's boxes hold the room of the font's tallest letters too."""
    order = Order(words(language), style=style)
    plans = [plan(cfg) for cfg in ("A", "D+bn", "8+hidden=none", LONG)]
    body = "".join(draw(grown, order).decode() for grown in plans)
    for grown, measured in zip(plans, ask(body, MEASURE, tmp_path), strict=True):
        labels = picture(grown, order).labels
        assert len(labels) == len(measured)
        for label, (left, top, right, bottom) in zip(labels, measured, strict=True):
            box = label.box
            if label.vertical:
                assert box.top - 1 <= top <= bottom <= box.bottom + 1, label
                assert box.left < (left + right) / 2 < box.right, label
            else:
                assert box.left - 1.5 <= left <= right <= box.right + 1.5, label
                assert box.top < (top + bottom) / 2 < box.bottom, label


@pytest.mark.parametrize("adjusted", [True, False])
@styles
def test_letters_of_a_wider_font_do_not_meet_either(
    style: str, adjusted: bool, tmp_path: Path
) -> None:
    """DejaVu Sans, the widest of the usual ones, stands in where nothing like Helvetica is.

    A viewer that knows no ``font-size-adjust`` does not make it smaller.
    """
    order = Order(words("en"), style=style)
    svg = draw(plan("E+bn"), order).decode()
    assert "font-family:Helvetica" in svg
    assert "font-size-adjust:ch-width" in svg
    svg = svg.replace("font-family:Helvetica", "font-family:DejaVu Sans")
    if not adjusted:
        svg = svg.replace("font-size-adjust:ch-width", "font-size-adjust:none;x:")
    measured = ask(svg, MEASURE, tmp_path)[0]
    labels = picture(plan("E+bn"), order).labels
    boxes = []
    for label, (left, top, right, bottom) in zip(labels, measured, strict=True):
        # The letters themselves: without the room that a font keeps above and below.
        box = label.box
        boxes.append(
            Box(box.left, top, box.right, bottom)
            if label.vertical
            else Box(left, box.top, right, box.bottom)
        )
        if adjusted:
            assert right - left <= box.right - box.left + 1 or label.vertical, label
            assert bottom - top <= box.bottom - box.top + 1 or not label.vertical, label
    for index, box in enumerate(boxes):
        near = [labels[other].text for other in range(index) if box.overlaps(boxes[other])]
        assert not near, (labels[index].text, near)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@styles
def test_a_browser_paints_it_in_the_readers_mode(style: str, dark: bool, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="pillow is not installed")
    order = Order(words("en"), style=style)
    file = tmp_path / "picture.svg"
    file.write_bytes(draw(plan("A"), order))
    drawn = picture(plan("A"), order)
    width, height = int(drawn.width), int(drawn.height)
    screenshot(file, width, height, dark)
    with image.open(file.with_suffix(".png")) as png:
        assert png.size == (width, height)
        colours = {colour[:3]: count for count, colour in png.convert("RGB").getcolors(1 << 24)}
    paper = rgb("#14171a" if dark else "#ffffff")
    assert max(colours, key=lambda colour: colours[colour]) == paper
    for kind in ("conv", "maxpool"):
        assert colours.get(rgb(KINDS[kind][dark]), 0) > 100, kind
    ink = rgb("#f0f0f0" if dark else "#1a1a1a")
    assert colours.get(ink, 0) > 50


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


@styles
def test_two_pictures_in_one_page_keep_their_names_and_the_page_its_style(
    style: str, tmp_path: Path
) -> None:
    order = Order(words("en"), style=style)
    body = "<p class=bold>text</p>" + "".join(draw(plan(c), order).decode() for c in ("A", "B"))
    asked = {
        "named": "[...document.querySelectorAll('svg')].map(s=>s.getAttribute('aria-labelledby')"
        ".split(' ').map(i=>document.getElementById(i).textContent)[0])",
        "weight": "getComputedStyle(document.querySelector('p')).fontWeight",
    }
    expression = ",".join(f"{json.dumps(key)}:{value}" for key, value in asked.items())
    found = ask(body, f"{{{expression}}}", tmp_path)
    assert found == {"named": ["A (vgg11)", "B (vgg13)"], "weight": "400"}
