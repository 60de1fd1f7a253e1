"""The layer list after each token, one column per token."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vgginspect.drawing import Order
from vgginspect.drawing.frame import (
    MARGIN,
    SMALL,
    TEXT,
    TOP,
    framed,
    is_band,
    kind_names,
    kind_of,
)
from vgginspect.drawing.shapes import Drawing, Label, Mark, Path, rectangle
from vgginspect.drawing.text_size import text_width
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan, Step
from vgginspect.shape import shape_text

PADDING, LINE = 5.0, 17.0
#: Maximum column width for a long token.
MAX_WIDTH = 130.0
#: Up to this many columns and layers, every layer is named in every column. In longer networks only
#: the first new layer is named, and columns are as narrow as a line of text.
FEW_COLUMNS, FEW_LAYERS = 24, 64
#: Height of a layer; in a long network, of a layer and minimum of a token's layers.
ROW, LOW_ROW, MIN_ROWS = 17.0, 5.5, 13.0
NARROW = 17.0


class Grid(NamedTuple):
    """Vertical layout: the top of each layer, the token row and the number rows.

    ``long``: whether the network is long; texts are then vertical. ``token`` is the height of the
    tokens, ``figures`` the heights of the number rows, ``foot`` their top.
    """

    tops: tuple[float, ...]
    long: bool
    token: float
    figures: tuple[float, ...]
    foot: float

    @property
    def gap(self) -> float:
        """Pixels between columns."""
        return 3.0 if self.long else 6.0

    def height(self, index: int) -> float:
        """The height of the layer at an index, without the line below it."""
        return self.tops[index + 1] - self.tops[index] - (0.5 if self.long else 1.0)

    def text_y(self, first: int, count: int, size: float) -> float:
        """The text baseline centred on ``count`` layers."""
        return (self.tops[first] + self.tops[first + count]) / 2 + 0.34 * size

    def figure_y(self, row: int) -> float:
        """The middle of a number row."""
        return self.foot + sum(self.figures[:row]) + self.figures[row] / 2


class TokenColumn(NamedTuple):
    """One token: its step, the numbers below its list, and its position."""

    step: Step
    figures: tuple[str, ...]
    x: float
    width: float

    @property
    def middle(self) -> float:
        """Horizontal centre."""
        return self.x + self.width / 2

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width


def draw(plan: Plan, order: Order) -> Drawing:
    """The picture of a Plan's layer list, token by token."""
    layers, words = plan.features, order.words
    grid = _grid(plan)
    labels = list(_row_heads(layers, grid, words))
    columns = list(_columns(plan, max(label.box.right for label in labels), grid))
    right = columns[-1].right
    shapes: list[Path | Mark] = []
    for column in columns:
        shapes += _old_layers(column, grid, right)
    shapes += _gaps(columns, grid)
    for column in columns:
        shapes += _new_layers(column, grid)
        labels += _texts(column, layers, grid)
    note = words("draw_growth_note")
    if grid.long:
        note += " " + words("draw_growth_names")
    bottom = grid.foot + sum(grid.figures) + 22
    labels.append(Label(note, MARGIN, bottom, SMALL, style="faint"))
    names = kind_names(map(kind_of, layers), words)
    about = (words("draw_about_growth"),)
    return framed(plan, order, about, shapes, labels, names, right)


def _grid(plan: Plan) -> Grid:
    long = len(plan.steps) > FEW_COLUMNS or len(plan.features) > FEW_LAYERS
    token = 24.0
    figures: tuple[float, ...] = (LINE, LINE, LINE)
    if long:
        longest = max(text_width(_read(step), TEXT, bold=True) for step in plan.steps)
        token = min(MAX_WIDTH, longest) + 2 * PADDING
        rows = zip(*map(_figures, plan.steps), strict=True)
        figures = tuple(max(text_width(text, SMALL) for text in row) + PADDING for row in rows)
    tops = [TOP + token + 6]
    for step in plan.steps:
        count = len(step.layers)
        row = max(LOW_ROW, MIN_ROWS / max(count, 1)) if long else ROW
        tops += [tops[-1] + row * number for number in range(1, count + 1)]
    return Grid(tuple(tops), long, token, figures, tops[-1] + 6)


def _read(step: Step) -> str:
    """What a column is of: the token that was read or, without one, the type of the layer made."""
    if step.tokens:
        return step.tokens[0].text
    return step.layers[0].type if step.layers else ""


