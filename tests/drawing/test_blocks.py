import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pictures import CASES, SVG, assert_well_laid_out, separated
from strategies import configs
from torch import Tensor, nn

from vgginspect import observe, plan
from vgginspect.drawing import SCALES, Order, draw
from vgginspect.drawing.blocks import WIDEST
from vgginspect.drawing.frame import TEXT
from vgginspect.drawing.shapes import Drawing, Mark, bounds
from vgginspect.drawing.text_size import Box
from vgginspect.drawing.vector import picture
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.grow import grow

EN = words("en")


def drawn(cfg: str, **order: str) -> Drawing:
    return picture(plan(cfg), Order(EN, title="", legend=False, caption=False, **order))


def marks(cfg: str, **order: str) -> dict[str, Mark]:
    return {mark.name: mark for mark in drawn(cfg, **order).shapes if isinstance(mark, Mark)}


def face(mark: Mark, name: str) -> list[Box]:
    return [bounds(path.points) for path in mark.paths if name in path.style.split()]


def front(mark: Mark) -> Box:
    boxes = face(mark, "front")
    return Box(boxes[0].left, boxes[0].top, boxes[-1].right, boxes[0].bottom)


def texts(cfg: str, **order: str) -> list[str]:
    return [label.text for label in drawn(cfg, **order).labels]


def extra(cfg: str) -> list[str]:
    """The texts below blocks that say more than channels, and the sizes of maps below names."""
    return [label.text for label in drawn(cfg).labels if label.style == "faint"]


@pytest.mark.parametrize("cfg", ["D", "E+bn", "A-LRN", "8,M,16+features-only", "8+hidden=none"])
def test_every_layer_is_drawn(cfg: str) -> None:
    """Batch norm and ReLU as bands of the block before; dropout is not to be seen."""
    found = marks(cfg)
    shown = ("ReLU", "BatchNorm2d", "Dropout")
    layers = [layer for layer in plan(cfg).layers if layer.type not in shown]
    assert list(found) == ["input", *(layer.name for layer in layers)]
    said = "; ".join(mark.hint for mark in found.values())
    assert [line.split(": ", 1) for line in said.split("; ")[1:]] == [
        [layer.name, layer.repr] for layer in plan(cfg).layers
    ]


@pytest.mark.parametrize(
    ("cfg", "name", "bands"),
    [
        ("A", "conv1_1", ["front", "relu front"]),
        ("A+bn", "conv1_1", ["front", "norm front", "relu front"]),
        ("A", "pool1", ["front"]),
        ("A", "fc6", ["front", "relu front"]),
        ("A", "fc8", ["front"]),
    ],
)
def test_bands(cfg: str, name: str, bands: list[str]) -> None:
    mark = marks(cfg)[name]
    styles = [path.style for path in mark.paths if path.style.endswith("front")]
    assert [style.partition(" ")[2] for style in styles] == bands
    places = face(mark, "front")
    assert all(one.right == other.left for one, other in pairwise(places))
    last = bands[-1].replace("front", "side")
    assert any(path.style.endswith(" " + last) for path in mark.paths)


@pytest.mark.parametrize(("scale", "power"), [("", 1 / 3), ("root", 1 / 3), ("true", 1)])
def test_sizes_follow_the_scale(scale: str, power: float) -> None:
    found = marks("D", scale=scale)
    heights = {name: front(mark).bottom - front(mark).top for name, mark in found.items()}
    for name, size in (("conv1_2", 224), ("pool1", 112), ("conv3_1", 56), ("conv5_3", 14)):
        assert heights[name] / heights["input"] == pytest.approx((size / 224) ** power), name
        [side] = face(found[name], "side") or [Box(0, 0, 0, 0)]
        if side.right:
            slant = side.right - side.left
            assert slant == pytest.approx(0.36 * heights[name])
    lengths = {name: face(found[name], "side")[0] for name in ("fc6", "fc7", "fc8")}
    long, same, short = (box.right - box.left for box in lengths.values())
    assert long == pytest.approx(same)
    assert short / long == pytest.approx((1000 / 4096) ** power)


def test_widths_are_cube_roots_of_the_channels_where_their_number_has_room() -> None:
    found = {name: front(mark) for name, mark in marks("64,M,512,M,512+features-only").items()}
    wide, narrow = (found[name].right - found[name].left for name in ("conv2_1", "conv1_1"))
    assert wide == pytest.approx(2 * narrow)
    tiny = front(marks("1,512")["conv1_1"])
    assert tiny.right - tiny.left > 0.556 * TEXT


