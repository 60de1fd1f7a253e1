import re

import pytest

from vgginspect.cfg.config import make_config
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.render.terminal import STYLES, colour_lines
from vgginspect.render.text import plain_lines
from vgginspect.views import summary, trace

CODES = re.compile(r"\x1b\[([\d;]*)m")


@pytest.mark.parametrize("view", [summary, trace])
@pytest.mark.parametrize("width", [None, 60, 100])
def test_colour_changes_nothing_but_colour(view, width):
    report = view.report(grow(make_config("A-LRN", batch_norm=True)), words("en"))
    coloured = list(colour_lines(report, width))
    plain = list(plain_lines(report, width))
    assert [CODES.sub("", row).rstrip() for row in coloured] == [row.rstrip() for row in plain]
    assert any("\x1b[" in row for row in coloured)
    for row in coloured:
        codes = CODES.findall(row)
        assert codes.count("0") * 2 == len(codes)
        assert row.replace("\x1b", "").rstrip("\n").isprintable()


def test_only_the_terminals_own_sixteen_colours_are_used():
    report = trace.report(grow(make_config("A")), words("en"))
    codes = {code for row in colour_lines(report, None) for code in CODES.findall(row)}
    numbers = {int(number) for code in codes for number in code.split(";")}
    assert numbers <= {0, 1, 2, *range(30, 38), *range(90, 98)}
    assert numbers & set(range(30, 38))


def test_what_is_new_is_marked():
    lines = list(colour_lines(trace.report(grow(make_config("64,M")), words("en")), None))
    conv = next(row for row in lines if "conv1_1" in row)
    green = [code for code in CODES.findall(conv) if "32" in code.split(";")]
    assert len(green) == 2
    assert STYLES["new"] == "green"


def test_the_colours_are_as_they_were(golden):
    plan = grow(make_config("8,M,LRN,conv1-16", hidden=(), batch_norm=True))
    golden("walk-small.ansi", "".join(colour_lines(trace.report(plan, words("en")), 100)))
