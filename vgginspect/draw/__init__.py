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

#: File suffix -> module.
WRITERS: dict[str, str] = {
    ".svg": "vgginspect.draw.vector",
    ".png": "vgginspect.draw.raster",
    ".pdf": "vgginspect.draw.raster",
    ".html": "vgginspect.draw.page",
}

#: Style of a picture -> module, each with ``draw(plan, words, title) -> Picture``.
STYLES: dict[str, str] = {
    "blocks": "vgginspect.draw.blocks",
    "growth": "vgginspect.draw.growth",
    "costs": "vgginspect.draw.costs",
}

USUAL_STYLE = "blocks"

#: auto follows the viewer's light or dark setting.
THEMES = ("auto", "light", "dark")

#: Pictures with more tokens would not be readable.
MAX_TOKENS = 400


class Order(NamedTuple):
    """Options of a picture.

    ``suffix`` is the file's, such as ``.svg``; ``style`` one of ``STYLES``, empty for the default;
    ``title`` replaces the network's name; ``theme`` is one of ``THEMES``.
    """

    words: Words
    suffix: str = ".svg"
    style: str = ""
    title: str = ""
    theme: str = "auto"


def draw(plan: Plan, order: Order) -> bytes:
    """Draw a Plan in the file format of the order's suffix.

    Raises:
        ConfigError: an unknown suffix, style or theme, a style for a page, a network too long for a
            picture, or a recorded Plan.
        DependencyError: a PNG or PDF without the package that writes it.
    """
    order = order._replace(suffix=order.suffix.lower())
    for given, known, message in (
        (order.suffix, WRITERS, "unknown picture format {}; the formats are {}"),
        (order.style or USUAL_STYLE, STYLES, "unknown style {}; the styles are {}"),
        (order.theme, THEMES, "unknown theme {}; the themes are {}"),
    ):
        if given not in known:
            raise ConfigError(message.format(repr(printable(given[:40])), ", ".join(known)))
    count = len(plan.config_for("a picture").tokens)
    if count > MAX_TOKENS:
        raise ConfigError(
            f"a picture shows at most {MAX_TOKENS} tokens, but this list has "
            f"{count:,}; summary and trace have no such limit"
        )
    write: Callable[[Plan, Order], bytes] = import_module(WRITERS[order.suffix]).write
    return write(plan, order)
