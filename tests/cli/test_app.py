import importlib.metadata
import platform
import subprocess
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import pytest

import vgginspect
from vgginspect.cfg.options import OPTIONS
from vgginspect.cli.app import COMMANDS
from vgginspect.cli.options import model_options


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_the_help_lists_every_command(flag, cli):
    result = cli(flag)
    assert (result.code, result.err) == (0, "")
    listed = [
        line.split()[0]
        for line in result.out.partition("Commands:")[2].splitlines()[1:]
        if line.startswith("  ") and line[2:3].strip()
    ]
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version_and_those_of_what_it_runs_on(flag, cli):
    result = cli(flag)
    assert (result.code, result.err) == (0, "")
    own, others = result.out.splitlines()
    assert own == f"vgginspect {vgginspect.__version__}"
    names = ("torch", "torchvision", "typer", "rich")
    expected = [f"Python {platform.python_version()}", *(f"{n} {version(n)}" for n in names)]
    assert others == ", ".join(expected)


def test_the_version_of_what_is_not_installed(cli, monkeypatch):
    found = importlib.metadata.version

    def without_torch(name):
        if name == "torch":
            raise PackageNotFoundError(name)
        return found(name)

    monkeypatch.setattr(importlib.metadata, "version", without_torch)
    assert ", torch not installed, torchvision " in cli("--version").out


def test_no_arguments_are_a_question_for_help(cli):
    result = cli()
    assert result.code in (0, 2)
    assert "Usage: vgginspect" in result.out + result.err


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_its_module_and_its_help(name, cli):
    function = import_module(COMMANDS[name]).command
    assert function.__doc__
    result = cli(name, "--help")
    assert (result.code, result.err) == (0, "")
    assert f"Usage: vgginspect {name}" in result.out
    first = function.__doc__.strip().splitlines()[0]
    assert " ".join(first.split()) in " ".join(result.out.split())


@pytest.mark.parametrize("name", ["summary", "trace"])
def test_a_command_takes_every_option_of_the_model(name, cli):
    text = cli(name, "--help").out
    for option in OPTIONS:
        assert f"--{option.names[0]}" in text
        assert not option.negative or f"--{option.negative}" in text
    for default in ("3x224x224", "1000", "4096,4096", "[default: 7]", "0.5"):
        assert default in text


def test_the_options_of_the_model_stand_in_for_a_commands_keywords():
    @model_options
    def command(config: str, **model: object) -> None:
        """A command."""

    assert set(command.__annotations__) >= {option.field for option in OPTIONS}
    assert "model" not in command.__annotations__


def test_python_m_is_the_same_program():
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect", "summary", "D", "--get", "totals.params"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "138357544\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_the_commands(shell):
    variables = {"_VGGINSPECT_COMPLETE": f"complete_{shell}", "PATH": ""}
    if shell == "bash":
        variables |= {"COMP_WORDS": "vgginspect su", "COMP_CWORD": "1"}
    else:
        variables |= {
            "_TYPER_COMPLETE_ARGS": "vgginspect su",
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        }
    import os

    done = subprocess.run(
        [sys.executable, "-m", "vgginspect"],
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
    )
    assert "summary" in done.stdout
    assert "trace" not in done.stdout
    assert done.stderr == ""
