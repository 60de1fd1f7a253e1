import pytest
from observed import observed

from vgginspect import plan
from vgginspect.analysis.adaptive_windows import Windows
from vgginspect.cfg.config import make_config
from vgginspect.lang import words
from vgginspect.report.model import line
from vgginspect.views.phrases import (
    cfg_text,
    conventions,
    depth_arithmetic,
    heading,
    is_vgg,
    labelled,
    options,
    pool_lines,
    separated,
    short_form,
)
from vgginspect.views.summary import report

ENGLISH = words("en")


@pytest.mark.parametrize(
    ("cfg", "text"),
    [
        ("64,M", "[64, 'M']"),
        ("conv1-8", "['conv1-8']"),
        (["8"] * 60, f"[{', '.join(['8'] * 60)}]"),
        (["8"] * 61, f"[{', '.join(['8'] * 60)}, …]"),
    ],
)
def test_the_cfg_list_as_python_shows_it(cfg, text):
    assert cfg_text(make_config(cfg).tokens) == text


@pytest.mark.parametrize(
    ("cfg", "first", "second"),
    [
        (
            "vgg11_bn",
            "A (vgg11_bn)  [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M']  "
            "13 tokens",
            "input 3×224×224 · batch norm · avgpool 7 · hidden 4096, 4096 · 1,000 classes · "
            "dropout 0.5",
        ),
        (
            "64+no-bias+input=1x28x30+avgpool=none+hidden=none+classes=1+dropout=0",
            "custom  [64]  1 token",
            "input 1×28×30 · no batch norm · convolutions without bias · avgpool none · "
            "hidden none · 1 class",
        ),
        (
            "64+features-only",
            "custom  [64]  1 token",
            "input 3×224×224 · no batch norm · features only",
        ),
    ],
)
def test_the_heading_of_a_network(cfg, first, second):
    assert [row.text for row in heading(plan(cfg), ENGLISH)][:2] == [first, second]
    assert options(plan(cfg).config, ENGLISH) == second


def test_the_heading_of_an_observed_network_says_what_ran_and_what_it_was_given():
    read = observed([64, (8, "\x1b")], batch_norm=True, name="D")
    assert [row.text for row in heading(read, ENGLISH)] == [
        "mine.py:make(batch_norm=True, name='D')",
        "custom  [64, (8, '\\x1b')]  2 tokens",
        "input 1×8×8 · every number is read from the modules that ran",
    ]
    assert [row.text for row in heading(observed(None), ENGLISH)] == [
        "mine.py:make()",
        "input 1×8×8 · every number is read from the modules that ran",
    ]


@pytest.mark.parametrize(
    ("cfg", "options", "vgg"),
    [
        ("A", {}, True),
        ("C+bn", {}, True),
        ("A+input-size=32", {}, True),
        ("A+hidden=512", {}, False),
        ("A+features-only", {}, False),
        ("64,M", {}, False),
        ("64,M", {"name": "A"}, False),
        ("128,M", {"name": "A"}, False),
        ("A+hidden=8,8,8", {}, False),
    ],
)
def test_what_may_be_called_vgg_and_its_depth(cfg, options, vgg):
    grown = plan(cfg, **options)
    assert is_vgg(grown) is vgg
    assert (f"→ VGG{grown.totals.depth}" in depth_arithmetic(grown, ENGLISH)) is vgg
    assert not is_vgg(observed([64]))


@pytest.mark.parametrize(
    ("columns", "labels"),
    [
        (None, ["M = 10⁶", "MACs", "activ.", "field", "k, s, p", "in, out"]),
        ("name,params", []),
        ("name,macs", ["M = 10⁶", "MACs"]),
        ("part,param_bytes", ["M = 10⁶"]),
        ("receptive_field,stride", ["field", "k, s, p"]),
        ("out_channels", ["in, out"]),
        ("activation_bytes", ["M = 10⁶", "activ."]),
    ],
)
def test_only_what_is_shown_is_explained(columns, labels):
    tables = report(plan("A"), ENGLISH, columns).tables
    said = [row.text for row in conventions(ENGLISH, tables)]
    assert [text.partition(";")[0].partition(":")[0] for text in said] == labels


def test_every_unit_is_explained():
    tables = report(plan("A"), ENGLISH).tables
    text = "\n".join(row.text for row in conventions(ENGLISH, tables))
    for said in (
        "M = 10⁶",
        "MB = 10⁶ bytes",
        "float32",
        "multiply-accumulates",
        "without bias",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("height", "width", "said"),
    [
        ((1, 7), (1, 7), ["1×1 to 7×7: each value is copied to 49 positions"]),
        ((2, 6), (2, 6), ["2×2 to 6×6: each value is copied to 9 positions"]),
        ((7, 7), (7, 7), ["7×7 to 7×7: unchanged"]),
        ((21, 7), (21, 7), ["21×21 to 7×7: means of 3×3 values, no overlap"]),
        ((9, 7), (9, 7), ["9×9 to 7×7: overlapping windows, 0–1 1–2 2–3 3–5 5–6 6–7 7–8"]),
        (
            (2, 6),
            (3, 6),
            [
                "rows, 2 to 6: each value is copied to 3 positions",
                "columns, 3 to 6: each value is copied to 2 positions",
            ],
        ),
        (
            (14, 7),
            (7, 7),
            [
                "rows, 14 to 7: means of 2 values, no overlap",
                "columns, 7 to 7: unchanged",
            ],
        ),
    ],
)
def test_what_an_average_pool_does(height, width, said):
    assert list(pool_lines(Windows(*height), Windows(*width), ENGLISH)) == said


def test_what_is_labelled_stands_under_each_other():
    entries = [("a", "x"), ("한글", ["y", ("z", "new")])]
    assert [row.text for row in labelled(entries)] == ["  a     x", "  한글  yz"]
    assert [style for row in labelled(entries) for _, style in row.spans] == (
        ["faint", "", "faint", "", "new"]
    )


def test_tables_are_parted_by_an_empty_line():
    first, second = report(plan("A"), ENGLISH).tables
    assert list(separated((first, second))) == [first, line(), second]
    assert list(separated((first,))) == [first]


@pytest.mark.parametrize(
    ("cfg", "index", "text"),
    [
        ("A", 0, "Conv2d 3→64, 3×3, pad 1"),
        ("A", 1, "ReLU"),
        ("A", 2, "MaxPool2d 2×2, stride 2"),
        ("A", -8, "AdaptiveAvgPool2d 7×7"),
        ("A", -7, "Linear 25088→4096"),
        ("A", -5, "Dropout 0.5"),
        ("A+bn+no-bias", 0, "Conv2d 3→64, 3×3, pad 1, no bias"),
        ("A+bn", 1, "BatchNorm2d 64"),
        ("8,LRN", 2, "LocalResponseNorm 5"),
        ("conv1-8", 0, "Conv2d 3→8, 1×1"),
        ("conv3x1-8s2x1d2", 0, "Conv2d 3→8, 3×1, pad 2×0, stride 2×1, dilation 2"),
        ("8,avgpool3s2p1c", 2, "AvgPool2d 3×3, pad 1, stride 2, ceil_mode"),
    ],
)
def test_the_short_form_of_a_layer(cfg: str, index: int, text: str) -> None:
    assert short_form(plan(cfg).layers[index]) == text
