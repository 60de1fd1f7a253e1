import re

import pytest

from vgginspect import plan
from vgginspect.drawing import MAX_TOKENS, STYLES, WRITERS, Order, draw
from vgginspect.errors import ConfigError
from vgginspect.lang import words

EN = words("en")


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (Order(EN, suffix=".gif"), "unknown picture format '.gif'; the formats are .svg, .png"),
        (Order(EN, suffix=""), "unknown picture format ''"),
        (Order(EN, suffix=".\x1b"), r"format '.\\x1b'"),
        (Order(EN, style="x"), "unknown style 'x'; the styles are blocks, growth, costs"),
        (Order(EN, theme="x"), "unknown theme 'x'; the themes are light, dark, auto"),
        (Order(EN, suffix=".html", style="x"), "unknown style 'x'"),
        (Order(EN, scale="x"), "unknown scale 'x'; the scales are root, true"),
        (Order(EN, style="growth", scale="true"), "--scale applies only to pictures in the style"),
        (Order(EN, style="costs", until="fc6"), "--until applies only to pictures in the style"),
        (Order(EN, suffix=".html", highlight="fc6"), "--highlight applies only to pictures in"),
        (Order(EN, until="conv9_1"), "A has no layer 'conv9_1'"),
        (Order(EN, highlight="conv1_1,relu9"), "A has no layer 'relu9'"),
        (Order(EN, highlight="drop6"), "drop6 cannot be highlighted"),
        (
            Order(EN, until="pool3", highlight="conv1_1,conv5_1"),
            "conv5_1 cannot be highlighted: the picture ends at pool3",
        ),
        (
            Order(EN, suffix=".html", style="growth"),
            "--style applies only to pictures (.svg, .png, .pdf, .tex)",
        ),
        (
            Order(EN, suffix=".HTML", style="blocks"),
            "--style applies only to pictures (.svg, .png, .pdf, .tex)",
        ),
    ],
)
def test_what_cannot_be_drawn(order: Order, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        draw(plan("A"), order)


def test_blocks_are_the_usual_style() -> None:
    assert draw(plan("A"), Order(EN)) == draw(plan("A"), Order(EN, style="blocks"))


@pytest.mark.parametrize("style", STYLES)
def test_a_network_too_long_for_a_picture(style: str) -> None:
    with pytest.raises(ConfigError, match="at most 400 tokens, but this list has 401"):
        draw(plan([8] * (MAX_TOKENS + 1), features_only=True), Order(EN, style=style))


@pytest.mark.parametrize("suffix", [".svg", ".SVG", ".html", ".Html"])
def test_the_case_of_a_suffix_does_not_matter(suffix: str) -> None:
    assert suffix.lower() in WRITERS
    plain = draw(plan("A"), Order(EN, suffix=suffix.lower()))
    assert draw(plan("A"), Order(EN, suffix=suffix)) == plain
