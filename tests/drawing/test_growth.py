import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from pictures import SVG

from vgginspect import plan
from vgginspect.drawing import Order, draw
from vgginspect.drawing.frame import MARGIN, SMALL
from vgginspect.drawing.growth import FEW_COLUMNS
from vgginspect.drawing.shapes import Label
from vgginspect.drawing.text_size import text_width
from vgginspect.drawing.vector import picture
from vgginspect.lang import words

GROWTH = Order(words("en"), style="growth")
LONG = [8] * (FEW_COLUMNS + 1)


def labels(cfg: object, **options: object) -> tuple[Label, ...]:
    return picture(plan(cfg, **options), GROWTH).labels  # type: ignore[arg-type]


@pytest.mark.parametrize("cfg", ["A", "E+bn", "A-LRN", "8", "64,conv1-256,maxpool3s1p1,A"])
def test_a_column_holds_the_list_as_it_is_after_its_token(cfg: str) -> None:
    grown = plan(cfg)
    columns: dict[float, list[str]] = {}
    for label in labels(cfg):
        if label.anchor == "middle":
            columns.setdefault(label.x, []).append(label.text)
    assert len(columns) == len(grown.steps)
    for step, texts in zip(grown.steps, columns.values(), strict=True):
        assert texts == [
            step.tokens[0].text,
            *(layer.name for layer in grown.features[: step.layers_after]),
            str(step.layers_after),
            str(step.in_channels_after),
            "×".join(map(str, step.output_shape[1:])),
        ]


def test_only_what_is_new_stands_out() -> None:
    bold = [label.text for label in labels("8,M,16,M") if label.bold]
    assert " ".join(bold) == "8 conv1_1 relu1_1 M pool1 16 conv2_1 relu2_1 M pool2"


def test_rows_bear_the_paths_of_the_layers() -> None:
    paths = [label for label in labels("A") if label.text.startswith("features.")]
    names = {label.text: label.y for label in labels("A") if label.bold}
    assert [label.text for label in paths] == [f"features.{index}" for index in range(21)]
    assert [label.y for label in paths] == [names[layer.name] for layer in plan("A").features]


def test_in_a_long_network_a_name_stands_beside_the_layers_of_each_token() -> None:
    grown = plan(LONG)
    named = [label for label in labels(LONG) if label.anchor == "end"]
    assert [label.text for label in named] == [step.layers[0].name for step in grown.steps]
    columns: dict[float, list[str]] = {}
    for label in labels(LONG):
        if label.angle:
            columns.setdefault(round(label.box.left + label.box.right), []).append(label.text)
    assert [texts[1:] for texts in columns.values()] == [
        [str(step.layers_after), "8", "224×224"] for step in grown.steps
    ]


def test_a_network_of_sixty_layers_is_readable_on_a_slide() -> None:
    """Letters of 11 pixels in 1,400 are letters of 15 on a slide 1,920 pixels wide."""
    cfg = ["M" if number % 12 == 11 else 64 for number in range(60)]
    drawn = picture(plan(cfg, batch_norm=True), GROWTH)
    assert drawn.width < 1400
    assert drawn.height < 1400
    assert min(label.size for label in drawn.labels) >= 11


@pytest.mark.parametrize("cfg", ["A", LONG])
def test_there_is_a_cell_for_each_layer_and_each_token(cfg: object) -> None:
    grown = plan(cfg)  # type: ignore[arg-type]
    root = ET.fromstring(draw(grown, GROWTH))
    hints = [group.findtext(f"{SVG}title") or "" for group in root.iter(f"{SVG}g")]
    cells = [hint for hint in hints if hint.startswith("features.")]
    assert cells == [f"{layer.path}: {layer.repr}" for layer in grown.features]
    assert len(hints) == len(cells) + len(grown.steps)


def test_a_long_token_is_cut_and_said_in_full() -> None:
    token = "conv2147483647-2147483647d1000000001"
    found = next(label for label in labels([token], features_only=True) if label.whole == token)
    assert found.text.startswith("conv2147")


@pytest.mark.parametrize(
    ("name", "cfg"),
    [
        ("small", "8,M,conv1-16,LRN,A,conv1000001-1000000001+bn+input-size=28x36+features-only"),
        ("long", ",".join(["8", "LRN", "M", "conv1000001-1000000001", *["conv1-16"] * 22]) + "+bn"),
    ],
)
def test_the_picture_is_as_it_was(name: str, cfg: str, golden: Callable[[str, str], None]) -> None:
    golden(f"growth-{name}.svg", draw(plan(cfg), GROWTH).decode())


@pytest.mark.parametrize(
    ("cfg", "options", "long"),
    [
        ([8] * 24, {}, False),
        ([8] * 25, {}, True),
        ([8] * 21 + ["M"], {"batch_norm": True}, False),
        ([8] * 21 + ["M", "M"], {"batch_norm": True}, True),
    ],
)
def test_a_network_is_long_from_so_many_tokens_or_layers_on(
    cfg: object, options: dict[str, object], long: bool
) -> None:
    assert any(label.angle for label in labels(cfg, **options)) is long


def test_the_two_layers_of_a_token_are_as_high_together_as_a_line_of_text() -> None:
    root = ET.fromstring(draw(plan([8] * 25), GROWTH))
    cells = [
        group.find(f"{SVG}rect")
        for group in root.iter(f"{SVG}g")
        if (group.findtext(f"{SVG}title") or "").startswith("features.")
    ]
    assert {cell.get("height") for cell in cells if cell is not None} == {"6"}


def test_the_longest_name_has_room_in_the_margin() -> None:
    first = next(
        label
        for label in labels([8, "M"] * 9 + [8] * 100, input_shape=512)
        if label.anchor == "end"
    )
    assert first.x == pytest.approx(MARGIN + text_width("conv10_100", SMALL, bold=True))
