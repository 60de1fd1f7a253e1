import pytest

from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.report.columns import Column
from vgginspect.report.model import Line, Report, Table, line, with_columns

A, B, C = (Column(name, "text", lambda row, _: row) for name in "abc")
DEEP = Column("deep", "mapping", lambda row, _: row)
TABLES = (
    Table("one", (A, B, DEEP), ("a",), lambda: iter([])),
    Table("two", (B, C), ("b",), lambda: iter([])),
)


def report(names):
    tables = with_columns(TABLES, names)
    return Report(words("en"), {}, lambda: iter([]), tables, list, names is not None)


def test_a_line_of_strings_and_styled_pieces():
    made = line("plain ", ("bold", "title"), " end")
    assert made == Line((("plain ", ""), ("bold", "title"), (" end", "")))
    assert made.text == "plain bold end"
    assert line().text == Line().text == ""


@pytest.mark.parametrize(
    ("names", "tables", "data"),
    [
        (None, {"one": "a", "two": "b"}, "ab"),
        ("a", {"one": "a"}, "a"),
        ("b", {"one": "b", "two": "b"}, "b"),
        ("c,b", {"two": "cb"}, "cb"),
        ("c", {"two": "c"}, "c"),
        ("b,a", {"one": "ba"}, "ba"),
        ("a,c", {"one": "a", "two": "c"}, "a"),
        ("a,b,c", {"one": "ab", "two": "bc"}, "ab"),
    ],
)
def test_the_chosen_columns_of_each_table_and_those_for_csv(names, tables, data):
    made = report(names)
    found = {table.name: "".join(column.name for column in table.columns) for table in made.tables}
    assert found == tables
    assert "".join(column.name for column in made.data_columns) == data


@pytest.mark.parametrize(
    ("names", "lost"),
    [("a,c", "c is not in the same table as a"), ("a,b,c", "c is not in the same table as a, b")],
)
def test_a_format_of_one_table_loses_no_chosen_column(names, lost):
    made = report(names)
    with pytest.raises(ConfigError, match=lost):
        made.single()
    assert made._replace(chosen=False).single() is made.tables[0]


def test_a_column_of_two_tables_is_not_lost():
    made = report("b")
    assert made.single() is made.tables[0]


@pytest.mark.parametrize("names", ["x", "deep", ""])
def test_what_is_no_column_is_refused(names):
    with pytest.raises(ConfigError):
        with_columns(TABLES, names)