def test_blocks_of_one_size_touch_and_pools_lie_on_their_faces() -> None:
    found = marks("D")
    one, other, pool = (front(found[name]) for name in ("conv1_1", "conv1_2", "pool1"))
    assert one.right == pytest.approx(other.left)
    [side] = face(found["conv1_2"], "side")
    assert side.left < pool.left < side.right
    assert side.top < pool.top < pool.bottom < side.bottom
    assert not face(found["conv1_1"], "side")


def test_numbers_stand_below_blocks_sizes_along_edges_and_names_below_stages() -> None:
    picture = drawn("A")
    labels = {label.text: label for label in picture.labels}
    block = front(marks("A")["conv2_1"])
    number = labels["128"].box
    assert block.left <= number.left < number.right <= block.right
    assert 0 < number.top - block.bottom < 6
    assert [label.text for label in picture.labels if label.angle] == [
        *["224", "112", "56", "28", "14"],
        *["4096", "4096", "1000"],
    ]
    assert {label.angle for label in picture.labels} == {0, 45}
    names = [label.text for label in picture.labels if label.bold]
    assert names == ["input", *(f"stage {n}" for n in range(1, 6)), "fc6", "fc7", "fc8"]


@pytest.mark.parametrize(
    ("cfg", "more"),
    [
        ("D", ["512×7×7", "flatten", "25088"]),
        ("C+features-only", ["1×1", "1×1", "1×1", "512×7×7"]),
        ("A+input-size=64x32", ["flatten", "25088"]),
        ("8,M+avgpool=none+input-size=28", ["8×14×14", "flatten", "1568"]),
        ("8,M,M,8+features-only", ["8×112×112"]),
        ("conv7-8s2p3,conv3x1-8d2+features-only", ["7×7", "s2", "3×1", "d2"]),
        ("conv4-8p0,conv3-8s2x1+features-only", ["4×4", "p0", "s2x1"]),
        ("8,LRN+features-only", []),
    ],
)
def test_what_else_is_written(cfg: str, more: list[str]) -> None:
    """What is unusual about a window, and the output of a stage that nothing after it shows."""
    assert extra(cfg) == more


def test_a_pool_larger_than_its_input_stands_beside_it() -> None:
    found = marks("A+input-size=32")
    block, pool = front(found["conv5_2"]), front(found["avgpool"])
    assert pool.bottom - pool.top > block.bottom - block.top
    assert all(side.right < pool.left for side in face(found["pool5"], "front"))
    sizes = [label.text for label in drawn("A+input-size=32").labels if label.angle]
    assert sizes[:7] == ["32", "16", "8", "4", "2", "7", "4096"]


def test_height_and_width_of_a_map_are_both_written_where_they_differ() -> None:
    assert "32×100" in texts("8,M+input-size=1x32x100+features-only")
    assert "14" in texts("A")


@pytest.mark.parametrize(
    ("cfg", "convs", "fcs"),
    [
        ("A", "convolution + ReLU", "fully connected + ReLU"),
        ("A+bn+hidden=none", "convolution + batch norm + ReLU", "fully connected"),
    ],
)
def test_the_legend_explains_the_bands(cfg: str, convs: str, fcs: str) -> None:
    whole = picture(plan(cfg), Order(EN))
    written = [label.text for label in whole.labels]
    assert {convs, fcs} <= set(written)
    assert any("cube roots" in text for text in written)


def test_it_says_so_in_korean() -> None:
    labels = picture(plan("A+bn"), Order(words("ko"))).labels
    assert "합성곱 + 배치 정규화 + ReLU" in [label.text for label in labels]


