"""The walk as a picture: a column for each token, with the layer list as it is then."""

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
from vgginspect.draw.svg import Label, Picture, element, escape
from vgginspect.draw.text import text_width
from vgginspect.lang import Words
from vgginspect.plans import Layer, Plan

CELL, ENTRY, FOOT = 13.0, 9.0, 9.0
GAP = 8.0


def draw(plan: Plan, words: Words) -> Picture:
    """The picture of a Plan's walk."""
    labels = heading(plan, words)
    shapes: list[str] = []
    grown: list[Layer] = []
    x = MARGIN
    first = TOP + 26
    length = len(plan.features)
    foot = first + length * CELL + 16
    for step in plan.steps:
        token = step.tokens[0].text
        shape = shape_text(step.output_shape)
        channels = str(step.in_channels_after)
        names = [layer.name for layer in (*grown, *step.layers)]
        width = max(
            *(text_width(name, ENTRY) for name in names),
            text_width(token, SMALL + 2),
            text_width(shape, FOOT),
            text_width(channels, FOOT),
        )
        width += 6
        labels.append(Label(token, x + width / 2, TOP + 14, SMALL + 2, "middle", style="title"))
        if grown:
            size = {"width": width, "height": len(grown) * CELL - 1}
            shapes.append(element("rect", x=x, y=first, **size, class_="old"))
        for row, layer in enumerate((*grown, *step.layers)):
            y = first + row * CELL
            new = row >= len(grown)
            if new:
                shapes.append(_cell(layer, x, y, width))
            style = "new" if new else "faint"
            labels.append(Label(layer.name, x + width / 2, y + 9.5, ENTRY, "middle", style=style))
        labels.append(Label(channels, x + width / 2, foot, FOOT, "middle"))
        labels.append(Label(shape, x + width / 2, foot + 14, FOOT, "middle", style="faint"))
        grown += step.layers
        x += width + GAP
    note = Label(words("draw_growth_note"), MARGIN, foot + 36, SMALL, style="faint")
    bottom = foot + 60
    squares, names_of_kinds = legend([kind_of(layer) for layer in grown], bottom, words)
    labels += [note, *names_of_kinds]
    return Picture(
        max(x - GAP + MARGIN, width_of(labels)),
        bottom + MARGIN,
        plan.config.label,
        description(plan, words),
        tuple(shapes + squares),
        tuple(labels),
    )


def _cell(layer: Layer, x: float, y: float, width: float) -> str:
    hint = element("title", escape(f"{layer.path} {layer.repr}"))
    rect = element("rect", x=x, y=y, width=width, height=CELL - 1, class_=kind_of(layer))
    return element("g", hint + rect)
