"""The classical figure: a block for each map, as high as the map and as wide as its channels."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from vgginspect.draw.parts import (
    MARGIN,
    SMALL,
    TOP,
    description,
    heading,
    kind_of,
    legend,
    shape_text,
    width_of,
)
from vgginspect.draw.svg import Label, Picture, element, escape, number
from vgginspect.draw.text import text_width
from vgginspect.lang import Words
from vgginspect.plans import Layer, Plan

#: Pixels of the largest map's height, of the most channels, and of the smallest block.
TALLEST, WIDEST, LEAST = 200.0, 44.0, 5.0
#: How much of a map's width is seen as depth, to the right and upwards.
DEPTH_X, DEPTH_Y = 0.16, 0.12
GAP, STAGE_GAP, NAME = 7.0, 22.0, 10.0
FC_WIDTH = 12.0


class Block(NamedTuple):
    """One block: what it is called, its kind, what it says when touched, and its sizes."""

    name: str
    kind: str
    hint: str
    group: str
    shape: str
    width: float
    height: float
    depth: float

    @property
    def pitch(self) -> float:
        """Pixels along the row, depth included, at least a line of its name."""
        return max(self.width + self.depth * DEPTH_X, NAME * 1.15)


def draw(plan: Plan, words: Words) -> Picture:
    """The picture of a Plan."""
    blocks = list(_blocks(plan, words))
    tall = max(block.height + block.depth * DEPTH_Y for block in blocks)
    middle = TOP + tall / 2 + 6
    floor = TOP + tall + 14
    name_room = max(text_width(block.name, NAME) for block in blocks)
    shapes: list[str] = []
    labels = heading(plan, words)
    x = MARGIN
    for group, run in groupby(blocks, key=lambda block: block.group):
        members = list(run)
        group_shape = members[0].shape
        wanted = max(text_width(group, SMALL), text_width(group_shape, SMALL))
        length = sum(block.pitch for block in members) + GAP * (len(members) - 1)
        start = x + max(0.0, wanted - length) / 2
        end = max(length, wanted)
        for block in members:
            shapes.append(_box(block, start, middle))
            centre = start + block.width / 2 + 0.35 * NAME
            labels.append(Label(block.name, centre, floor, NAME, "end", vertical=True))
            start += block.pitch + GAP
        line_y = floor + name_room + 8
        shapes.append(
            element("path", d=f"M{number(x)} {number(line_y)}h{number(end)}", class_="line")
        )
        labels.append(Label(group, x + end / 2, line_y + 15, SMALL, "middle", style="title"))
        labels.append(Label(group_shape, x + end / 2, line_y + 30, SMALL, "middle", style="faint"))
        x += end + STAGE_GAP
    bottom = floor + name_room + 8 + 30 + 30
    squares, names = legend([block.kind for block in blocks], bottom, words)
    labels += names
    return Picture(
        max(x - STAGE_GAP + MARGIN, width_of(labels)),
        bottom + MARGIN,
        plan.config.label,
        description(plan, words),
        tuple(shapes + squares),
        tuple(labels),
    )


def _blocks(plan: Plan, words: Words) -> Iterator[Block]:
    shown = [
        layer
        for layer in plan.iter_layers()
        if layer.type not in ("ReLU", "Dropout", "BatchNorm2d")
    ]
    maps = [plan.input_shape, *(la.output_shape for la in shown if len(la.output_shape) == 3)]
    side = max(max(shape[1:]) for shape in maps)
    channels = max(shape[0] for shape in maps)

    def sizes(shape: tuple[int, ...]) -> tuple[float, float, float]:
        return (
            max(LEAST, WIDEST * shape[0] / channels),
            max(LEAST, TALLEST * shape[1] / side),
            max(LEAST, TALLEST * shape[2] / side),
        )

    text = shape_text(plan.input_shape)
    name = words("draw_input")
    yield Block(name, "input", f"{name} {text}", name, text, *sizes(plan.input_shape))
    widest = max([la.output_shape[0] for la in shown if len(la.output_shape) == 1], default=1)
    for layer in shown:
        group = _group(layer, words)
        text = shape_text(layer.output_shape)
        hint = f"{layer.name}: {layer.repr}, {text}, " + words(
            "draw_params", count=f"{layer.params:,}"
        )
        if len(layer.output_shape) == 3:
            yield Block(layer.name, kind_of(layer), hint, group, text, *sizes(layer.output_shape))
        else:
            height = max(LEAST, 0.6 * TALLEST * layer.output_shape[0] / widest)
            yield Block(layer.name, "fc", hint, group, text, FC_WIDTH, height, LEAST)


def _group(layer: Layer, words: Words) -> str:
    if layer.stage is not None:
        return words("group_stage", stage=layer.stage)
    return layer.name if layer.path == "avgpool" else words("group_head")


def _box(block: Block, x: float, middle: float) -> str:
    dx, dy = block.depth * DEPTH_X, block.depth * DEPTH_Y
    top = middle - block.height / 2 + dy / 2
    front = {"x": x, "y": top, "width": block.width, "height": block.height}
    right, bottom = x + block.width, top + block.height
    roof = f"M{_at(x, top)}l{_at(dx, -dy)}h{number(block.width)}l{_at(-dx, dy)}z"
    flank = f"M{_at(right, top)}l{_at(dx, -dy)}V{number(bottom - dy)}L{_at(right, bottom)}z"
    parts = [
        element("title", escape(block.hint)),
        element("path", d=roof, class_=f"{block.kind} edge"),
        element("path", d=roof, class_="glow"),
        element("path", d=flank, class_=f"{block.kind} edge"),
        element("path", d=flank, class_="shade"),
        element("rect", **front, class_=f"{block.kind} edge"),
    ]
    return element("g", "".join(parts))


def _at(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"
