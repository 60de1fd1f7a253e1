import pytest

from vgginspect import plan
from vgginspect.lang import words
from vgginspect.stages import by_stage
from vgginspect.views.walk import changes, reason, report, step_title, walk

ENGLISH = words("en")


@pytest.mark.parametrize(
    ("cfg", "step", "why"),
    [
        ("64", 0, "a number: append Conv2d and ReLU, then in_channels = 64"),
        ("64+bn", 0, "a number: append Conv2d, BatchNorm2d and ReLU, then in_channels = 64"),
        ("conv1-8", 0, "a convolution: append Conv2d and ReLU, then in_channels = 8"),
        (
            "conv1-8+bn",
            0,
            "a convolution: append Conv2d, BatchNorm2d and ReLU, then in_channels = 8",
        ),
        ("64,maxpool3s1p1", 1, "a max pool: append MaxPool2d; in_channels stays 64"),
        ("64,A", 1, "an average pool: append AvgPool2d; in_channels stays 64"),
        ("64,LRN", 1, "a normalisation: append LocalResponseNorm; in_channels stays 64"),
    ],
)
def test_why_a_branch_is_taken(cfg, step, why):
    grown = plan(cfg)
    assert reason(grown.steps[step], grown, ENGLISH) == why
    assert step_title(grown.steps[step], grown, ENGLISH).text.endswith(why)


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
    assert "behind the features" not in text
    assert "behind the features" in "\n".join(
        row.text for row in walk(plan("64"), plan("64").steps, ENGLISH, False)
    )
