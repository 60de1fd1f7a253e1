"""The output of ``compare``, in every format."""

import csv
import io
import json
from itertools import pairwise, product

import pytest
from hypothesis import given
from strategies import configs

from vgginspect.cfg.config import CONFIGS, config_from_text, names
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.network.plan import Totals
from vgginspect.render import FORMATS, renderer
from vgginspect.render.text import plain_lines
from vgginspect.text.width import cell_width
from vgginspect.views.compare import MAX_LABEL, report, sides

ENGLISH = words("en")


def made(*texts, columns=None):
    plans = [grow(config_from_text(text)) for text in texts]
    return report(sides(texts, plans, MAX_LABEL), ENGLISH, columns)


def said(*texts, format_name="table", columns=None):
    return "".join(renderer(format_name)(made(*texts, columns=columns)))


@pytest.mark.parametrize(
    "texts",
    [("A", "B"), ("D", "C"), ("D", "D+bn"), ("A", "B", "D", "E"), ("D+features-only", "64,A,LRN")],
    ids="-".join,
)
def test_the_text_is_as_it_was(texts, golden):
    golden(f"compare-{'-'.join(texts).replace(',', '.')}.txt", said(*texts))


def test_on_a_narrow_terminal_what_others_are_compared_with_stays():
    rows = list(plain_lines(made("D", "E", "C"), 60))
    title = next(row for row in rows if row.startswith("quantity"))
    assert title.split() == ["quantity", "D", "E", "C"]
    assert all(cell_width(row.rstrip()) <= 60 for row in rows)


@pytest.mark.parametrize("networks", [("A", "B"), ("A", "D+bn", "E"), ("A", "B", "D", "E", "C")])
def test_no_ratio_is_shown_while_a_value_is_hidden(networks):
    for width in range(20, 160):
        rows = list(plain_lines(made(*networks), width))
        title = next(row for row in rows if row.startswith("quantity"))
        if "/" in title or "−" in title or "ratio" in title:
            assert set(networks) <= set(title.split()), width


def test_markdown_and_latex_are_as_they_were(golden):
    golden("compare-D-C.md", said("D", "C", format_name="markdown"))
    golden("compare-D-C.tex", said("D", "C", format_name="latex"))


@pytest.mark.parametrize(("first", "second"), list(product(names(), ["D", "vgg11_bn"])))
def test_figures_differences_and_ratios_agree_with_the_plans(first, second):
    plans = [grow(config_from_text(text)) for text in (first, second)]
    document = json.loads(said(first, second, format_name="json"))
    for figure in set(Totals._fields) - {"trainable_params"}:
        before, after = (getattr(plan.totals, figure) for plan in plans)
        assert document["totals"][figure] == {
            "values": [before, after],
            "differences": [0, after - before],
            "ratios": [1, pytest.approx(after / before, abs=1e-6)],
        }
    fields = [plan.features[-1].receptive_field for plan in plans]
    assert document["totals"]["receptive_field"]["values"] == fields
    batch_norms = [plan.config.batch_norm for plan in plans]
    if batch_norms[0] == batch_norms[1]:
        assert document["options"] == {}
    else:
        assert document["options"] == {"batch_norm": batch_norms}
    assert [entry["config"] for entry in document["configs"]] == [
        plan.config.document() for plan in plans
    ]


@pytest.mark.parametrize("name", names())
def test_a_network_does_not_differ_from_itself(name):
    document = json.loads(said(name, name, format_name="json"))
    assert (document["edits"], document["options"]) == ([], {})
    for row in document["totals"].values():
        assert row["differences"] == [0, 0]
        assert row["ratios"] == [1, 1]
    assert said(name, name).splitlines()[-1] == "the networks are the same"


@given(configs())
def test_nor_does_any_other(config):
    compared = report(sides(["one", "two"], [grow(config), grow(config._replace())]), ENGLISH)
    document = json.loads("".join(renderer("json")(compared)))
    assert (document["edits"], document["options"]) == ([], {})
    for row in document["totals"].values():
        single = not isinstance(row["values"][0], list)
        assert row["differences"] == ([0, 0] if single else [None, None])


def test_the_alignment_holds_the_lists():
    document = json.loads(said("A", "C", "E", format_name="json"))
    for index, letter in enumerate("ACE"):
        tokens = [place["tokens"][index] for place in document["alignment"]]
        assert [token for token in tokens if token is not None] == [
            token.value for token in CONFIGS[letter].tokens
        ]
    stages = [place["stage"] for place in document["alignment"]]
    assert all(b - a in (0, 1) for a, b in pairwise(stages))


def test_csv_has_a_row_for_each_figure_and_json_lines_the_same():
    rows = {
        row["figure"]: row for row in csv.DictReader(io.StringIO(said("A", "B", format_name="csv")))
    }
    assert rows["depth"] == {
        "figure": "depth",
        "value_1": "11",
        "value_2": "13",
        "difference_2": "2",
        "ratio_2": "1.181818",
    }
    lines = [json.loads(line) for line in said("A", "B", format_name="jsonl").splitlines()]
    assert [line["figure"] for line in lines] == list(rows)
    assert lines[3] == {
        "figure": "depth",
        "values": [11, 13],
        "differences": [0, 2],
        "ratios": [1.0, 1.181818],
    }


