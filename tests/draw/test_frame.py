import pytest

from vgginspect import plan
from vgginspect.draw.frame import MARGIN, facts, framed, kind_of, name_of
from vgginspect.draw.palette import KINDS
from vgginspect.draw.svg import Label
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
