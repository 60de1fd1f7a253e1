import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.render.fold import fold
from vgginspect.report.model import line
from vgginspect.text.width import cell_width


def folded(text, width):
    return [row.text for row in fold(line(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("short", 80, ["short"]),
        ("short  ", 80, ["short  "]),
        ("one two three  four", 14, ["one two three ", "    four"]),
        ("exactly ten", 11, ["exactly ten"]),
        ("one two three four", 14, ["one two three ", "    four"]),
        ("one two three four", 10, ["one two ", "    three ", "    four"]),
        ("    in a list of words", 18, ["    in a list of ", "        words"]),
        ("oneverylongword", 10, ["oneverylon", "    gword"]),
        ("  oneverylongword", 14, ["  oneverylongw", "      ord"]),
        ("a oneverylongword", 10, ["a ", "    onever", "    ylongw", "    ord"]),
        ("one two", 7, ["one two"]),
        ("too narrow to fold", 7, ["too narrow to fold"]),
        ("trailing blanks    ", 15, ["trailing blanks    "]),
        ("합성곱 합성곱 합성곱", 14, ["합성곱 합성곱 ", "    합성곱"]),
    ],
)
def test_a_long_line_is_continued_under_an_indent(text, width, rows):
    assert folded(text, width) == rows


@pytest.mark.parametrize(
    ("indent", "rows"),
    [
        (4, ["one two three ", "    four"]),
        (6, ["one two three ", "      four"]),
        (7, ["one two three ", "       four"]),
        (8, ["one two three ", "    four"]),
    ],
)
def test_an_indent_is_kept_where_it_leaves_room(indent, rows):
    assert [row.text for row in fold(line("one two three four"), 14, indent)] == rows


def test_styles_go_on_with_their_text():
    row = line(("one two ", "a"), "three ", ("four five", "b"))
    assert [part.spans for part in fold(row, 14)] == [
        (("one two ", "a"), ("three ", "")),
        (("    ", ""), ("four five", "b")),
    ]


@given(st.text("ab 한×", max_size=80), st.integers(8, 40))
def test_nothing_is_lost_and_nothing_sticks_out(text, width):
    rows = folded(text, width)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    indent = len(text) - len(text.lstrip())
    if width >= 2 * (indent + 4):
        assert all(cell_width(row.rstrip()) <= width for row in rows)
