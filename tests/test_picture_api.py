"""``trace`` and ``draw`` from Python: the commands' output, as immutable data."""

import json
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from observed import observed

import vgginspect
from vgginspect import CONFIGS, ConfigError, Picture, Walk, draw, plan, trace
from vgginspect.drawing import MAX_TOKENS


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VGGINSPECT_LANG", "en")


def test_trace_is_the_command(cli) -> None:
    walk = trace("A", batch_norm=True)
    assert walk.document() == json.loads(cli("trace", "A+bn", "--format", "json").out)
    assert walk.steps == plan("A+bn").steps
    assert walk == trace(plan("A+bn")) == trace(CONFIGS["A"]._replace(batch_norm=True))
    assert repr(walk) == "<Walk of A: 13 steps, 37 layers>"
    with pytest.raises(AttributeError):
        walk.plan = plan("B")


def test_the_memory_of_a_step_is_drawn(cli, tmp_path: Path) -> None:
    file = tmp_path / "memory.svg"
    cli("draw", "8,M", "--style", "memory", "--batch-size", "4", "-o", str(file))
    made = draw(vgginspect.memory("8,M", 4))
    assert made.svg == file.read_text(encoding="utf-8")
    assert repr(made) == "<Picture of custom: memory>"
    assert draw("8,M", "memory").svg == draw(vgginspect.memory("8,M")).svg


def test_a_notebook_shows_the_page_in_a_frame(cli, tmp_path: Path) -> None:
    cli("draw", "8,M", "-o", str(tmp_path / "a.html"))
    frame = trace("8,M")._repr_html_()
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert frame.startswith('<iframe srcdoc="')
    assert unescape(frame.split('"')[1]) == page
    named = trace("8,M", name='"><script>alert(1)</script>')._repr_html_()
    assert named.count("<") == 2
    assert 'title="&quot;&gt;&lt;script&gt;' in named


def test_a_notebook_shows_the_steps_of_what_has_no_page() -> None:
    assert trace(observed([64, "pool"]))._repr_html_().startswith('<iframe srcdoc="')
    long = trace([8] * (MAX_TOKENS + 1), hidden=())._repr_html_()
    assert "<b>step 401</b>" in long
    longer = trace([8] * 1000, hidden=())
    assert len(longer._repr_html_()) < 5000


def test_a_language_that_is_not_there_is_no_reason_to_fail(monkeypatch) -> None:
    monkeypatch.setenv("VGGINSPECT_LANG", "xx")
    assert "lang=&quot;en&quot;" in trace("8")._repr_html_()
    monkeypatch.setenv("VGGINSPECT_LANG", "ko")
    assert "lang=&quot;ko&quot;" in trace("8")._repr_html_()
    assert 'lang="ko"' in draw("8").svg


@pytest.mark.parametrize(
    ("options", "args"),
    [
        ({}, ()),
        ({"style": "growth", "theme": "dark"}, ("--style", "growth", "--theme", "dark")),
        (
            {"title": "", "legend": False, "caption": False, "scale": "true"},
            ("--title", "", "--no-legend", "--no-caption", "--scale", "true"),
        ),
        (
            {"until": "conv3_1", "highlight": "relu2_1", "batch_norm": True},
            ("--until", "conv3_1", "--highlight", "relu2_1", "--batch-norm"),
        ),
    ],
)
def test_draw_is_the_command(options, args, cli, tmp_path: Path) -> None:
    made = draw("A", **options)
    for suffix in ("svg", "tex"):
        file = tmp_path / f"a.{suffix}"
        cli("draw", "A", *args, "-o", str(file))
        made.save(tmp_path / f"b.{suffix}")
        assert (tmp_path / f"b.{suffix}").read_bytes() == file.read_bytes()
    assert made._repr_svg_() == made.svg == (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_picture_is_data(tmp_path: Path) -> None:
    made = draw(plan("A"), "costs")
    assert made == draw("vgg11", "costs")
    assert hash(made.order) == hash(draw("vgg11", "costs").order)
    assert made != draw("B", "costs")
    assert repr(made) == "<Picture of A: costs>"
    assert repr(draw([8, "M"], name="\x1b")).isprintable()
    assert made.document() == plan("A").document()
    with pytest.raises(AttributeError):
        made.svg = ""
    with pytest.raises(ConfigError, match=r"unknown picture format '\.gif'"):
        made.save(tmp_path / "a.gif")
    with pytest.raises(ConfigError, match="--style applies only to pictures"):
        made.save(tmp_path / "a.html")
    assert not list(tmp_path.iterdir())


def test_a_recorded_network_is_drawn() -> None:
    drawn = draw(observed([64, "pool"]))
    assert "layers in the order in which they ran" in drawn.svg
    assert ">pool<" in draw(observed([64, "pool"]), "growth").svg


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: draw("A", "x"), "unknown style 'x'"),
        (lambda: draw("A", colour="red"), "unknown option 'colour'"),
        (lambda: trace(plan("A"), bias=False), "a Plan has its options; pass bias to plan"),
        (lambda: draw(plan("A"), bias=False), "a Plan has its options; pass bias to plan"),
    ],
)
def test_what_cannot_be_shown(ask, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ask()


def test_the_names_are_functions_whatever_was_imported_before() -> None:
    program = (
        "import sys, vgginspect.drawing.svg, vgginspect.cli.draw, vgginspect as v; "
        "from vgginspect import draw; v.trace('A')._repr_html_(); "
        "assert draw is v.draw and draw('A').svg and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert isinstance(vgginspect.draw("8"), Picture)
    assert isinstance(vgginspect.trace("8"), Walk)
