"""What ``--explain`` adds, in every format."""

import json

import pytest

from vgginspect.cfg.config import make_config
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.render import renderer
from vgginspect.views import summary, trace
from vgginspect.views.explain import explained

ENGLISH = words("en")


def made(cfg, view=summary, **options):
    plan = grow(make_config(cfg, **options))
    return explained(view.report(plan, ENGLISH), plan.config)


def said(cfg, format_name="table", **options):
    return "".join(renderer(format_name)(made(cfg, **options)))


def added(cfg, **options):
    """What is there beyond the summary."""
    plan = grow(make_config(cfg, **options))
    before = "".join(renderer("table")(summary.report(plan, ENGLISH)))
    whole = said(cfg, **options)
    assert whole.startswith(before + "\n")
    return whole.removeprefix(before + "\n")


@pytest.mark.parametrize(
    ("name", "cfg", "options"),
    [
        ("D-32", "D", {"input_shape": 32}),
        ("D-299x320", "D", {"input_shape": "299x320"}),
        ("bn-flat", "A+bn", {"input_shape": "1x64x64", "avgpool": None, "hidden": (64,)}),
        ("features-only", "8,C,16", {"input_shape": "1x9x9", "features_only": True}),
    ],
)
def test_the_text_is_as_it_was(name, cfg, options, golden):
    golden(f"explain-{name}.txt", added(cfg, **options))


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        ("32", "average pool    1×1 to 7×7: each value is copied to 49 positions"),
        ("32", "classifier      fc6 takes 25,088 inputs, computed from 512 values"),
        ("64", "average pool    2×2 to 7×7: overlapping windows, 0 0 0 0–1 1 1 1"),
        ("224", "average pool    7×7 to 7×7: unchanged"),
        ("299", "average pool    9×9 to 7×7: overlapping windows, 0–1 1–2 2–3 3–5 5–6 6–7 7–8"),
        ("299", "pools           299 → 149 → 74 → 37 → 18 → 9"),
        ("448", "average pool    14×14 to 7×7: means of 2×2 values, no overlap"),
        (
            "320x480",
            "average pool    rows, 10 to 7: overlapping windows, 0–1 1–2 2–4 4–5 5–7 7–8 8–9",
        ),
        ("320x480", "feature map     512×10×15"),
        ("96", "smallest input  32×32"),
        ("448", "cost            compared with 3×224×224: MACs ×3.976, activation memory ×3.992"),
    ],
)
def test_the_questions_people_ask_of_an_input_are_answered(size, sentence):
    assert f"  {sentence}\n" in added("D", input_shape=size)


def test_the_json_has_all_of_it():
    document = json.loads(said("D", "json", input_shape="299x32"))
    found = document["explanation"]
    assert [pool["after"] for pool in found["pools"]][-1] == found["map"][1:] == [9, 1]
    assert [pool["unread"] for pool in found["pools"]] == [[1, 0], [1, 0], [0, 0], [1, 0], [0, 0]]
    assert found["avgpool"]["height"]["windows"][3] == [3, 5]
    assert found["avgpool"]["width"] == {
        "size": 1,
        "output": 7,
        "kind": "copies",
        "windows": [[0, 0]] * 7,
    }
    assert found["classifier_inputs"] == 25088
    assert found["smallest_input"] == 32
    assert [3, 299, 32] in [size["input"] for size in found["sizes"]]
    for size in found["sizes"]:
        totals = grow(make_config("D", input_shape=size["input"])).totals
        assert (size["macs"], size["params"]) == (totals.macs, totals.params)
    assert [change["adaptation"] for change in found["adaptations"]] == [
        "small_head",
        "grayscale",
        "classes",
    ]


def test_json_of_the_fully_convolutional_network():
    (*_, change) = json.loads(said("D", "json"))["explanation"]["adaptations"]
    assert change["adaptation"] == "convolutional"
    assert change["added"] == ["conv7-4096p0", "conv1-4096", "conv1-1000"]


def test_sizes_for_each_axis():
    text = said("8,conv3x1-8s2x1p0,M", "json", input_shape="9x9")
    found = json.loads(text)["explanation"]
    assert found["smallest_input"] == [5, 2]
    assert [pool["name"] for pool in found["pools"]] == ["pool1"]
    assert [(layer["name"], layer["after"]) for layer in found["resized"]] == [
        ("conv1_2", [4, 9]),
        ("pool1", [2, 4]),
    ]


def test_json_without_a_classifier_says_so():
    found = json.loads(said("8,M", "json", features_only=True))["explanation"]
    assert found["avgpool"] == {"height": None, "width": None}
    assert found["classifier_inputs"] is None


def test_a_walk_is_explained_as_well():
    text = "".join(renderer("table")(made("A", trace, input_shape=32)))
    assert "input 3×32×32" in text
    assert text.startswith("A (vgg11)")


@pytest.mark.parametrize("format_name", ["markdown", "latex"])
def test_documents_get_both_tables(format_name):
    text = said("D", format_name)
    assert "Other input sizes" in text
    assert "Common adaptations" in text


def test_csv_stays_the_table_of_layers():
    plan = grow(make_config("D"))
    assert said("D", "csv") == "".join(renderer("csv")(summary.report(plan, ENGLISH)))


def test_what_the_classifier_reads_is_told_where_the_pool_made_more_of_it():
    assert "computed from" in added("D", input_shape=192)
    assert "computed from" not in added("D", input_shape=224)
    assert "computed from" not in added("D", input_shape=256)


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ("299x32", "299×32 → 149×16 → 74×8 → 37×4 → 18×2 → 9×1"),
        ("32x299", "32×299 → 16×149 → 8×74 → 4×37 → 2×18 → 1×9"),
        ("64x64", "64 → 32 → 16 → 8 → 4 → 2"),
    ],
)
def test_a_map_that_is_no_square_has_both_sides(size, sides):
    assert f"  pools           {sides}\n" in added("D", input_shape=size)
