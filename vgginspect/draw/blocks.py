"""The common VGG drawing: one block per feature map; height shows the size, width the channels."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from vgginspect.draw.frame import MARGIN, TEXT, TOP, framed, kind_names, kind_of
from vgginspect.draw.svg import Label, Picture, element, number, with_tooltip
from vgginspect.draw.text_size import text_width
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan
from vgginspect.shape import Shape, pair, shape_text

#: Maximum pixels for the height of a map, the width of a map, the channels of a map, and the widths
#: of all blocks together.
MAX_HEIGHT, MAX_DEPTH, MAX_WIDTH, ALL_WIDTHS = 250.0, 500.0, 44.0, 620.0
#: Minimum height or width of a block, and minimum width for the largest channel count.
MIN_SIZE, MIN_WIDEST = 3.0, 14.0
FC_WIDTH, FC_DEPTH = 10.0, 20.0
#: Height of the most features: a fraction of the highest map, with a minimum in pixels.
FC_PART, FC_MIN_HEIGHT = 0.68, 100.0
#: Fraction of a feature map's width that is drawn as depth, to the right and upwards.
DEPTH_X, DEPTH_Y = 0.15, 0.1
#: Pixels between blocks of a group, between their middles, and between groups.
GAP, PITCH, GROUP_GAP = 7.0, 1.7 * TEXT, 30.0
LINE = 16.0
#: Maximum length of a row, blocks in a group, and shapes in a caption.
ROW, MAX_BLOCKS, MAX_SHAPES = 1500.0, 60, 5

Sizes = tuple[float, float, float]


class Block(NamedTuple):
    """One block: name, kind, tooltip, group, caption and sizes."""

    name: str
    kind: str
    hint: str
    group: str
    shapes: tuple[str, ...]
    width: float
    height: float
    depth: float

    @property
    def right(self) -> float:
        """Total width in pixels, including the drawn depth."""
        return self.width + self.depth * DEPTH_X

    @property
    def extent(self) -> float:
        """Total height in pixels, including the drawn depth."""
        return self.height + self.depth * DEPTH_Y


class BlockGroup(NamedTuple):
    """Blocks above one caption, each with its left edge relative to the group."""

    title: str
    shapes: tuple[str, ...]
    blocks: tuple[tuple[float, Block], ...]
    width: float

    @property
    def right(self) -> float:
        """Right edge of the last block."""
        return max(left + block.right for left, block in self.blocks)

    @property
    def length(self) -> float:
        """Distance in pixels to the beginning of the next group."""
        return max(self.width, self.right - GROUP_GAP / 3) + GROUP_GAP


def draw(plan: Plan, words: Words, title: str = "") -> Picture:
    """The picture of a Plan."""
    blocks = list(_blocks(plan, words))
    shapes: list[str] = []
    labels: list[Label] = []
    top, right = TOP, 0.0
    rows = list(_rows(list(_groups(blocks, words))))
    for row in rows:
        row_shapes, row_labels, end = _draw_row(row, top, goes_on=row is not rows[-1])
        shapes += row_shapes
        labels += row_labels
        right = max(right, end)
        top = max(label.box.bottom for label in row_labels) + GROUP_GAP
    names = kind_names({block.kind for block in blocks}, words)
    names["conv"] = _conv_name(plan, words)
    about = words("draw_about_blocks")
    return framed(plan, words, title, about, shapes, labels, names, right)


def _conv_name(plan: Plan, words: Words) -> str:
    """Legend text for convolutions, which includes batch norm and ReLU, as these have no block."""
    found = {layer.type for layer in plan.features}
    parts = [words("draw_conv")]
    parts += [words("draw_batch_norm")] if "BatchNorm2d" in found else []
    parts += ["ReLU"] if "ReLU" in found else []
    return " + ".join(parts)


def _blocks(plan: Plan, words: Words) -> Iterator[Block]:
    shown = [la for la in plan.layers if la.type not in ("ReLU", "Dropout", "BatchNorm2d")]
    outputs = [layer.output_shape for layer in shown]
    size = _scale([plan.input_shape, *(shape for shape in outputs if len(shape) == 3)])
    tallest = max(FC_MIN_HEIGHT, FC_PART * size(plan.input_shape)[1])
    longest = max((shape[0] for shape in outputs if len(shape) == 1), default=1)
    name, text = words("draw_input"), shape_text(plan.input_shape)
    yield Block(name, "input", f"{name} {text}", name, (text,), *size(plan.input_shape))
    for layer, following in zip(shown, [*shown[1:], None], strict=True):
        text = shape_text(layer.output_shape)
        params = words("draw_params", count=f"{layer.params:,}")
        shapes = [text]
        sizes = FC_WIDTH, tallest * layer.output_shape[0] / longest, FC_DEPTH
        if len(layer.output_shape) == 3:
            sizes = size(layer.output_shape)
            if following and following.type == "Linear":
                shapes.append(f"= {following.in_channels}")
        yield Block(
            layer.name + _window(layer),
            kind_of(layer),
            f"{layer.name}: {layer.repr}, {text}, {params}",
            _group_of(layer, words),
            tuple(shapes),
            sizes[0],
            max(MIN_SIZE, sizes[1]),
            sizes[2],
        )


def _window(layer: Layer) -> str:
    """The kernel of a convolution, unless it is 3×3."""
    size = layer.rule.kernel_size
    if layer.type != "Conv2d" or size is None or size == 3:
        return ""
    return f" ({shape_text(pair(size))})"


def _scale(maps: Sequence[Shape]) -> Callable[[Shape], Sizes]:
    """Width, height and depth of a feature map in pixels, on one scale for the whole picture."""
    height, breadth = (max(shape[side] for shape in maps) for side in (1, 2))
    pixel = min(MAX_HEIGHT / height, MAX_DEPTH / breadth)
    channels = max(shape[0] for shape in maps)
    together = sum(shape[0] for shape in maps) / channels
    widest = max(MIN_WIDEST, min(MAX_WIDTH, ALL_WIDTHS / together))

    def size(shape: Shape) -> Sizes:
        channel, high, broad = shape
        width = widest * channel / channels
        return max(MIN_SIZE, width), max(MIN_SIZE, pixel * high), pixel * broad

    return size


def _group_of(layer: Layer, words: Words) -> str:
    if layer.stage is not None:
        return words("group_stage", stage=layer.stage)
    return layer.name if layer.path == "avgpool" else words("explain_head")


def _groups(blocks: Iterable[Block], words: Words) -> Iterator[BlockGroup]:
    for name, run in groupby(blocks, key=lambda block: block.group):
        title = name
        while members := list(islice(run, MAX_BLOCKS)):
            yield _group(title, members)
            title = words("draw_continued", group=name)


def _group(title: str, blocks: Sequence[Block]) -> BlockGroup:
    lefts: list[float] = []
    for block in blocks:
        left = 0.0
        if lefts:
            previous, width = lefts[-1], blocks[len(lefts) - 1].width
            left = previous + max(width + GAP, width / 2 + PITCH - block.width / 2)
        lefts.append(left)
    shapes = [text for text, _ in groupby(text for block in blocks for text in block.shapes)]
    if len(shapes) > MAX_SHAPES:
        shapes[MAX_SHAPES - 2 : -1] = ["…"]
    length = lefts[-1] + blocks[-1].width
    caption = max(text_width(title, TEXT, bold=True), *(text_width(one, TEXT) for one in shapes))
    aside = max(0.0, (caption - length) / 2)
    placed = tuple((left + aside, block) for left, block in zip(lefts, blocks, strict=True))
    return BlockGroup(title, tuple(shapes), placed, max(length, caption))


def _rows(groups: Sequence[BlockGroup]) -> Iterator[list[BlockGroup]]:
    """Split the groups into rows of similar length if one row would be too long."""
    total = sum(group.length for group in groups)
    room = total / -(-total // ROW)
    row: list[BlockGroup] = []
    for group in groups:
        filled = sum(member.length for member in row)
        if row and filled + group.length / 2 > room:
            yield row
            row = []
        row.append(group)
    yield row


def _draw_row(
    row: Sequence[BlockGroup], top: float, goes_on: bool
) -> tuple[list[str], list[Label], float]:
    blocks = [block for group in row for _, block in group.blocks]
    middle = top + max(block.extent for block in blocks) / 2
    floor = 2 * middle - top + 14
    under = floor + max(text_width(block.name, TEXT) for block in blocks) + 10
    arrows: list[str] = []
    shapes: list[str] = []
    labels: list[Label] = []
    x = MARGIN
    before = 0.0
    for group in row:
        if before:
            arrows += _arrow(before + 6, x + group.blocks[0][0] - 6, middle)
        before = x + group.right
        for left, block in group.blocks:
            shapes.append(_box(block, x + left, middle))
            centre = x + left + block.width / 2 + 0.35 * TEXT
            labels.append(Label(block.name, centre, floor, TEXT, "end", vertical=True))
        line = f"M{_at(x, under)}h{number(group.width)}"
        shapes.append(element("path", d=line, class_="line"))
        centre = x + group.width / 2
        labels.append(Label(group.title, centre, under + LINE, TEXT, "middle", bold=True))
        labels += (
            Label(text, centre, under + LINE * row_number, TEXT, "middle", style="faint")
            for row_number, text in enumerate(group.shapes, 2)
        )
        x += group.length
    if goes_on:
        arrows += _arrow(before + 6, before + MARGIN, middle)
    return arrows + shapes, labels, before


def _arrow(start: float, end: float, y: float) -> Iterator[str]:
    if end - start >= 6:
        shaft = f"M{_at(start, y)}H{number(end - 4)}"
        yield element("path", d=shaft, class_="line")
        yield element("path", d=f"M{_at(end, y)}l-6 -3.5v7z", class_="arrow")


def _box(block: Block, x: float, middle: float) -> str:
    dx, dy = block.depth * DEPTH_X, block.depth * DEPTH_Y
    top = middle - block.height / 2 + dy / 2
    right, bottom = x + block.width, top + block.height
    roof = f"M{_at(x, top)}l{_at(dx, -dy)}h{number(block.width)}l{_at(-dx, dy)}z"
    flank = f"M{_at(right, top)}l{_at(dx, -dy)}V{number(bottom - dy)}L{_at(right, bottom)}z"
    front = {"x": x, "y": top, "width": block.width, "height": block.height}
    colour = f"{block.kind} edge"
    return with_tooltip(
        block.hint,
        element("path", d=roof, class_=colour),
        element("path", d=roof, class_="roof"),
        element("path", d=flank, class_=colour),
        element("path", d=flank, class_="flank"),
        element("rect", **front, class_=colour),
    )


def _at(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"
