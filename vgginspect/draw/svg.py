"""SVG elements as text: escaped, and with numbers written the same way everywhere."""

from collections.abc import Iterable
from typing import NamedTuple

from vgginspect.draw.text import Box, text_width
from vgginspect.parse import printable

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def escape(text: str) -> str:
    """Make any text harmless in XML; control characters, which XML has no way to say, too."""
    return printable(text).translate(_ESCAPES)


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """An element; ``class_`` is its class, ``_`` in other names a dash, floats are rounded."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _value(value: object) -> str:
    return number(value) if isinstance(value, (int, float)) else escape(str(value))


class Label(NamedTuple):
    """A text in a picture, and the box it takes."""

    text: str
    x: float
    y: float
    size: float
    anchor: str = "start"
    vertical: bool = False
    style: str = "label"

    @property
    def box(self) -> Box:
        """The box, estimated from the widths of the letters; see ``draw.text``."""
        width, ascent, descent = text_width(self.text, self.size), 0.8 * self.size, 0.22 * self.size
        start = {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        if self.vertical:
            # Turned by -90 degrees about (x, y): the text runs upwards.
            return Box(self.x - ascent, self.y - width + start, self.x + descent, self.y + start)
        return Box(self.x - start, self.y - ascent, self.x - start + width, self.y + descent)

    @property
    def svg(self) -> str:
        """The element."""
        turn = f"rotate(-90 {number(self.x)} {number(self.y)})" if self.vertical else None
        return element(
            "text",
            escape(self.text),
            x=self.x,
            y=self.y,
            font_size=self.size,
            text_anchor=None if self.anchor == "start" else self.anchor,
            transform=turn,
            class_=self.style,
        )


class Picture(NamedTuple):
    """A drawing: its size in pixels, its words for screen readers, its shapes and labels."""

    width: float
    height: float
    title: str
    description: str
    shapes: tuple[str, ...]
    labels: tuple[Label, ...]

    def svg(self, style: str) -> str:
        """The whole document with its style sheet."""
        size = f"0 0 {number(self.width)} {number(self.height)}"
        body: Iterable[str] = (
            element("title", escape(self.title), id="title"),
            element("desc", escape(self.description), id="desc"),
            f"<style>{style}</style>",
            element("rect", width=self.width, height=self.height, class_="paper"),
            *self.shapes,
            *(label.svg for label in self.labels),
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" '
            f'width="{number(self.width)}" height="{number(self.height)}" role="img" '
            'aria-labelledby="title desc">\n' + "\n".join(body) + "\n</svg>\n"
        )
