"""Colours and the style sheet: told apart by colour-blind eyes, on light and on dark.

The hues are those of Okabe and Ito (Color Universal Design, 2008). Kinds of layers also differ
in lightness, so that a print in greys can be read.
"""

from vgginspect.draw.text import FONT

#: Kind of layer -> its colour on light and on dark.
KINDS: dict[str, tuple[str, str]] = {
    "input": ("#b8b8b8", "#6f6f6f"),
    "conv": ("#56b4e9", "#3d93c4"),
    "maxpool": ("#d55e00", "#e0712a"),
    "avgpool": ("#e69f00", "#d99a1c"),
    "lrn": ("#cc79a7", "#c77aa5"),
    "fc": ("#009e73", "#17b087"),
}

_LIGHT = {"paper": "#ffffff", "ink": "#1a1a1a", "faint": "#5c5c5c", "line": "#8a8a8a"}
_DARK = {"paper": "#14171a", "ink": "#f0f0f0", "faint": "#b4b4b4", "line": "#7d7d7d"}


def style_sheet() -> str:
    """The CSS of every picture."""
    return f"{_rules(_LIGHT, 0)}@media (prefers-color-scheme:dark){{{_rules(_DARK, 1)}}}"


def _rules(base: dict[str, str], mode: int) -> str:
    rules = [
        f".paper{{fill:{base['paper']}}}",
        f"text{{font-family:{FONT};fill:{base['ink']}}}"
        if not mode
        else f"text{{fill:{base['ink']}}}",
        f".faint{{fill:{base['faint']}}}",
        f".line{{stroke:{base['line']};fill:none}}",
        f".edge{{stroke:{base['paper']};stroke-width:.6}}",
        f".shade{{fill:{base['ink']};fill-opacity:.28}}",
        f".glow{{fill:{base['paper']};fill-opacity:.35}}",
        f".old{{fill:{base['line']};fill-opacity:.22}}",
        f".track{{fill:{base['line']};fill-opacity:.16}}",
    ]
    if not mode:
        rules.append(".title{font-weight:bold}.new{font-weight:bold;fill:#101010}")
    rules += [f".{kind}{{fill:{colours[mode]}}}" for kind, colours in KINDS.items()]
    return "".join(rules)
