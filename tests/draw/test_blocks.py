import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

import pytest
from pictures import SVG

from vgginspect import plan
from vgginspect.draw import Order, draw
from vgginspect.draw.blocks import GROUP_GAP, ROW, Block, BlockGroup, _arrow, _group, _rows
from vgginspect.draw.vector import picture
from vgginspect.lang import words

EN = words("en")


def fronts(cfg: str) -> dict[str, tuple[float, float, float]]:
    """Left edge, width and height of every block's front, by name."""
    root = ET.fromstring(draw(plan(cfg), Order(EN)))
    found = {}
    for group in root.iter(f"{SVG}g"):
        title, front = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
        assert title is not None
        assert front is not None
        name = (title.text or "").split(":")[0]
        found[name] = tuple(float(front.get(key, 0)) for key in ("x", "width", "height"))
    return found  # type: ignore[return-value]


def texts(cfg: str) -> list[str]:
    return [label.text for label in picture(plan(cfg), Order(EN)).labels]


@pytest.mark.parametrize("cfg", ["D", "E+bn", "A-LRN", "8,M,16+features-only", "8+hidden=none"])
def test_every_layer_that_makes_a_map_has_a_block_with_its_name(cfg: str) -> None:
    without = ("ReLU", "BatchNorm2d", "Dropout")
    names = [layer.name for layer in plan(cfg).layers if layer.type not in without]
    assert [name.split()[0] for name in fronts(cfg)] == ["input", *names]
    written = texts(cfg)
    assert all(name in written for name in ("input", *names))


def test_a_kernel_that_is_not_the_usual_one_is_named() -> None:
    windows = [text for text in texts("C") if "(" in text]
    assert windows == ["conv3_3 (1×1)", "conv4_3 (1×1)", "conv5_3 (1×1)"]


def test_heights_follow_the_map_and_widths_the_channels() -> None:
    at = fronts("D")
    heights = {name: height for name, (_, _, height) in at.items()}
    widths = {name: width for name, (_, width, _) in at.items()}
    assert heights["conv1_1"] == heights["input 3×224×224"]
    assert heights["conv1_1"] == 2 * heights["pool1"] == 2 * heights["conv2_1"]
    assert heights["conv1_1"] == pytest.approx(32 * heights["pool5"], abs=0.2)
    assert widths["conv4_1"] == 2 * widths["conv3_1"] == 4 * widths["conv2_1"]
    assert widths["pool4"] == widths["conv4_1"]
    assert heights["fc6"] == heights["fc7"]
    assert heights["fc6"] / heights["fc8"] == pytest.approx(4096 / 1000, rel=0.01)


@pytest.mark.parametrize("cfg", ["D", "8,M,16", "conv1-1,1024,1,1024,M"])
def test_fronts_stand_side_by_side_in_the_order_of_the_layers(cfg: str) -> None:
    places = list(fronts(cfg).values())
    for (left, width, _), (following, _, _) in pairwise(places):
        assert left + width < following


def test_a_caption_tells_every_shape_of_its_stage_and_what_is_flattened() -> None:
    written = texts("A+input-size=64x32")
    start = written.index("stage 1")
    assert written[start : start + 3] == ["stage 1", "64×64×32", "64×32×16"]
    start = written.index("512×7×7")
    assert written[start - 1 : start + 2] == ["avgpool", "512×7×7", "= 25088"]
    assert written[written.index("classifier") :][:3] == ["classifier", "4096", "1000"]


def test_without_an_average_pool_the_last_stage_is_flattened() -> None:
    written = texts("8,M+avgpool=none+input-size=28")
    assert written[written.index("stage 1") :][:4] == ["stage 1", "8×28×28", "8×14×14", "= 1568"]


def test_nothing_is_flattened_without_a_classifier() -> None:
    assert not [text for text in texts("8,M+features-only") if text.startswith("=")]


def test_many_shapes_in_a_stage_are_cut_in_the_middle() -> None:
    written = texts("8,16,32,64,128,256,M+features-only")
    start = written.index("stage 1")
    assert written[start : start + 6] == [
        "stage 1",
        "8×224×224",
        "16×224×224",
        "32×224×224",
        "…",
        "256×112×112",
    ]


