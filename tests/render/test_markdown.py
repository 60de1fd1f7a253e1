import re

import pytest
from hypothesis import given
from strategies import configs

from vgginspect.cfg.config import make_config
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.render.markdown import escape, render
from vgginspect.views import configs as configs_view
from vgginspect.views import summary, trace

ENGLISH = words("en")


def tables(text):
    """The tables of a Markdown text: heading, titles, alignments, rows."""
    for part in text.split("### ")[1:]:
        heading, _, *lines = part.rstrip("\n").split("\n")
        rows = [
            [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip())[1:-1]] for row in lines
        ]
        yield heading, rows[0], rows[1], rows[2:]


def test_the_text_is_as_it_was(golden):
    plan = grow(make_config("8,M,LRN,conv1-16,16,C", input_shape=(1, 28, 30), hidden=()))
    golden("walk-small.md", "".join(render(trace.report(plan, ENGLISH))))


def test_the_numbers_read_back():
    plan = grow(make_config("D", batch_norm=True))
    (heading, titles, alignments, rows), (totals, *_) = tables(
        "".join(render(summary.report(plan, ENGLISH)))
    )
    assert (heading, totals) == ("Layers", "Totals")
    assert len(rows) == len(plan.layers)
    assert len({len(row) for row in [titles, alignments, *rows]}) == 1
    by_title = dict(zip(titles, zip(*rows, strict=True), strict=True))
    params = [int(cell.replace(",", "")) for cell in by_title["parameters"]]
    assert params == [layer.params for layer in plan.layers]
    assert [cell.replace("\\_", "_") for cell in by_title["name"]] == [
        layer.name for layer in plan.layers
    ]
    assert alignments[titles.index("parameters")] == "---:"
    assert alignments[titles.index("name")] == "---"


@given(configs())
def test_the_numbers_of_any_network_read_back(config):
    plan = grow(config)
    wanted = "path,params,macs,output_shape,receptive_field"
    (_, _, _, rows), *_ = tables("".join(render(summary.report(plan, ENGLISH, wanted))))
    assert len(rows) == len(plan.layers)
    for layer, (path, params, macs, shape, field) in zip(plan.layers, rows, strict=True):
        assert path == layer.path
        assert int(params.replace(",", "")) == layer.params
        assert float(macs.replace(",", "")) == pytest.approx(layer.macs / 1e6, abs=0.005001)
        assert tuple(map(int, shape.split("×"))) == layer.output_shape
        sides = tuple(int(side) for side in field.replace(",", "").split("×") if side)
        assert (sides if len(sides) > 1 else sides[0] if sides else None) == layer.receptive_field


def test_every_configuration_is_a_row():
    ((_, titles, _, rows),) = tables("".join(render(configs_view.report(ENGLISH))))
    params = [row[titles.index("parameters")] for row in rows]
    assert params[0] == "132,863,336"
    assert len(params) == 12


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a|b", r"a\|b"),
        ("conv1_1", r"conv1\_1"),
        ("a*b`c", r"a\*b\`c"),
        ("<script>", "&lt;script&gt;"),
        ("  x ", "x"),
    ],
)
def test_what_markdown_would_act_on_is_escaped(text, escaped):
    assert escape(text) == escaped


def test_a_chosen_table_stands_alone():
    report = trace.report(grow(make_config("64,M")), ENGLISH, "token,layers_after")
    assert "".join(render(report)) == (
        "### Steps\n\n| token | layers after |\n| --- | ---: |\n| 64 | 2 |\n| M | 3 |\n"
    )
