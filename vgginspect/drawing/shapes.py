"""The geometry of a picture, for every vector format: paths, labels, and what they belong to."""

from collections.abc import Callable, Iterable, Iterator
from math import cos, radians, sin
from typing import NamedTuple, TypeAlias

from vgginspect.drawing.text_size import ASCENT, DESCENT, Box, shorten, text_width

Point: TypeAlias = tuple[float, float]


class Path(NamedTuple):
    """Straight lines through points, in pixels to the right and down.

    ``style`` is a name of ``palette``, or several; a closed path is filled, an open one is a line.
    """

    points: tuple[Point, ...]
    style: str
    closed: bool = True

    def moved(self, x: float, y: float = 0.0) -> "Path":
        """The path, moved to the right and down."""
        return self._replace(points=tuple((a + x, b + y) for a, b in self.points))


class Mark(NamedTuple):
    """The paths of one layer or token, with its name and its description."""

    hint: str
    paths: tuple[Path, ...]
    name: str = ""


def rectangle(x: float, y: float, width: float, height: float, style: str) -> Path:
    """A rectangle from its top left corner."""
    return Path(corners(Box(x, y, x + width, y + height)), style)


def corners(box: Box) -> tuple[Point, ...]:
    """The corners of a box, clockwise from the top left."""
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


def line(x: float, y: float, right: float, style: str) -> Path:
    """A horizontal line."""
    return Path(((x, y), (right, y)), style, closed=False)


class Label(NamedTuple):
    """A text in a picture, turned anticlockwise about ``(x, y)`` by ``angle`` degrees.

    ``whole`` is the full text if it was shortened, ``owner`` the name of the Mark it belongs to.
    """

    text: str
    x: float
    y: float
    size: float
    anchor: str = "start"
    angle: float = 0.0
    style: str = ""
    bold: bool = False
    whole: str = ""
    owner: str = ""

    @property
    def outline(self) -> tuple[Point, ...]:
        """The corners of the box around it, estimated from letter widths."""
        width = text_width(self.text, self.size, self.bold)
        left = {"start": 0.0, "middle": -width / 2, "end": -width}[self.anchor]
        box = Box(left, -ASCENT * self.size, left + width, DESCENT * self.size)
        cosine, sine = cos(radians(self.angle)), sin(radians(self.angle))
        return tuple(
            (self.x + x * cosine + y * sine, self.y - x * sine + y * cosine)
            for x, y in corners(box)
        )

    @property
    def box(self) -> Box:
        """Its bounding box."""
        return bounds(self.outline)

    def within(self, width: float) -> "Label":
        """The label, shortened to a width."""
        short = shorten(self.text, self.size, width, self.bold)
        return self if short == self.text else self._replace(text=short, whole=self.text)


class Drawing(NamedTuple):
    """A drawing: its box in pixels, title and description for screen readers, shapes and labels."""

    box: Box
    title: str
    description: str
    shapes: tuple[Path | Mark, ...]
    labels: tuple[Label, ...]

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.box.right - self.box.left

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.box.bottom - self.box.top

    def paths(self) -> Iterator[Path]:
        """Every path, from back to front."""
        for shape in self.shapes:
            yield from (shape,) if isinstance(shape, Path) else shape.paths

    def styles(self) -> set[str]:
        """The styles in use."""
        return {path.style for path in self.paths()} | {label.style for label in self.labels}


def bounds(points: Iterable[Point]) -> Box:
    """The smallest box around points."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def clearance(left: tuple[Point, ...], right: tuple[Point, ...]) -> float:
    """How far the second convex outline must move to the right to touch the first from there.

    Minus infinity if they have no height in common.
    """
    heights = [[y for _, y in outline] for outline in (left, right)]
    top, bottom = max(map(min, heights)), min(map(max, heights))
    if top >= bottom:
        return float("-inf")
    between = {top, bottom, *(y for ys in heights for y in ys if top < y < bottom)}
    return max(_side(left, y, max) - _side(right, y, min) for y in between)


def _side(outline: tuple[Point, ...], y: float, side: Callable[[list[float]], float]) -> float:
    """The rightmost or leftmost point of a convex outline at a height."""
    crossed = []
    for (x0, y0), (x1, y1) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if min(y0, y1) <= y <= max(y0, y1):
            crossed += [x0, x1] if y0 == y1 else [x0 + (x1 - x0) * (y - y0) / (y1 - y0)]
    return side(crossed)
