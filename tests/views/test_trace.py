import json

import pytest
from observed import observed

from vgginspect import plan
from vgginspect.lang import words
from vgginspect.network.plan import Plan, Recorded
from vgginspect.network.stages import by_stage
from vgginspect.render import renderer
from vgginspect.report.columns import STEP_COLUMNS
from vgginspect.report.model import Line, Table
from vgginspect.views.trace import (
    branch_reason,
    changes,
    entry,
    head_parts,
    report,
    step_title,
    walk,
)

ENGLISH = words("en")
STEP_NAMES = [column.name for column in STEP_COLUMNS]


@pytest.mark.parametrize(
    ("cfg", "step", "why"),
    [
        ("64", 0, "number: append Conv2d and ReLU, then in_channels = 64"),
        ("64+bn", 0, "number: append Conv2d, BatchNorm2d and ReLU, then in_channels = 64"),
        ("conv1-8", 0, "convolution: append Conv2d and ReLU, then in_channels = 8"),
        (
            "conv1-8+bn",
            0,
            "convolution: append Conv2d, BatchNorm2d and ReLU, then in_channels = 8",
        ),
        (
            "64,maxpool3s1p1",
            1,
            "max pool: append MaxPool2d; in_channels stays 64 (stride=1, padding=1)",
        ),
        (
            "64,C",
            1,
            "max pool: append MaxPool2d; in_channels stays 64 (ceil_mode=True)",
        ),
        (
            "conv3x1-8s2x1p0d3",
            0,
            "convolution: append Conv2d and ReLU, then in_channels = 8 "
            "(stride=(2, 1), padding=0, dilation=3)",
        ),
        ("conv5x1-8", 0, "convolution: append Conv2d and ReLU, then in_channels = 8"),
        ("64,A", 1, "average pool: append AvgPool2d; in_channels stays 64"),
        ("64,LRN", 1, "LRN: append LocalResponseNorm; in_channels stays 64"),
    ],
)
def test_why_a_branch_is_taken(cfg, step, why):
    grown = plan(cfg)
    assert branch_reason(grown.steps[step], ENGLISH) == why
    assert step_title(grown.steps[step], ENGLISH).text.endswith(why)


@pytest.mark.parametrize(
    ("branch", "why"),
    [
        ("other", "'M': append MaxPool2d; in_channels = 64"),
        ("nothing", "'M': nothing appended"),
        ("unread", "'M': not read by the builder"),
        ("before", "made before the first token is read: MaxPool2d"),
        ("after", "made after the last token is read: MaxPool2d"),
    ],
)
def test_why_of_what_only_other_builders_do(branch, why):
    grown = plan("64,M")
    assert branch_reason(grown.steps[1]._replace(branch=branch), ENGLISH) == why


@pytest.mark.parametrize(
    ("cfg", "said"),
    [
        ("64,64,M", ["its convolutions, then its pool"]),
        ("64,LRN,A+bn", ["its convolutions, then its pool"]),
        ("64", ["append Conv2d, ReLU"]),
        ("64,64,LRN", ["append Conv2d, ReLU, LocalResponseNorm"]),
        (
            "LRN,M,A,64,M",
            [
                "append LocalResponseNorm, MaxPool2d",
                "append AvgPool2d",
                "its convolutions, then its pool",
            ],
        ),
    ],
)
def test_a_stage_is_called_whole_only_with_convolutions_and_a_pool(cfg, said):
    grown = plan(cfg)
    steps = by_stage(grown.steps)
    assert [branch_reason(step, ENGLISH).partition(": ")[2] for step in steps] == said


def test_what_is_new_is_marked_where_it_changed():
    conv, pool, same = plan("64,M,64").steps
    assert changes(conv, ENGLISH).text == (
        "    in_channels 3 → 64 · layers 0 → 2 · shape 3×224×224 → 64×224×224"
    )
    new = [
        [text for text, style in changes(step, ENGLISH).spans if style == "new"]
        for step in (conv, pool, same)
    ]
    assert new == [["64", "2", "64×224×224"], ["3", "64×112×112"], ["5"]]


def test_a_walk_marks_every_layer_as_new_once():
    grown = plan("A+bn")
    for cumulative in (False, True):
        rows = list(walk(grown, grown.steps, ENGLISH, cumulative))
        new = [row for row in rows if row.text.startswith("  + ")]
        assert len(new) == len(grown.layers)
        old = [row for row in rows if row.text.startswith("    [")]
        kept = sum(step.layers_before for step in grown.steps)
        assert len(old) == (kept if cumulative else 0)


def test_the_records_and_the_document_tell_the_same_steps():
    grown = plan("D")
    told = report(grown, ENGLISH, steps=lambda: by_stage(grown.steps))
    assert list(told.records()) == list(told.document["steps"]())
    assert [record["stage"] for record in told.records()] == [1, 2, 3, 4, 5]


