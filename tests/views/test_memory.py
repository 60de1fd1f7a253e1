"""The output of ``memory``, in every format."""

import csv
import io
import json
from pathlib import Path

import pytest

from vgginspect import plan
from vgginspect.analysis.memory import memory
from vgginspect.analysis.memory_settings import Settings
from vgginspect.lang import words
from vgginspect.render import FORMATS, renderer
from vgginspect.views.memory import BATCH_COLUMNS, LAYER_COLUMNS, PART_COLUMNS, PARTS, report

ENGLISH = words("en")
SMALL = "8,M,16,M+bn+hidden=32+classes=10+input=32"


def said(*sizes, cfg=SMALL, format_name="table", columns=None, limit=None, **settings):
    several = [memory(plan(cfg), Settings(size, **settings), limit) for size in sizes]
    return "".join(renderer(format_name)(report(several, ENGLISH, columns)))


def test_the_text_is_as_it_was(golden):
    golden("memory-small.txt", said(32, limit=10**7))
    golden("memory-several.txt", said(1, 8, 32, cfg="D", optimizer="sgd"))


def test_the_document_has_the_fields_of_the_contract():
    made = json.loads(said(4, format_name="json", limit=10**7))
    found = memory(plan(SMALL), Settings(4), 10**7)
    assert list(made)[:10] == [
        *("schema", "config", "origin", "input", "batch_size", "dtype", "optimizer", "device"),
        *("freeze", "checkpoint_every"),
    ]
    assert list(made)[10:] == [
        "training",
        "inference",
        "layers",
        "batches",
        "fits",
        "largest_batch",
    ]
    assert made["training"] == {
        **{f"{part}_bytes": getattr(found.training, f"{part}_bytes") for part in PARTS},
        "peak_bytes": found.training.peak.bytes,
        "peak_at": {"phase": "backward", "path": "features.6", "name": "relu2_1"},
    }
    assert made["inference"]["peak_bytes"] == found.inference.peak.bytes
    assert made["layers"][0] == {
        "path": "features.0",
        "name": "conv1_1",
        "output_bytes": 4 * 4 * 8 * 32 * 32,
        "saved_bytes": 4 * 4 * 8 * 32 * 32,
    }
    assert made["largest_batch"] == made["fits"]["largest_batch"] == found.fits.largest_batch
    assert json.loads(said(4, format_name="json"))["largest_batch"] is None


def test_every_batch_size_has_a_row():
    rows = list(csv.DictReader(io.StringIO(said(1, 4, format_name="csv"))))
    assert [row["batch_size"] for row in rows] == ["1", "4"]
    assert list(rows[0]) == [column.name for column in BATCH_COLUMNS]
    made = json.loads(said(1, 4, format_name="json"))
    assert [entry["batch_size"] for entry in made["batches"]] == [1, 4]
    assert [str(entry["training"]["peak_bytes"]) for entry in made["batches"]] == [
        row["peak_bytes"] for row in rows
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_prints_it(name):
    assert said(2, format_name=name)


def test_columns_are_those_of_the_batch_or_of_the_layers():
    assert said(2, format_name="csv", columns="peak_at") == "peak_at\nbackward relu2_1\n"
    assert said(2, format_name="csv", columns="name,output_bytes").startswith("name,output_bytes\n")


@pytest.mark.parametrize("column", [*PART_COLUMNS, *BATCH_COLUMNS, *LAYER_COLUMNS])
def test_every_column_is_in_the_reference(column):
    path = Path(__file__).parent.parent.parent / "docs" / "reference" / "json.md"
    assert f"`{column.name}`" in path.read_text(encoding="utf-8")
