"""Colours and style sheet: for colour-blind readers, for light and dark, and for print.

The hues are those of Okabe and Ito (Color Universal Design, 2008). Their lightness was adjusted, so
that kinds of layers also differ in grayscale print.
"""

#: Kind of layer -> its colour on light and on dark.
KINDS: dict[str, tuple[str, str]] = {
    "input": ("#c2c9d1", "#69727d"),
    "conv": ("#56b4e9", "#58b2e8"),
    "maxpool": ("#d55e00", "#e2702a"),
    "avgpool": ("#f0c23c", "#ecc350"),
    "lrn": ("#cc79a7", "#d88fb8"),
    "fc": ("#007f5f", "#159a76"),
}

_LIGHT = {"paper": "#ffffff", "ink": "#1a1a1a", "faint": "#595959", "line": "#8a8a8a"}
_DARK = {"paper": "#14171a", "ink": "#f0f0f0", "faint": "#b4b4b4", "line": "#858585"}

#: Scale fonts so that digits are as wide as Helvetica's; then texts measured with Helvetica's
#: widths fit in any font.
_FONT_SIZE = "font-size-adjust:ch-width .556"

_COMMON = (
    ".bold{font-weight:bold}",
    ".line{fill:none}",
    ".track{fill-opacity:.15}",
    ".pale{fill-opacity:.2}",
    ".rule{stroke-opacity:.45}",
    ".roof{fill:#fff;fill-opacity:.35}",
    ".flank{fill:#000;fill-opacity:.3}",
    ".lesser{fill-opacity:.5}",
)


def style_sheet(theme: str = "auto", fonts: str = "sans-serif") -> str:
    """The CSS of every picture: following the viewer's mode (``auto``), or always light or dark.

    ``fonts`` are the font families, in order of preference.
    """
    common = _scoped((f"text{{font-family:{fonts};{_FONT_SIZE}}}", *_COMMON))
    if theme != "auto":
        return common + _colours(("light", "dark").index(theme))
    return f"{common}{_colours(0)}@media screen and (prefers-color-scheme:dark){{{_colours(1)}}}"


def _colours(mode: int) -> str:
    base = (_LIGHT, _DARK)[mode]
    return _scoped(
        (
            f".paper{{fill:{base['paper']}}}",
            f"text,.arrow{{fill:{base['ink']}}}",
            f".faint{{fill:{base['faint']}}}",
            f".line{{stroke:{base['line']}}}",
            f".edge{{stroke:{base['paper']};stroke-width:.7}}",
            f".track{{fill:{base['line']}}}",
            *(f".{kind}{{fill:{colours[mode]}}}" for kind, colours in KINDS.items()),
            ".on{fill:#101010}",
        )
    )


def _scoped(rules: tuple[str, ...]) -> str:
    """Rules limited to the picture, in case it is embedded in an HTML page."""
    scoped = []
    for rule in rules:
        selectors, brace, rest = rule.partition("{")
        scoped.append(",".join(f".vgg {one}" for one in selectors.split(",")) + brace + rest)
    return "".join(scoped)