def test_features_alone_have_nothing_behind_them():
    grown = plan("64+features-only")
    text = "\n".join(row.text for row in walk(grown, grown.steps, ENGLISH, False))
    assert "after the features" not in text
    assert "after the features" in "\n".join(
        row.text for row in walk(plan("64"), plan("64").steps, ENGLISH, False)
    )


HEADS = {
    "64": "average pool, then fully connected classifier",
    "64+avgpool=none": "fully connected classifier",
    "64+hidden=none": "average pool, then fully connected classifier",
    "64+features-only": "",
}


@pytest.mark.parametrize(("cfg", "said"), HEADS.items())
def test_the_head_is_described_by_what_it_has(cfg, said):
    assert head_parts(plan(cfg), ENGLISH) == said


def test_the_head_of_an_observed_network_is_what_ran():
    whole = observed([64])
    conv, relu = whole.steps[0].layers
    pool = plan("64,A").steps[1].layers[0]
    linear = whole.head[-1]
    for head, said in (
        ((conv, relu, conv, pool), "convolutions, then average pool"),
        ((linear, relu, linear), "fully connected classifier"),
        ((pool, conv, relu, pool, linear), "average pool, then convolutions, then average pool, "),
        ((relu,), "ReLU"),
    ):
        other = Plan(whole.of, Recorded(whole.steps, head))
        assert head_parts(other, ENGLISH).startswith(said)


def test_a_step_without_a_token_tells_what_is_appended():
    (step,) = observed(None).steps
    other = step._replace(tokens=(), branch="other")
    assert branch_reason(other, ENGLISH) == "append Conv2d, ReLU; in_channels = 64"


def test_a_fall_of_channels_is_marked_as_a_rise_is():
    _, fewer = plan("64,32").steps
    assert [text for text, style in changes(fewer, ENGLISH).spans if style == "new"] == [
        "32",
        "4",
        "32×224×224",
    ]


@pytest.mark.parametrize(
    ("index", "text"),
    [
        (0, "[0]  conv1_1 Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))"),
        (12, "[12] conv3_2 Conv2d(256, 256, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))"),
        (31, "[avgpool]      avgpool AdaptiveAvgPool2d(output_size=(7, 7))"),
        (32, "[classifier.0] fc6     Linear(in_features=25088, out_features=4096, bias=True)"),
    ],
)
def test_names_and_modules_stand_under_each_other(index, text):
    layer = plan("D").layers[index]
    assert entry(layer, True).text == f"  + {text}"
    assert entry(layer, False).text == f"    {text}"
    assert [style for _, style in entry(layer, True).spans] == ["new", "", "new"]
    assert [style for _, style in entry(layer, False).spans] == ["", "", ""]


def test_a_title_shows_the_tokens_or_that_there_is_none():
    grown = plan("64,M")
    step = grown.steps[0]
    assert step_title(step, ENGLISH).text.startswith("step 1  64  number")
    (stage,) = by_stage(grown.steps)
    assert step_title(stage, ENGLISH).text.startswith("step 1  64, 'M'  ")
    odd = step._replace(tokens=())
    assert step_title(odd, ENGLISH).text.startswith("step 1  —  ")


@pytest.mark.parametrize(
    ("columns", "tables"),
    [
        (None, ["layers", "totals"]),
        ("name", ["layers", "totals"]),
        ("branch", ["totals"]),
        ("branch,name", ["layers", "totals"]),
    ],
)
def test_the_tables_below_a_walk(columns, tables):
    said = report(plan("64,M"), ENGLISH, columns)
    assert [part.name for part in said.body() if isinstance(part, Table)] == tables


def test_a_walk_is_not_cumulative_unless_asked():
    grown = plan("64,M")
    for options, again in (({}, 0), ({"cumulative": True}, 2)):
        body = report(grown, ENGLISH, **options).body()
        lines = [part.text for part in body if isinstance(part, Line)]
        assert sum(text.startswith("    [") for text in lines) == again


def test_an_observed_network_is_told_as_it_was_read():
    said = report(observed([64, "pool", (8, 2)]), ENGLISH)
    text = "".join(renderer("table")(said))
    assert text.startswith("mine.py:make()\n")
    assert "step 3  (8, 2)  convolution: append" in text
    assert said.document["builder"]() == "mine.py:make"
    assert "builder" not in report(plan("64"), ENGLISH).document


def test_json_lines_have_the_chosen_columns_or_all():
    for columns, names in (("step,branch", ["step", "branch"]), (None, STEP_NAMES)):
        said = report(plan("64,M"), ENGLISH, columns)
        lines = "".join(renderer("jsonl")(said)).splitlines()
        assert [list(json.loads(line)) for line in lines] == [names, names]
