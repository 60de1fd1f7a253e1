import pytest

from vgginspect.width import cell_width


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
