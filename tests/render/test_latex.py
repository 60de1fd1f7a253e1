import re

import pytest
from hypothesis import given
from strategies import configs as any_configs

from vgginspect.cfg.config import make_config
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.render.latex import escape, render
from vgginspect.report.columns import Column
from vgginspect.report.model import Report, Table
from vgginspect.views import configs, summary, trace

ENGLISH = words("en")


def test_the_text_is_as_it_was(golden):
    plan = grow(make_config("8,M,LRN,conv1-16,16,C", input_shape=(1, 28, 30), hidden=()))
    golden("walk-small.tex", "".join(render(trace.report(plan, ENGLISH))))


def rows(text):
    """The cells of every row of a tabular, its titles first."""
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)&", line.removesuffix(r"\\"))]
        for line in text.splitlines()
        if line.endswith(r"\\")
    ]


def test_the_numbers_read_back():
    plan = grow(make_config("E"))
    text = "".join(render(summary.report(plan, ENGLISH, "name,params,macs,output_shape,part")))
    layers, totals = text.split("\n\n")
    titles, *cells = rows(layers)
    assert titles == ["name", "parameters", "MACs (M)", "output shape"]
    assert len(cells) == len(plan.layers)
    for layer, (name, params, macs, shape) in zip(plan.layers, cells, strict=True):
        assert name.replace(r"\_", "_") == layer.name
        assert int(params.replace(",", "")) == layer.params
        assert float(macs.replace(",", "")) == round(layer.macs / 1e6, 2)
        assert shape == r"$\times$".join(map(str, layer.output_shape))
    assert rows(totals)[-1] == ["143,667,240", "19,632.06", "total"]
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 2


@given(any_configs())
def test_the_numbers_of_any_network_read_back(config):
    plan = grow(config)
    text = "".join(render(summary.report(plan, ENGLISH, "path,params,macs,output_shape")))
    _, *cells = rows(text.split("\n\n")[0])
    assert len(cells) == len(plan.layers)
    for layer, (path, params, macs, shape) in zip(plan.layers, cells, strict=True):
        assert path == layer.path
        assert int(params.replace(",", "")) == layer.params
        assert float(macs.replace(",", "")) == pytest.approx(layer.macs / 1e6, abs=0.005001)
        assert tuple(map(int, shape.split(r"$\times$"))) == layer.output_shape


def test_a_bar_is_left_out_of_a_share():
    text = "".join(render(summary.report(grow(make_config("A")), ENGLISH, "name,share")))
    assert r"fc6 & 77.3\% \\" in text
    assert "█" not in text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("conv1_1", r"conv1\_1"),
        ("50%", r"50\%"),
        ("a&b$c#d", r"a\&b\$c\#d"),
        ("{x}", r"\{x\}"),
        ("\\", r"\textbackslash{}"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
        ("3×3", r"3$\times$3"),
        ("→ after", r"$\to$ after"),
        ("<a|b>", "$<$a$|$b$>$"),
        ("--batch-norm", "-{}-batch-norm"),
    ],
)
def test_what_latex_would_act_on_is_escaped(text, escaped):
    assert escape(text) == escaped


@pytest.mark.parametrize("text", ["[64, 'M']", "*", "[64]*"])
def test_a_row_is_no_argument_of_the_line_break_before_it(text):
    columns = tuple(Column("config", "text", lambda row, _, i=i: row[i]) for i in (0, 1))
    table = Table(
        "configs", columns, ("config",), lambda: iter([(text, "x"), ("x", text), (text, text)])
    )
    report = Report(ENGLISH, {}, lambda: iter(()), (table,), lambda: [table])
    guarded = "{}" + text
    assert rows("".join(render(report)))[1:] == [[guarded, "x"], ["x", text], [guarded, text]]


@pytest.mark.parametrize("view", [summary, trace, configs])
def test_any_latex_can_read_it(view):
    plan = grow(make_config("A-LRN", batch_norm=True))
    report = configs.report(ENGLISH) if view is configs else view.report(plan, ENGLISH)
    text = "".join(render(report))
    assert text.isascii()
    assert text.count("{") == text.count("}")
    for tabular in text.split("\n\n"):
        columns = re.search(r"\\begin\{tabular\}\{([lr]+)\}", tabular)[1]
        assert {len(row) for row in rows(tabular)} == {len(columns)}
        assert not re.search(r"(?<!\\)[#%_^~]", tabular.partition("\n")[2])
