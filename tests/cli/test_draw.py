from pathlib import Path

import pytest

from vgginspect import plan
from vgginspect.analysis.memory import memory
from vgginspect.analysis.memory_settings import Settings
from vgginspect.drawing import Order, draw
from vgginspect.lang import words

EN = words("en")


@pytest.mark.parametrize(
    ("args", "order"),
    [
        ([], Order(EN)),
        (["--style", "growth"], Order(EN, style="growth")),
        (["--style", "costs", "--theme", "dark"], Order(EN, style="costs", theme="dark")),
        (
            ["--style", "memory", "--optimizer", "sgd"],
            Order(EN, style="memory", memory=memory(plan("A+bn"), Settings(optimizer="sgd"))),
        ),
        (["--title", "<Ours>"], Order(EN, title="<Ours>")),
        (["--lang", "ko"], Order(words("ko"))),
    ],
)
def test_it_writes_the_picture_and_says_nothing(args, order, cli, tmp_path):
    file = tmp_path / "A.svg"
    assert cli("draw", "A", "--batch-norm", "-o", str(file), *args) == (0, "", "")
    assert file.read_bytes() == draw(plan("A+bn"), order)


def test_the_suffix_may_be_in_capitals(cli, tmp_path):
    assert cli("draw", "A", "-o", str(tmp_path / "A.SVG")).code == 0
    assert (tmp_path / "A.SVG").read_bytes() == draw(plan("A"), Order(EN))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["A", "-o", "A.gif"], "unknown picture format '.gif'"),
        (["A", "-o", "A"], "'A' has no suffix; the suffix sets the format"),
        (["A", "-o", "-"], "'-' has no suffix"),
        (["A", "-o", "A.svg", "--style", "x"], "unknown style 'x'"),
        (["A", "-o", "A.html", "--style", "growth"], "--style applies only to pictures"),
        (["A", "-o", "A.svg", "--theme", "x"], "unknown theme 'x'"),
        (["A", "-o", "A.svg", "--lang", "xx"], "unknown language 'xx'"),
        (["A"], "--output"),
        (["A+input-size=8", "-o", "A.svg"], "pool4"),
        ([",".join(["8"] * 401), "-o", "A.svg"], "at most 400 tokens"),
        (
            ["A", "-o", "A.svg", "--dtype", "amp"],
            "--dtype applies only to pictures in the style mem",
        ),
        (["A", "-o", "A.svg", "--style", "memory", "--dtype", "x"], "--dtype must be one of"),
        (
            ["A", "-o", "A.svg", "--style", "memory", "--batch-size", "8,32"],
            "a picture is of one batch size",
        ),
        (["A", "-o", "nowhere/A.svg"], "cannot write nowhere/A.svg"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(args, message, cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = cli("draw", *args)
    assert result.code == 2
    assert message in result.err
    assert not result.out
    assert not list(Path().iterdir())
