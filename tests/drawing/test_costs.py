import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

import pytest
from pictures import SVG

from vgginspect import plan
from vgginspect.drawing import Order, draw
from vgginspect.drawing.costs import BAR
from vgginspect.drawing.vector import picture
from vgginspect.lang import words

COSTS = Order(words("en"), style="costs")


def texts(cfg: str) -> list[str]:
    return [label.text for label in picture(plan(cfg), COSTS).labels]


def bars(cfg: str) -> dict[str, float]:
    """The share of its track that each bar fills, by hint."""
    root = ET.fromstring(draw(plan(cfg), COSTS))
    found = {}
    for group in root.iter(f"{SVG}g"):
        track, *bar = group.findall(f"{SVG}rect")
        assert float(track.get("width", 0)) == BAR
        found[group.findtext(f"{SVG}title") or ""] = (
            sum(float(b.get("width", 0)) for b in bar) / BAR
        )
    return found


def test_the_figures_are_the_plans() -> None:
    written = texts("D")
    assert {"102,764,544", "1,849.69", "12.845"} <= set(written)
    assert {"total 138,357,544", "total 15,470.26", "total 60.481"} <= set(written)
    assert {"74.3%", "12.0%", "21.2%", "<0.1%"} <= set(written)
    assert "0.0%" not in written


def test_small_amounts_are_written_in_full() -> None:
    written = texts("1,1,M,1+input-size=1x8x8+hidden=none")
    assert {"MACs", "activation memory (bytes)"} <= set(written)
    assert {"total 50,296", "total 4,836", "576", "256"} <= set(written)


def test_bars_are_as_long_as_their_share_of_the_most() -> None:
    at = bars("D")
    assert at["fc6: parameters 102,764,544 (74.3%)"] == 1
    assert at["fc7: parameters 16,781,312 (12.1%)"] == pytest.approx(16781312 / 102764544, abs=1e-4)
    assert at["pool1: parameters 0"] == 0
    assert at["conv1_2: MACs (millions) 1,849.69 (12.0%)"] == 1
    assert at["conv2_1: MACs (millions) 924.84 (6.0%)"] == 0.5
    assert 0 < at["conv1_1: parameters 1,792 (<0.1%)"] < 0.01


@pytest.mark.parametrize("cfg", ["D", "E+bn", "8+features-only", "8,LRN,A+hidden=none"])
def test_every_layer_that_costs_something_has_a_row(cfg: str) -> None:
    grown = plan(cfg)
    names = [
        layer.name for layer in grown.layers if layer.params or layer.macs or layer.activation_bytes
    ]
    rows = [label.text for label in picture(grown, COSTS).labels if label.anchor == "start"]
    start = rows.index(names[0])
    assert rows[start : start + len(names)] == names
    assert not {"relu1_1", "relu6"} & set(rows)


def test_many_rows_are_closer_together() -> None:
    few, many = (picture(plan([8] * n, features_only=True), COSTS) for n in (60, 61))
    assert many.height < few.height


def test_a_line_parts_the_stages() -> None:
    root = ET.fromstring(draw(plan("D"), COSTS))
    assert len(list(root.iter(f"{SVG}path"))) == 5


@pytest.mark.parametrize(
    ("name", "cfg"),
    [
        ("small", "8,M,conv1-16,LRN,A,16+bn+input-size=28x36+hidden=9,7+num-classes=3"),
        ("features", "1,1,M,1+features-only+input-size=224"),
    ],
)
def test_the_picture_is_as_it_was(name: str, cfg: str, golden: Callable[[str, str], None]) -> None:
    golden(f"costs-{name}.svg", draw(plan(cfg), COSTS).decode())


@pytest.mark.parametrize(("count", "pitch"), [(60, 20.0), (61, 15.0)])
def test_rows_are_as_high_as_their_number_allows(count: int, pitch: float) -> None:
    labels = picture(plan([8] * count, features_only=True), COSTS).labels
    heights = [label.y for label in labels if label.text.startswith("conv1_")]
    assert {after - before for before, after in pairwise(heights)} == {pitch}


@pytest.mark.parametrize(
    ("channels", "title", "total"),
    [(9, "MACs", "total 9,000,000"), (10, "MACs (millions)", "total 10.00")],
)
def test_ten_millions_are_written_in_millions(channels: int, title: str, total: str) -> None:
    written = texts(f"conv1-{channels}+input-size=10x100x1000+features-only")
    assert {title, total} <= set(written)


@pytest.mark.parametrize(("rest", "share"), [(1999, "0.1%"), (2000, "<0.1%")])
def test_less_than_half_of_a_tenth_per_cent_is_written_as_less(rest: int, share: str) -> None:
    """Parameters: one of the first convolution, ``rest`` of the second."""
    hints = bars(f"conv1-1,conv1-{rest}+no-bias+features-only+input-size=1x8x8")
    assert f"conv1_1: parameters 1 ({share})" in hints
