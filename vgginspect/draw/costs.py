"""Where the costs are: a row for each layer that has some, a bar for each kind of cost."""

from collections.abc import Callable

from vgginspect.draw.parts import (
    MARGIN,
    SMALL,
    TOP,
    description,
    heading,
    kind_of,
    legend,
    width_of,
)
from vgginspect.draw.svg import Label, Picture, element, escape
from vgginspect.draw.text import text_width
from vgginspect.lang import Words
from vgginspect.plans import Layer, Plan

ROW, BAR, GAP = 17.0, 150.0, 18.0

#: Message key of a cost -> its value, and how it is written.
COSTS: tuple[tuple[str, Callable[[Layer], int], Callable[[int], str]], ...] = (
    ("column_params", lambda layer: layer.params, lambda value: f"{value:,}"),
    ("column_macs", lambda layer: layer.macs, lambda value: f"{value / 1e6:,.2f}"),
    (
        "column_activation_bytes",
        lambda layer: layer.activation_bytes,
        lambda value: f"{value / 1e6:,.3f}",
    ),
)


def draw(plan: Plan, words: Words) -> Picture:
    """The picture of a Plan's costs."""
    rows = [la for la in plan.layers if la.params or la.macs or la.activation_bytes]
    labels = heading(plan, words)
    shapes: list[str] = []
    first = TOP + 30
    for row, layer in enumerate(rows):
        labels.append(Label(layer.name, MARGIN, first + row * ROW, SMALL))
    x = MARGIN + max(text_width(layer.name, SMALL) for layer in rows) + GAP
    for key, value, written in COSTS:
        values = [value(layer) for layer in rows]
        most = max(values)
        numbers = max(text_width(written(amount), SMALL) for amount in values)
        labels.append(Label(words(key), x, TOP + 6, SMALL, style="title"))
        for row, (layer, amount) in enumerate(zip(rows, values, strict=True)):
            y = first + row * ROW
            shapes.append(_bar(layer, written(amount), amount / most if most else 0, x, y))
            if amount:
                labels.append(Label(written(amount), x + BAR + 6 + numbers, y, SMALL, "end"))
        x += max(BAR + 6 + numbers, text_width(words(key), SMALL)) + 2 * GAP
    bottom = first + len(rows) * ROW + 18
    squares, names = legend([kind_of(layer) for layer in rows], bottom, words)
    labels += names
    return Picture(
        max(x - 2 * GAP + MARGIN, width_of(labels)),
        bottom + MARGIN,
        plan.config.label,
        description(plan, words),
        tuple(shapes + squares),
        tuple(labels),
    )


def _bar(layer: Layer, amount: str, share: float, x: float, y: float) -> str:
    place = {"x": x, "y": y - 9, "height": 11}
    bar = element("rect", **place, width=BAR, class_="track")
    if share:
        bar += element("rect", **place, width=max(1.0, BAR * share), class_=kind_of(layer))
    return element("g", element("title", escape(f"{layer.name}: {amount}")) + bar)