def _figures(step: Step) -> tuple[str, ...]:
    return str(step.layers_after), str(step.in_channels_after), shape_text(step.output_shape[1:])


def _row_heads(layers: Sequence[Layer], grid: Grid, words: Words) -> Iterator[Label]:
    """The row titles: the token, the path of each layer, and the numbers."""
    token = TOP + grid.token / 2 + 0.36 * SMALL
    yield Label(words("column_token"), MARGIN, token, SMALL, style="faint")
    if not grid.long:
        for index, layer in enumerate(layers):
            yield Label(layer.path, MARGIN, grid.text_y(index, 1, SMALL), SMALL, style="faint")
    rows = (words("walk_layers"), "in_channels", words("column_spatial_size"))
    for row, text in enumerate(rows):
        y = grid.figure_y(row) + 0.36 * SMALL
        yield Label(text, MARGIN, y, SMALL, style="faint")


def _columns(plan: Plan, heads: float, grid: Grid) -> Iterator[TokenColumn]:
    names = max(text_width(layer.name, SMALL, bold=True) for layer in plan.features)
    x = heads + 8
    if grid.long:
        # The names of new layers are to their left, for the first column in the margin.
        x = max(x, MARGIN + names + PADDING)
    for step in plan.steps:
        figures = _figures(step)
        texts = [text_width(text, SMALL) for text in figures]
        texts.append(min(MAX_WIDTH, text_width(_read(step), TEXT, bold=True)) + 2 * PADDING)
        width = NARROW if grid.long else max(*texts, names + 2 * PADDING)
        yield TokenColumn(step, figures, x, width)
        x += width + grid.gap


def _old_layers(column: TokenColumn, grid: Grid, right: float) -> Iterator[Path]:
    """The layers of a token, drawn pale in all later columns."""
    if right > column.right:
        for index, layer in enumerate(column.step.layers, column.step.layers_before):
            size = right - column.right, grid.height(index)
            yield rectangle(column.right, grid.tops[index], *size, f"{kind_of(layer)} pale")


def _gaps(columns: Sequence[TokenColumn], grid: Grid) -> Iterator[Path]:
    top, height = grid.tops[0], grid.tops[-1] - grid.tops[0]
    for column in columns[1:]:
        yield rectangle(column.x - grid.gap, top, grid.gap, height, "paper")


def _new_layers(column: TokenColumn, grid: Grid) -> Iterator[Mark]:
    kind = kind_of(column.step.layers[0]) if column.step.layers else "other"
    head = rectangle(column.x, TOP, column.width, grid.token, kind)
    yield Mark(_read(column.step), (head,))
    for index, layer in enumerate(column.step.layers, column.step.layers_before):
        lesser = " lesser" if is_band(layer) else ""
        size = column.width, grid.height(index)
        cell = rectangle(column.x, grid.tops[index], *size, kind_of(layer) + lesser)
        yield Mark(f"{layer.path}: {layer.repr}", (cell,), layer.name)


def _texts(column: TokenColumn, layers: Sequence[Layer], grid: Grid) -> Iterator[Label]:
    step = column.step
    token = _centred(_read(step), column, TOP + grid.token / 2, grid, TEXT)
    yield token._replace(style="on", bold=True).within(MAX_WIDTH)
    if grid.long and step.layers:
        y = grid.text_y(step.layers_before, len(step.layers), SMALL)
        yield Label(step.layers[0].name, column.x - PADDING, y, SMALL, "end")
    elif not grid.long:
        for index, layer in enumerate(layers[: step.layers_after]):
            y = grid.text_y(index, 1, SMALL)
            name = Label(layer.name, column.middle, y, SMALL, "middle", style="faint")
            if index >= step.layers_before:
                style = "" if is_band(layer) else "on"
                name = name._replace(style=style, bold=True)
            yield name
    for row, text in enumerate(column.figures):
        yield _centred(text, column, grid.figure_y(row), grid, SMALL)


def _centred(text: str, column: TokenColumn, y: float, grid: Grid, size: float) -> Label:
    """A text centred in a column, vertical if columns are narrow."""
    if grid.long:
        return Label(text, column.middle + 0.36 * size, y, size, "middle", 90)
    return Label(text, column.middle, y + 0.36 * size, size, "middle")
