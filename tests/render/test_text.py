"""Text output, compared with files; VGGINSPECT_UPDATE_GOLDEN=1 rewrites them."""

import re

import pytest

from vgginspect.analysis.lookup import find
from vgginspect.cfg.config import make_config
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.network.stages import by_stage
from vgginspect.render.cells import bar
from vgginspect.render.layout import Layout
from vgginspect.render.text import plain_lines, render, text_lines
from vgginspect.report.columns import LAYER_TABLE
from vgginspect.text.width import cell_width
from vgginspect.views import compare, configs, explain, layer, summary, trace

ENGLISH = words("en")
SMALL = "8,M,LRN,conv1-16,16,C"


def plan(cfg, **options):
    return grow(make_config(cfg, **options))


def stages(of):
    return trace.report(of, ENGLISH, steps=lambda: by_stage(of.iter_steps()))


REPORTS = {
    "trace-A": lambda: trace.report(plan("A"), ENGLISH),
    "trace-A-LRN-bn-by-stage": lambda: stages(plan("A-LRN", batch_norm=True)),
    "trace-small-cumulative": lambda: trace.report(
        plan(SMALL, batch_norm=True, input_shape=(1, 28, 30), hidden=()), ENGLISH, cumulative=True
    ),
    "summary-E-bn": lambda: summary.report(plan("E", batch_norm=True), ENGLISH),
    "summary-small": lambda: summary.report(
        plan(SMALL, bias=False, avgpool=None, hidden=(10,), num_classes=1, dropout=0), ENGLISH
    ),
    "summary-features-only": lambda: summary.report(plan("64,M", features_only=True), ENGLISH),
    "configs": lambda: configs.report(ENGLISH),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_text_is_as_it_was(name, golden):
    golden(f"{name}.txt", "".join(render(REPORTS[name]())))


NARROW = {
    **REPORTS,
    "layer": lambda: layer.report(plan("D"), find(plan("D"), ["conv4_2", "fc6"]), ENGLISH),
    "compare": lambda: compare.report(
        compare.sides(["A", "B", "D"], [plan("A"), plan("B"), plan("D")]), ENGLISH
    ),
    "explain": lambda: explain.explained(
        summary.report(plan("A"), ENGLISH, "name,params"), plan("A").config
    ),
}


@pytest.mark.parametrize(
    "name",
    ["trace-small-cumulative", "summary-small", "configs", "layer", "compare", "explain"],
)
@pytest.mark.parametrize("width", [40, 60, 80, 110])
def test_the_text_on_a_narrow_terminal_is_as_it_was(name, width, golden):
    golden(f"{name}-{width}.txt", "".join(plain_lines(NARROW[name](), width)))


@pytest.mark.parametrize("name", [*REPORTS, "layer", "explain"])
@pytest.mark.parametrize("width", [24, 32, 40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal(name, width):
    for row in text_lines(NARROW[name](), width):
        assert cell_width(row.text.rstrip()) <= width


@pytest.mark.parametrize("name", REPORTS)
def test_a_terminal_that_is_wide_enough_shows_what_a_pipe_gets(name):
    assert list(plain_lines(REPORTS[name](), 1000)) == list(render(REPORTS[name]()))


def rows_of(text, first="path"):
    """The cells of the table whose first title is ``first``, by title."""
    lines = text.splitlines()
    start = next(i for i, row in enumerate(lines) if row.split()[:1] == [first])
    header = lines[start]
    rows = []
    for row in lines[start + 1 :]:
        if not row.strip():
            break
        if "──" not in row:
            rows.append(row)
    return header, rows


@pytest.mark.parametrize(
    ("cfg", "options"),
    [("D", {}), ("E", {"batch_norm": True}), (SMALL, {"input_shape": (1, 50, 250)})],
)
def test_every_number_in_the_table_is_the_plans(cfg, options):
    of = plan(cfg, **options)
    text = "".join(render(summary.report(of, ENGLISH)))
    header, rows = rows_of(text)
    assert len(rows) == len(of.layers)
    right = {title: header.index(title) + len(title) for title in ("in", "out", "parameters")}
    for one, row in zip(of.layers, rows, strict=True):
        path, name, kind, *_ = row.split()
        assert (path, name, kind) == (one.path, one.name, one.type)
        values = {"in": one.in_channels, "out": one.out_channels, "parameters": one.params}
        for title, value in values.items():
            cell = re.search(r"\S+$", row[: right[title]])
            assert cell[0] == f"{value:,}"
        end = header.index("MACs (M)") + len("MACs (M)")
        macs = re.search(r"\S+$", row[:end])[0]
        assert macs == (f"{one.macs / 1e6:,.2f}" if one.macs else "0")
        end = header.index("activ. (MB)") + len("activ. (MB)")
        held = re.search(r"\S+$", row[:end])[0]
        held_bytes = one.activation_bytes
        assert held == (f"{held_bytes / 1e6:,.3f}" if held_bytes else "0")
        share = one.params / of.totals.params
        assert f"{round(share, 6):.1%} {bar(round(share, 6)).rstrip()}".strip() in row
        if len(one.output_shape) == 3:
            assert "×".join(map(str, one.output_shape[1:])) in row.split()


def test_the_totals_of_the_parts_are_sums_of_the_layers():
    of = plan("D")
    _, rows = rows_of("".join(render(summary.report(of, ENGLISH))), "part")
    cells = {row.split()[0]: row for row in rows}
    assert list(cells) == ["features", "avgpool", "classifier", "total"]
    for name, layers in (
        ("features", of.features),
        ("classifier", of.classifier),
        ("total", of.layers),
    ):
        row = cells[name].split()
        assert int(row[1]) == len(layers)
        assert row[3] == f"{sum(layer.params for layer in layers):,}"
        assert f"{sum(layer.macs for layer in layers) / 1e6:,.2f}" in row
        assert f"{sum(4 * layer.params for layer in layers) / 1e6:,.3f}" in row
        assert row[-1] == f"{sum(layer.activation_bytes for layer in layers) / 1e6:,.3f}"


@pytest.mark.parametrize("width", [24, 40, 60, 80, 100, 120])
def test_columns_that_go_are_named(width):
    of = plan("D")
    table = summary.layer_table(of, ENGLISH)
    layout = Layout(table, ENGLISH, width)
    dropped = [column.name for column in layout.dropped]
    kept = [name for name in LAYER_TABLE if name not in dropped]
    assert "name" in kept
    assert "params" in kept
    text = " ".join("".join(plain_lines(summary.report(of, ENGLISH), width)).split())
    assert f"{width} columns: {', '.join(map(layout.title, layout.dropped))}" in text
    assert "conv1_1" in text


@pytest.mark.parametrize(
    ("width", "labels"),
    [
        (24, []),
        (40, ["M = 10⁶", "MACs", "in, out"]),
        (80, ["M = 10⁶", "MACs", "activ.", "field", "in, out"]),
        (200, ["M = 10⁶", "MACs", "activ.", "field", "k, s, p", "in, out"]),
        (None, ["M = 10⁶", "MACs", "activ.", "field", "k, s, p", "in, out"]),
    ],
)
def test_columns_that_go_are_not_explained(width, labels):
    text = "".join(plain_lines(summary.report(plan("D"), ENGLISH), width))
    legend = re.findall(r"^(\S[^:;\n]*)[:;]", text.rpartition("depth  ")[2], re.MULTILINE)
    assert legend == labels


@pytest.mark.parametrize("width", [20, 40, 60])
def test_a_column_wider_than_the_terminal_goes_on_below(width):
    report = summary.report(plan("64"), ENGLISH, "repr")
    rows = list(plain_lines(report, width))
    assert all(cell_width(row.rstrip()) <= width for row in rows)
    repr_ = "Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))"
    assert repr_.replace(" ", "") in "".join("".join(rows).split())
