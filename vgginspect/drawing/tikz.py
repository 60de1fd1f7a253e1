"""TikZ: a standalone LaTeX document with the same figure as the SVG.

Every layer is a named node, such as ``conv1_1``; colours and styles stand at the top.
"""

from collections.abc import Iterator

from vgginspect.drawing import Order
from vgginspect.drawing.palette import BASE, FADED, KINDS, ON, OPACITY, SHADES, WIDTHS
from vgginspect.drawing.shapes import Drawing, Label, Mark, Path, bounds
from vgginspect.drawing.svg import number
from vgginspect.drawing.vector import picture
from vgginspect.network.plan import Plan
from vgginspect.text.printable import printable

#: Points for a pixel: 12 pixels are 7 pt, and the widest row of blocks is 17 cm.
POINTS = 7 / 12

_ESCAPES = str.maketrans(
    {
        **{char: f"\\{char}" for char in "#$%&_"},
        **{char: rf"$\{char}$" for char in "{}"},
        "\\": r"$\backslash$",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"$<$",
        ">": r"$>$",
        "|": r"$|$",
        '"': "''",
        "×": r"$\times$",
        "·": r"$\cdot$",
        "→": r"$\rightarrow$",
        "…": r"\dots{}",
    }
)
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def write(plan: Plan, order: Order) -> bytes:
    """The picture as a LaTeX document; the theme ``auto`` means light here."""
    return document(picture(plan, order), int(order.theme == "dark")).encode()


def document(drawn: Drawing, mode: int) -> str:
    """A picture as a LaTeX document, light (mode 0) or dark (1)."""
    styles = sorted(_styles(drawn, mode).items())
    texts = "".join(label.text for label in drawn.labels)
    margin = drawn.box
    lines = [
        f"% {printable(drawn.title)}",
        r"\documentclass[tikz]{standalone}",
        *([r"\usepackage{kotex}"] if any("가" <= char <= "힣" for char in texts) else []),
        *_colours(drawn, mode),
        r"\tikzset{",
        *(f"  vgg {style}/.style={{{told}}}," for style, told in styles),
        r"  vgg layer/.style={inner sep=0pt, outer sep=0pt},",
        r"  vgg text/.style={inner sep=0pt, outer sep=0pt, font=\sffamily},",
        "}",
        r"\begin{document}",
        r"\pagecolor{paper}" if mode else "",
        rf"\begin{{tikzpicture}}[x={POINTS:.4f}pt, y=-{POINTS:.4f}pt]",
        rf"\useasboundingbox ({_at(margin.left, margin.top)}) rectangle "
        rf"({_at(margin.right, margin.bottom)});",
        *(line for shape in drawn.shapes for line in _shape(shape)),
        *map(_label, drawn.labels),
        r"\end{tikzpicture}",
        r"\end{document}",
    ]
    return "\n".join(filter(None, lines)) + "\n"


def escape(text: str) -> str:
    """Escape a text for LaTeX."""
    return printable(text).translate(_ESCAPES)


def _colours(drawn: Drawing, mode: int) -> Iterator[str]:
    used = {word for style in drawn.styles() for word in style.split()}
    named = {**{name: pair[mode] for name, pair in {**BASE, **KINDS}.items()}, "on": ON}
    always = {"paper", "ink", "faint", "line"}
    needed = always | used | ({"accent"} if "call" in used else set())
    for name, colour in named.items():
        if name in needed:
            yield rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}"


def _styles(drawn: Drawing, mode: int) -> dict[str, str]:
    """The TikZ options of every style of the paths."""
    return {path.style: _style(path.style, mode) for path in drawn.paths()}


def _style(style: str, mode: int) -> str:
    whole = style.removesuffix(" faded")
    faded = f"!{FADED}!paper" if whole != style else ""
    kind, _, face = whole.partition(" ")
    if face in SHADES:
        share, other = SHADES[face][mode]
        return f"fill={kind}!{share}!{other}{faded}"
    if kind in WIDTHS:
        colour = "accent" if kind == "lead" else kind
        width = f"line width={POINTS * WIDTHS[kind]:.2f}pt"
        thin = ", opacity=0.45" if face == "rule" else ""
        return f"draw={colour}{faded}, {width}, line join=round{thin}"
    colour = {"arrow": "ink", "track": "line"}.get(kind, kind)
    opacity = [f", opacity={OPACITY[word]:g}" for word in whole.split() if word in OPACITY]
    return f"fill={colour}" + "".join(opacity)


def _shape(shape: Path | Mark) -> Iterator[str]:
    if isinstance(shape, Path):
        yield _path(shape)
        return
    yield f"% {printable(shape.hint)}"
    yield from map(_path, shape.paths)
    if shape.name:
        fronts = [path for path in shape.paths if "front" in path.style.split()] or shape.paths
        box = bounds(point for path in fronts for point in path.points)
        middle = _at((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        width, height = (POINTS * (b - a) for a, b in (box[::2], box[1::2]))
        size = f"minimum width={width:.2f}pt, minimum height={height:.2f}pt"
        yield rf"\node[vgg layer, {size}] ({shape.name}) at ({middle}) {{}};"


def _path(path: Path) -> str:
    corners = " -- ".join(f"({_at(x, y)})" for x, y in path.points)
    return rf"\path[vgg {path.style}] {corners}{' -- cycle' if path.closed else ''};"


def _label(label: Label) -> str:
    size = int(POINTS * label.size + 1e-6)
    colour = {"call": "accent", "": "ink"}.get(label.style, label.style)
    options = [f"vgg text, anchor={_ANCHORS[label.anchor]}, text={colour}"]
    options += [f"rotate={number(label.angle)}"] if label.angle else []
    bold = r"\bfseries " if label.bold else ""
    font = rf"\fontsize{{{size}}}{{{1.2 * size:g}}}\selectfont {bold}"
    at = f"({_at(label.x, label.y)})"
    return rf"\node[{', '.join(options)}] at {at} {{{font}{escape(label.text)}}};"


def _at(x: float, y: float) -> str:
    return f"{number(x)}, {number(y)}"
