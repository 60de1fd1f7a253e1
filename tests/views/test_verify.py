"""What people and programs read of a proof."""

import json

import pytest

from vgginspect import plan
from vgginspect.lang import words
from vgginspect.render import renderer
from vgginspect.report.checks import Check, Fact
from vgginspect.views.verify import MOST_SHOWN, report

GROWN = plan([8, "M"], input_shape=8, features_only=True)
GOOD = Check("PyTorch 9", (Fact("layers", "features.0", "params", 224, 224),) * 2)
ONE = Check("forward pass", (Fact("forward", "model", "output_shape", [8, 4, 4], [8, 4, 4]),))


def bad(count=1):
    facts = [
        Fact("layers", f"features.{index}", "output_shape", [8, 8, 8], [8, 7, 7])
        for index in range(count)
    ]
    return Check("torchvision 9", (GOOD.facts[0], *facts))


def rendered(checks, format_name="table", **options):
    return "".join(renderer(format_name)(report(GROWN, checks, words("en"), **options)))


def test_a_proof_that_holds():
    text = rendered([GOOD, ONE])
    assert "PyTorch 9: all 2 facts held" in text
    assert "forward pass: the one fact held" in text
    assert "  layers: params\n" in text
    assert "expected" not in text


def test_a_difference_is_shown_with_its_place_and_both_values():
    text = rendered([GOOD, bad()])
    assert "torchvision 9: 1 of 2 facts did not hold (expected → found):\n" in text
    assert "\n  features.0  output_shape 8×8×8 → 8×7×7\n" in text


def test_many_differences_are_cut_short_for_people_alone():
    text = rendered([bad(MOST_SHOWN + 3)])
    assert text.count("8×7×7") == MOST_SHOWN
    assert "… and 3 more places; --format json has them all" in text
    document = json.loads(rendered([bad(MOST_SHOWN + 3)], "json"))
    assert len(document["checks"][0]["differences"]) == MOST_SHOWN + 3


@pytest.mark.parametrize(("count", "more"), [(40, False), (41, True)])
def test_forty_differences_are_shown(count, more):
    text = rendered([bad(count)])
    assert text.count("8×7×7") == 40
    assert ("more place" in text) is ("… and 1 more place" in text) is more


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
    text = rendered([Check("mine.py:make", facts)])
    assert text.splitlines()[-4:] == [
        "mine.py:make: 4 of 4 facts did not hold (expected → found):",
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
    assert "one image came out as 10 after 0.250 s on the CPU; building took 1.50 s" in text
    assert "peak memory of the whole process: 2 MB" in text
    assert "peak" not in rendered([ONE], forward={**run, "peak_bytes": None})
    assert json.loads(rendered([ONE], "json", forward=run))["forward"] == run
