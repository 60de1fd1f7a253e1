import pytest

from vgginspect.text.width import cell_width, pad


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("conv1_1", 7),
        ("3×224×224", 9),
        ("░█▏→─…", 6),
        ("합성곱", 6),
        ("ＡＢ", 4),
        ("e\N{COMBINING ACUTE ACCENT}", 1),
        ("한 64", 5),
    ],
)
def test_a_text_takes_so_many_cells(text, cells):
    assert cell_width(text) == cells


@pytest.mark.parametrize(
    ("text", "width", "right", "padded"),
    [
        ("ab", 4, False, "ab  "),
        ("ab", 4, True, "  ab"),
        ("3×2", 5, True, "  3×2"),
        ("합성곱", 8, False, "합성곱  "),
        ("합성곱", 8, True, "  합성곱"),
        ("e\N{COMBINING ACUTE ACCENT}", 3, False, "e\N{COMBINING ACUTE ACCENT}  "),
        ("한 64", 5, True, "한 64"),
        ("abcd", 2, True, "abcd"),
        ("합성곱", 2, False, "합성곱"),
    ],
)
def test_a_text_is_padded_to_so_many_cells(text, width, right, padded):
    assert pad(text, width, right) == padded
