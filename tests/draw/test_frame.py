from collections.abc import Callable

import pytest

from vgginspect import plan
from vgginspect.draw.frame import MARGIN, facts, framed, kind_of, name_of
from vgginspect.draw.palette import KINDS
from vgginspect.draw.svg import Label
from vgginspect.draw.text_size import text_width
from vgginspect.lang import words

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
        ("A", "7.61 GMACs"),
        ("A+input-size=32", "0.28 GMACs"),
        ("8+hidden=none", "11.23 MMACs"),
        ("1,1,M,1+input-size=1x8x8+hidden=none", "50,296 MACs"),
        ("8,M,16+input-size=28+hidden=none", "1.18 MMACs"),
        ("2147483647+input-size=224+features-only", "2,909.31 TMACs"),
        ("1+input-size=1x1x1+features-only", "9 MACs"),
    ],
)
def test_the_size_is_written_in_a_unit_that_shows_it(cfg: str, said: str) -> None:
    assert f" · {said} · " in facts(plan(cfg), EN)
    assert facts(plan(cfg), EN).startswith(f"{plan(cfg).totals.params:,} parameters")


def test_the_legend_holds_the_kinds_in_use_in_the_palettes_order() -> None:
    kinds = {"fc": "F", "conv": "C"}
    drawn = framed(plan("A"), EN, "", "About.", [], [Label("x", 5, 500, 10)], kinds)
    assert [label.text for label in drawn.labels[-2:]] == ["C", "F"]
    assert drawn.labels[-1].box.bottom < drawn.height
    assert [shape.split('class="')[1].split('"')[0] for shape in drawn.shapes] == ["conv", "fc"]


def test_the_frame_is_as_large_as_what_it_holds() -> None:
    small = framed(plan("A"), EN, "", "", [], [Label("x", 5, 500, 10)], {"fc": "F"})
    wide = framed(plan("A"), EN, "", "", [], [Label("x", 5, 500, 10)], {"fc": "F"}, 2000)
    assert small.width < wide.width == 2000 + MARGIN
    assert small.height == wide.height > 500 + MARGIN


def test_the_frame_is_as_it_was(golden: Callable[[str, str], None]) -> None:
    kinds = {"fc": "Fully", "conv": "Convolution", "maxpool": "Max"}
    label = Label("x", 5, 500, 10)
    drawn = [
        framed(plan("A"), EN, "", "About.", ["<shape/>"], [label], kinds),
        framed(plan("8,M+bn"), EN, "m" * 60, "About.", [], [label], kinds, 900.0),
    ]
    rows = [f"{value}" for picture in drawn for value in (*picture[:-2], *picture.shapes)]
    rows += [label.svg for picture in drawn for label in picture.labels]
    golden("frame.txt", "\n".join(rows) + "\n")


@pytest.mark.parametrize(("title", "whole"), [("i" * 50 + "m" * 15, True), ("m" * 30 + "o", False)])
def test_a_heading_gets_720_pixels_at_least(title: str, whole: bool) -> None:
    drawn = framed(plan("A"), EN, title, "", [], [Label("x", 5, 500, 10)], {"fc": "F"})
    assert 719 < text_width(title, 24, bold=True) - (not whole) <= 720
    assert (drawn.labels[0].text == title) is whole


@pytest.mark.parametrize(
    ("cfg", "said"),
    [
        ("conv1-10000+input-size=1000x1000x1000", "10.00 TMACs"),
        ("conv1-9999+input-size=1000x1000x1000", "9,999.00 GMACs"),
        ("conv1-10+input-size=10x1000x1000", "0.10 GMACs"),
        ("conv1-9+input-size=10x1000x1000", "90.00 MMACs"),
        ("conv1-10+input-size=10x10x100", "0.10 MMACs"),
        ("conv1-9+input-size=10x10x100", "90,000 MACs"),
    ],
)
def test_units_change_at_round_numbers(cfg: str, said: str) -> None:
    assert f" · {said} · " in facts(plan(cfg, features_only=True), EN)
