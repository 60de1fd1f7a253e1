"""Colours and style sheet: for colour-blind readers, for light and dark, and for print.

The hues are those of Okabe and Ito (Color Universal Design, 2008). Their lightness was adjusted, so
that kinds of layers also differ in grayscale print.
"""

from collections.abc import Iterable

#: Kind of layer -> its colour on light and on dark.
KINDS: dict[str, tuple[str, str]] = {
    "input": ("#c2c9d1", "#69727d"),
    "conv": ("#56b4e9", "#58b2e8"),
    "maxpool": ("#d55e00", "#e2702a"),
    "avgpool": ("#f0c23c", "#ecc350"),
    "lrn": ("#cc79a7", "#d88fb8"),
    "fc": ("#007f5f", "#159a76"),
    "other": ("#b8a493", "#d6d6d2"),
}

#: Paper, text, secondary text, lines, and the edges of blocks, on light and on dark.
BASE: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#14171a"),
    "ink": ("#1a1a1a", "#f0f0f0"),
    "faint": ("#595959", "#b4b4b4"),
    "line": ("#8a8a8a", "#858585"),
    "edge": ("#2b2b2b", "#0a0b0c"),
    "accent": ("#c2185b", "#ff80ab"),
}
#: Text on the full colour of a kind.
ON = "#101010"
#: Style of a line -> its width in pixels.
WIDTHS = {"line": 1.0, "edge": 0.8, "lead": 1.2, "accent": 2.4}

#: Face of a block or a band -> how many per cent of it are the colour of its kind, and what the
#: rest is, on light and on dark.
SHADES: dict[str, tuple[tuple[int, str], tuple[int, str]]] = {
    "front": ((48, "white"), (74, "black")),
    "top": ((30, "white"), (88, "black")),
    "side": ((66, "white"), (58, "black")),
    "norm front": ((14, "white"), (42, "black")),
    "norm top": ((8, "white"), (54, "black")),
    "norm side": ((26, "white"), (32, "black")),
    "relu front": ((100, "white"), (80, "white")),
    "relu top": ((80, "white"), (66, "white")),
    "relu side": ((86, "black"), (96, "black")),
}

#: Scale fonts so that digits are as wide as Helvetica's; then texts measured with Helvetica's
#: widths fit in any font.
_FONT_SIZE = "font-size-adjust:ch-width .556"

#: Opacity of parts in the colour of their kind.
OPACITY = {"track": 0.15, "pale": 0.2, "lesser": 0.5}
#: Per cent of its colour that a faded part keeps; the rest is the paper's.
FADED = 22


def shade(style: str, mode: int) -> str:
    """The colour of a style that names a kind and a face, such as ``conv relu front faded``."""
    kind, _, face = style.removesuffix(" faded").partition(" ")
    share, other = SHADES[face][mode]
    colour = mixed(KINDS[kind][mode], share, {"white": "#ffffff", "black": "#000000"}[other])
    return mixed(colour, FADED, BASE["paper"][mode]) if style.endswith(" faded") else colour


def mixed(colour: str, share: int, other: str) -> str:
    """``share`` per cent of a colour, and the rest of another."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{(a * share + b * (100 - share)) // 100:02x}" for a, b in pairs)


def style_sheet(theme: str, fonts: str, used: Iterable[str]) -> str:
    """The CSS of a picture: following the viewer's mode (``auto``), or always light or dark.

    ``fonts`` are the font families, in order of preference, ``used`` the styles of the picture.
    """
    used = set(used)
    words = {word for style in used for word in style.split()}
    common = _scoped(
        (
            f"text{{font-family:{fonts};{_FONT_SIZE}}}",
            ".bold{font-weight:bold}",
            *(
                f".{name}{{fill:none}}"
                for name in ("line", "edge", "accent", "lead")
                if name in words
            ),
            *(f".{name}{{opacity:{OPACITY[name]:g}}}" for name in OPACITY if name in words),
            *([".rule{stroke-opacity:.45}"] if "rule" in words else []),
        )
    )
    light, dark = (_colours(mode, used, words) for mode in (0, 1))
    if theme != "auto":
        return common + (dark if theme == "dark" else light)
    return f"{common}{light}@media screen and (prefers-color-scheme:dark){{{dark}}}"


def _colours(mode: int, used: set[str], words: set[str]) -> str:
    base = {name: colours[mode] for name, colours in BASE.items()}
    faces = sorted(one for one in used if one.removesuffix(" faded").partition(" ")[2] in SHADES)
    rules = {
        "paper": f"fill:{base['paper']}",
        "arrow": f"fill:{base['ink']}",
        "faint": f"fill:{base['faint']}",
        "line": f"stroke:{base['line']}",
        "track": f"fill:{base['line']}",
        "on": f"fill:{ON}",
        "edge": f"stroke:{base['edge']};stroke-width:{WIDTHS['edge']};stroke-linejoin:round",
        "edge.faded": f"stroke:{mixed(base['edge'], FADED, base['paper'])}",
        "lead": f"stroke:{base['accent']};stroke-width:{WIDTHS['lead']}",
        "accent": f"stroke:{base['accent']};stroke-width:{WIDTHS['accent']};stroke-linejoin:round",
        "call": f"fill:{base['accent']}",
        **{kind: f"fill:{colours[mode]}" for kind, colours in KINDS.items() if kind in words},
    }
    return _scoped(
        (
            f"text{{fill:{base['ink']}}}",
            *(
                f".{name}{{{rule}}}"
                for name, rule in rules.items()
                if name in {"paper", *words, *(one.replace(" ", ".") for one in used)}
            ),
            *(f".{style.replace(' ', '.')}{{fill:{shade(style, mode)}}}" for style in faces),
        )
    )


def _scoped(rules: tuple[str, ...]) -> str:
    """Rules limited to the picture, in case it is embedded in an HTML page."""
    return "".join(f".vgg {rule}" for rule in rules)
