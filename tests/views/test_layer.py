"""The output of ``layer``, in every format."""

import csv
import io
import json
from pathlib import Path

import pytest

from vgginspect.analysis.arithmetic import figures
from vgginspect.analysis.lookup import find
from vgginspect.cfg.config import make_config, names
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.render import FORMATS, renderer
from vgginspect.render.text import plain_lines
from vgginspect.report.columns import layer_document
from vgginspect.text.width import cell_width
from vgginspect.views.layer import FIGURE_COLUMNS, FOUND_COLUMNS, report

ENGLISH = words("en")


def said(cfg, *layers, columns=None, format_name="table"):
    plan = grow(make_config(cfg))
    made = report(plan, find(plan, layers), ENGLISH, columns)
    return "".join(renderer(format_name)(made))


def test_the_text_is_as_it_was(golden):
    golden("layer-D.txt", said("D", "conv4_1", "relu3_3", "pool5", "fc6", "drop6"))
    golden("layer-bn-299.txt", said("vgg16_bn+input-size=299x320", "bn1_1", "avgpool", "fc8"))


@pytest.mark.parametrize("width", [30, 40, 60, 80])
def test_on_a_narrow_terminal_every_calculation_has_its_name(width):
    plan = grow(make_config("D"))
    found = find(plan, ["conv4_1"])
    made = report(plan, found, ENGLISH, "meaning,calculation")
    text = " ".join("".join(plain_lines(made, width)).split())
    assert all(cell_width(row.rstrip()) <= width for row in plain_lines(made, width))
    for figure in figures(plan.layers[17]):
        assert f"{ENGLISH(f'figure_{figure.name}')} {figure.text}" in text
    whole = plain_lines(report(plan, found, ENGLISH), width)
    assert all(cell_width(row.rstrip()) <= width for row in whole)


@pytest.mark.parametrize("name", names())
def test_the_object_has_all_of_the_contract_and_the_neighbours(name):
    plan = grow(make_config(name))
    made = report(plan, find(plan, [layer.path for layer in plan.layers]), ENGLISH)
    objects = list(made.records())
    assert len(objects) == len(plan.layers)
    for position, (layer, entry) in enumerate(zip(plan.layers, objects, strict=True)):
        assert layer_document(layer, plan).items() <= entry.items()
        assert entry["param_bytes"] == 4 * layer.params
        assert entry["token"] == (plan.steps[layer.step - 1].token if layer.step else None)
        assert entry["previous"] == (plan.layers[position - 1].path if position else None)
        last = position == len(objects) - 1
        assert entry["next"] == (None if last else plan.layers[position + 1].path)
        for figure, entries in entry["arithmetic"].items():
            if figure in entry:
                assert entries["value"] == entry[figure]
        assert {"params", "macs", "activation_bytes"} <= entry["arithmetic"].keys()


def test_json_is_one_object_and_json_lines_one_a_layer():
    document = json.loads(said("D", "19", "fc6", format_name="json"))
    assert document["schema"] == 1
    assert document["config"]["model"] == "vgg16"
    assert document["input"] == [3, 224, 224]
    assert [layer["name"] for layer in document["layers"]] == ["conv4_2", "fc6"]
    lines = said("D", "19", "fc6", format_name="jsonl").splitlines()
    assert [json.loads(row) for row in lines] == document["layers"]


def test_csv_has_every_column_and_a_row_for_each_layer():
    rows = list(csv.DictReader(io.StringIO(said("D", "fc6", "19", format_name="csv"))))
    assert [row["path"] for row in rows] == ["classifier.0", "features.19"]
    assert list(rows[0]) == [column.name for column in FOUND_COLUMNS if column.flat]
    assert rows[1]["activation_code"] == "model.features[:20](x)"
    assert (rows[1]["previous"], rows[1]["next"]) == ("features.18", "features.20")


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_says_something_of_every_layer(format_name):
    text = said("D", "conv1_2", "fc8", format_name=format_name).replace("\\", "")
    assert "conv1_2" in text
    assert "fc8" in text


def test_columns_choose_from_both_tables():
    assert said("D", "19", "20", columns="name,type").splitlines()[:4] == [
        "name     layer",
        "───────────────",
        "conv4_2  Conv2d",
        "relu4_2  ReLU",
    ]
    assert said("D", "19", columns="name,calculation").splitlines()[2:4] == [
        "conv4_2  ⌊(28 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1 = 28",
        "conv4_2  ⌊(28 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1 = 28",
    ]
    assert said("D", "19", columns="figure,value", format_name="csv").splitlines()[:4] == [
        "figure,value",
        "height,28",
        "width,28",
        "params,2359808",
    ]


@pytest.mark.parametrize("column", [*FOUND_COLUMNS, *FIGURE_COLUMNS], ids=lambda c: c.name)
def test_every_column_of_a_table_has_a_title(column):
    assert not column.flat or ENGLISH(f"column_{column.name}")


@pytest.mark.parametrize("column", [*FOUND_COLUMNS, *FIGURE_COLUMNS], ids=lambda c: c.name)
def test_every_column_is_in_the_reference(column):
    path = Path(__file__).parent.parent.parent / "docs" / "reference" / "json.md"
    assert f"`{column.name}`" in path.read_text(encoding="utf-8")


def test_the_figures_have_the_name_of_their_layer_before_them():
    plan = grow(make_config("D"))
    _, figures_table = report(plan, find(plan, ["19"]), ENGLISH).tables
    assert [column.name for column in figures_table.columns] == [
        "name",
        "meaning",
        "calculation",
        "rule",
    ]
