"""Colours: kinds differ to every kind of eye and in grey, and text on them can be read."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from vgginspect import plan
from vgginspect.drawing import STYLES, THEMES, Order, draw
from vgginspect.drawing.palette import BASE, KINDS, shade, style_sheet
from vgginspect.lang import words

MODES = pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
PAPER, INK = ("#ffffff", "#14171a"), ("#1a1a1a", "#f0f0f0")
FAINT = ("#595959", "#b4b4b4")
#: Text on the full colour of a kind.
ON = "#101010"

#: What an eye without one kind of cone sees of linear RGB (Machado, Oliveira, Fernandes 2009).
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
DARK = "@media screen and (prefers-color-scheme:dark)"


def linear(colour: str) -> list[float]:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blended(above: str, below: str, opacity: float) -> str:
    pairs = ((int(above[i : i + 2], 16), int(below[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02x}" for a, b in pairs)


def lab(colour: str, eye: str) -> list[float]:
    """CIE L*a*b* (D65) of a colour as that eye sees it."""
    rgb = linear(colour)
    seen = [min(1, max(0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in EYES[eye]]
    xyz = [
        sum(m * c for m, c in zip(row, seen, strict=True))
        for row in (
            (0.4339, 0.3762, 0.1899),
            (0.2126, 0.7152, 0.0722),
            (0.0177, 0.1095, 0.8728),
        )
    ]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


@MODES
@pytest.mark.parametrize("eye", EYES)
def test_kinds_differ_to_every_eye(mode: int, eye: str) -> None:
    seen = {kind: lab(colours[mode], eye) for kind, colours in KINDS.items()}
    for one, other in itertools.combinations(seen, 2):
        distance = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
        # About 2.3 is the least difference one can just see.
        assert distance > 15, (one, other, distance)


def test_kinds_of_layers_differ_in_a_grey_print() -> None:
    # Plates of layers that are none of a VGG have the grey of no other kind left.
    layers = {kind: both[0] for kind, both in KINDS.items() if kind not in ("input", "other")}
    for one, other in itertools.combinations(layers, 2):
        difference = lab(layers[one], "usual")[0] - lab(layers[other], "usual")[0]
        assert abs(difference) > 6, (one, other, difference)


@MODES
def test_text_can_be_read_on_all_it_stands_on(mode: int) -> None:
    paper = PAPER[mode]
    assert contrast(INK[mode], paper) >= 7
    assert contrast(FAINT[mode], paper) >= 4.5
    for kind, colours in KINDS.items():
        colour = colours[mode]
        if kind not in ("fc", "input"):  # Nothing stands on these.
            assert contrast(ON, colour) >= 4.5, kind
        if kind == "conv":  # Batch norm and ReLU have half its colour.
            assert contrast(INK[mode], blended(colour, paper, 0.5)) >= 4.5
        assert contrast(FAINT[mode], blended(colour, paper, 0.2)) >= 4.5, kind


@MODES
def test_colours_stand_out_from_the_paper(mode: int) -> None:
    for kind, colours in KINDS.items():
        assert contrast(colours[mode], PAPER[mode]) >= 1.6, kind


USED = {*KINDS, "on", "faint", "arrow", "lesser", "pale", "edge", "edge faded", "lead", "accent"}


def sheet_of(theme: str, used: set[str]) -> str:
    return style_sheet(theme, "sans-serif", used)


def test_the_colours_tested_here_are_those_in_use() -> None:
    light, _, dark = sheet_of("auto", USED).partition(DARK)
    for mode, sheet in enumerate((light, dark)):
        assert f".paper{{fill:{PAPER[mode]}}}" in sheet
        assert f"text{{fill:{INK[mode]}}}" in sheet
        assert f".faint{{fill:{FAINT[mode]}}}" in sheet
        assert f".on{{fill:{ON}}}" in sheet
        for kind, colours in KINDS.items():
            assert f".vgg .{kind}{{fill:{colours[mode]}}}" in sheet
    assert ".lesser{opacity:0.5}" in light
    assert ".pale{opacity:0.2}" in light


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("style", STYLES)
def test_every_class_has_a_rule(theme: str, style: str) -> None:
    svg = draw(
        plan("64,LRN,M,A", batch_norm=True), Order(words("en"), style=style, theme=theme)
    ).decode()
    root = ET.fromstring(svg)
    used = {name for element in root.iter() for name in (element.get("class") or "").split()}
    assert used <= ruled(root) | {"vgg"}
    assert svg.count("@media") == (theme == "auto")


def ruled(root: ET.Element) -> set[str]:
    """The classes that the style sheet of a picture has rules for."""
    sheet = next(one.text or "" for one in root.iter() if one.tag.endswith("style"))
    selectors = re.findall(r"([^{}]+)\{[^{}@]+\}", sheet)
    return {name for selector in selectors for name in re.findall(r"\.([a-z]+)", selector)} - {
        "vgg"
    }


def test_rules_touch_nothing_outside_the_picture() -> None:
    sheet = sheet_of("auto", USED | {"conv front"}).replace(f"{DARK}{{", "").removesuffix("}")
    for rule in re.findall(r"([^{}]+)\{[^{}]*\}", sheet):
        assert all(selector.startswith(".vgg ") for selector in rule.split(",")), rule


@pytest.mark.parametrize("style", STYLES)
def test_every_rule_is_used_in_its_picture(style: str) -> None:
    order = Order(words("en"), style=style, highlight="relu1_1" if style == "blocks" else "")
    for cfg in ("64,LRN,M,A,8,C", ",".join(["8"] * 70), "D"):
        root = ET.fromstring(draw(plan(cfg, batch_norm=True), order))
        used = {name for one in root.iter() for name in (one.get("class") or "").split()}
        assert ruled(root) - {"bold", "arrow"} <= used, (cfg, ruled(root) - used)


@MODES
@pytest.mark.parametrize("kind", KINDS)
def test_faces_and_bands_differ(kind: str, mode: int) -> None:
    """Faces next to each other, as every eye sees them; and a faded part from one that is not."""
    near = [("front", "top"), ("front", "side"), ("top", "side"), ("front", "front faded")]
    if kind in ("conv", "fc"):
        near += [("front", "relu front"), ("front", "norm front"), ("norm front", "relu front")]
    for eye in EYES:
        for pair in near:
            one, other = (lab(shade(f"{kind} {face}", mode), eye) for face in pair)
            distance = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
            assert distance > 3, (eye, pair, distance)


@MODES
def test_edges_stand_out_from_faces(mode: int) -> None:
    for kind in ("conv", "maxpool", "avgpool", "fc", "lrn", "input"):
        assert contrast(BASE["edge"][mode], shade(f"{kind} front", mode)) >= 1.9, kind
    assert contrast(BASE["accent"][mode], PAPER[mode]) >= 4.5


@pytest.mark.parametrize(
    ("style", "mode", "colour"),
    [
        ("conv relu front", 0, "#56b4e9"),
        ("conv front", 0, "#add9f3"),
        ("conv front", 1, "#4183ab"),
        ("conv front faded", 0, "#edf6fc"),
    ],
)
def test_shades(style: str, mode: int, colour: str) -> None:
    channels = (int(shade(style, mode)[i : i + 2], 16) for i in (1, 3, 5))
    wanted = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    assert all(abs(one - other) <= 2 for one, other in zip(channels, wanted, strict=True))
