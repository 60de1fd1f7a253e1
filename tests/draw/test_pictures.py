"""Pictures: valid, with no label over another, the same bytes every time."""

import itertools
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import configs

from vgginspect import plan
from vgginspect.config import CONFIGS
from vgginspect.draw import MAX_TOKENS, STYLES, draw
from vgginspect.draw.palette import KINDS
from vgginspect.draw.svg import Picture
from vgginspect.draw.text import shorten, text_width
from vgginspect.draw.vector import picture
from vgginspect.errors import ConfigError
from vgginspect.grow import grow
from vgginspect.lang import words

SVG = "{http://www.w3.org/2000/svg}"
EN = words("en")
styles = pytest.mark.parametrize("style", list(STYLES))
CASES = [
    *[f"{letter}{norm}" for letter in CONFIGS for norm in ("", "+bn")],
    "8",
    "8,M,16+features-only",
    "8,C,LRN,conv1-2147483647,A,maxpool3s1p1+features-only",
    ",".join(["64", "64", "M"] * 20) + "+features-only+input-size=2097152",
    "A+input-size=1x32x2048+hidden=none+num-classes=1",
    "E+hidden=1,2,3,4,5,6,7,8",
]


def overlaps(drawn: Picture) -> list[tuple[str, str]]:
    """Pairs of labels whose boxes share some area."""
    found = []
    active: list[tuple[float, object, str]] = []
    for label in sorted(drawn.labels, key=lambda label: label.box.left):
        active = [entry for entry in active if entry[0] > label.box.left]
        found += [
            (text, label.text)
            for _, box, text in active
            if label.box.overlaps(box)  # type: ignore[arg-type]
        ]
        active.append((label.box.right, label.box, label.text))
    return found


def assert_well_laid_out(drawn: Picture) -> None:
    assert not overlaps(drawn)
    for label in drawn.labels:
        assert label.box.left >= 0, label
        assert label.box.top >= 0, label
        assert label.box.right <= drawn.width, label
        assert label.box.bottom <= drawn.height, label


@styles
@pytest.mark.parametrize("cfg", CASES)
def test_no_label_lies_over_another_or_outside(cfg: str, style: str) -> None:
    assert_well_laid_out(picture(plan(cfg), style, EN))


@styles
@given(config=configs())
def test_nor_in_any_network(config, style: str) -> None:  # type: ignore[no-untyped-def]
    try:
        grown = grow(config)
    except ConfigError:
        assume(False)
    drawn = picture(grown, style, EN)
    assert_well_laid_out(drawn)
    ET.fromstring(drawn.svg(""))


@styles
@pytest.mark.parametrize("cfg", CASES)
def test_it_is_xml_with_text_title_and_description(cfg: str, style: str) -> None:
    data = draw(plan(cfg), ".svg", style, EN)
    root = ET.fromstring(data)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == plan(cfg).config.name
    assert description is not None
    assert "input" in (description.text or "")
    texts = {element.text for element in root.iter(f"{SVG}text")}
    assert {"conv1_1"} <= texts
    assert draw(plan(cfg), ".svg", style, EN) == data


def test_the_blocks_name_every_layer_that_makes_a_new_map() -> None:
    texts = [label.text for label in picture(plan("D+bn"), "blocks", EN).labels]
    names = [
        layer.name
        for layer in plan("D+bn").layers
        if layer.type not in ("ReLU", "BatchNorm2d", "Dropout")
    ]
    assert [text for text in texts if text in names and text != "avgpool"] == [
        name for name in names if name != "avgpool"
    ]
    assert "512×28×28" in texts


def test_heights_follow_the_map_and_widths_the_channels() -> None:
    root = ET.fromstring(draw(plan("D"), ".svg", "blocks", EN))
    size = {}
    for group in root.iter(f"{SVG}g"):
        title, front = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
        assert title is not None
        assert front is not None
        name = (title.text or "").split(":")[0]
        size[name] = (float(front.get("width", 0)), float(front.get("height", 0)))
    assert size["conv1_1"][1] == 2 * size["conv2_1"][1] == 4 * size["conv3_1"][1]
    assert size["conv4_1"][0] == 2 * size["conv3_1"][0] == 4 * size["conv2_1"][0]
    assert size["fc6"][1] == size["fc7"][1] > size["fc8"][1]


def test_growth_has_a_column_for_each_token_and_a_cell_for_each_layer() -> None:
    labels = [label.text for label in picture(plan("A"), "growth", EN).labels]
    assert labels.count("conv1_1") == 13
    assert labels.count("pool5") == 1
    root = ET.fromstring(draw(plan("A"), ".svg", "growth", EN))
    assert len(list(root.iter(f"{SVG}g"))) == 21


