import re
import shutil
import subprocess

import pytest

from vgginspect.analysis.lookup import find
from vgginspect.cfg.config import make_config
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.network.rules import MaxPool2d
from vgginspect.render import latex
from vgginspect.render.booktabs import render
from vgginspect.render.latex import mathematics
from vgginspect.views import layer, paper_table, summary

EN = words("en")


def test_rules_stand_at_the_ends_below_the_titles_and_between_stages():
    report = summary.report(grow(make_config("D")), EN, "name,params")
    lines = "".join(render(report)).splitlines()
    assert lines[2] == r"\toprule"
    assert lines[4] == r"\midrule"
    assert lines[-2:] == [r"\bottomrule", r"\end{tabular}"]
    after = [lines[i + 1] for i, line in enumerate(lines) if line == r"\midrule"]
    names = [re.match(r"\w+", row.replace("\\", ""))[0] for row in after]
    assert names == ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1", "avgpool"]


def test_apart_from_rules_it_is_the_latex_format():
    report = summary.report(grow(make_config("8,M,16,LRN")), EN)
    ruled = re.compile(r"^\\(hline|toprule|midrule|bottomrule)\n", re.M)
    texts = ("".join(made(report)) for made in (render, latex.render))
    one, other = (ruled.sub("", text) for text in texts)
    assert one == other


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("", ""),
        ("3·3·64·128 + 128 = 73,856", r"$3\cdot 3\cdot 64\cdot 128 + 128 = 73{,}856$"),
        ("⌊(H_in + 2·p − 1) / s⌋", r"$\lfloor (H_{\mathrm{in}} + 2\cdot p - 1) / s\rfloor$"),
        ("k·in + out", r"$k\cdot \mathrm{in} + \mathrm{out}$"),
        ("⌈h⌉ → 3×4", r"$\lceil h\rceil  \to  3\times 4$"),
    ],
)
def test_formulas_are_mathematics(text, formula):
    assert mathematics(text) == formula


def test_the_formula_of_a_calculation_is_mathematics_and_its_note_is_text():
    plan = grow(make_config("8,C", input_shape=(3, 5, 5)))
    found = find(plan, ["conv1_1,relu1_1"])
    rows = "".join(latex.render(layer.report(plan, found, EN, "name,meaning,rule"))).splitlines()
    assert (
        r"conv1\_1 & MACs & $k\cdot k\cdot \mathrm{in}\cdot \mathrm{out}\cdot H\cdot W$ \\" in rows
    )
    assert r"relu1\_1 & MACs & no weights \\" in rows
    outside = found[0].layer._replace(
        rule=MaxPool2d(2, 3, 1, ceil_mode=True), input_shape=(8, 5, 5), output_shape=(8, 2, 2)
    )
    report = layer.report(plan, [found[0]._replace(layer=outside)], EN, "meaning,rule")
    both = r"/ s\rceil  + 1 - 1$; a last window that would start beyond the input is ignored \\"
    assert both in "".join(latex.render(report))


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no LaTeX is installed")
@pytest.mark.parametrize("spoken", [EN, words("ko")], ids=["en", "ko"])
def test_latex_compiles_it(spoken, tmp_path):
    if (
        spoken is not EN
        and not subprocess.run(["kpsewhich", "kotex.sty"], capture_output=True, check=False).stdout
    ):
        pytest.skip("kotex is not installed")
    plan = grow(make_config("D"))
    found = find(plan, ["conv4_2,pool5,avgpool,fc6"])
    reports = [
        summary.report(plan, spoken),
        paper_table.report(spoken),
        layer.report(plan, found, spoken, "name,meaning,formula,expression,calculation,rule"),
    ]
    tables = "\n\n".join(
        "".join(made(report)) for report in reports for made in (render, latex.render)
    )
    korean = "" if spoken is EN else r"\usepackage{kotex}"
    head = rf"\documentclass{{article}}\usepackage{{booktabs}}{korean}\begin{{document}}\tiny "
    text = head + tables + r"\end{document}"
    (tmp_path / "tables.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    log = (tmp_path / "tables.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    assert not re.findall(r"^.*(?:LaTeX Warning|Missing character).*$", log, re.M)
