"""The usual VGG figure: maps as blocks in oblique projection, with the numbers at the blocks.

A block's height and depth show the height and width of its map, its width the channels. Batch norm
and ReLU are bands of the block they follow; a pool is a plate on the face of the block that it
reads. Blocks, plates and bars have three axes: x to the right, y up, and z towards the reader; the
middle of every block lies on the x axis.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, dropwhile, groupby, pairwise
from typing import NamedTuple

from vgginspect.analysis.lookup import find
from vgginspect.drawing import Order
from vgginspect.drawing.frame import (
    MARGIN,
    TEXT,
    TOP,
    band_names,
    framed,
    is_band,
    is_norm,
    kind_names,
    kind_of,
)
from vgginspect.drawing.shapes import (
    Drawing,
    Label,
    Mark,
    Path,
    Point,
    bounds,
    clearance,
    corners,
    line,
    rectangle,
)
from vgginspect.drawing.text_size import ASCENT, Box, text_width
from vgginspect.errors import ConfigError
from vgginspect.network.plan import Layer, Plan
from vgginspect.shape import pair, shape_text, sides_text

#: Pixels to the right and upwards for each pixel of depth.
SLANT, SINE = 0.36, 0.5**0.5
#: Thickness of a bar and of a plate, and the least height or width of anything.
BAR, PLATE, LEAST = 11.0, 6.0, 3.0
#: Maximum width of the figure: 12 pixels are 7 pt in a figure 17 cm wide.
WIDEST = 826.0
#: Width of the figure on a page, which scrolls sideways if it is wider.
WIDEST_ON_PAGE = 1350.0
#: Pixels around texts, and the baselines of the numbers and of the name below a block.
PAD, NUMBER, NAME = 4.0, 12.0, 16.0
#: Width of a band as a fraction of its block, and of a narrower one beside another.
BAND, NARROW = 0.34, 0.26
ARROW, GOES_ON, ROW_GAP = 48.0, 30.0, 22.0

_POWER = {"root": 1 / 3, "true": 1.0}


class Measure(NamedTuple):
    """How large things are: width of the most channels, size of the largest map, longest bar.

    ``seen`` is the fraction of a block's side that the next stage leaves visible.
    """

    width: float
    size: float
    length: float
    seen: float


#: Number of layers above which a row would be too long with any other measure than the last.
MANY = 90
#: From generous to narrow; the first that fits into a row is taken.
MEASURES = (
    Measure(40, 190, 320, 0.7),
    Measure(34, 182, 290, 0.65),
    Measure(29, 172, 270, 0.6),
    Measure(26, 158, 250, 0.55),
    Measure(24, 146, 230, 0.45),
)


class Item(NamedTuple):
    """One block, plate or bar, for one layer and the bands after it.

    ``number`` holds the lines below it: channels, and what is unusual about the window.
    """

    kind: str
    layers: tuple[Layer, ...]
    map: tuple[int, ...]
    width: float
    height: float
    depth: float
    number: tuple[str, ...] = ()
    plate: bool = False

    @property
    def bands(self) -> list[tuple[str, float, float, Layer | None]]:
        """Its parts along the width: style, start and end in pixels, and layer."""
        bands = [one for one in self.layers[1:] if is_band(one) and one.rule.stem != "drop"]
        norm, relu = (
            next((layer for layer in bands if is_norm(layer) == norms), None)
            for norms in (True, False)
        )
        narrow = NARROW if norm and relu else BAND
        ends = [self.width * (1 - narrow * (bool(norm) + bool(relu))), self.width, self.width]
        if norm and relu:
            ends[1] = self.width * (1 - narrow)
        first = self.layers[0] if self.layers else None
        found = [("", 0.0, ends[0], first)]
        found += [("norm", ends[0], ends[1], norm)] if norm else []
        found += [("relu", found[-1][2], self.width, relu)] if relu else []
        return found

    @property
    def name(self) -> str:
        """The name of its first layer."""
        return self.layers[0].name if self.layers else "input"

    @property
    def hint(self) -> str:
        """What a tooltip says."""
        return "; ".join(f"{layer.name}: {layer.repr}" for layer in self.layers)


class Placed(NamedTuple):
    """An Item and the x of its left face; ``open`` if its right face can be seen."""

    item: Item
    x: float
    open: bool = True


class Group(NamedTuple):
    """Items with one name below them: blocks, texts, and lines of an arrow."""

    name: str
    seen: float
    placed: tuple[Placed, ...] = ()
    labels: tuple[Label, ...] = ()
    arrow: tuple[Path, ...] = ()

    def moved(self, x: float) -> "Group":
        """The group, moved to the right."""
        return self._replace(
            placed=tuple(one._replace(x=one.x + x) for one in self.placed),
            labels=tuple(label._replace(x=label.x + x) for label in self.labels),
            arrow=tuple(path.moved(x) for path in self.arrow),
        )

    def outlines(self, seen: float = 1.0) -> list[tuple[Point, ...]]:
        """The outlines of blocks that touch; ``seen`` is the fraction of their depth."""
        found = []
        for _, run in groupby(self.placed, lambda one: (one.item.height, one.item.depth)):
            blocks = list(run)
            left, right = blocks[0].x, blocks[-1].x + blocks[-1].item.width
            found.append(_outline(left, right, blocks[0].item, seen))
        return found

    def texts(self) -> list[tuple[Point, ...]]:
        """The outlines of texts, side by side as one, and of the arrow."""
        found = []
        for _, run in groupby(self.labels, lambda label: label.angle or label.y):
            outlines = [label.outline for label in run]
            found.append(corners(bounds(chain(*outlines))) if len(outlines) > 1 else outlines[0])
        for path in self.arrow[:1]:
            (left, _), (right, _) = path.points
            found.append(corners(Box(left, -NUMBER, right, NUMBER)))
        return found

    @property
    def box(self) -> Box:
        """The box around blocks and texts."""
        return bounds(chain(*self.outlines(), *self.texts()))


class Shown(NamedTuple):
    """The paths of the layers to draw, and of those to highlight."""

    drawn: frozenset[str]
    chosen: frozenset[str]


def draw(plan: Plan, order: Order) -> Drawing:
    """The picture of a Plan."""
    words = order.words
    on_page = order.suffix == ".html"
    widest = WIDEST_ON_PAGE if on_page else WIDEST
    # Among many layers only the narrowest measure can fit.
    for measure in MEASURES[-1:] if len(plan.layers) > MANY else MEASURES:
        groups = list(_groups(plan, order, measure))
        rows = [_in_a_row(groups)]
        if _length(rows[0]) <= widest - 2 * MARGIN:
            break
    else:
        rows = rows if on_page else _rows(rows[0])
    shown = _shown(plan, order)
    shapes: list[Path | Mark] = []
    labels: list[Label] = []
    top, right = TOP, 0.0
    for row in rows:
        drawn, written = _draw_row(row, shown, goes_on=row is not rows[-1])
        whole = [label for group in row for label in group.labels] + written
        points = [point for one in row for outline in one.outlines() for point in outline]
        points += [point for label in whole for point in label.outline]
        box = bounds((*points, *(point for path in drawn for point in _points(path))))
        shift = MARGIN - box.left, top - box.top
        shapes += (_moved(mark, *shift) for mark in drawn)
        labels += (label._replace(x=label.x + shift[0], y=label.y + shift[1]) for label in written)
        right = max(right, box.right + shift[0])
        top = box.bottom + shift[1] + ROW_GAP
    about = words("draw_about_blocks"), words(f"draw_scale_{order.scale or 'root'}")
    names = kind_names({one.item.kind for row in rows for g in row for one in g.placed}, words)
    for kind, layers in (("conv", plan.features), ("fc", plan.head)):
        if kind in names:
            names[kind] = " + ".join([names[kind], *band_names(layers, words)])
    return framed(plan, order, about, shapes, labels, names, right, lambda kind: _icon(kind, names))


def _icon(kind: str, names: dict[str, str]) -> tuple[Path, ...]:
    """The front of a block, 18 by 12 pixels, for the legend."""
    bands = names[kind].count("+") if kind in ("conv", "fc") else 0
    parts = [rectangle(0, 0, 18, 12, f"{kind} front")]
    parts += [rectangle(8, 0, 10, 12, f"{kind} norm front")] if bands > 1 else []
    parts += [rectangle(12, 0, 6, 12, f"{kind} relu front")] if bands else []
    return (*parts, rectangle(0, 0, 18, 12, "edge"))


def _shown(plan: Plan, order: Order) -> Shown:
    layers = [layer.path for layer in plan.layers]
    chosen = [one.layer for one in find(plan, [order.highlight])] if order.highlight else []
    for layer in chosen:
        if layer.rule.stem == "drop":
            raise ConfigError(f"{layer.name} cannot be highlighted: a picture shows no dropout")
    if order.until:
        end = find(plan, [order.until])[-1].layer.path
        layers = layers[: layers.index(end) + 1]
        beyond = next((layer.name for layer in chosen if layer.path not in layers), None)
        if beyond:
            raise ConfigError(f"{beyond} cannot be highlighted: the picture ends at {order.until}")
    return Shown(frozenset(layers), frozenset(layer.path for layer in chosen))


def _items(plan: Plan, order: Order, measure: Measure) -> Iterator[tuple[str, Item]]:
    """Every item, with the name of its group."""
    words = order.words
    shown = [layer for layer in plan.layers if _is_shown(layer)]
    shapes = [plan.input_shape, *(layer.output_shape for layer in shown)]
    maps = [shape for shape in shapes if len(shape) == 3] or [(1, 1, 1)]
    power = _POWER[order.scale or "root"]
    size = _scale(measure.size, max(side for shape in maps for side in shape[1:]), power)
    across = _scale(measure.width, max(shape[0] for shape in maps), 1 / 3)
    vectors = [shape[-1] for shape in shapes if len(shape) != 3]
    along = _scale(measure.length, max(vectors, default=1), power)

    def bar(kind: str, layers: tuple[Layer, ...], shape: tuple[int, ...]) -> Item:
        return Item(kind, layers, shape, BAR, BAR, along(shape[-1]))

    def block(kind: str, layers: tuple[Layer, ...], shape: tuple[int, ...], *window: str) -> Item:
        number = (str(shape[0]), *window)
        least = max(text_width(text, TEXT) for text in number) + 1.5
        sizes = max(across(shape[0]), least), size(shape[1]), size(shape[2])
        return Item(kind, layers, shape, *sizes, number)

    name = words("draw_input")
    if len(plan.input_shape) == 3:
        yield name, block("input", (), plan.input_shape)._replace(width=PLATE)
    else:
        yield name, bar("input", (), plan.input_shape)
    group = name
    for layers in _with_bands(shown):
        first, shape = layers[0], layers[0].output_shape
        kind = kind_of(first)
        group = words("group_stage", stage=first.stage) if first.stage else group
        if len(shape) != 3:
            yield first.name, bar(kind, layers, shape)
        elif kind == "conv":
            yield group, block(kind, layers, shape, *_window(first))
        else:
            sizes = PLATE, size(shape[1]), size(shape[2])
            yield group, Item(kind, layers, shape, *sizes, plate=True)


def _is_shown(layer: Layer) -> bool:
    """Whether it is a block, a plate, a bar or a band: not what only flattens or sums."""
    if kind_of(layer) != "other":
        return True
    views = layer.type in ("Flatten", "Unflatten", "flatten")
    return layer.input_shape != layer.output_shape and not views


def _with_bands(layers: Iterable[Layer]) -> Iterator[tuple[Layer, ...]]:
    """Each layer with the batch norm, ReLU and dropout after it; without those of the input."""
    block: list[Layer] = []
    for layer in dropwhile(is_band, layers):
        if block and not is_band(layer):
            yield tuple(block)
            block = []
        block.append(layer)
    if block:
        yield tuple(block)


def _scale(length: float, most: int, power: float) -> Callable[[int], float]:
    return lambda number: max(LEAST, length * (number / most) ** power)


def _window(layer: Layer) -> Iterator[str]:
    """What differs from a 3×3 window that keeps the size, a line each, as in a token."""
    rule = layer.rule
    if rule.stem != "conv" or rule.kernel_size is None:
        return
    kernel, dilation = pair(rule.kernel_size), pair(rule.dilation or 1)
    if kernel != (3, 3):
        yield shape_text(kernel)
    same = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    if pair(rule.stride or 1) != (1, 1):
        yield f"s{sides_text(rule.stride or 1)}"
    if [2 * side for side in pair(rule.padding or 0)] != same:
        yield f"p{sides_text(rule.padding or 0)}"
    if dilation != (1, 1):
        yield f"d{sides_text(rule.dilation or 1)}"


def _groups(plan: Plan, order: Order, measure: Measure) -> Iterator[Group]:
    words = order.words
    items = list(_items(plan, order, measure))
    before: Item | None = None
    runs = [(name, [item for _, item in run]) for name, run in groupby(items, lambda one: one[0])]
    for index, (name, members) in enumerate(runs):
        following = runs[index + 1][1][0] if index + 1 < len(runs) else None
        vector = members[0].kind == "fc" and len(members[0].map) < 3
        flat = before and vector and len(before.map) == 3
        arrow = words("draw_flatten") if flat else ""
        title = name
        for part in [members] if order.suffix == ".html" else _parts(members):
            after = following if part[-1] is members[-1] else part[-1]
            yield _group(Group(title, measure.seen), part, after, arrow)
            title = words("draw_continued", group=name)
        before = members[-1]


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Items in parts that fit into a row."""
    room = WIDEST - 2 * MARGIN - GOES_ON - 2 * SLANT * MEASURES[0].size
    part: list[Item] = []
    for item in items:
        if part and not item.plate and sum(one.width for one in part) + item.width > room:
            yield part
            part = []
        part.append(item)
    yield part


