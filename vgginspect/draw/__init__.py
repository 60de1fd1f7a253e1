"""Pictures: one module for each kind of file, loaded when asked for.

A module has ``write(plan, style, words) -> bytes``. A new kind is a module and a line here.
"""

from collections.abc import Callable
from importlib import import_module

from vgginspect.errors import ConfigError
from vgginspect.lang import Words
from vgginspect.parse import printable
from vgginspect.plans import Plan

#: File suffix -> module.
WRITERS: dict[str, str] = {
    ".svg": "vgginspect.draw.vector",
    ".png": "vgginspect.draw.raster",
    ".pdf": "vgginspect.draw.raster",
    ".html": "vgginspect.draw.page",
}

#: Style of a picture -> module, each with ``draw(plan, words) -> Picture``.
STYLES: dict[str, str] = {
    "blocks": "vgginspect.draw.blocks",
    "growth": "vgginspect.draw.growth",
    "costs": "vgginspect.draw.costs",
}

#: More tokens than this make no picture that anyone could read.
MAX_TOKENS = 400

Writer = Callable[[Plan, str, str, Words], bytes]


def draw(plan: Plan, suffix: str, style: str, words: Words) -> bytes:
    """Draw a Plan as a file of the kind that ``suffix`` (``.svg``) names.

    Raises:
        ConfigError: an unknown suffix or style, or a network too long for a picture.
        DependencyError: a PNG or PDF without the package that makes it.
    """
    if suffix.lower() not in WRITERS:
        raise ConfigError(
            f"no picture of the kind {printable(suffix[:20])!r}; the kinds are {', '.join(WRITERS)}"
        )
    if style not in STYLES:
        raise ConfigError(
            f"unknown style {printable(style[:40])!r}; the styles are {', '.join(STYLES)}"
        )
    if len(plan.config.tokens) > MAX_TOKENS:
        raise ConfigError(
            f"a picture takes up to {MAX_TOKENS} tokens, and this list has "
            f"{len(plan.config.tokens):,}; summary and trace take any number"
        )
    write: Writer = import_module(WRITERS[suffix.lower()]).write
    return write(plan, suffix.lower(), style, words)
