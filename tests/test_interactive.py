"""What a Plan shows of itself in a REPL and in a notebook."""

import contextlib
import io
import os
import pty
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from vgginspect import plan
from vgginspect.interactive import MAX_LAYERS
from vgginspect.lang import words
from vgginspect.render.text import plain_lines
from vgginspect.views.summary import report
from vgginspect.width import cell_width


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("VGGINSPECT_LANG", "en")


@pytest.mark.parametrize("cfg", ["A", "vgg16_bn", "64,M", "D+features-only+input-size=1x32x40"])
def test_a_repl_shows_what_summary_prints(cfg):
    net = plan(cfg)
    assert repr(net) + "\n" == "".join(plain_lines(report(net, words("en"))))


def test_a_narrow_terminal_gets_a_narrow_table(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "60")
    rows = repr(plan("D")).splitlines()
    assert max(map(cell_width, rows)) <= 60
    assert any("60 columns are too few" in row for row in rows)
    monkeypatch.setattr(sys, "stdout", None)
    assert "too few" not in repr(plan("D"))


@pytest.mark.parametrize(("convolutions", "whole"), [(496, True), (497, False)])
def test_of_a_large_network_only_the_totals_are_shown(convolutions, whole):
    net = plan([8] * convolutions)
    assert (net.totals.layers <= MAX_LAYERS) == whole
    assert ("features.7 " in repr(net)) == whole
    assert len(ElementTree.fromstring(net._repr_html_()).findall("table")) == 1 + whole
    assert f"{net.totals.params:,}" in repr(net)
    assert f"{net.totals.params:,}" in net._repr_html_()


def test_a_language_that_is_not_there_is_no_reason_to_fail(monkeypatch):
    monkeypatch.setenv("VGGINSPECT_LANG", "xx")
    assert "parameters" in repr(plan("A"))
    assert "parameters" in plan("A")._repr_html_()
    monkeypatch.setenv("VGGINSPECT_LANG", "ko")
    assert words("ko")("column_params") in plan("A")._repr_html_()


def test_a_plan_in_a_sentence_is_short():
    assert f"{plan('A')}" == "<Plan A: 29 layers, 132,863,336 parameters>"
    assert str(plan("64", name="\x1b[2J")).isprintable()


def _read_to_end(leader):
    """All that is written to a pseudo-terminal until its last writer is gone."""
    shown = b""
    # Linux says with an error that nobody writes any more.
    with contextlib.suppress(OSError):
        while chunk := os.read(leader, 65536):
            shown += chunk
    return shown


def test_a_real_repl_shows_the_table():
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-i", "-q", "-c", "from vgginspect import plan"],
        stdin=subprocess.PIPE,
        stdout=follower,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "80", "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as repl:
        os.close(follower)
        assert repl.stdin
        repl.stdin.write(b"plan('A')\n")
        repl.stdin.close()
        shown = _read_to_end(leader)
    os.close(leader)
    assert repl.returncode == 0
    assert b"132,863,336" in shown
    assert b"80 columns are too few" in shown
