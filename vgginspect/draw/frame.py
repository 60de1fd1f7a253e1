"""Parts shared by all pictures: heading, legend, and the kind of a layer."""

from collections.abc import Iterable

from vgginspect.draw.palette import KINDS
from vgginspect.draw.svg import Label, Picture, element
from vgginspect.draw.text_size import text_width
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan
from vgginspect.views.phrases import cfg_text, depth_arithmetic, options

MARGIN = 28.0
TITLE, SUBTITLE, TEXT, SMALL = 24.0, 13.0, 12.0, 11.0
#: Where the drawing begins, below the heading.
TOP = MARGIN + 86
#: Maximum width of the heading in pixels if the drawing is narrower.
_HEADING = 720.0

_KIND_OF_TYPE = {
    "Conv2d": "conv",
    "BatchNorm2d": "conv",
    "MaxPool2d": "maxpool",
    "AvgPool2d": "avgpool",
    "AdaptiveAvgPool2d": "avgpool",
    "LocalResponseNorm": "lrn",
    "Linear": "fc",
}


def kind_of(layer: Layer) -> str:
    """The kind that sets a layer's colour; a ReLU or dropout has that of the layer before it."""
    return _KIND_OF_TYPE.get(layer.type, "conv" if layer.stage else "fc")


def framed(
    plan: Plan,
    words: Words,
    title: str,
    about: str,
    shapes: Iterable[str],
    labels: Iterable[Label],
    kinds: dict[str, str],
    right: float = 0.0,
) -> Picture:
    """Add a heading above the drawing and a legend below.

    Args:
        plan: the network.
        words: the language.
        title: the title; empty for the network's name.
        about: one sentence describing this style.
        shapes: elements, from back to front.
        labels: texts, in front of all shapes; the lowest one is the bottom of the drawing.
        kinds: kind of layer in use -> its name in the legend.
        right: the right edge of the shapes.
    """
    labels = list(labels)
    config = plan.config_for("a picture")
    right = max(right, *(label.box.right for label in labels))
    bottom = max(label.box.bottom for label in labels)
    squares, names = _legend(kinds, bottom + 34)
    head = [label.within(max(right - MARGIN, _HEADING)) for label in _heading(plan, words, title)]
    every = (*head, *labels, *names)
    return Picture(
        max(right, *(label.box.right for label in every)) + MARGIN,
        names[0].y + MARGIN,
        title or name_of(plan),
        f"{about} {facts(plan, words)}. {options(config, words)}. {cfg_text(config.tokens)}",
        (*shapes, *squares),
        every,
    )


def _heading(plan: Plan, words: Words, title: str) -> Iterable[Label]:
    """The network's name, its size and its options, one line each."""
    lines = (
        (title or name_of(plan), 22.0, TITLE, "", True),
        (facts(plan, words), 44.0, SUBTITLE, "", False),
        (options(plan.config_for("a picture"), words), 62.0, SUBTITLE, "faint", False),
    )
    for text, y, size, style, bold in lines:
        yield Label(text, MARGIN, MARGIN + y, size, style=style, bold=bold)


def name_of(plan: Plan) -> str:
    """The network's name: ``A (vgg11)``."""
    model = plan.config_for("a picture").model
    return plan.label + (f" ({model})" if model else "")


def facts(plan: Plan, words: Words) -> str:
    """The size of the network in one line."""
    parts = (
        words("draw_params", count=f"{plan.totals.params:,}"),
        _macs(plan.totals.macs),
        depth_arithmetic(plan, words),
    )
    return " · ".join(parts)


def _macs(count: int) -> str:
    """``15.47 GMACs``, ``3.28 MMACs``."""
    for unit, size, least in (("T", 10**12, 10**13), ("G", 10**9, 10**8), ("M", 10**6, 10**5)):
        if count >= least:
            return f"{count / size:,.2f} {unit}MACs"
    return f"{count:,} MACs"


def _legend(kinds: dict[str, str], y: float) -> tuple[list[str], list[Label]]:
    """A square and a name for each kind, in one row, in the order of the palette."""
    squares, names = [], []
    x = MARGIN
    for kind in (kind for kind in KINDS if kind in kinds):
        squares.append(element("rect", x=x, y=y - 10, width=12, height=12, rx=2, class_=kind))
        names.append(Label(kinds[kind], x + 18, y, TEXT))
        x += 18 + text_width(kinds[kind], TEXT) + 20
    return squares, names


def kind_names(kinds: Iterable[str], words: Words) -> dict[str, str]:
    """The names of kinds, for the legend."""
    return {kind: words(f"draw_{kind}") for kind in kinds}
