"""Parts shared by all pictures: title, legend, caption, and the kind of a layer."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from vgginspect.cfg.config import CUSTOM, Config
from vgginspect.drawing import Order
from vgginspect.drawing.palette import KINDS
from vgginspect.drawing.shapes import Drawing, Label, Mark, Path, rectangle
from vgginspect.drawing.text_size import Box, text_width
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan
from vgginspect.shape import shape_text
from vgginspect.views.phrases import cfg_text, depth_arithmetic, options

MARGIN = 10.0
TITLE, TEXT, SMALL = 18.0, 12.0, 11.0
#: From one line of a title to the next, and how many there are at most.
TITLE_LINE, MOST_LINES = TITLE + 4, 3
#: Where the drawing begins, below the title.
TOP = 0.0
#: Minimum width in pixels of legend and caption.
_LEAST_WIDTH = 330.0

_STEMS = ("conv", "lrn", "avgpool", "fc")


def _square(kind: str) -> tuple[Path, ...]:
    return (rectangle(0, 0, 12, 12, kind),)


def kind_of(layer: Layer) -> str:
    """The kind that sets a layer's colour; a norm or an activation has that of its layer."""
    stem = layer.rule.stem
    if stem in _STEMS:
        return stem
    if stem == "pool":
        return "avgpool" if "avg" in layer.type.lower() else "maxpool"
    return ("conv" if layer.stage else "fc") if is_band(layer) else "other"


def is_band(layer: Layer) -> bool:
    """Whether a layer belongs to the one before it: a norm, an activation, a dropout."""
    stem = layer.rule.stem
    if stem in ("bn", "relu", "drop"):
        return True
    return stem not in (*_STEMS, "pool") and layer.input_shape == layer.output_shape


def is_norm(layer: Layer) -> bool:
    """Whether a layer is a batch norm, or another norm that belongs to the layer before it."""
    return layer.rule.stem == "bn" or (is_band(layer) and "norm" in layer.type.lower())


def band_names(layers: Iterable[Layer], words: Words) -> list[str]:
    """The names of the norms and of the activations among layers, one of each for the legend."""
    bands = [layer for layer in layers if is_band(layer) and layer.rule.stem != "drop"]
    names = []
    for norms in (True, False):
        of_kind = [layer for layer in bands if is_norm(layer) == norms]
        usual = [layer for layer in of_kind if layer.rule.stem in ("bn", "relu")]
        if usual:
            names.append(words("draw_batch_norm") if norms else "ReLU")
        elif of_kind:
            names.append(of_kind[0].type)
    return names


def framed(
    plan: Plan,
    order: Order,
    about: Sequence[str],
    shapes: Iterable[Path | Mark],
    labels: Iterable[Label],
    kinds: dict[str, str],
    right: float = 0.0,
    icon: Callable[[str], tuple[Path, ...]] = _square,
) -> Drawing:
    """Add the title above the drawing, and legend and caption below, as far as the order has them.

    Args:
        plan: the network.
        order: the options of the picture.
        about: sentences describing this style; all but the first also stand in the caption.
        shapes: from back to front.
        labels: texts, in front of all shapes; the lowest one is the bottom of the drawing.
        kinds: kind of layer in use -> its name in the legend.
        right: the right edge of the shapes.
        icon: the sign of a kind in the legend, from its top left corner.
    """
    shapes, labels, words = list(shapes), list(labels), order.words
    right = max(right, *(label.box.right for label in labels), MARGIN + _LEAST_WIDTH)
    bottom = max(label.box.bottom for label in labels)
    top = TOP - MARGIN
    named = "" if plan.of.name == CUSTOM else name_of(plan)
    title = named if order.title is None else order.title
    if title:
        lines = list(_title(title, right))
        labels += lines
        top -= len(lines) * TITLE_LINE + 6
    exact = words("draw_params", count=f"{plan.totals.params:,}")
    said = [facts(plan, words), given(plan, words)]
    if order.legend:
        signs, names = _legend(kinds, bottom + 28, right, icon)
        shapes += signs
        labels += names
        bottom = names[-1].box.bottom
    if order.caption:
        caption = list(_caption((*said, *about[1:]), bottom + 26, right))
        labels += caption
        bottom = caption[-1].box.bottom
    return Drawing(
        Box(0.0, top, max(right, *(label.box.right for label in labels)) + MARGIN, bottom + MARGIN),
        title or name_of(plan),
        f"{about[0]} {exact}. {'. '.join(said)}. {_list_of(plan)}".rstrip(),
        tuple(shapes),
        tuple(labels),
    )