def test_costs_are_the_plans() -> None:
    root = ET.fromstring(draw(plan("D"), ".svg", "costs", EN))
    texts = {element.text for element in root.iter(f"{SVG}text")}
    assert {"102,764,544", "1,849.69", "12.845"} <= texts


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\"&'", "\x1b[31m\x00\ud800", "]]>"])
@styles
def test_a_name_is_only_text(name: str, style: str) -> None:
    data = draw(plan("8,M", name=name), ".svg", style, EN)
    root = ET.fromstring(data)
    assert not list(root.iter(f"{SVG}script"))
    assert b"\x1b" not in data


def relative_luminance(colour: str) -> float:
    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_on_colour_can_be_read_and_colours_stand_out(mode: int) -> None:
    paper = ("#ffffff", "#14171a")[mode]
    for kind, colours in KINDS.items():
        assert contrast(colours[mode], "#101010") >= 4.5 or kind == "input"
        assert contrast(colours[mode], paper) >= 1.9
    lightness = [relative_luminance(colours[mode]) for kind, colours in KINDS.items()]
    assert all(abs(a - b) > 0.005 for a, b in itertools.combinations(lightness, 2))


@pytest.mark.parametrize(
    ("suffix", "style", "words_"),
    [
        (".gif", "blocks", "kinds are .svg"),
        ("", "blocks", "no picture"),
        (".svg", "x", "styles are"),
    ],
)
def test_what_cannot_be_drawn(suffix: str, style: str, words_: str) -> None:
    with pytest.raises(ConfigError, match=words_):
        draw(plan("A"), suffix, style, EN)


def test_a_network_too_long_for_a_picture() -> None:
    with pytest.raises(ConfigError, match="up to 400 tokens"):
        draw(plan([8] * (MAX_TOKENS + 1), features_only=True), ".svg", "blocks", EN)


def test_png_and_pdf() -> None:
    pytest.importorskip("cairosvg", exc_type=OSError, reason="no cairo library")
    drawn = picture(plan("A"), "blocks", EN)
    png = draw(plan("A"), ".png", "blocks", EN)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    assert abs(width - 2 * drawn.width) <= 2
    assert abs(height - 2 * drawn.height) <= 2
    assert draw(plan("A"), ".pdf", "costs", EN).startswith(b"%PDF")


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "A.SVG"
    command = [sys.executable, "-m", "vgginspect", "draw", "A", "-o", str(file)]
    done = subprocess.run([*command, "--style", "growth"], capture_output=True, check=True)
    assert not done.stdout
    assert file.read_bytes() == draw(plan("A"), ".svg", "growth", EN)
    bad = subprocess.run([*command, "--style", "x"], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stderr.splitlines()[0]) == (
        2,
        "vgginspect: unknown style 'x'; the styles are blocks, growth, costs",
    )


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium")
@styles
def test_real_letters_fit_in_the_estimated_boxes(tmp_path: Path, style: str) -> None:
    """A browser measures every text; the estimate is at least as wide."""
    svg = draw(plan("E+bn"), ".svg", style, EN).decode()
    script = (
        "<script>document.title=[...document.querySelectorAll('text')].map(t=>"
        "t.getComputedTextLength().toFixed(1)).join(' ')</script>"
    )
    page = tmp_path / "page.html"
    page.write_text(f"<meta charset=utf-8>{svg}{script}", encoding="utf-8")
    options = ["--no-sandbox", "--headless", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
    done = subprocess.run(
        [str(CHROMIUM), *options, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    measured = [float(n) for n in done.stdout.split("<title>")[1].split("<")[0].split()]
    labels = picture(plan("E+bn"), style, EN).labels
    assert len(measured) == len(labels)
    for label, width in zip(labels, measured, strict=True):
        assert width <= text_width(label.text, label.size) + 0.5, label


def test_shorten() -> None:
    assert shorten("conv1_1", 10, 500) == "conv1_1"
    short = shorten("a very long name of a layer", 10, 60)
    assert short.endswith("…")
    assert text_width(short, 10) <= 60


def test_the_pictures_in_the_documents_are_current() -> None:
    folder = Path(__file__).parents[2] / "docs" / "images"
    files = sorted(folder.glob("*.svg"))
    assert files
    for file in files:
        cfg, _, style = file.stem.partition("-")
        assert file.read_bytes() == draw(plan(cfg), ".svg", style, EN), file.name


@given(st.text(max_size=30))
def test_any_name_makes_xml(name: str) -> None:
    ET.fromstring(draw(plan("8", name=name or "x"), ".svg", "blocks", EN))
