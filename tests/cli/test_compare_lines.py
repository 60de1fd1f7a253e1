import json

import pytest

LINES = "# a comment\nvgg16\n\nD+bn\nC\n"


def test_each_line_is_a_row(cli):
    done = cli("compare", "D", "-", "--lines", "--columns", "line,config,same,params_difference",
               "--format", "csv", stdin=LINES)  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "line,config,same,params_difference",
        "2,vgg16,true,0",
        "4,D+bn,false,8448",
        "5,C,false,-4718592",
    ]


def test_without_another_the_first_line_is_compared_with(cli, tmp_path):
    (tmp_path / "lines").write_text(LINES)
    done = cli("compare", f"@{tmp_path}/lines", "--lines", "--format", "json")
    document = json.loads(done.out)
    assert document["first"] == "vgg16"
    assert [row["params_difference"] for row in document["configs"]] == [8448, -4718592]


def test_options_are_those_of_all(cli):
    done = cli("compare", "D", "-", "--lines", "--bn", "--format", "jsonl", stdin=LINES)
    assert [json.loads(row)["same"] for row in done.out.splitlines()] == [True, True, False]


@pytest.mark.parametrize(("lines", "code"), [("vgg16\nD\n", 0), (LINES, 1), ("", 0)])
def test_the_exit_code_says_whether_all_are_the_same(lines, code, cli):
    assert cli("compare", "D", "-", "--lines", "--exit-code", stdin=lines).code == code
    assert cli("compare", "D", "-", "--lines", stdin=lines).code == 0


def test_a_line_can_be_a_network_in_python(cli, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from torch import nn\n"
        "def net():\n"
        "    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))\n"
    )
    lines = f"{tmp_path}/mine.py:net+input-size=32\n8,A\n"
    done = cli("compare", "8,M+features-only+input-size=32", "-", "--lines", "--format", "csv",
               "--columns", "same,params", stdin=lines)  # fmt: skip
    assert done.out == "same,params\ntrue,224\nfalse,22488264\n"


def test_bad_lines_end_the_run_or_are_skipped(cli):
    lines = "X,9\nD\nX,9\nE\n"
    stopped = cli("compare", "D", "-", "--lines", stdin=lines)
    assert stopped.code == 2
    assert "vgginspect: line 1: token 1, X: not a token" in stopped.err
    skipped = cli("compare", "-", "--lines", "--on-error", "skip", "--format", "csv", "--columns",
                  "config,same", stdin=lines)  # fmt: skip
    assert (skipped.code, skipped.out) == (1, "config,same\nE,false\n")
    assert skipped.err.endswith("vgginspect: 2 invalid lines skipped\n")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["D", "E", "-"], "--lines needs one NETWORK to compare with, then - or @FILE"),
        (["D", "E"], "--lines needs - (standard input) or @FILE as NETWORK"),
        (["-"], "--lines found no NETWORK, so nothing was compared"),
        (["D", "-", "--get", "same"], "--get cannot be combined with --lines; use --columns"),
        (["D", "-", "--name", "x"], "--name cannot be combined with --lines"),
        (["D", "-", "--columns", "x"], "unknown column 'x'"),
    ],
)
def test_what_makes_no_sense_is_refused(args, said, cli):
    done = cli("compare", *args, "--lines")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"vgginspect: {said}")
