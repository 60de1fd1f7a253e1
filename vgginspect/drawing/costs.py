"""Costs per layer: one row per layer with a cost, one bar per kind of cost."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from vgginspect.drawing import Order
from vgginspect.drawing.frame import MARGIN, SMALL, TEXT, TOP, framed, kind_names, kind_of
from vgginspect.drawing.shapes import Drawing, Label, Mark, Path, line, rectangle
from vgginspect.drawing.text_size import text_width
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan, sum_known

BAR, GAP, SPACE = 150.0, 12.0, 36.0
HEADS = 60.0
#: Above this number of rows, the row height is reduced.
FEW = 60
#: Amounts below this are written in full.
EXACT = 10**7


class CostKind(NamedTuple):
    """One kind of cost: its value for a layer, and its number format.

    ``key`` is the message key of the title. Amounts are written in full, or in millions with
    ``digits`` decimals if the largest is at least ``EXACT``.
    """

    key: str
    of: Callable[[Layer], int | None]
    digits: int | None = None

    def written(self, most: int) -> tuple[str, Callable[[int | None], str]]:
        """The key of the title and the number format for amounts up to ``most``."""
        if self.digits is None or most < EXACT:
            return self.key, lambda count: "?" if count is None else f"{count:,}"
        return (
            f"{self.key}_millions",
            lambda count: "?" if count is None else f"{count / 1e6:,.{self.digits}f}",
        )


COSTS = (
    CostKind("draw_costs_params", lambda layer: layer.params),
    CostKind("draw_costs_macs", lambda layer: layer.macs, 2),
    CostKind("draw_costs_memory", lambda layer: layer.activation_bytes, 3),
)


class Rows(NamedTuple):
    """The layers shown, and where their rows are."""

    layers: Sequence[Layer]
    size: float
    pitch: float

    def y(self, row: float) -> float:
        """The baseline of a row."""
        return TOP + HEADS + row * self.pitch


def draw(plan: Plan, order: Order) -> Drawing:
    """The picture of a Plan's costs."""
    words = order.words
    layers = [layer for layer in plan.layers if any(cost.of(layer) != 0 for cost in COSTS)]
    rows = Rows(layers, TEXT, 20.0) if len(layers) <= FEW else Rows(layers, SMALL, 15.0)
    labels = [Label(la.name, MARGIN, rows.y(row), rows.size) for row, la in enumerate(layers)]
    shapes: list[Path | Mark] = []
    right = max(label.box.right for label in labels) + GAP - SPACE
    for cost in COSTS:
        panel_shapes, panel_labels = _panel(cost, rows, right + SPACE, words)
        shapes += panel_shapes
        labels += panel_labels
        right = max(label.box.right for label in panel_labels)
    lines = [
        line(MARGIN, rows.y(row - 0.72), right, "line rule")
        for row, (before, layer) in enumerate(pairwise(layers), 1)
        if before.stage != layer.stage
    ]
    names = kind_names(map(kind_of, layers), words)
    return framed(plan, order, (words("draw_about_costs"),), lines + shapes, labels, names)


def _panel(
    cost: CostKind, rows: Rows, x: float, words: Words
) -> tuple[list[Path | Mark], list[Label]]:
    """The bars of one kind of cost, starting at ``x``, with amounts and shares."""
    amounts = [cost.of(layer) for layer in rows.layers]
    total, most = sum_known(amounts), max((amount or 0 for amount in amounts), default=0)
    key, write = cost.written(most)
    longest = max((text_width(write(amount), rows.size) for amount in amounts), default=0.0)
    end = x + BAR + GAP + longest
    right = end + GAP + text_width("100.0%", rows.size)
    sum_text = words("draw_total", amount=write(total))
    labels = [
        Label(words(key), x, TOP + 10, TEXT, bold=True),
        Label(sum_text, x, TOP + 27, TEXT, style="faint"),
    ]
    shapes: list[Path | Mark] = []
    for row, (layer, amount) in enumerate(zip(rows.layers, amounts, strict=True)):
        y = rows.y(row)
        height = 0.62 * rows.pitch
        top = y - 0.36 * rows.size - height / 2
        bars = [rectangle(x, top, BAR, height, "track")]
        hint = f"{layer.name}: {words(key)} {write(amount)}"
        if amount != 0:
            labels.append(Label(write(amount), end, y, rows.size, "end"))
        if amount:
            length = max(1.0, BAR * amount / most)
            bars.append(rectangle(x, top, length, height, kind_of(layer)))
        if amount and total:
            share = _share(amount, total)
            hint += f" ({share})"
            labels.append(Label(share, right, y, rows.size, "end", style="faint"))
        shapes.append(Mark(hint, tuple(bars), layer.name))
    return shapes, labels


def _share(amount: int, total: int) -> str:
    """A share in per cent; very small ones are written as <0.1%."""
    return "<0.1%" if 2000 * amount < total else f"{amount / total:.1%}"
