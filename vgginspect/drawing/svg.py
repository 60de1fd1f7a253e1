"""A picture as SVG: escaped text, and numbers written the same way everywhere."""

from vgginspect.drawing.shapes import Drawing, Label, Mark, Path, bounds, corners
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


def svg(picture: Drawing, style_sheet: str, language: str = "en", inline: bool = False) -> str:
    """The whole document, or an element of an HTML page whose script finds the texts of a mark."""
    words = escape(picture.title), escape(picture.description)
    key = _key("".join(words))
    box = picture.box
    corner, size = (box.left, box.top), (picture.width, picture.height)
    body = (
        element("title", words[0], id=f"{key}-title"),
        element("desc", words[1], id=f"{key}-desc"),
        f"<style>{style_sheet}</style>",
        element("rect", x=corner[0], y=corner[1], width=size[0], height=size[1], class_="paper"),
        *(_path(shape) if isinstance(shape, Path) else _mark(shape) for shape in picture.shapes),
        *(_label(label, label.owner if inline else "") for label in picture.labels),
    )
    view = " ".join(map(number, (*corner, *size)))
    namespace = "" if inline else 'xmlns="http://www.w3.org/2000/svg" '
    return (
        f'<svg {namespace}class="vgg" lang="{escape(language)}" '
        f'viewBox="{view}" width="{number(size[0])}" height="{number(size[1])}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc">\n' + "\n".join(body) + "\n</svg>\n"
    )


def _path(path: Path) -> str:
    box = bounds(path.points)
    if path.closed and path.points == corners(box):
        x, y, right, bottom = box
        size = {"width": right - x, "height": bottom - y}
        return element("rect", x=x, y=y, **size, class_=path.style)
    drawn = "L".join(f"{number(x)} {number(y)}" for x, y in path.points)
    return element("path", d=f"M{drawn}{'z' if path.closed else ''}", class_=path.style)


def _mark(mark: Mark) -> str:
    title = element("title", escape(mark.hint))
    return element("g", title + "".join(map(_path, mark.paths)), data_name=mark.name or None)


def _label(label: Label, owner: str = "") -> str:
    turn = f"rotate({number(-label.angle)} {number(label.x)} {number(label.y)})"
    classes = f"{label.style} {'bold' if label.bold else ''}".strip()
    text = escape(label.text)
    return element(
        "text",
        element("title", escape(label.whole)) + text if label.whole else text,
        x=label.x,
        y=label.y,
        font_size=label.size,
        text_anchor=None if label.anchor == "start" else label.anchor,
        transform=turn if label.angle else None,
        class_=classes or None,
        data_of=owner or None,
    )


def _key(text: str) -> str:
    """An id derived from the text, so that several pictures can be on one HTML page."""
    from zlib import crc32

    return f"vgg-{crc32(text.encode()):08x}"
