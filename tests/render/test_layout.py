import pytest

from vgginspect.lang import Words
from vgginspect.render.layout import Layout, wrapped
from vgginspect.report.columns import Column
from vgginspect.report.model import Table

WORDS = Words("en", {"column_a": "alpha", "column_b": "b", "column_c": "한글", "column_s": "share"})
A = Column("a", "text", lambda row, _: row[0])
B = Column("b", "count", lambda row, _: row[1])
C = Column("c", "text", lambda row, _: row[2])
ROWS = [("x", 1, "합성곱"), ("longer", 1234567, "y"), ("z", None, None)]


def table(columns=(A, B, C), rows=ROWS, priority=("a", "b", "c"), **more):
    return Table("t", columns, priority, lambda: iter(rows), shown=columns, **more)


def lines(layout):
    return [row.text for row in layout.lines()]


def test_columns_are_as_wide_as_their_widest_cell():
    assert lines(Layout(table(), WORDS, None)) == [
        "alpha           b  한글",
        "─" * 25,
        "x               1  합성곱",
        "longer  1,234,567  y",
        "z                  ",
    ]


def test_rows_stand_under_their_groups():
    grouped = table((A, B), group=lambda row: "one" if row[1] == 1 else "two")
    assert lines(Layout(grouped, WORDS, None)) == [
        "  alpha           b",
        "one ───────────────",
        "  x               1",
        "two ───────────────",
        "  longer  1,234,567",
        "  z       ",
    ]


@pytest.mark.parametrize(
    ("limit", "kept", "dropped"),
    [
        (None, "abc", ""),
        (25, "abc", ""),
        (24, "ab", "c"),
        (17, "ab", "c"),
        (16, "ac", "b"),
        (14, "ac", "b"),
        (13, "a", "cb"),
        (6, "a", "cb"),
        (1, "a", "cb"),
    ],
)
def test_columns_of_least_importance_go_first_and_come_back_where_they_fit(limit, kept, dropped):
    layout = Layout(table(), WORDS, limit)
    assert "".join(column.name for column in layout.columns) == kept
    assert "".join(column.name for column in layout.dropped) == dropped


@pytest.mark.parametrize(("priority", "kept"), [(("c",), "ac"), (("b",), "ab"), (("z",), "ab")])
def test_of_columns_without_a_priority_the_last_goes_first(priority, kept):
    layout = Layout(table(priority=priority), WORDS, 18)
    assert "".join(column.name for column in layout.columns) == kept


def test_the_most_important_columns_stay_and_rules_end_at_the_edge():
    layout = Layout(table(priority=("a", "c", "b"), stays=2), WORDS, 10)
    assert [column.name for column in layout.columns] == ["a", "c"]
    assert [column.name for column in layout.dropped] == ["b"]
    assert lines(layout)[1] == "─" * 10
    assert layout.last_column == 8


def test_of_columns_that_could_come_back_the_more_important_one_does():
    columns = [
        Column("a", "text", lambda row, _: "a" * 6),
        Column("b", "text", lambda row, _: "b" * 30),
        Column("c", "text", lambda row, _: "c" * 6),
        Column("s", "text", lambda row, _: "s" * 6),
    ]
    layout = Layout(table(columns, priority=("a", "b", "s", "c")), WORDS, 20)
    assert [column.name for column in layout.columns] == ["a", "s"]


@pytest.mark.parametrize(("columns", "begins"), [((C, A, B), 16), ((A,), 0), ((A, B), 8)])
def test_the_last_column_begins_behind_the_others(columns, begins):
    assert Layout(table(columns), WORDS, None).last_column == begins


def test_a_heading_wider_than_the_table_has_no_rule():
    grouped = table((B,), [ROWS[0]], group=lambda row: "a heading")
    assert lines(Layout(grouped, WORDS, None)) == ["  b", "a heading ", "  1"]


