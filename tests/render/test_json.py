import csv
import io
import json

import pytest
from hypothesis import given
from strategies import configs

from vgginspect.analysis.lookup import find
from vgginspect.cfg.config import CONFIGS
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.render import renderer
from vgginspect.render.cells import plain
from vgginspect.report.json_document import document
from vgginspect.views import compare, layer, summary, trace
from vgginspect.views.configs import report as configs_report

ENGLISH = words("en")
D = grow(CONFIGS["D"])


def text(report, format_name="json"):
    return "".join(renderer(format_name)(report))


@given(configs())
def test_a_summary_reads_back_as_the_document(config):
    plan = grow(config)
    expected = document(plan)
    del expected["steps"]
    assert json.loads(text(summary.report(plan, ENGLISH))) == expected


@given(configs())
def test_a_walk_reads_back_as_the_document_with_its_steps(config):
    plan = grow(config)
    found = json.loads(text(trace.report(plan, ENGLISH)))
    assert found == document(plan)
    assert list(found) == ["schema", "config", "origin", "input", "steps", "layers", "totals"]


@given(configs())
def test_json_lines_are_the_layers_or_the_steps(config):
    plan = grow(config)
    whole = document(plan)
    for report, field in (
        (summary.report(plan, ENGLISH), "layers"),
        (trace.report(plan, ENGLISH), "steps"),
    ):
        lines = text(report, "jsonl").splitlines()
        assert [json.loads(line) for line in lines] == whole[field]


def test_the_configs_are_an_array_and_json_lines():
    report = configs_report(ENGLISH)
    found = json.loads(text(report))
    assert found["schema"] == 1
    assert [entry["config"] for entry in found["configs"]] == [
        letter + suffix for letter in ("A", "A-LRN", "B", "C", "D", "E") for suffix in ("", "+bn")
    ]
    assert [json.loads(line) for line in text(report, "jsonl").splitlines()] == found["configs"]


@pytest.mark.parametrize("features_only", [False, True])
def test_the_layout_is_one_line_for_each_entry_of_a_long_array(features_only):
    from vgginspect.cfg.config import make_config

    plan = grow(make_config("64,M", features_only=features_only))
    lines = text(trace.report(plan, ENGLISH)).splitlines()
    assert lines[0] == '{"schema": 1,'
    assert sum(line.startswith('  {"path": ') for line in lines) == len(plan.layers)
    assert sum(line.startswith('  {"step": ') for line in lines) == 2
    assert lines[-1].endswith("}}")


def test_an_empty_array_is_still_an_array():
    report = configs_report(ENGLISH)._replace(document={"none": lambda: iter(())})
    assert json.loads(text(report)) == {"none": []}


def test_a_name_in_any_letters_reads_back():
    from vgginspect.cfg.config import make_config

    plan = grow(make_config([64], "내 그물 \N{RIGHT-TO-LEFT OVERRIDE}\x1b"))
    written = text(summary.report(plan, ENGLISH))
    assert json.loads(written)["config"]["name"] == plan.config.name
    assert all(line.isprintable() for line in written.splitlines())


@pytest.mark.parametrize(
    ("report", "columns"),
    [
        (lambda columns: summary.report(D, ENGLISH, columns), "name,params,output_shape"),
        (lambda columns: summary.report(D, ENGLISH, columns), "part,macs"),
        (lambda columns: trace.report(D, ENGLISH, columns=columns), "token,appended,params"),
        (lambda columns: configs_report(ENGLISH, columns), "arithmetic,config"),
        (
            lambda columns: compare.report(compare.sides(("D",), (D,)), ENGLISH, columns),
            "figure,value_1",
        ),
        (
            lambda columns: layer.report(D, find(D, ["fc6", "19"]), ENGLISH, columns),
            "figure,value,expression",
        ),
    ],
)
def test_json_lines_have_the_chosen_columns_with_the_numbers_of_csv(report, columns):
    lines = text(report(columns), "jsonl").splitlines()
    rows = csv.DictReader(io.StringIO(text(report(columns), "csv")))
    kinds = {column.name: column.kind for column in report(columns).data_columns}
    for written, row in zip(lines, rows, strict=True):
        entry = json.loads(written)
        assert list(entry) == columns.split(",")
        assert {name: plain(value, kinds[name]) for name, value in entry.items()} == row


@pytest.mark.parametrize(
    "report", [summary.report(D, ENGLISH, "params"), configs_report(ENGLISH, "config,depth")]
)
def test_json_is_whole_and_refuses_columns(report):
    with pytest.raises(ConfigError, match="--columns does not apply to --format json"):
        text(report)


def test_json_lines_of_chosen_columns_are_the_rows_of_the_first_table():
    lines = text(summary.report(D, ENGLISH, "params"), "jsonl").splitlines()
    assert [json.loads(line)["params"] for line in lines] == [layer.params for layer in D.layers]