def test_a_long_network_is_broken_into_rows() -> None:
    drawn = picture(plan([64, 64, "M"] * 7 + [8] * 100, input_shape="3x256x256"), Order(EN))
    assert drawn.width < ROW + 200
    assert "stage 8" in [label.text for label in drawn.labels]
    assert "stage 8 (continued)" in [label.text for label in drawn.labels]
    tops = {label.y for label in drawn.labels if label.vertical}
    assert len(tops) > 1


@pytest.mark.parametrize(
    ("cfg", "name"),
    [("A", "convolution + ReLU"), ("A+bn", "convolution + batch norm + ReLU")],
)
def test_the_legend_says_what_a_convolutions_block_stands_for(cfg: str, name: str) -> None:
    assert name in texts(cfg)


def test_it_says_so_in_korean() -> None:
    labels = picture(plan("A+bn"), Order(words("ko"))).labels
    assert "합성곱 + 배치 정규화 + ReLU" in [label.text for label in labels]


def test_a_hint_holds_the_layer_in_full() -> None:
    root = ET.fromstring(draw(plan("A"), Order(EN)))
    hints = [group.findtext(f"{SVG}title") for group in root.iter(f"{SVG}g")]
    assert (
        "fc6: Linear(in_features=25088, out_features=4096, bias=True), 4096, 102,764,544 parameters"
    ) in hints


@pytest.mark.parametrize(
    ("name", "cfg"),
    [
        ("small", "8,M,conv1-16,LRN,A,16+bn+input-size=28x36+hidden=9,7+num-classes=3"),
        ("rows", ",".join(["64,64,M"] * 3 + ["8"] * 70) + "+input-size=1x70x300+avgpool=none"),
    ],
)
def test_the_picture_is_as_it_was(name: str, cfg: str, golden: Callable[[str, str], None]) -> None:
    golden(f"blocks-{name}.svg", draw(plan(cfg), Order(EN)).decode())


def test_among_many_maps_the_widest_is_as_wide_as_it_must_be() -> None:
    assert {width for _, width, _ in fronts(",".join(["64"] * 60) + "+features-only").values()} == {
        3.0,
        14.0,
    }


BLOCK = Block("conv1_1", "conv", "", "", ("5",), 5.0, 5.0, 5.0)


@pytest.mark.parametrize(
    ("lengths", "rows"),
    [
        ([750.0, 750.0], [2]),
        ([750.25, 750.25], [1, 1]),
        ([1400.0, 200.0, 1400.0], [2, 1]),
        ([900.0, 200.2, 1900.3], [2, 1]),
        ([900.0, 200.4, 1900.1], [1, 1, 1]),
    ],
)
def test_rows_are_about_as_long_as_each_other(lengths: list[float], rows: list[int]) -> None:
    """A row has 1,500 pixels at most on average; a group goes where more than half of it fits."""
    groups = [BlockGroup("stage 1", (), ((0.0, BLOCK),), length - GROUP_GAP) for length in lengths]
    assert [group.length for group in groups] == pytest.approx(lengths)
    assert [len(row) for row in _rows(groups)] == rows


def test_a_group_is_as_wide_as_its_blocks() -> None:
    group = _group("t", [BLOCK, BLOCK._replace(width=50.0)])
    assert group.width == group.blocks[1][0] + 50.0


@pytest.mark.parametrize(("kernel", "name"), [(1, "conv1_1 (1×1)"), (5, "conv1_1 (5×5)")])
def test_any_kernel_but_3_is_named(kernel: int, name: str) -> None:
    assert name in texts(f"conv{kernel}-8+features-only")


def test_five_shapes_in_a_stage_are_shown() -> None:
    written = texts("8,16,32,64,M+features-only")
    start = written.index("stage 1")
    assert written[start + 1 : start + 6] == [
        "8×224×224",
        "16×224×224",
        "32×224×224",
        "64×224×224",
        "64×112×112",
    ]


@pytest.mark.parametrize(("start", "end", "shapes"), [(10, 16, 2), (10, 15.99, 0), (-5, 1, 2)])
def test_an_arrow_is_six_pixels_long_or_left_out(start: float, end: float, shapes: int) -> None:
    assert len(list(_arrow(start, end, 0))) == shapes
