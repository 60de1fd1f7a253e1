import json
from collections.abc import Callable
from pathlib import Path

import pytest
from chromium import ask, needs_chromium
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.drawing.text_size import Box, shorten, text_width
from vgginspect.lang import words

FONT = words("en")("draw_fonts")

LETTERS = "".join(map(chr, range(32, 127))) + "·→…–—−"


@pytest.mark.parametrize(
    ("one", "other", "over"),
    [
        (Box(0, 0, 10, 10), Box(9, 9, 20, 20), True),
        (Box(0, 0, 10, 10), Box(2, 2, 3, 3), True),
        (Box(0, 0, 10, 10), Box(10, 0, 20, 10), False),
        (Box(0, 0, 10, 10), Box(0, 10, 10, 20), False),
        (Box(0, 0, 10, 10), Box(20, 0, 30, 10), False),
    ],
)
def test_boxes_overlap_where_they_share_some_area(one: Box, other: Box, over: bool) -> None:
    assert one.overlaps(other) is over
    assert other.overlaps(one) is over


@needs_chromium
@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
def test_every_letter_is_nearly_as_wide_in_a_browser(bold: bool, tmp_path: Path) -> None:
    """Measured in a font of 1000 pixels, so that nothing is rounded away.

    The tables are Helvetica's: what they say can only be held against a font with its widths.
    """
    weight = "bold" if bold else "normal"
    measured = ask(
        "<canvas></canvas>",
        "(()=>{const c=document.querySelector('canvas').getContext('2d');"
        f"c.font={json.dumps(f'{weight} 1000px {FONT}')};"
        f"return [...{json.dumps(LETTERS)}].map(l=>c.measureText(l).width)}})()",
        tmp_path,
    )
    widths = dict(zip(LETTERS, measured, strict=True))
    if round(widths["0"]) != 556 or round(widths["W"]) != 944:
        pytest.skip("no font with Helvetica's widths, such as Liberation Sans, is installed")
    for letter, width in widths.items():
        assert width <= text_width(letter, 1000, bold) + 1 <= 1.2 * width, letter


@needs_chromium
@pytest.mark.parametrize(
    "text", ["합성곱 신경망", "3×224×224", "网络", "ネット", "Größe", "сеть", "🙂🙂", "é"]
)
def test_no_text_in_another_script_is_wider(text: str, tmp_path: Path) -> None:
    measured = ask(
        "<canvas></canvas>",
        "(()=>{const c=document.querySelector('canvas').getContext('2d');"
        f"c.font={json.dumps(f'100px {FONT}')};return c.measureText({json.dumps(text)}).width}})()",
        tmp_path,
    )
    assert measured <= text_width(text, 100)


@pytest.mark.parametrize("bold", [False, True])
@given(text=st.text(max_size=40), width=st.floats(0, 400))
def test_shortened_texts_fit(text: str, width: float, bold: bool) -> None:
    short = shorten(text, 12, width, bold)
    if text_width(text, 12, bold) <= width:
        assert short == text
    else:
        assert short.endswith("…")
        assert text.startswith(short[:-1])
        assert text_width(short, 12, bold) <= max(width, text_width("…", 12, bold))


def test_as_much_as_fits_is_kept() -> None:
    short = shorten("a very long name of a layer", 10, 60)
    kept = len(short) - 1
    assert short == "a very long name of a layer"[:kept] + "…"
    assert text_width("a very long name of a layer"[: kept + 2] + "…", 10) > 60


def test_the_widths_are_as_they_were(golden: Callable[[str, str], None]) -> None:
    rows = [
        f"{text_width(letter, 1000):6.1f} {text_width(letter, 1000, True):6.1f}  {letter}"
        for letter in (*LETTERS, "×", "é", "\u0301", "합", "ネ", "Ａ", "🙂", "\uffff", "\U00010000")
    ]
    golden("text-widths.txt", "\n".join(rows) + "\n")


@pytest.mark.parametrize("bold", [False, True])
def test_a_text_that_just_fits_is_whole(bold: bool) -> None:
    width = text_width("some text", 10, bold)
    assert shorten("some text", 10, width, bold) == "some text"
    assert shorten("some text", 10, width - 0.001, bold) != "some text"
    room = text_width("some…", 10, bold)
    assert shorten("some text", 10, room + 0.001, bold) == "some…"
    assert shorten("some text", 10, room - 0.001, bold) == "som…"
    assert shorten("some text", 10, 0.0, bold) == "…"


def test_letters_are_regular_unless_asked() -> None:
    width = text_width("some text", 10)
    assert shorten("some text", 10, width) == "some text"
    assert shorten("some text", 10, width, bold=True) != "some text"


def test_a_letter_for_which_there_is_just_room_is_kept() -> None:
    ellipsis, letter = text_width("…", 10), text_width("C", 10)
    assert ellipsis + letter - ellipsis - letter == 0
    assert shorten("CCC", 10, ellipsis + letter) == "C…"


def test_a_box_overlaps_whatever_crosses_it() -> None:
    box = Box(0, 0, 10, 10)
    for other in (Box(-5, 4, 15, 6), Box(4, -5, 6, 15), Box(-1, -1, 11, 11)):
        assert box.overlaps(other)
        assert other.overlaps(box)
    for other in (Box(-9, -9, 0, 20), Box(-9, -9, 20, 0), Box(12, 0, 20, 5), Box(0, 12, 5, 20)):
        assert not box.overlaps(other)
        assert not other.overlaps(box)
