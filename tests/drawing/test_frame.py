from collections.abc import Callable

import pytest
from pictures import assert_well_laid_out

from vgginspect import plan
from vgginspect.drawing import Order
from vgginspect.drawing.frame import (
    MARGIN,
    TEXT,
    TITLE,
    _wrapped,
    amount,
    facts,
    framed,
    kind_of,
    name_of,
)
from vgginspect.drawing.palette import KINDS
from vgginspect.drawing.shapes import Drawing, Label
from vgginspect.drawing.text_size import text_width
from vgginspect.lang import words
from vgginspect.views.phrases import options

EN = words("en")


@pytest.mark.parametrize(
    ("cfg", "kinds"),
    [
        ("8,LRN,M,A+bn+hidden=4", "conv conv conv lrn maxpool avgpool avgpool fc fc fc fc"),
        ("8,C+hidden=none", "conv conv maxpool avgpool fc"),
    ],
)
def test_every_layer_has_the_colour_of_a_kind(cfg: str, kinds: str) -> None:
    assert [kind_of(layer) for layer in plan(cfg).layers] == kinds.split()
    assert set(kinds.split()) <= KINDS.keys()


@pytest.mark.parametrize(
    ("cfg", "name"),
    [("D", "D (vgg16)"), ("D+bn", "D (vgg16_bn)"), ("C", "C"), ("8,M", "custom")],
)
def test_a_network_is_called_as_in_torchvision_too(cfg: str, name: str) -> None:
    assert name_of(plan(cfg)) == name


@pytest.mark.parametrize(
    ("cfg", "said"),
    [
        ("A", "7.61 G MACs"),
        ("A+input-size=32", "276.40 M MACs"),
        ("8+hidden=none", "11.23 M MACs"),
        ("1,1,M,1+input-size=1x8x8+hidden=none", "50.30 k MACs"),
        ("8,M,16+input-size=28+hidden=none", "1.18 M MACs"),
        ("2147483647+input-size=224+features-only", "2,909.31 T MACs"),
        ("1+input-size=1x1x1+features-only", "9 MACs"),
    ],
)
def test_the_size_is_written_in_a_unit_that_shows_it(cfg: str, said: str) -> None:
    assert f" · {said} · " in facts(plan(cfg), EN)
    assert facts(plan(cfg), EN).startswith(f"{amount(plan(cfg).totals.params)} parameters")


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "10.00 k"),
        (999_999, "1,000.00 k"),
        (10**6, "1.00 M"),
        (138_357_544, "138.36 M"),
        (10**9, "1.00 G"),
        (15_470_264_320, "15.47 G"),
        (10**12, "1.00 T"),
        (10**16, "10,000.00 T"),
    ],
)
def test_amounts(count: int, written: str) -> None:
    assert amount(count) == written


LABEL = Label("x", 5, 500, 10)


def frame(title: str | None = None, right: float = 0.0, **order: bool) -> Drawing:
    kinds = {"fc": "Fully", "conv": "Convolution", "maxpool": "Max"}
    return framed(
        plan("A"), Order(EN, title=title, **order), ("About.", "more"), [], [LABEL], kinds, right
    )


def test_the_legend_holds_the_kinds_in_use_in_the_palettes_order() -> None:
    drawn = frame(title="", caption=False)
    assert [label.text for label in drawn.labels[1:]] == ["Convolution", "Max", "Fully"]
    assert [path.style for path in drawn.paths()] == ["conv", "maxpool", "fc"]


@pytest.mark.parametrize("order", [{}, {"legend": False}, {"caption": False}])
def test_the_frame_is_as_large_as_what_it_holds(order: dict[str, bool]) -> None:
    small, wide = frame(**order), frame(right=2000, **order)
    assert small.width < wide.width == 2000 + MARGIN
    for drawn in (small, wide):
        assert_well_laid_out(drawn)
    bare = frame(title="", legend=False, caption=False)
    assert bare.box.top == -MARGIN
    assert bare.box.bottom == LABEL.box.bottom + MARGIN


def test_the_caption_is_broken_between_its_parts() -> None:
    lines = [label.text for label in frame("", 600.0, legend=False).labels[1:]]
    assert " · ".join(lines).split(" · ") == [
        *facts(plan("A"), EN).split(" · "),
        *options(plan("A").config, EN).split(" · "),
        "more",
    ]
    assert len(lines) > 1


def test_a_part_longer_than_a_line_is_broken_between_words() -> None:
    parts = ["short", "a word " * 20, "end"]
    lines = list(_wrapped([part.strip() for part in parts], " · ", 100))
    assert all(text_width(text, TEXT) <= 100 for text in lines)
    assert " ".join(lines).replace(" · ", " ").split() == " ".join(parts).split()
    assert list(_wrapped(["m" * 40], " ", 100)) == ["m" * 40]


def test_the_frame_is_as_it_was(golden: Callable[[str, str], None]) -> None:
    drawn = [frame(), frame("m" * 60, 900.0)]
    rows = [f"{value}" for picture in drawn for value in (*picture[:-2], *picture.paths())]
    rows += [f"{label}" for picture in drawn for label in picture.labels]
    golden("frame.txt", "\n".join(rows) + "\n")


def test_a_long_title_has_several_lines() -> None:
    text = "A title with many words that says what is shown and why it is"
    drawn = frame(text)
    lines = [label for label in drawn.labels if label.size == TITLE]
    assert len(lines) == 2
    assert " ".join(label.text for label in reversed(lines)) == text
    assert_well_laid_out(drawn)
    most = [label for label in frame(f"{text} " * 4).labels if label.size == TITLE]
    assert [bool(label.whole) for label in most] == [True, False, False]


def test_a_title_too_long_is_cut() -> None:
    cut = next(label for label in frame("m" * 60).labels if label.size == TITLE)
    assert cut.whole == "m" * 60
    assert cut.box.right <= frame().width - MARGIN
