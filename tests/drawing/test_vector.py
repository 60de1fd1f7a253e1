"""SVG files: valid, no label over another, the same bytes every time."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pictures import CASES, SVG, assert_well_laid_out
from strategies import configs

from vgginspect import plan
from vgginspect.analysis.memory import memory
from vgginspect.analysis.memory_settings import Settings
from vgginspect.drawing import MAX_TOKENS, STYLES, Order, draw
from vgginspect.drawing.frame import TITLE
from vgginspect.drawing.vector import picture
from vgginspect.errors import ConfigError
from vgginspect.lang import LANGUAGES, words
from vgginspect.network.grow import grow

styles = pytest.mark.parametrize("style", list(STYLES))
languages = pytest.mark.parametrize("language", LANGUAGES)
EN = words("en")


@styles
@languages
@pytest.mark.parametrize("cfg", CASES)
def test_no_label_lies_over_another_or_outside(cfg: str, style: str, language: str) -> None:
    assert_well_laid_out(picture(plan(cfg), Order(words(language), style=style)))


@styles
@given(config=configs(), title=st.text(max_size=200))
def test_nor_in_any_network(config, style: str, title: str) -> None:  # type: ignore[no-untyped-def]
    try:
        grown = grow(config)
    except ConfigError:
        assume(False)
    order = Order(EN, style=style, title=title)
    try:
        drawn = picture(grown, order)
    except ConfigError:
        # A batch norm of one value cannot be trained.
        assert style == "memory"
        return
    assert_well_laid_out(drawn)
    ET.fromstring(draw(grown, order))


@styles
def test_nor_in_the_longest_network(style: str) -> None:
    grown = plan([8] * MAX_TOKENS, batch_norm=True, input_shape="3x32x32")
    assert_well_laid_out(picture(grown, Order(EN, style=style)))
    assert len(draw(grown, Order(EN, style=style))) < 2_000_000


@styles
@pytest.mark.parametrize("cfg", CASES)
def test_it_is_xml_with_text_title_and_description(cfg: str, style: str) -> None:
    grown = plan(cfg)
    data = draw(grown, Order(EN, style=style))
    root = ET.fromstring(data)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert (title.text or "").startswith(grown.config.name)
    assert description is not None
    assert f"{grown.totals.params:,} parameters" in (description.text or "")
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    named = style not in ("blocks", "memory")
    names = texts if named else [one.get("data-name") or "" for one in root.iter()]
    assert any(text.split()[:1] == ["conv1_1"] for text in names)
    assert not list(root.iter(f"{SVG}script"))


@styles
def test_the_bytes_are_the_same_in_every_process(style: str) -> None:
    program = (
        "import sys; from vgginspect import plan; from vgginspect.drawing import Order, draw\n"
        "from vgginspect.lang import words\n"
        f"sys.stdout.buffer.write(draw(plan('E+bn'), Order(words('en'), style={style!r})))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert made == {draw(plan("E+bn"), Order(EN, style=style))}


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\"&'", "\x1b[31m\x00\ud800", "]]>"])
@styles
def test_a_name_is_only_text(name: str, style: str) -> None:
    for grown, title in ((plan("8,M", name=name), ""), (plan("8,M"), name)):
        data = draw(grown, Order(EN, style=style, title=title))
        root = ET.fromstring(data)
        assert not list(root.iter(f"{SVG}script"))
        assert b"\x1b" not in data


def test_a_title_takes_the_place_of_the_name() -> None:
    drawn = picture(plan("D"), Order(EN, title="Our network"))
    texts = [label.text for label in drawn.labels]
    assert drawn.title == "Our network"
    assert "Our network" in texts
    assert "D (vgg16)" not in texts


@styles
def test_without_title_legend_and_caption_only_the_drawing_is_left(style: str) -> None:
    whole = picture(plan("D"), Order(EN, style=style))
    bare = picture(plan("D"), Order(EN, style=style, title="", legend=False, caption=False))
    assert (bare.title, bare.description) == (whole.title, whole.description)
    assert set(bare.labels) < set(whole.labels)
    gone = {label.text for label in set(whole.labels) - set(bare.labels)}
    assert {"D (vgg16)", EN("draw_memory_weights" if style == "memory" else "draw_maxpool")} < gone
    assert any("138.36 M parameters" in text for text in gone)
    assert bare.height < whole.height - 80
    assert_well_laid_out(bare)


def test_a_list_without_a_name_has_no_title() -> None:
    drawn = picture(plan("64,M"), Order(EN))
    assert "custom" not in [label.text for label in drawn.labels]
    assert drawn.title == "custom"


def test_a_very_long_title_is_cut_and_can_still_be_read_whole() -> None:
    drawn = picture(plan("8"), Order(EN, title="long " * 500))
    assert drawn.width < 1000
    assert drawn.title == "long " * 500
    last, *above = (label for label in drawn.labels if label.size == TITLE)
    assert last.text.endswith("…")
    shown = " ".join([*(label.text for label in reversed(above)), last.whole])
    assert shown.split() == ["long"] * 500


@languages
def test_it_speaks_the_language(language: str) -> None:
    spoken = words(language)
    root = ET.fromstring(draw(plan("A"), Order(spoken)))
    assert root.get("lang") == language
    texts = {element.text for element in root.iter(f"{SVG}text")}
    assert {spoken("draw_maxpool"), spoken("draw_input")} <= texts


def test_the_pictures_in_the_documents_are_current() -> None:
    docs = Path(__file__).parents[2] / "docs"
    written = "".join(path.read_text(encoding="utf-8") for path in docs.rglob("*.md"))
    drawn = list((docs / "images").glob("*.svg"))
    assert len(drawn) >= 4
    for file in drawn:
        assert file.name in written
        cfg, style, *language = file.stem.split("-")
        of = memory(plan(cfg), Settings(32)) if style == "memory" else None
        order = Order(words(*language or ["en"]), style=style, memory=of)
        assert file.read_bytes() == draw(plan(cfg), order), file.name
