import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.text.printable import printable, printable_lines, shown


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("64,M × 한", "64,M × 한"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}M", "\\u202eM"),
        ("\0", "\\x00"),
    ],
)
def test_what_controls_a_terminal_is_escaped(text, escaped):
    assert printable(text) == escaped


def test_lines_and_tabs_stay_in_text_of_several_lines():
    assert printable_lines("a\tb\n\x07c") == "a\tb\n\\x07c"


@given(st.text())
def test_nothing_is_left_that_is_not_printable(text):
    assert printable(text).isprintable()
    lines = printable_lines(text)
    assert lines.count("\n") == text.count("\n")
    assert all(part.isprintable() for line in lines.split("\n") for part in line.split("\t"))


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("a\n", "'a\\n'"),
        (64, "64"),
        ([64, "M"], "[64, 'M']"),
        ("x" * 99, "'" + "x" * 59 + "…"),
        ([[[[[1]]]]], "[[[[...]]]]"),
    ],
)
def test_a_value_is_quoted_on_one_short_line(value, quoted):
    assert shown(value) == quoted


def test_a_huge_number_is_not_written_out():
    assert shown(10**9999) == "a huge number"


def test_a_long_list_is_not_written_out():
    assert len(shown(list(range(10**6)))) == 61
