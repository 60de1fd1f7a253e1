"""The table and the JSON of ``weights``."""

import json
from collections.abc import Callable

import pytest
from layouts import CHANGES

from vgginspect import plan
from vgginspect.checkpoint.named_tensors import NamedTensors, tensors_of_plan
from vgginspect.checkpoint.weights import fit_tensors
from vgginspect.lang import words
from vgginspect.render import renderer
from vgginspect.report.model import Report
from vgginspect.views.weights import report


def said(cfg: str, source: str, language: str = "en", columns: str | None = None) -> Report:
    sides = (tensors_of_plan(plan(text), text) for text in (cfg, source))
    return report(fit_tensors(*sides), words(language), columns)


def test_what_people_read(golden: Callable[[str, str], None]) -> None:
    pairs = [("D", "D"), *((cfg, source) for cfg, source, _ in CHANGES)]
    golden("weights.txt", "\n".join("".join(renderer("table")(said(*one))) for one in pairs))
    golden("weights-ko.txt", "".join(renderer("table")(said("D+classes=10", "D+bn", "ko"))))


def test_the_document() -> None:
    whole = json.loads("".join(renderer("json")(said("D+classes=10", "D"))))
    tensors = whole.pop("tensors")
    assert whole == {
        "schema": 1,
        "network": "D+classes=10",
        "source": "D",
        "source_config": "D",
        "prefix": "",
        "strict": False,
        "totals": {
            "loads": 30,
            "shape": 2,
            "missing": 0,
            "unexpected": 0,
            "params": 134301514,
            "params_loaded": 134260544,
        },
    }
    assert tensors[0] == {
        "key": "features.0.weight",
        "status": "loads",
        "shape": [64, 3, 3, 3],
        "source_shape": [64, 3, 3, 3],
        "from": "features.0.weight",
        "why": None,
    }
    assert tensors[-2] == {
        "key": "classifier.6.weight",
        "status": "shape",
        "shape": [10, 4096],
        "source_shape": [1000, 4096],
        "from": "classifier.6.weight",
        "why": "num_classes 10, not 1000",
    }


@pytest.mark.parametrize("columns", [None, "key,why"])
def test_programs_get_a_row_for_each_tensor(columns: str | None) -> None:
    header, *rows = "".join(renderer("csv")(said("8,M", "8,M+bn", columns=columns))).splitlines()
    assert header == (columns or "key,status,shape,source_shape,from,why")
    assert len(rows) == 8 + 5


def test_keys_are_exact_in_json_and_harmless_elsewhere() -> None:
    tensors = {"a\x1b.weight": (8, 3, 3, 3)}
    source = NamedTensors("b\x1b.pth", tensors, (), None, {})
    made = report(fit_tensors(tensors_of_plan(plan("8+no-bias"), "8"), source), words("en"))
    whole = json.loads("".join(renderer("json")(made)))
    assert whole["tensors"][-1]["key"] == "a\x1b.weight"
    for name in ("table", "csv", "markdown"):
        assert "\x1b" not in "".join(renderer(name)(made))
