import pytest

from vgginspect.columns import Column
from vgginspect.errors import ConfigError
from vgginspect.report import Line, Table, line, with_columns

A, B, C = (Column(name, "text", lambda row, _: row) for name in "abc")
DEEP = Column("deep", "mapping", lambda row, _: row)
TABLES = (Table("one", (A,), lambda: iter([])), Table("two", (B,), lambda: iter([])))
DATA = ((A, B, DEEP), (B, C))


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
    kept, columns = with_columns(TABLES, DATA, names)
    found = {table.name: "".join(column.name for column in table.columns) for table in kept}
    assert found == tables
    assert "".join(column.name for column in columns) == data


@pytest.mark.parametrize("names", ["x", "deep", ""])
def test_what_is_no_column_is_refused(names):
    with pytest.raises(ConfigError):
        with_columns(TABLES, DATA, names)
