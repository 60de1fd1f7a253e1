"""Pictures: one module per file format, imported on demand.

A module has ``write(plan, order) -> bytes``. A new format needs a module and an entry here.
"""

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.lang import Words
from vgginspect.network.plan import Plan
from vgginspect.text.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vgginspect.analysis.memory import Memory

#: File suffix -> module.
WRITERS: dict[str, str] = {
    ".svg": "vgginspect.drawing.vector",
    ".png": "vgginspect.drawing.raster",
    ".pdf": "vgginspect.drawing.raster",
    ".tex": "vgginspect.drawing.tikz",
    ".html": "vgginspect.drawing.page",
}

#: Style of a picture -> module, each with ``draw(plan, words, title) -> Drawing``.
STYLES: dict[str, str] = {
    "blocks": "vgginspect.drawing.blocks",
    "growth": "vgginspect.drawing.growth",
    "costs": "vgginspect.drawing.costs",
    "memory": "vgginspect.drawing.memory",
}

USUAL_STYLE = "blocks"

#: auto follows the viewer's light or dark setting.
THEMES = ("light", "dark", "auto")

#: Scales of blocks: cube roots, so that small maps can be seen, or true sizes.
SCALES = ("root", "true")

#: Pictures with more tokens would not be readable.
MAX_TOKENS = 400


class Order(NamedTuple):
    """Options of a picture.

    ``suffix`` is the file's, such as ``.svg``; ``style`` one of ``STYLES``, empty for the default;
    ``title`` replaces the network's name, and is left out if empty; ``theme`` is one of ``THEMES``,
    empty for light, on a page for auto. ``legend`` and ``caption``: whether the picture has them.
    Of blocks only: ``scale`` is one of ``SCALES``, ``until`` the last layer to draw, ``highlight``
    the layers to highlight. ``memory`` is what the style of that
    name draws; without it, one image of a CONFIG.
    """

    words: Words
    suffix: str = ".svg"
    style: str = ""
    title: str | None = None
    theme: str = ""
    legend: bool = True
    caption: bool = True
    scale: str = ""
    until: str = ""
    highlight: str = ""
    memory: "Memory | None" = None


def draw(plan: Plan, order: Order) -> bytes:
    """Draw a Plan in the file format of the order's suffix.

    Raises:
        ConfigError: an unknown suffix, style or theme, a style for a page, or a network that is too
            long for a picture.
        DependencyError: a PNG or PDF without the package that writes it.
    """
    order = order._replace(suffix=order.suffix.lower())
    for given, known, message in (
        (order.suffix, WRITERS, "unknown picture format {}; the formats are {}"),
        (order.style or USUAL_STYLE, STYLES, "unknown style {}; the styles are {}"),
        (order.theme or THEMES[0], THEMES, "unknown theme {}; the themes are {}"),
        (order.scale or SCALES[0], SCALES, "unknown scale {}; the scales are {}"),
    ):
        if given not in known:
            raise ConfigError(message.format(repr(printable(given[:40])), ", ".join(known)))
    if order.suffix == ".html" or order.style not in ("", USUAL_STYLE):
        for name in ("scale", "until", "highlight"):
            if getattr(order, name):
                raise ConfigError(f"--{name} applies only to pictures in the style {USUAL_STYLE}")
    count = len(plan.config.tokens) if plan.config else len(plan.steps)
    if count > MAX_TOKENS:
        if plan.config is None:
            raise ConfigError(
                f"a picture shows at most {MAX_TOKENS} steps, but this network has {count:,}; "
                "summary and trace have no such limit"
            )
        raise ConfigError(
            f"a picture shows at most {MAX_TOKENS} tokens, but this list has "
            f"{count:,}; summary and trace have no such limit"
        )
    if not plan.steps:
        raise ConfigError("this network has no convolution and no pool, so there is no picture")
    write: Callable[[Plan, Order], bytes] = import_module(WRITERS[order.suffix]).write
    return write(plan, order)
