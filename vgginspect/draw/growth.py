"""The walk as a picture: a column for each token, with the layer list as it is then."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vgginspect.draw.parts import MARGIN, SMALL, TEXT, TOP, framed, kind_names, kind_of, shape_text
from vgginspect.draw.svg import Label, Picture, element, hinted
from vgginspect.draw.text import text_width
from vgginspect.lang import Words
from vgginspect.plans import Layer, Plan, Step

GAP, PADDING = 6.0, 5.0
TOKEN, LINE = 24.0, 17.0
#: The widest that a token's column gets because of the token.
WIDEST = 130.0
#: Columns and layers up to which every list names all its layers, and not its new ones alone.
FEW_COLUMNS, FEW_LAYERS = 24, 64


class Grid(NamedTuple):
    """Where the lists are: the top of the first layer, the height of each, the size of names."""

    top: float
    row: float
    size: float
    named: bool

    def y(self, index: int) -> float:
        """The top of the layer at an index of the list."""
        return self.top + index * self.row

    def text_y(self, index: int) -> float:
        """The baseline of its name."""
        return self.y(index) + self.row / 2 + 0.34 * self.size


class Column(NamedTuple):
    """One token: its step, the figures below its list, and where it is."""

    step: Step
    figures: tuple[str, ...]
    x: float
    width: float

    @property
    def middle(self) -> float:
        """Half way across."""
        return self.x + self.width / 2

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width


def draw(plan: Plan, words: Words, title: str = "") -> Picture:
    """The picture of a Plan's walk."""
    layers = plan.features
    named = len(plan.steps) <= FEW_COLUMNS and len(layers) <= FEW_LAYERS
    top = TOP + TOKEN + 6
    grid = Grid(top, 17.0, SMALL, True) if named else Grid(top, 14.0, SMALL - 1, False)
    foot = grid.y(len(layers)) + LINE
    labels = list(_row_heads(layers, grid, foot, words))
    columns = list(_columns(plan, max(label.box.right for label in labels) + GAP + 2, grid))
    right = columns[-1].right
    shapes: list[str] = []
    for column in columns:
        shapes += _old_layers(column, grid, right)
    shapes += _gaps(columns, grid, len(layers))
    for column in columns:
        shapes += _new_layers(column, grid)
        labels += _texts(column, layers, grid, foot)
    note = foot + 3 * LINE + 10
    labels.append(Label(words("draw_growth_note"), MARGIN, note, SMALL, style="faint"))
    names = kind_names(map(kind_of, layers), words)
    about = words("draw_about_growth")
    return framed(plan, words, title, about, shapes, labels, names, right)


def _row_heads(layers: Sequence[Layer], grid: Grid, foot: float, words: Words) -> Iterator[Label]:
    """What the rows are: the token, the path of each layer, and the figures."""
    yield Label(words("column_token"), MARGIN, TOP + 16, SMALL, style="faint")
    if grid.named:
        for index, layer in enumerate(layers):
            yield Label(layer.path, MARGIN, grid.text_y(index), grid.size, style="faint")
    for row, key in enumerate(("walk_layers", "column_in_channels_before", "column_spatial_size")):
        yield Label(words(key), MARGIN, foot + LINE * row, SMALL, style="faint")


def _columns(plan: Plan, x: float, grid: Grid) -> Iterator[Column]:
    names = max(text_width(layer.name, grid.size, bold=True) for layer in plan.features)
    if not grid.named:
        # The names of new layers stand to the left of them, those of the first in the margin.
        x = max(x, MARGIN + names + PADDING)
    for step in plan.steps:
        figures = (
            str(step.layers_after),
            str(step.in_channels_after),
            shape_text(step.output_shape[1:]),
        )
        texts = [text_width(text, SMALL) for text in figures]
        texts.append(min(WIDEST, text_width(step.tokens[0].text, TEXT, bold=True)) + 2 * PADDING)
        width = max(*texts, names + 2 * PADDING if grid.named else 0.0)
        yield Column(step, figures, x, width)
        x += width + GAP


def _old_layers(column: Column, grid: Grid, right: float) -> Iterator[str]:
    """The layers of a token as they go on to be in every later list."""
    if right > column.right:
        for index, layer in enumerate(column.step.layers, column.step.layers_before):
            yield element(
                "rect",
                x=column.right,
                y=grid.y(index),
                width=right - column.right,
                height=grid.row - 1,
                class_=f"{kind_of(layer)} pale",
            )


def _gaps(columns: Sequence[Column], grid: Grid, count: int) -> Iterator[str]:
    """What parts the lists again."""
    for column in columns[1:]:
        place = {"x": column.x - GAP, "y": grid.top, "width": GAP, "height": count * grid.row}
        yield element("rect", **place, class_="paper")


def _new_layers(column: Column, grid: Grid) -> Iterator[str]:
    token = column.step.tokens[0]
    place = {"x": column.x, "width": column.width}
    kind = kind_of(column.step.layers[0])
    yield hinted(token.text, element("rect", **place, y=TOP, height=TOKEN, rx=4, class_=kind))
    for index, layer in enumerate(column.step.layers, column.step.layers_before):
        lesser = " lesser" if layer.type in ("ReLU", "BatchNorm2d") else ""
        cell = element(
            "rect", **place, y=grid.y(index), height=grid.row - 1, class_=kind_of(layer) + lesser
        )
        yield hinted(f"{layer.path}: {layer.repr}", cell)


def _texts(column: Column, layers: Sequence[Layer], grid: Grid, foot: float) -> Iterator[Label]:
    step = column.step
    token = Label(step.tokens[0].text, column.middle, TOP + 16.5, TEXT, "middle", style="on")
    yield token._replace(bold=True).within(WIDEST)
    if grid.named:
        for index, layer in enumerate(layers[: step.layers_before]):
            yield Label(
                layer.name, column.middle, grid.text_y(index), grid.size, "middle", style="faint"
            )
    for index, layer in enumerate(step.layers, step.layers_before):
        y = grid.text_y(index)
        if grid.named:
            style = "" if layer.type in ("ReLU", "BatchNorm2d") else "on"
            yield Label(layer.name, column.middle, y, grid.size, "middle", style=style, bold=True)
        else:
            yield Label(layer.name, column.x - PADDING, y, grid.size, "end")
    for row, text in enumerate(column.figures):
        yield Label(text, column.middle, foot + LINE * row, SMALL, "middle")
