"""The output of ``verify``, in every format."""

import json

import pytest

from vgginspect import plan
from vgginspect.lang import words
from vgginspect.render import renderer
from vgginspect.report.checks import Fact, WitnessCheck
from vgginspect.views.verify import MAX_SHOWN, Check, report, report_of_several

GROWN = plan([8, "M"], input_shape=8, features_only=True)
GOOD = WitnessCheck("PyTorch 9", (Fact("layers", "features.0", "params", 224, 224),) * 2)
ONE = WitnessCheck(
    "forward pass", (Fact("forward", "model", "output_shape", [8, 4, 4], [8, 4, 4]),)
)


def bad(count=1):
    facts = [
        Fact("layers", f"features.{index}", "output_shape", [8, 8, 8], [8, 7, 7])
        for index in range(count)
    ]
    return WitnessCheck("torchvision 9", (GOOD.facts[0], *facts))


def rendered(checks, format_name="table", columns=None, **found):
    one = Check(1, "8,M", GROWN, tuple(checks), **found)
    return "".join(renderer(format_name)(report(one, words("en"), columns)))


def test_a_proof_that_holds():
    text = rendered([GOOD, ONE])
    assert (
        "PyTorch 9           2      2\nforward pass        1      1\n\nall 3 values are equal\n"
        in text
    )
    assert "params" not in text
    assert "expected" not in text
    assert rendered([ONE]).endswith("\n1 value compared: equal\n")


def test_a_witness_that_is_not_installed_is_named():
    text = rendered([GOOD], skipped=("torchvision's vgg11: it is not installed",))
    assert text.endswith("\nnot compared with torchvision's vgg11: it is not installed\n")
    assert json.loads(rendered([GOOD], "json", skipped=("x",)))["skipped"] == ["x"]


def test_a_difference_is_shown_with_its_place_and_both_values():
    text = rendered([GOOD, bad()])
    assert "torchvision 9: 1 of 2 values differ (expected → found):\n" in text
    assert "\n  features.0  output_shape 8×8×8 → 8×7×7\n" in text


def test_many_differences_are_cut_short_for_people_alone():
    text = rendered([bad(MAX_SHOWN + 3)])
    assert text.count("8×7×7") == MAX_SHOWN
    assert "… and 3 more; --format json lists all" in text
    document = json.loads(rendered([bad(MAX_SHOWN + 3)], "json"))
    assert len(document["checks"][0]["differences"]) == MAX_SHOWN + 3


@pytest.mark.parametrize(("count", "more"), [(40, False), (41, True)])
def test_forty_differences_are_shown(count, more):
    text = rendered([bad(count)])
    assert text.count("8×7×7") == 40
    assert ("more;" in text) is ("… and 1 more;" in text) is more


@pytest.mark.parametrize(
    ("peak", "said"), [(2_700_000, "3 MB"), (987_654_321_987_654, "987,654,322 MB")]
)
def test_peak_memory_is_said_in_whole_megabytes(peak, said):
    run = {"output_shape": [10], "build_seconds": 1.5, "seconds": 0.25, "peak_bytes": peak}
    assert f"peak memory of the whole process: {said}" in rendered([ONE], forward=run)


def test_the_differences_of_one_place_stand_together_and_layers_first():
    facts = (
        Fact("steps", "step 1", "appended", ["features.0"], ["features.0", "features.1"]),
        Fact("layers", "features.0", "params", 1792, 1728),
        Fact("totals", "totals", "params", 1792, 1728),
        Fact("arguments", "features.0", "bias", True, False),
    )
    text = rendered([WitnessCheck("mine.py:make", facts)])
    assert text.splitlines()[-4:] == [
        "mine.py:make: 4 of 4 values differ (expected → found):",
        "  features.0  params 1,792 → 1,728 · bias True → False",
        "  totals      params 1,792 → 1,728",
        "  step 1      appended features.0 → features.0 features.1",
    ]


def test_json():
    document = json.loads(rendered([GOOD, bad()], "json"))
    assert document["ok"] is False
    assert (document["facts"], document["held"]) == (4, 3)
    assert document["input"] == [3, 8, 8]
    assert document["config"]["tokens"] == [8, "M"]
    assert document["forward"] is None
    assert [check["ok"] for check in document["checks"]] == [True, False]
    assert json.loads(rendered([GOOD], "json"))["ok"] is True


def test_csv_and_columns():
    assert rendered([GOOD, bad()], "csv") == (
        "against,group,facts,held,fields\n"
        "PyTorch 9,layers,2,2,params\n"
        "torchvision 9,layers,2,1,params output_shape\n"
    )
    assert rendered([GOOD], "csv", columns="held,facts") == "held,facts\n2,2\n"


def test_a_forward_pass_is_told():
    run = {"output_shape": [10], "build_seconds": 1.5, "seconds": 0.25, "peak_bytes": 2_000_000}
    text = rendered([ONE], forward=run)
    assert "one image on the CPU: output 10, 0.250 s; building the model: 1.50 s" in text
    assert "peak memory of the whole process: 2 MB" in text
    assert "peak" not in rendered([ONE], forward={**run, "peak_bytes": None})
    assert json.loads(rendered([ONE], "json", forward=run))["forward"] == run


SEVERAL = [
    Check(1, "8,M", GROWN, (GOOD, ONE)),
    Check(3, "D", GROWN, (GOOD, bad())),
]


def several(format_name, columns=None):
    return "".join(renderer(format_name)(report_of_several(iter(SEVERAL), words("en"), columns)))


def test_several_networks_have_a_row_each_and_their_differences_below():
    assert several("table").splitlines()[2:] == [
        "   1  8,M                       yes        3        3            2",
        "   3  D                         no         4        3            2",
        "",
        "custom  [8, 'M']  2 tokens",
        "input 3×8×8 · no batch norm · features only",
        "torchvision 9: 1 of 2 values differ (expected → found):",
        "  features.0  output_shape 8×8×8 → 8×7×7",
    ]


def test_several_networks_in_other_formats():
    assert several("csv", "line,ok,held") == "line,ok,held\n1,true,3\n3,false,3\n"
    rows = [json.loads(row) for row in several("jsonl").splitlines()]
    assert rows[1] == {
        "line": 3,
        "config": "D",
        "ok": False,
        "facts": 4,
        "held": 3,
        "witnesses": 2,
    }
    document = json.loads(several("json"))
    assert list(document) == ["schema", "networks"]
    assert [one["ok"] for one in document["networks"]] == [True, False]
    assert document["networks"][1]["checks"][1]["differences"][0]["field"] == "output_shape"