def _title(text: str, right: float) -> Iterator[Label]:
    """The lines of the title, the lowest first; what is too long for them is cut."""
    lines = list(_wrapped(text.split(" "), " ", right - MARGIN, TITLE, bold=True))
    rest = [" ".join(lines[MOST_LINES - 1 :])] if lines[MOST_LINES - 1 :] else []
    for up, line in enumerate(reversed(lines[: MOST_LINES - 1] + rest)):
        y = TOP - 18 - up * TITLE_LINE
        yield Label(line, MARGIN, y, TITLE, bold=True).within(right - MARGIN)


def _caption(parts: Iterable[str], y: float, right: float) -> Iterator[Label]:
    """Parts separated by dots, in lines as wide as the picture."""
    for text in _wrapped(" · ".join(parts).split(" · "), " · ", right - MARGIN):
        yield Label(text, MARGIN, y, TEXT, style="faint").within(right - MARGIN)
        y += 17


def _wrapped(
    parts: Iterable[str], between: str, width: float, size: float = TEXT, bold: bool = False
) -> Iterator[str]:
    """Lines of parts; a part that is longer than a line is broken at its spaces."""
    text = ""
    for part in parts:
        longer = f"{text}{between}{part}" if text else part
        if text_width(longer, size, bold) <= width:
            text = longer
            continue
        if text:
            yield text
        text = part
        if between != " " and text_width(part, size, bold) > width:
            *whole, text = _wrapped(part.split(" "), " ", width)
            yield from whole
    yield text


def name_of(plan: Plan) -> str:
    """The network's name: ``A (vgg11)``."""
    model = plan.config.model if plan.config else None
    return plan.label + (f" ({model})" if model else "")


def given(plan: Plan, words: Words) -> str:
    """The model options; of a recorded network its input, and the order of its layers."""
    if plan.config:
        return options(plan.config, words)
    shape = words("input", shape=shape_text(plan.input_shape))
    return f"{shape} · {words('draw_observed')}"


def _list_of(plan: Plan) -> str:
    tokens = plan.of.tokens if isinstance(plan.of, Config) else plan.of.entries
    return "" if tokens is None else cfg_text(tokens)


def facts(plan: Plan, words: Words) -> str:
    """The size of the network in one line."""
    parts = (
        words("draw_params", count=amount(plan.totals.params)),
        f"{'?' if plan.totals.macs is None else amount(plan.totals.macs)} MACs",
        depth_arithmetic(plan, words),
    )
    return " · ".join(parts)


def amount(count: int) -> str:
    """A large number in k, M, G or T: ``138.36 M``."""
    for unit, size in (("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if count >= 10 * size or (unit != "k" and count >= size):
            return f"{count / size:,.2f} {unit}"
    return f"{count:,}"


def _legend(
    kinds: dict[str, str], y: float, right: float, icon: Callable[[str], tuple[Path, ...]]
) -> tuple[list[Path], list[Label]]:
    """A sign and a name for each kind, in the order of the palette, in rows."""
    signs: list[Path] = []
    names: list[Label] = []
    x = MARGIN
    for kind in (kind for kind in KINDS if kind in kinds):
        paths = icon(kind)
        width = max(a for path in paths for a, _ in path.points) + 6
        length = width + text_width(kinds[kind], TEXT)
        if x > MARGIN and x + length > right:
            x, y = MARGIN, y + 20
        signs += (path.moved(x, y - 10) for path in paths)
        names.append(Label(kinds[kind], x + width, y, TEXT))
        x += length + 20
    return signs, names


def kind_names(kinds: Iterable[str], words: Words) -> dict[str, str]:
    """The names of kinds, for the legend."""
    return {kind: words(f"draw_{kind}") for kind in kinds}
