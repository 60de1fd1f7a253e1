import json

from vgginspect import plan
from vgginspect.lang import words
from vgginspect.render import renderer
from vgginspect.report.columns import LAYER_COLUMNS
from vgginspect.report.model import Table
from vgginspect.views.summary import layer_table, part_table, report

ENGLISH = words("en")
D = plan("D")
LAYER_NAMES = [column.name for column in LAYER_COLUMNS]


def test_the_layers_stand_under_their_stage():
    table = layer_table(D, ENGLISH)
    headings = [table.group(layer) for layer in table.rows()]
    assert list(dict.fromkeys(headings)) == [*(f"stage {n}" for n in range(1, 6)), "head"]
    assert headings.count("stage 3") == 7
    assert headings.count("head") == 8


def test_rows_can_be_walked_more_than_once():
    for table in (layer_table(D, ENGLISH), part_table(D)):
        assert list(table.rows()) == list(table.rows())


def test_a_table_without_a_chosen_column_is_left_out():
    for columns, names in [
        (None, ["layers", "totals"]),
        ("params", ["layers", "totals"]),
        ("name", ["layers"]),
        ("part", ["totals"]),
    ]:
        said = report(D, ENGLISH, columns)
        assert [table.name for table in said.tables] == names
        assert [part.name for part in said.body() if isinstance(part, Table)] == names


def test_the_records_are_the_layers():
    said = report(D, ENGLISH)
    assert list(said.records()) == list(said.document["layers"]())
    assert len(list(said.records())) == 39


def test_json_lines_have_the_chosen_columns_or_all():
    for columns, names in (("name,params", ["name", "params"]), (None, LAYER_NAMES)):
        lines = "".join(renderer("jsonl")(report(D, ENGLISH, columns))).splitlines()
        assert list(json.loads(lines[0])) == names
        assert len(lines) == 39
