import csv
import io
import subprocess
import sys

import pytest
from hypothesis import given
from strategies import configs

from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.network.stages import by_stage
from vgginspect.render import renderer
from vgginspect.report.columns import LAYER_COLUMNS, STEP_COLUMNS
from vgginspect.report.json_document import document
from vgginspect.views import configs as configs_view
from vgginspect.views import summary, trace

ENGLISH = words("en")


def read_back(text, kind):
    """The JSON value of a cell."""
    if text == "":
        return None
    if kind in ("count", "millions", "megabytes"):
        return int(text)
    if kind in ("shape", "size"):
        return [int(part) for part in text.split("x")]
    if kind == "sides":
        sides = [int(part) for part in text.split("x")]
        return sides if len(sides) > 1 else sides[0]
    if kind in ("share", "decimal"):
        return float(text)
    if kind == "flag":
        return {"true": True, "false": False}[text]
    if kind == "list":
        return [int(part) if part.isdecimal() else part for part in text.split(" ")]
    return text


def rows(report, format_name):
    text = "".join(renderer(format_name)(report))
    delimiter = {"csv": ",", "tsv": "\t"}[format_name]
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def check(found, expected, columns):
    assert len(found) == len(expected)
    kinds = {column.name: column.kind for column in columns if column.flat}
    for row, entry in zip(found, expected, strict=True):
        assert list(row) == list(kinds)
        for name, kind in kinds.items():
            wanted = entry[name]
            if name == "token":
                wanted = " ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
            assert read_back(row[name], kind) == wanted, name


@pytest.mark.parametrize("format_name", ["csv", "tsv"])
@given(config=configs())
def test_a_summary_reads_back_to_the_numbers_of_json(format_name, config):
    plan = grow(config)
    found = rows(summary.report(plan, ENGLISH), format_name)
    check(found, document(plan)["layers"], LAYER_COLUMNS)


@pytest.mark.parametrize("format_name", ["csv", "tsv"])
@given(config=configs())
def test_a_walk_reads_back_to_the_numbers_of_json(format_name, config):
    plan = grow(config)
    found = rows(trace.report(plan, ENGLISH), format_name)
    check(found, document(plan)["steps"], STEP_COLUMNS)


@given(config=configs())
def test_a_walk_by_stage_reads_back_token_by_token(config):
    plan = grow(config)
    steps = list(by_stage(plan.steps))
    found = rows(trace.report(plan, ENGLISH, steps=lambda: steps), "csv")
    tokens = [text for row in found for text in row["token"].split(" ")]
    assert tokens == [token.text for token in config.tokens]


def test_the_configs_read_back():
    report = configs_view.report(ENGLISH)
    expected = list(report.document["configs"]())
    assert len(expected) == 12
    check(rows(report, "csv"), expected, configs_view.CONFIG_COLUMNS)


def test_the_chosen_columns_come_in_the_chosen_order():
    report = trace.report(grow(summary_config()), ENGLISH, "layers_after,token")
    text = "".join(renderer("csv")(report))
    assert text == "layers_after,token\n2,64\n3,M\n5,conv1-8\n"


def summary_config():
    from vgginspect.cfg.config import make_config

    return make_config("64,M,conv1-8")


def test_sqlite_and_other_readers_get_plain_newlines_and_one_header():
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect", "summary", "A", "--format", "csv"],
        capture_output=True,
        check=True,
    )
    assert b"\r" not in done.stdout
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 1 + 29
    assert lines[0].startswith("path,name,type,repr,step,stage,input_shape,output_shape,")
    assert lines[1].startswith('features.0,conv1_1,Conv2d,"Conv2d(3, 64, kernel_size=(3, 3), ')
