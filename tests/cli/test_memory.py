import json

import pytest


@pytest.mark.parametrize(
    ("args", "out"),
    [
        (["D", "--device", "cpu", "--get", "training.saved_bytes"], "72753152\n"),
        (["D", "--fits", "16GB", "--get", "largest_batch"], "187\n"),
        (["D", "--fits", "1MB", "--get", "largest_batch"], "null\n"),
        (["-", "--batch-size", "2", "--get", "inference.input_bytes"], "1204224\n"),
        (
            ["D", "--batch-size", "1,8", "-f", "csv", "--columns", "batch_size"],
            "batch_size\n1\n8\n",
        ),
        (["8", "--optimizer", "none", "--get", "training.optimizer_bytes"], "0\n"),
        (["8", "--checkpoint-every", "stage", "--get", "checkpoint_every"], "stage\n"),
        (["8", "--freeze", "features", "--dtype", "amp", "--get", "freeze"], "features\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "out",
)
def test_memory_is_told(args, out, cli):
    result = cli("memory", *args, stdin="8,M")
    assert (result.code, result.err, result.out) == (0, "", out)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--batch-size", "0"], "--batch-size must be a whole number from 1"),
        (["--batch-size", "a"], "--batch-size must be whole numbers"),
        (["--fits", "much"], "--fits must be an amount of memory"),
        (["--dtype", "int8"], "--dtype must be one of"),
        (["--freeze", "features", "--features-only"], "nothing to train"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "message",
)
def test_wrong_usage(args, message, cli):
    result = cli("memory", "D", *args)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_json_has_every_layer(cli):
    document = json.loads(cli("memory", "D", "-f", "json").out)
    assert sum(row["saved_bytes"] for row in document["layers"]) == 72_728_576
