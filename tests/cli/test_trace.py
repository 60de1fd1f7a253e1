import csv
import io
import json

import pytest

from vgginspect import plan
from vgginspect.network.stages import by_stage
from vgginspect.report.json_document import document


def test_the_walk_as_json_is_the_whole_document(cli):
    result = cli("trace", "A-LRN", "--batch-norm", "--format", "json")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == document(plan("A-LRN", batch_norm=True))


def test_the_walk_as_csv_has_a_row_for_each_token(cli):
    rows = list(csv.DictReader(io.StringIO(cli("trace", "A", "--format", "csv").out)))
    tokens = " ".join(row["token"] for row in rows)
    assert tokens == "64 M 128 M 256 256 M 512 512 M 512 512 M"
    assert rows[0]["appended"] == "features.0 features.1"
    assert rows[-1]["output_shape"] == "512x7x7"


def test_by_stage(cli):
    rows = list(csv.DictReader(io.StringIO(cli("trace", "A", "--by", "stage", "-f", "csv").out)))
    assert [row["token"] for row in rows] == ["64 M", "128 M"] + ["256 256 M"] + ["512 512 M"] * 2
    steps = json.loads(cli("trace", "A", "--by", "stage", "--format", "json").out)["steps"]
    assert [step["token"] for step in steps] == [step.token for step in by_stage(plan("A").steps)]
    text = cli("trace", "A", "--by", "stage").out
    assert text.count("\nstep ") == 5
    assert "stage 3: its convolutions, then its pool" in text


def test_each_step_has_its_block(cli):
    out = cli("trace", "A").out
    assert (
        "step 5  256  number: append Conv2d and ReLU, then in_channels = 256\n"
        "  + [6]  conv3_1 Conv2d(128, 256, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))\n"
        "  + [7]  relu3_1 ReLU(inplace=True)\n"
        "    in_channels 128 → 256 · layers 6 → 8 · shape 128×56×56 → 256×56×56\n"
    ) in out
    assert "8 convolutions + 3 fully connected = 11 weight layers → VGG11" in out
    assert out.count("\nstep ") == 13


def test_cumulative_shows_the_list_as_it_grows(cli):
    blocks = cli("trace", "64,M,128", "--cumulative", "--features-only").out.split("\n\n")[1:4]
    old = [[line for line in block.splitlines() if line.startswith("    [")] for block in blocks]
    new = [[line for line in block.splitlines() if line.startswith("  + [")] for block in blocks]
    assert [len(lines) for lines in old] == [0, 2, 3]
    assert [len(lines) for lines in new] == [2, 1, 2]
    for before, added, after in zip(old, new, old[1:], strict=False):
        assert [line[4:] for line in before + added] == [line[4:] for line in after]


@pytest.mark.parametrize(
    ("args", "depth"),
    [
        (["A"], "8 convolutions + 3 fully connected = 11 weight layers → VGG11"),
        (["C"], "13 convolutions + 3 fully connected = 16 weight layers → VGG16"),
        (["vgg19_bn"], "16 convolutions + 3 fully connected = 19 weight layers → VGG19"),
        (["A", "--hidden", "none"], "8 convolutions + 1 fully connected = 9 weight layers\n"),
        (["A", "--features-only"], "8 convolutions, no classifier\n"),
        (["64"], "1 convolution + 3 fully connected = 4 weight layers\n"),
    ],
    ids=" ".join,
)
def test_the_depth_arithmetic(args, depth, cli):
    assert f"depth  {depth}" in cli("trace", *args).out


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("64", "number: append Conv2d and ReLU, then in_channels = 64"),
        ("conv1-8", "convolution: append Conv2d and ReLU, then in_channels = 8"),
        ("M", "max pool: append MaxPool2d; in_channels stays 8"),
        ("C", "max pool: append MaxPool2d; in_channels stays 8"),
        ("A", "average pool: append AvgPool2d; in_channels stays 8"),
        ("LRN", "LRN: append LocalResponseNorm; in_channels stays 8"),
    ],
)
def test_the_branch_and_why_it_is_taken(token, why, cli):
    assert why in cli("trace", f"8,{token}").out


def test_only_the_chosen_columns(cli):
    result = cli("trace", "A", "--columns", "token,layers_after", "--format", "tsv")
    assert result.out.splitlines()[:3] == ["token\tlayers_after", "64\t2", "M\t3"]
    text = cli("trace", "A", "--columns", "token").out
    assert "features.0" not in text.partition("depth")[2]


def test_get_a_step(cli):
    assert cli("trace", "D", "--get", "steps.17.output_shape").out == "[512, 7, 7]\n"
    assert cli("trace", "D", "--by", "stage", "--get", "steps.0.token").out == '[64, 64, "M"]\n'


def test_some_steps_alone(cli):
    whole = cli("trace", "A").out.split("\n\n")
    some = cli("trace", "A", "--steps", "2-3").out.rstrip("\n").split("\n\n")
    assert some == [whole[0], *whole[2:4]]
    assert cli("trace", "A", "--steps", "3").out.rstrip("\n").split("\n\n") == [whole[0], whole[3]]


def test_some_steps_with_the_list_before_them(cli):
    whole = cli("trace", "A", "--cumulative").out.split("\n\n")
    some = cli("trace", "A", "--cumulative", "--steps", "7-9").out.rstrip("\n").split("\n\n")
    assert some == [whole[0], *whole[7:10]]


def test_some_steps_for_programs(cli):
    found = json.loads(cli("trace", "A", "--steps", "4-6", "--format", "json").out)
    assert [step["step"] for step in found["steps"]] == [4, 5, 6]
    assert len(found["layers"]) == 29
    rows = cli("trace", "A", "--steps", "4-6", "--format", "csv", "--columns", "step").out
    assert rows.split() == ["step", "4", "5", "6"]
    stages = cli("trace", "A", "--by", "stage", "--steps", "5", "-f", "jsonl").out.splitlines()
    assert [json.loads(line)["stage"] for line in stages] == [5]


def test_the_walk_and_the_tables_alone(cli):
    whole = cli("trace", "A").out
    walk, table = cli("trace", "A", "--walk").out, cli("trace", "A", "--table").out
    assert whole.startswith(walk)
    heading = "\n".join(whole.splitlines()[:2]) + "\n"
    assert heading + whole[len(walk) :] == table
    assert "### Steps" in cli("trace", "A", "--walk", "-f", "markdown").out
    assert "### Steps" not in cli("trace", "A", "--table", "-f", "markdown").out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--steps", "x"], "--steps takes a number or a range, such as 1-4, not 'x'"),
        (["--steps", "4-"], "not '4-'"),
        (["--steps", "0-3"], "0-3 holds no step; steps count from 1"),
        (["--steps", "4-3"], "4-3 holds no step"),
        (["--steps", "1-99"], "there is no step 99; there are 13 steps"),
        (["--steps", "1" * 30], "--steps takes a number"),
        (["--table", "--walk"], "--table cannot be combined with --walk"),
        (["--table", "--steps", "3"], "--table cannot be combined with --steps"),
        (["--table", "--explain"], "--table cannot be combined with --explain"),
        (["--walk", "--explain"], "--explain cannot be combined with --walk"),
        (["--step", "--walk"], "--step cannot be combined with --walk"),
    ],
)
def test_parts_that_do_not_exist(args, message, cli):
    done = cli("trace", "A", *args)
    assert done.code == 2
    assert message in done.err
    assert not done.out