def test_nothing_is_divided_by_zero():
    document = json.loads(said("64+features-only", "64", format_name="json"))
    assert document["totals"]["classifier_params"]["ratios"] == [None, None]
    assert "  of the classifier" in said("64+features-only", "64")


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_compares(format_name):
    text = said("D", "C", format_name=format_name)
    plain = text.replace("$-$", "-").replace("−", "-").replace(",", "")
    assert "-4718592" in plain


@pytest.mark.parametrize("language", ["en", "ko"])
def test_token_lists_stand_under_each_other(language):
    plans = [grow(config_from_text(text)) for text in ("A", "B")]
    made = report(sides(("A", "B"), plans), words(language))
    text = "".join(renderer("table")(made)).splitlines()
    first = next(index for index, row in enumerate(text) if row.startswith("  ") and " 64 " in row)
    ends = [cell_width(row[: row.rindex("M")]) for row in text[first : first + 2]]
    assert ends[0] == ends[1]


def test_columns_choose_from_all_tables():
    assert said("A", "B", columns="edit,token_after", format_name="csv") == (
        "edit,token_after\ninserted,64\ninserted,128\n"
    )
    assert said("A", "B+bn", columns="figure,option").count("\n\n") == 1
    assert said("A", "A", columns="option,edit") == "option\n──────\n"


@pytest.mark.parametrize("format_name", ["csv", "tsv", "jsonl"])
def test_columns_of_two_tables_do_not_fit_into_one(format_name):
    with pytest.raises(ConfigError, match="edit, stage are not in the same table as option"):
        said("A", "B+bn", columns="option,edit,stage", format_name=format_name)


def test_the_first_of_two_tables_is_the_one_of_data():
    (column,) = made("A", "B+bn", columns="option,edit").data_columns
    assert column.name == "option"
    assert said("A", "B", columns="figure,ratio_2").splitlines()[:3] == [
        "quantity            ratio",
        "─────────────────────────",
        "layers             ×1.138",
    ]


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["D", "E"], ["D", "E"]),
        (["D", "D", "D"], ["D", "D (2)", "D (3)"]),
        ([" 64,\n M ", "64, M"], ["64, M", "64, M (2)"]),
        (["\x1b[31m", "-"], ["\\x1b[31m", "-"]),
        (["64," * 40, "A"], ["64," * 7 + "64…", "A"]),
    ],
)
def test_labels_are_short_harmless_and_different(texts, labels):
    plan = grow(config_from_text("64"))
    compared = sides(texts, [plan] * len(texts), MAX_LABEL)
    found = [side.label for side in compared]
    assert len(set(found)) == len(found)
    assert all(cell_width(label) <= MAX_LABEL + 4 for label in found)
    assert all(label.isprintable() for label in found)
    assert found == labels


def test_very_long_lists_are_not_shown():
    text = said("8," * 500, "8," * 499 + "16")
    assert "500 positions, too many to show; --format json has all" in text
    assert len(text.splitlines()) < 30


@pytest.mark.parametrize(("length", "label"), [(24, "x" * 24), (25, "x" * 23 + "…")])
def test_a_label_is_cut_where_it_is_too_long(length, label):
    (side,) = sides(("x" * length,), (grow(CONFIGS["A"]),), MAX_LABEL)
    assert side.label == label


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("64,M,8", "64,M"), [("dropped", 3, None)]),
        (("64,M", "64,M,8"), [("inserted", None, 3)]),
        (("64,M,8", "64,32,M,16"), [("inserted", None, 2), ("changed", 3, 4)]),
        (("64,M,8", "64,M,8", "64,M,16,32"), [("changed", 3, 3), ("inserted", None, 4)]),
    ],
)
def test_edits_say_where_in_either_list_they_are(texts, expected):
    (table,) = (table for table in made(*texts).tables if table.name == "edits")
    value = {column.name: column.value for column in table.columns}
    names = ("edit", "position_before", "position_after")
    found = [tuple(value[name](row, table.of) for name in names) for row in table.rows()]
    assert found == expected


@pytest.mark.parametrize(
    ("texts", "same"),
    [
        (("D", "vgg16"), True),
        (("D", "64,64,M,128,128,M,256,256,256,M,512,512,512,M,512,512,512,M", "vgg16"), True),
        (("D", "D+hidden=1"), False),
        (("D", "D", "D+bn"), False),
        (("D", "D+dropout=0.4"), False),
        (("D", "D+input=32"), False),
        (("D", "E"), False),
        (("D+features-only", "D+features-only+classes=10+hidden=none+avgpool=1+dropout=0"), True),
        (("D+features-only", "D"), False),
        (("D+features-only", "D+features-only+no-bias"), False),
    ],
)
def test_networks_are_the_same_if_nothing_that_has_an_effect_differs(texts, same):
    assert json.loads(said(*texts, format_name="json"))["same"] is same
    assert ("the networks are the same" in said(*texts)) is same