def _group(empty: Group, items: Sequence[Item], following: Item | None, flatten: str) -> Group:
    """Items side by side from x = 0, with their numbers, sizes and name."""
    group, name = empty, empty.name
    for run in _runs(items):
        next_run = empty._replace(placed=tuple(_side_by_side(run)))
        next_run = next_run._replace(labels=tuple(_numbers(next_run.placed)))
        group = (
            _joined(group, next_run.moved(_shift([group], next_run))) if group.placed else next_run
        )
    fronts = [_front(one) for one in group.placed]
    middle = (min(f[0] for f in fronts) + max(f[1] for f in fronts)) / 2
    y = max(max(f[2] for f in fronts) - 4, *(label.box.bottom for label in group.labels), 0) + NAME
    first, last, sized = items[0], items[-1], run[0]
    labels = [*group.labels, Label(name, middle, y, TEXT, "middle", bold=True, owner=first.name)]
    if len(last.map) == 3 and last.map[1:] != sized.map[1:] and not _same(last, following):
        shape, below = shape_text(last.map), y + NAME
        labels.append(Label(shape, middle, below, TEXT, "middle", style="faint", owner=last.name))
    arrow: tuple[Path, ...] = ()
    if flatten:
        left = -BAR / 2 - 5
        number = str(first.layers[0].in_channels)
        length = max(ARROW, text_width(flatten, TEXT) + 6, text_width(number, TEXT) + 6)
        arrow = _arrow(left - length, left)
        # The bar leans away from the upper text and towards the lower one.
        labels += (
            Label(text, left - length / 2 + x, y, TEXT, "middle", style="faint", owner=first.name)
            for text, x, y in ((flatten, 0.0, -6.0), (number, -9.0, NUMBER + 2))
        )
    return group._replace(labels=tuple(labels), arrow=arrow)


