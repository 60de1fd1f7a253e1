"""Output formats, imported on demand. A new format needs a module and an entry here.

A format module has ``render(report) -> Iterator[str]``, which yields the output in pieces.
"""

from collections.abc import Callable, Iterator

from vgginspect.errors import ConfigError
from vgginspect.report.model import Report

#: Format -> module. ``table`` is for reading; the others are for programs and documents.
FORMATS: dict[str, str] = {
    "table": "vgginspect.render.text",
    "json": "vgginspect.render.json",
    "jsonl": "vgginspect.render.jsonl",
    "csv": "vgginspect.render.csv",
    "tsv": "vgginspect.render.tsv",
    "markdown": "vgginspect.render.markdown",
    "latex": "vgginspect.render.latex",
    "booktabs": "vgginspect.render.booktabs",
}

_OTHER_NAMES = {
    "md": "markdown",
    "tex": "latex",
    "text": "table",
    "txt": "table",
    "ndjson": "jsonl",
}

Renderer = Callable[[Report], Iterator[str]]


def renderer(name: str) -> Renderer:
    """The renderer of a format.

    Raises:
        ConfigError: an unknown format.
    """
    name = name.lower()
    if name not in FORMATS:
        from vgginspect.text.suggest import suggestion

        known = {entry: entry for entry in FORMATS} | _OTHER_NAMES
        raise ConfigError(
            f"unknown format {name[:40]!r}{suggestion(name, known)}; "
            f"the formats are {', '.join(FORMATS)}"
        )
    from importlib import import_module

    render: Renderer = import_module(FORMATS[name]).render
    return render
