"""Pictures in a real browser: letters are where we reckon them, and colours follow the mode."""

import json
import random
from math import hypot
from pathlib import Path

import pytest
from chromium import ask, needs_chromium, screenshot
from pictures import separated

from vgginspect import plan
from vgginspect.drawing import STYLES, Order, draw
from vgginspect.drawing.palette import KINDS, shade
from vgginspect.drawing.shapes import Label, Point
from vgginspect.drawing.text_size import text_width
from vgginspect.drawing.vector import picture
from vgginspect.errors import ConfigError
from vgginspect.lang import words

styles = pytest.mark.parametrize("style", STYLES)
LONG = ",".join(["32"] * 8 + ["M"] + ["64"] * 20 + ["M"] + ["128"] * 28 + ["M", "C", "A"])
#: The boxes of the texts of several pictures in one page, each relative to its picture.
MEASURE = """[...document.querySelectorAll('svg')].map(svg => {
  const at = svg.getBoundingClientRect()
  return [...svg.querySelectorAll('text')].map(text => {
    const box = text.getBoundingClientRect()
    const edges = [box.left - at.left, box.top - at.top, box.right - at.left, box.bottom - at.top]
    return [...edges, text.getComputedTextLength()]
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
        drawn = picture(grown, order)
        assert len(drawn.labels) == len(measured)
        for label, (left, top, right, bottom, length) in zip(drawn.labels, measured, strict=True):
            assert length <= text_width(label.text, label.size, label.bold) + 1.5, label
            box = label.box
            x, y = (left + right) / 2 + drawn.box.left, (top + bottom) / 2 + drawn.box.top
            assert box.left < x < box.right, label
            assert box.top < y < box.bottom, label


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
    [measured] = ask(svg, MEASURE, tmp_path)
    labels = picture(plan("E+bn"), order).labels
    if adjusted:
        for label, (*_, length) in zip(labels, measured, strict=True):
            assert length <= text_width(label.text, label.size, label.bold) + 1, label
    assert not meeting(labels, measured)


def meeting(labels: tuple[Label, ...], measured: list[list[float]]) -> list[tuple[str, str]]:
    """Pairs of texts that share some area, each as long as the browser makes it."""
    outlines: list[tuple[Point, ...]] = []
    found = []
    for label, (*_, length) in zip(labels, measured, strict=True):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = label.outline
        less = 1 - length / hypot(x1 - x0, y1 - y0)
        at = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
        x, y = (x1 - x0) * less, (y1 - y0) * less
        outline = (
            (x0 + x * at, y0 + y * at),
            (x1 - x * (1 - at), y1 - y * (1 - at)),
            (x2 - x * (1 - at), y2 - y * (1 - at)),
            (x3 + x * at, y3 + y * at),
        )
        found += [
            (labels[index].text, label.text)
            for index, other in enumerate(outlines)
            if not separated(other, outline)
        ]
        outlines.append(outline)
    return found


def test_texts_of_random_networks_do_not_meet(tmp_path: Path) -> None:
    chance = random.Random(18)
    plans = []
    while len(plans) < 12:
        convs = [
            chance.choice([1, 8, 64, 100, 512, 4096, 12345]) for _ in range(chance.randint(1, 30))
        ]
        tokens = [
            chance.choice(["M", "A", "C", "LRN", "conv1-8s2"]) if chance.random() < 0.3 else conv
            for conv in convs
        ]
        options = {"batch_norm": chance.random() < 0.5, "features_only": chance.random() < 0.3}
        try:
            plans.append(plan([8, *tokens], **options))
        except ConfigError:
            continue
    order = Order(words("en"))
    body = "".join(draw(grown, order).decode() for grown in plans)
    for grown, measured in zip(plans, ask(body, MEASURE, tmp_path), strict=True):
        assert not meeting(picture(grown, order).labels, measured), grown.config


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@styles
def test_a_browser_paints_it_in_the_readers_mode(style: str, dark: bool, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="pillow is not installed")
    order = Order(words("en"), style=style, theme="auto")
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
        colour = shade(f"{kind} front", dark) if style == "blocks" else KINDS[kind][dark]
        assert colours.get(rgb(colour), 0) > 100, kind
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
