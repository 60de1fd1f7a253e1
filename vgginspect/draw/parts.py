"""What several pictures share: the heading, the legend, what kind a layer is of."""

from vgginspect.draw.palette import KINDS
from vgginspect.draw.svg import Label, element
from vgginspect.draw.text import text_width
from vgginspect.lang import Words
from vgginspect.layers import Shape
from vgginspect.plans import Layer, Plan
from vgginspect.views.phrases import cfg_text, depth_arithmetic, options

MARGIN = 24.0
TITLE, SUBTITLE, SMALL = 20.0, 12.0, 11.0

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
    """The kind whose colour a layer has; a ReLU or dropout goes with what it stands behind."""
    return _KIND_OF_TYPE.get(layer.type, "conv" if layer.stage else "fc")


def shape_text(shape: Shape) -> str:
    """``512×14×14``."""
    return "×".join(map(str, shape))


def heading(plan: Plan, words: Words) -> list[Label]:
    """The network's name, and its size in one line."""
    config, totals = plan.config, plan.totals
    name = config.label + (f" ({config.model})" if config.model else "")
    facts = [
        words("draw_params", count=f"{totals.params:,}"),
        words("draw_macs", count=f"{totals.macs / 1e9:,.2f}"),
        depth_arithmetic(plan, words),
    ]
    return [
        Label(name, MARGIN, MARGIN + TITLE, TITLE, style="title"),
        Label(" · ".join(facts), MARGIN, MARGIN + TITLE + 20, SUBTITLE, style="faint"),
        Label(options(config, words), MARGIN, MARGIN + TITLE + 37, SUBTITLE, style="faint"),
    ]


def description(plan: Plan, words: Words) -> str:
    """The picture in words, for those who cannot see it."""
    return (
        f"{cfg_text(plan.config)}; {options(plan.config, words)}; {depth_arithmetic(plan, words)}"
    )


#: Where the picture itself begins, under the heading.
TOP = MARGIN + TITLE + 37 + 22


def legend(kinds: list[str], y: float, words: Words) -> tuple[list[str], list[Label]]:
    """Squares and names of the kinds in use, in one row."""
    shapes, labels = [], []
    x = MARGIN
    for kind in (kind for kind in KINDS if kind in kinds):
        shapes.append(element("rect", x=x, y=y - 9, width=10, height=10, class_=kind))
        label = Label(words(f"draw_{kind}"), x + 15, y, SMALL)
        labels.append(label)
        x = label.x + text_width(label.text, SMALL) + 18
    return shapes, labels


def width_of(labels: list[Label]) -> float:
    """The right edge of the widest label, and a margin."""
    return max(label.box.right for label in labels) + MARGIN