@pytest.mark.parametrize("cfg", ["A", "B", "C", "D", "E+bn"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_networks_of_the_paper_fit_in_one_row(cfg: str, language: str) -> None:
    whole = picture(plan(cfg), Order(words(language)))
    middles = {label.y for label in whole.labels if label.text in ("input", "입력", "fc6")}
    assert whole.width <= WIDEST
    assert max(middles) - min(middles) < 150


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("cfg", [*CASES, "[64]*12+['M']+[128]*13+['M']+[256]*15+['M']"])
def test_type_of_7_points_in_a_figure_of_17_cm(cfg: str, scale: str) -> None:
    """No text is smaller, and no row longer."""
    whole = picture(plan(cfg), Order(EN, scale=scale))
    points = 17 / 2.54 * 72.27
    assert min(label.size for label in whole.labels) * points / whole.width >= 7
    assert_well_laid_out(whole)


@given(config=configs(), scale=st.sampled_from(SCALES))
def test_no_text_lies_on_a_later_block(config, scale: str) -> None:  # type: ignore[no-untyped-def]
    try:
        grown = grow(config)
    except ConfigError:
        assume(False)
    whole = picture(grown, Order(EN, scale=scale))
    blocks = [
        path.points
        for shape in whole.shapes
        if isinstance(shape, Mark)
        for path in shape.paths
        if path.style != "edge"
    ]
    for label in whole.labels:
        assert all(separated(label.outline, block) for block in blocks), label


def test_small_networks_have_small_pictures() -> None:
    assert drawn("64,M,128,M").width < 480
    assert drawn("8+features-only").width <= 350


def test_long_networks_are_broken_into_rows_with_arrows_between() -> None:
    whole = drawn("[64]*40+['M']")
    names = [label for label in whole.labels if label.bold]
    assert len({label.y for label in names if label.text.startswith("stage")}) == 2
    assert "stage 1 (continued)" in [label.text for label in names]
    arrows = [path for path in whole.paths() if path.style == "arrow"]
    assert len(arrows) == 2  # Between the rows, and to fc6.


def test_until_draws_the_beginning_at_its_place() -> None:
    whole, part = drawn("D"), drawn("D", until="conv3_1")
    assert part.box == whole.box
    found = marks("D", until="conv3_1")
    assert list(found)[-2:] == ["pool2", "conv3_1"]
    assert all(found[name] == marks("D")[name] for name in list(found)[:-1])
    assert not [path for path in found["conv3_1"].paths if "relu" in path.style]
    assert face(found["conv3_1"], "side")
    names = [label.text for label in part.labels]
    assert names.count("256") == 1
    assert "56" in names
    assert "28" not in names
    assert "stage 3" in names
    assert set(part.labels) - set(whole.labels) == {
        label for label in part.labels if label.text == "56"
    }


@pytest.mark.parametrize("cfg", ["A", "64,M,conv3-64s2,64,M", "8,M,8,LRN,8"])
def test_the_figure_grows_layer_by_layer(cfg: str) -> None:
    before: set[str] = set()
    for layer in plan(cfg).layers:
        part = drawn(cfg, until=layer.name)
        assert_well_laid_out(part)
        now = set(marks(cfg, until=layer.name))
        assert before <= now
        before = now
    assert drawn(cfg) == part


def test_a_highlighted_layer_stands_out_from_the_faded_rest() -> None:
    found = marks("D", highlight="relu3_3,pool5,conv4_2")
    chosen = {
        name for name, mark in found.items() if any(path.style == "accent" for path in mark.paths)
    }
    assert chosen == {"conv3_3", "conv4_2", "pool5"}
    for name, mark in found.items():
        faded = {path.style.endswith(" faded") for path in mark.paths if path.style != "accent"}
        assert faded == {name not in chosen}
    band = next(box for box in face(found["conv3_3"], "relu") if box.right - box.left < 20)
    accents = [box for box in face(found["conv3_3"], "accent") if box.right - box.left < 20]
    assert any((box.left, box.right) == pytest.approx((band.left, band.right)) for box in accents)
    labels = [
        label for label in drawn("D", highlight="relu3_3,pool5").labels if label.style == "call"
    ]
    assert [label.text for label in labels] == ["relu3_3", "pool5"]


def test_names_of_highlighted_neighbours_do_not_meet() -> None:
    names = ",".join(layer.name for layer in plan("A").features)
    whole = drawn("A", highlight=names)
    called = [label.text for label in whole.labels if label.style == "call"]
    assert sorted(called) == sorted(names.split(","))
    assert_well_laid_out(whole)


@pytest.mark.parametrize(
    ("name", "cfg", "order"),
    [
        ("small", "8,M,conv1-16,LRN,A,16+bn+input-size=28x36+hidden=9,7+num-classes=3", {}),
        ("rows", ",".join(["64,64,M"] * 3 + ["8"] * 70) + "+input-size=1x70x300+avgpool=none", {}),
        ("until", "A", {"until": "relu3_1", "highlight": "conv2_1", "scale": "true"}),
    ],
)
def test_the_picture_is_as_it_was(
    name: str, cfg: str, order: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    golden(f"blocks-{name}.svg", draw(plan(cfg), Order(EN, **order)).decode())


def test_what_is_done_to_the_input_is_no_block() -> None:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv((x - 0.5) / 0.25)

    root = ET.fromstring(draw(observe(Scaled(), input_size=(3, 16, 16)), Order(EN)))
    hints = [group.findtext(f"{SVG}title") or "" for group in root.iter(f"{SVG}g")]
    assert sum("onv" in hint for hint in hints) == 1
    assert not any("div" in hint for hint in hints)


def test_a_hint_holds_the_layer_in_full() -> None:
    root = ET.fromstring(draw(plan("A"), Order(EN)))
    hints = [group.findtext(f"{SVG}title") or "" for group in root.iter(f"{SVG}g")]
    assert (
        "fc6: Linear(in_features=25088, out_features=4096, bias=True); relu6: ReLU(inplace=True); "
        "drop6: Dropout(p=0.5, inplace=False)"
    ) in hints