def _same(item: Item, following: Item | None) -> bool:
    """Whether the size of an item's map stands at the item after it."""
    return bool(following and not following.plate and following.map[1:] == item.map[1:])


def _joined(group: Group, other: Group) -> Group:
    return group._replace(
        placed=(*group.placed, *other.placed), labels=(*group.labels, *other.labels)
    )


def _runs(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Items that touch: blocks of one size, and the plates on the last of them."""
    run: list[Item] = []
    for item in items:
        if run and (_larger(item, run[-1]) if item.plate else item.map[1:] != run[-1].map[1:]):
            yield run
            run = []
        run.append(item)
    yield run


def _larger(item: Item, other: Item) -> bool:
    """Whether a plate, such as of an adaptive pool, would hide what it reads."""
    return item.height > other.height or item.depth > other.depth


def _side_by_side(items: Sequence[Item]) -> Iterator[Placed]:
    x = 0.0
    for item, following in zip(items, [*items[1:], None], strict=True):
        size = item.height, item.depth
        yield Placed(item, x, not following or (following.height, following.depth) != size)
        x += item.width


def _numbers(run: Sequence[Placed]) -> Iterator[Label]:
    """The channels below each block of a run, and the size along its slanted edge."""
    for one in run:
        left, right, bottom = _front(one)
        for row, text in enumerate(one.item.number):
            style = "faint" if row else ""
            y = bottom + NUMBER + 13 * row
            middle = (left + right) / 2
            yield Label(text, middle, y, TEXT, "middle", style=style, owner=one.item.name)
    sized = [one for one in run if one.item.map[1:] == run[0].item.map[1:]][-1]
    if sized.item.kind != "input":
        size = _size_label(sized)
        past = [_outline(one.x, one.x + one.item.width, one.item) for one in run]
        away = max(clearance(outline, size.outline) for outline in past) + 2
        yield size._replace(x=size.x + max(0.0, away))


def _size_label(one: Placed) -> Label:
    """The size of a map, or the number of features, along the slanted edge below."""
    sides = one.item.map[1:] if len(one.item.map) == 3 else one.item.map
    text = str(sides[0]) if len(set(sides)) == 1 else shape_text(sides)
    _, right, bottom = _front(one)
    along = max(2.0, (SLANT * one.item.depth - SINE * text_width(text, TEXT)) / 2)
    away = SINE * (3 + ASCENT * TEXT)
    x, y = right + along + away, bottom - along + away
    return Label(text, x, y, TEXT, angle=45, owner=one.item.name)


def _front(one: Placed) -> tuple[float, float, float]:
    """Left, right and bottom edge of a front, in the picture."""
    away = SLANT * one.item.depth / 2
    return one.x - away, one.x + one.item.width - away, one.item.height / 2 + away


def _back(one: Placed, x: float) -> Point:
    """The upper edge at the back, at ``x`` along a block."""
    away = SLANT * one.item.depth / 2
    return one.x + x + away, -one.item.height / 2 - away


def _outline(left: float, right: float, item: Item, seen: float = 1.0) -> tuple[Point, ...]:
    away, back = SLANT * item.depth / 2, SLANT * item.depth * (seen - 0.5)
    half = item.height / 2
    return (
        (left - away, half + away),
        (left - away, -half + away),
        (left + back, -half - back),
        (right + back, -half - back),
        (right + back, half - back),
        (right - away, half + away),
    )


def _shift(before: Sequence[Group], group: Group) -> float:
    """How far a group moves to the right so that it covers no text, and not too much of a block."""
    last = before[-1].placed[-1]
    end = last.x + last.item.width
    found = [end + 2 * PAD - SLANT * (last.item.depth - group.placed[0].item.depth) / 2]
    bodies, texts = group.outlines(), group.texts()
    for other in before[-3:]:
        pairs = (
            (other.outlines(other.seen), bodies, 0.0),
            (other.outlines(), texts, PAD),
            (other.texts(), bodies, PAD),
            (other.texts(), texts, 2 * PAD),
        )
        for lefts, rights, room in pairs:
            found += (clearance(one, two) + room for one in lefts for two in rights)
    return max(found)


def _in_a_row(groups: Sequence[Group]) -> list[Group]:
    row: list[Group] = []
    for group in groups:
        row.append(group.moved(_shift(row, group)) if row else group)
    return row


def _length(row: Sequence[Group]) -> float:
    return max(one.box.right for one in row) - min(one.box.left for one in row)


def _rows(groups: Sequence[Group]) -> list[list[Group]]:
    """Groups of one long row, in rows of similar length."""
    boxes = [group.box for group in groups]
    room = WIDEST - 2 * MARGIN - GOES_ON
    low = max(box.right - box.left for box in boxes)
    count = len(_ends(boxes, room))
    while room - low > 8:
        middle = (low + room) / 2
        low, room = (low, middle) if len(_ends(boxes, middle)) == count else (middle, room)
    ends = _ends(boxes, room)
    return [list(groups[start:end]) for start, end in pairwise((0, *ends))]


def _ends(boxes: Sequence[Box], room: float) -> list[int]:
    """Where rows of a certain length end."""
    ends: list[int] = []
    start = 0
    for index, box in enumerate(boxes):
        left = min(one.left for one in boxes[start : index + 1])
        if index > start and box.right - left > room:
            ends.append(index)
            start = index
    return [*ends, len(boxes)]


def _draw_row(
    row: Sequence[Group], shown: Shown, goes_on: bool
) -> tuple[list[Mark | Path], list[Label]]:
    drawn: list[Mark | Path] = []
    labels: list[Label] = []
    calls: list[tuple[float, float, str]] = []
    for group in row:
        placed = [
            one._replace(item=item)
            for one in group.placed
            if (item := _until(one.item, shown)) is not None
        ]
        if not placed:
            break
        drawn += group.arrow
        for one, following in zip(placed, [*placed[1:], None], strict=True):
            drawn.append(_mark(one._replace(open=one.open or not following), shown))
            calls += (
                (*_back(one, (start + end) / 2), layer.name)
                for _, start, end, layer in one.item.bands
                if layer and layer.path in shown.chosen
            )
        labels += group.labels if len(placed) == len(group.placed) else _labels(group, placed)
    else:
        if goes_on:
            end = max(x for outline in row[-1].outlines() for x, _ in outline)
            drawn += _arrow(end + 5, end + GOES_ON)
    if calls:
        top = min(y for group in row for outline in group.outlines() for _, y in outline)
        lines, names = _calls(calls, top)
        drawn += lines
        labels += names
    return drawn, labels


def _labels(group: Group, placed: Sequence[Placed]) -> Iterator[Label]:
    """The labels of a group of which only the first items are drawn."""
    rest = iter(placed)
    for run in _runs([one.item for one in placed]):
        yield from _numbers([next(rest) for _ in run])
    yield from (label for label in group.labels if label.bold)


def _until(item: Item, shown: Shown) -> Item | None:
    """An Item with the layers that are drawn; None without any."""
    if not item.layers:
        return item
    layers = tuple(layer for layer in item.layers if layer.path in shown.drawn)
    return item._replace(layers=layers) if layers else None


def _calls(calls: Sequence[tuple[float, float, str]], top: float) -> tuple[list[Path], list[Label]]:
    """The names of highlighted layers above the row, each with a line to its block."""
    lines: list[Path] = []
    names: list[Label] = []
    for x, y, text in sorted(calls):
        label = Label(text, x, top - 14, TEXT, "middle", style="call", bold=True)
        while any(label.box.overlaps(other.box) for other in names):
            label = label._replace(y=label.y - 16)
        names.append(label)
        lines.append(Path(((x, label.y + 4), (x, y)), "lead", closed=False))
    return lines, names


def _mark(one: Placed, shown: Shown) -> Mark:
    item, paths = one.item, []
    bands = item.bands
    chosen = [
        (start, end) for _, start, end, layer in bands if layer and layer.path in shown.chosen
    ]
    faded = " faded" if shown.chosen and not chosen else ""
    faces = ["top", "front", *(["side"] if one.open else [])]
    for face in faces:
        for band, start, end, _ in bands[-1:] if face == "side" else bands:
            style = " ".join(filter(None, (item.kind, band, face))) + faded
            paths.append(Path(_face(one, face, start, end), style))
    paths += (Path(_face(one, face, 0, item.width), "edge" + faded) for face in faces)
    for start, end in chosen:
        whole = faces if end == item.width else faces[:2]
        paths += (Path(_face(one, face, start, end), "accent") for face in whole)
    hint = item.hint or shape_text(item.map)
    return Mark(hint, tuple(paths), item.name)


def _face(one: Placed, face: str, start: float, end: float) -> tuple[Point, ...]:
    """The corners of a face, or of a band of it."""
    item = one.item
    away, half = SLANT * item.depth / 2, item.height / 2
    left, right = one.x + start, one.x + end
    near = ((left - away, -half + away), (right - away, -half + away))
    if face == "front":
        return (*near, (right - away, half + away), (left - away, half + away))
    if face == "top":
        return (*near, (right + away, -half - away), (left + away, -half - away))
    return (
        near[1],
        (right + away, -half - away),
        (right + away, half - away),
        (right - away, half + away),
    )


def _arrow(start: float, end: float) -> tuple[Path, ...]:
    head = Path(((end, 0.0), (end - 7, -3.5), (end - 7, 3.5)), "arrow")
    return line(start, 0, end - 6, "line"), head


def _points(shape: Mark | Path) -> Iterator[Point]:
    for path in (shape,) if isinstance(shape, Path) else shape.paths:
        yield from path.points


def _moved(shape: Mark | Path, x: float, y: float) -> Mark | Path:
    if isinstance(shape, Mark):
        return shape._replace(paths=tuple(path.moved(x, y) for path in shape.paths))
    return shape.moved(x, y)