@pytest.mark.parametrize("kind", ["count", "difference", "ratio", "size"])
def test_titles_of_numbers_stand_on_the_right(kind):
    column = Column("b", kind, lambda row, _: [1234, 5] if kind == "size" else 123456)
    title, _, row = lines(Layout(table((column, A)), WORDS, None))[:3]
    assert title.index("b") == row.index("  x") - 1


def test_widths_given_beforehand_spare_the_first_walk():
    def once():
        yield ("x", 1, "y")
        yield ("much longer", 1, "y")

    rows = once()
    given = Table("t", (A, B), ("a", "b"), lambda: rows, widths={"a": 8})
    assert lines(Layout(given, WORDS, None)) == [
        "alpha     b",
        "───────────",
        "x         1",
        "much longer  1",
    ]


def test_only_some_rows_in_the_widths_of_all():
    layout = Layout(table(), WORDS, None)
    assert [row.text for row in layout.only(ROWS[:1])] == [
        "alpha           b  한글",
        "x               1  합성곱",
    ]


def test_a_share_has_its_title_on_the_left_and_its_bars_aligned():
    share = Column("s", "share", lambda row, _: row)
    layout = Layout(Table("t", (share,), ("s",), lambda: iter([1.0, 0.05])), WORDS, None)
    assert lines(layout) == ["share", "─" * 17, "100.0% ██████████", "  5.0% ▌"]


WRAPPED = [
    ("one", 1234567, "a cell of some words"),
    ("two", 1, "short"),
    ("three", None, "two longerwords12345 here and more"),
]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (
            39,
            [
                "alpha          b  한글",
                "─" * 39,
                "one    1,234,567  a cell of some words",
                "two            1  short",
                "three             two longerwords12345",
                "                  here and more",
            ],
        ),
        (
            34,
            [
                "alpha          b  한글",
                "─" * 34,
                "one    1,234,567  a cell of some",
                "                  words",
                "two            1  short",
                "three             two",
                "                  longerwords12345",
                "                  here and more",
            ],
        ),
        (
            33,
            [
                "alpha          b",
                "────────────────",
                "one    1,234,567",
                "two            1",
                "three  ",
            ],
        ),
    ],
)
def test_text_is_wrapped_before_a_column_goes(limit, expected):
    """Down to the longest word."""
    assert lines(Layout(table(rows=WRAPPED), WORDS, limit)) == expected


def test_room_goes_to_the_most_important_texts_first():
    long = "some words to fill this cell"
    columns = [Column(name, "text", lambda row, _: long) for name in "abc"]
    layout = Layout(table(columns, [()], ("a", "c", "b")), WORDS, len(long) * 3 - 8)
    assert lines(layout)[2:] == [
        "some words to fill this cell  some words to     some words to fill this cell",
        "                              fill this cell    ",
    ]


def test_the_most_important_column_is_never_wrapped():
    layout = Layout(table((C, A), WRAPPED, ("c", "a")), WORDS, 41)
    assert lines(layout)[2] == "a cell of some words                one"


def test_a_wrapped_title_ends_right_above_its_column():
    words = Words("en", {"column_a": "a", "column_b": "b", "column_c": "a title of many words"})
    layout = Layout(table(rows=[("x", 1, "y")]), words, 22)
    assert lines(layout) == [
        "      a title of many",
        "a  b  words",
        "─" * 22,
        "x  1  y",
    ]


def test_columns_that_stay_but_do_not_fit_are_not_wrapped():
    layout = Layout(table((A, C), WRAPPED, ("a", "c"), stays=2), WORDS, 12)
    assert lines(layout)[-1] == "three  two longerwords12345 here and more"


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 3, [""]),
        ("a b", 3, ["a b"]),
        ("a bc", 3, ["a", "bc"]),
        ("abcd e", 3, ["abcd", "e"]),
        ("합성 곱", 4, ["합성", "곱"]),
        ("a b c d", 3, ["a b", "c d"]),
    ],
)
def test_lines_of_a_cell(text, width, expected):
    assert wrapped(text, width) == expected
