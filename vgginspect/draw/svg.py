"""SVG elements as text: escaped, and with numbers written the same way everywhere."""

from typing import NamedTuple

from vgginspect.draw.text_size import ASCENT, DESCENT, Box, shorten, text_width
from vgginspect.text.printable import printable

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def escape(text: str) -> str:
    """Escape a text for XML, including control characters, which XML cannot contain."""
    return printable(text).translate(_ESCAPES)


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


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


def with_tooltip(hint: str, *shapes: str) -> str:
    """A group of shapes with a tooltip."""
    return element("g", element("title", escape(hint)) + "".join(shapes))


class Label(NamedTuple):
    """A text in a picture. ``whole`` is the full text if it was shortened."""

    text: str
    x: float
    y: float
    size: float
    anchor: str = "start"
    vertical: bool = False
    style: str = ""
    bold: bool = False
    whole: str = ""

    @property
    def box(self) -> Box:
        """Its bounding box, estimated from letter widths; see ``draw.text``."""
        width = text_width(self.text, self.size, self.bold)
        ascent, descent = ASCENT * self.size, DESCENT * self.size
        start = {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        if self.vertical:
            # Turned by -90 degrees about (x, y): the text runs upwards.
            return Box(self.x - ascent, self.y - width + start, self.x + descent, self.y + start)
        return Box(self.x - start, self.y - ascent, self.x - start + width, self.y + descent)

    def within(self, width: float) -> "Label":
        """The label, shortened to a width."""
        short = shorten(self.text, self.size, width, self.bold)
        return self if short == self.text else self._replace(text=short, whole=self.text)

    @property
    def svg(self) -> str:
        """The element."""
        turn = f"rotate(-90 {number(self.x)} {number(self.y)})" if self.vertical else None
        classes = f"{self.style} {'bold' if self.bold else ''}".strip()
        text = escape(self.text)
        return element(
            "text",
            element("title", escape(self.whole)) + text if self.whole else text,
            x=self.x,
            y=self.y,
            font_size=self.size,
            text_anchor=None if self.anchor == "start" else self.anchor,
            transform=turn,
            class_=classes or None,
        )


class Picture(NamedTuple):
    """A drawing: size in pixels, title and description for screen readers, shapes and labels."""

    width: float
    height: float
    title: str
    description: str
    shapes: tuple[str, ...]
    labels: tuple[Label, ...]

    def svg(self, style_sheet: str, language: str = "en") -> str:
        """The whole document."""
        words = escape(self.title), escape(self.description)
        key = _key("".join(words))
        width, height = number(self.width), number(self.height)
        body = (
            element("title", words[0], id=f"{key}-title"),
            element("desc", words[1], id=f"{key}-desc"),
            f"<style>{style_sheet}</style>",
            element("rect", width=self.width, height=self.height, class_="paper"),
            *self.shapes,
            *(label.svg for label in self.labels),
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="vgg" lang="{escape(language)}" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
            f'aria-labelledby="{key}-title {key}-desc">\n' + "\n".join(body) + "\n</svg>\n"
        )


def _key(text: str) -> str:
    """An id derived from the text, so that several pictures can be on one HTML page."""
    from zlib import crc32

    return f"vgg-{crc32(text.encode()):08x}"
