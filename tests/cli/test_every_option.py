"""Each option of each command in each format: it acts, is refused, or is listed here with why."""

from collections.abc import Callable, Iterator

import pytest
import torch

from vgginspect import build
from vgginspect.cfg.options import OPTIONS
from vgginspect.cli.describe import describe, root_context
from vgginspect.render import FORMATS

#: Command -> arguments for which every option has an effect.
ARGUMENTS = {
    "trace": ["64,M,8"],
    "summary": ["64,M,8"],
    "layer": ["64,M,8", "fc6"],
    "compare": ["64,M,8", "64,M,16"],
    "configs": [],
    "identify": ["x.pth"],
    "weights": ["8,M", "x.pth"],
    "memory": ["64,M,8"],
    "verify": ["8,M", "--features-only", "--input-size", "8"],
}
#: Option -> its value; a dict has one for each command.
VALUES: dict[str, list[str] | dict[str, str]] = {
    "--by": ["stage"],
    "--code": [],
    "--columns": {
        "trace": "token",
        "summary": "name",
        "layer": "name",
        "compare": "figure",
        "configs": "config",
        "identify": "certainty",
        "weights": "status",
        "memory": "part",
        "verify": "against",
    },
    "--against": ["code"],
    "--cumulative": [],
    "--exit-code": [],
    "--explain": [],
    "--forward": [],
    "--memory": [],
    "--get": ["schema"],
    "--lang": ["ko"],
    "--name": ["x"],
    "--on-error": ["skip"],
    "--only": {"summary": "conv", "trace": "conv", "weights": "loads"},
    "--paper": [],
    "--quiz": [],
    "--steps": ["1-2"],
    "--summary": [],
    "--table": [],
    "--trace": [],
    "--walk": [],
    "--timeout": ["5"],
    "--batch-size": ["2"],
    "--dtype": ["float16"],
    "--optimizer": ["sgd"],
    "--device": ["cpu"],
    "--fits": ["1GB"],
    "--freeze": ["features"],
    "--checkpoint-every": ["stage"],
}
#: Options that set where or how the command runs; tests of their own ask for each.
ELSEWHERE = {"--format", "--output", "--help", "--lines", "--step", "--builder"}
DATA = ("json", "jsonl", "csv", "tsv")
#: Commands whose data has sentences.
SPOKEN = ("identify", "weights")
#: Documented: data has no language, but for reasons, which are sentences; rows of CSV
#: have no labels; the steps are CSV's rows anyway.
SILENT = (
    {(command, "--lang", name) for command in ARGUMENTS if command not in SPOKEN for name in DATA}
    | {("compare", "--name", name) for name in ("jsonl", "csv", "tsv")}
    | {("trace", "--walk", name) for name in ("csv", "tsv")}
)
MODEL = {f"--{option.names[0]}" for option in OPTIONS}


def options(command: str) -> Iterator[str]:
    (described,) = (each for each in describe(root_context()).commands if each.name == command)
    for parameter in (*described.own, *described.shared):
        names = [word for word in parameter.name.replace(",", " ").split() if word[:2] == "--"]
        if names:
            yield names[0]


CELLS = [
    (command, option, name)
    for command in ARGUMENTS
    for option in options(command)
    if option not in ELSEWHERE | MODEL
    for name in FORMATS
]


@pytest.fixture
def checkpoint(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    torch.save(build("8,M", hidden=(), num_classes=2).state_dict(), "x.pth")


def test_every_command_is_walked_through() -> None:
    here = {*ARGUMENTS}
    assert {
        each.name
        for each in describe(root_context()).commands
        if any(parameter.name.endswith("--format FORMAT") for parameter in each.shared)
        or any(parameter.name == "--format" for parameter in (*each.own, *each.shared))
    } <= here


@pytest.mark.parametrize(("command", "option", "name"), CELLS)
@pytest.mark.usefixtures("checkpoint")
def test_an_option_acts_or_is_refused(
    command: str,
    option: str,
    name: str,
    cli: Callable[..., tuple[int, str, str]],
) -> None:
    value = VALUES[option]
    given = [value[command]] if isinstance(value, dict) else value
    plain = cli(command, *ARGUMENTS[command], "--format", name)
    result = cli(command, *ARGUMENTS[command], "--format", name, option, *given)
    if (command, option, name) in SILENT:
        assert result == plain
    elif result[0] == 2:
        assert result[1] == ""
        assert option in result[2] or "--format" in result[2]
    else:
        assert result != plain


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.field)
@pytest.mark.parametrize("command", ["trace", "summary", "layer", "compare"])
def test_an_option_of_the_model_is_in_the_document(command, option, cli) -> None:  # type: ignore[no-untyped-def]
    values = {"input_shape": "64", "num_classes": "7", "hidden": "9", "avgpool": "3"}
    given = values | {"dropout": "0.25"}
    flag = f"--no-{option.names[0]}" if option.field == "bias" else f"--{option.names[0]}"
    more = [flag] if option.is_flag else [flag, given[option.field]]
    arguments = (
        ["8,M", "conv1_1"] if command == "layer" else ["8,M", "8"][: 1 + (command == "compare")]
    )
    plain = cli(command, *arguments, "--format", "json")
    assert plain[0] == 0
    assert cli(command, *arguments, "--format", "json", *more)[1] != plain[1]
