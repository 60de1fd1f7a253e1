"""TikZ: LaTeX compiles it without a warning, and its nodes can be drawn at."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect import plan
from vgginspect.drawing import STYLES, Order, draw
from vgginspect.drawing.palette import shade
from vgginspect.drawing.tikz import POINTS, escape
from vgginspect.drawing.vector import picture
from vgginspect.lang import words

EN = words("en")
TEX = Order(EN, suffix=".tex")
needs_latex = pytest.mark.skipif(
    not shutil.which("pdflatex") or not shutil.which("kpsewhich"), reason="no LaTeX is installed"
)

CRNN = (
    "64,M,128,M,256,256,maxpool2s2x1p0x1,512,512,maxpool2s2x1p0x1,conv2-512p0"
    "+input=1x32x100+features-only"
)
FORTY = "[64]*12+['M']+[128]*13+['M']+[256]*15+['M']"


def compiled(text: str, folder: Path) -> bytes:
    """The PDF that LaTeX makes, without a warning."""
    plain = r"\pdfcompresslevel=0 \pdfobjcompresslevel=0 "
    (folder / "figure.tex").write_text(plain + "\n" + text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "figure.tex"],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    log = (folder / "figure.log").read_text(encoding="utf-8", errors="replace")
    assert not re.findall(r"^.*(?:Warning|Overfull|Missing character).*$", log, re.M)
    return (folder / "figure.pdf").read_bytes()


@needs_latex
@pytest.mark.parametrize(
    ("cfg", "order"),
    [
        ("A", TEX._replace(theme="dark")),
        ("D", TEX._replace(highlight="relu3_3,pool5", until="fc6")),
        ("E+bn", TEX._replace(title='A_b&c 50% <x> #1 "q" {~} \\ ^|')),
        ("C", TEX._replace(title="", legend=False, caption=False)),
        ("64,M,128,M", TEX),
        (CRNN, TEX),
        (FORTY, TEX._replace(scale="true")),
        ("A-LRN", TEX._replace(style="growth")),
        ("D", TEX._replace(style="costs")),
    ],
)
def test_latex_compiles_it_without_a_warning(cfg: str, order: Order, tmp_path: Path) -> None:
    """And the page is as large as the picture."""
    pdf = compiled(draw(plan(cfg), order).decode(), tmp_path)
    drawn = picture(plan(cfg), order)
    box = re.search(rb"/MediaBox \[([\d. ]+)\]", pdf)
    assert box
    _, _, width, height = map(float, box[1].split())
    points = POINTS * 72 / 72.27
    assert width == pytest.approx(points * drawn.width, abs=1)
    assert height == pytest.approx(points * drawn.height, abs=1)


@needs_latex
def test_layers_are_nodes(tmp_path: Path) -> None:
    text = draw(plan("A"), TEX).decode()
    nodes = re.findall(r"\\node\[vgg layer.*\] \((\w+)\) at", text)
    layers = [layer.name for layer in plan("A").layers]
    assert nodes == ["input", *(name for name in layers if not name.startswith(("relu", "drop")))]
    arrows = "".join(f"\\draw[->] ({name}.north) -- ({name}.east);\n" for name in nodes)
    compiled(text.replace(r"\end{tikzpicture}", arrows + r"\end{tikzpicture}"), tmp_path)


@needs_latex
def test_any_title_compiles(tmp_path: Path) -> None:
    ascii_text = "".join(map(chr, range(32, 127)))
    rows = "\\\\".join(escape(ascii_text[start : start + 20]) for start in range(0, 95, 20))
    document = (
        rf"\documentclass{{article}}\begin{{document}}{rows} {escape('é×·→…')}\end{{document}}"
    )
    compiled(document, tmp_path)


@given(st.text())
def test_a_text_cannot_be_a_command(text: str) -> None:
    left = escape(text)
    for known in (r"\textasciitilde{}", r"\textasciicircum{}", r"\dots{}"):
        left = left.replace(known, "")
    left = re.sub(r"\$(?:\\\w+|\\[{}]|[<>|])\$|\\[#$%&_]", "", left)
    assert not set(left) & set("#$%&_{}\\~^\n")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("mode", [0, 1])
def test_it_is_the_figure_of_the_svg(style: str, mode: int) -> None:
    """Every path with its corners and its colour, every label with its text and place."""
    order = TEX._replace(style=style, theme=("light", "dark")[mode])
    text = draw(plan("D+bn"), order).decode()
    drawn = picture(plan("D+bn"), order)
    paths = re.findall(r"\\path\[vgg ([\w ]+)\] (.*);", text)
    assert [name for name, _ in paths] == [path.style for path in drawn.paths()]
    for (_, corners), path in zip(paths, drawn.paths(), strict=True):
        found = [tuple(map(float, one.split(", "))) for one in re.findall(r"\((.*?)\)", corners)]
        assert found == [pytest.approx(point, abs=0.01) for point in path.points]
        assert corners.endswith("cycle") is path.closed
    labels = re.findall(r"\\node\[vgg text.*?\] at \((.*?), (.*?)\) \{.*selectfont (.*)\};", text)
    assert [(float(x), float(y)) for x, y, _ in labels] == [
        pytest.approx((label.x, label.y), abs=0.01) for label in drawn.labels
    ]
    assert [said.removeprefix(r"\bfseries ") for *_, said in labels] == [
        escape(label.text) for label in drawn.labels
    ]
    for name, kind, share, other in re.findall(
        r"vgg (.*)/.style=\{fill=(\w+)!(\d+)!(black|white)\}", text
    ):
        colours = dict(re.findall(r"\\definecolor\{(\w+)\}\{HTML\}\{(\w+)\}", text))
        rest = 0 if other == "black" else 255 * (100 - int(share))
        mixed = [(int(colours[kind][i : i + 2], 16) * int(share) + rest) / 100 for i in (0, 2, 4)]
        wanted = [int(shade(name, mode)[i : i + 2], 16) for i in (1, 3, 5)]
        assert mixed == pytest.approx(wanted, abs=1)


@needs_latex
@pytest.mark.parametrize("style", STYLES)
def test_latex_compiles_korean(style: str, tmp_path: Path) -> None:
    found = subprocess.run(["kpsewhich", "kotex.sty"], capture_output=True, check=False)
    if not found.stdout:
        pytest.skip("kotex is not installed")
    compiled(draw(plan("A"), TEX._replace(words=words("ko"), style=style)).decode(), tmp_path)


def test_korean_loads_its_package() -> None:
    text = draw(plan("A"), TEX._replace(words=words("ko"))).decode()
    assert r"\usepackage{kotex}" in text
    assert r"\usepackage{kotex}" not in draw(plan("A"), TEX).decode()
