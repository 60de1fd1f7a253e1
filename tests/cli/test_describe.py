"""The description of the command line has every command and parameter, once or for all."""

import pytest

from vgginspect.cfg.options import OPTIONS
from vgginspect.cli.app import COMMANDS
from vgginspect.cli.describe import SHARED_BY, Parameter, describe, root_context


@pytest.fixture(scope="module")
def application():
    return describe(root_context())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("CONFIG", "CONFIG"),
        ("-o, --output FILE", "--output"),
        ("--bias / --no-bias", "--bias"),
        ("--by token|stage", "--by"),
    ],
)
def test_a_parameter_is_called_by_its_long_name(written, name):
    assert Parameter(written, "").name == name


def test_every_command_is_described_in_order(application):
    assert [command.name for command in application.commands] == list(COMMANDS)
    assert application.summary == "Show how a VGG network is built, token by token."
    assert {option.name for option in application.options} >= {"--version", "--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_nothing_that_is_not_described(name, application, cli):
    (command,) = (each for each in application.commands if each.name == name)
    shown = cli(name, "--help").out
    said = " ".join(shown.split())
    assert f"Usage: vgginspect {name} {command.usage}" in said
    for parameter in (*command.own, *command.shared):
        assert parameter.written in said
        assert " ".join(parameter.help.split(" [")[0].split()) in said
    options = [line for line in shown.splitlines() if line.startswith("  -")]
    assert len(options) == sum("--" in each.written for each in (*command.own, *command.shared))


def test_what_many_commands_share_is_described_once(application):
    users = [set(command.shared) for command in application.commands]
    for parameter in application.shared:
        assert sum(parameter in each for each in users) >= SHARED_BY
    for command in application.commands:
        assert not set(command.own) & set(application.shared)
    assert {f"--{option.names[0]}" for option in OPTIONS} < {
        each.name for each in application.shared
    }


def test_defaults_and_duties_are_said(application):
    by_name = {each.name: each for command in application.commands for each in command.own}
    assert by_name["--by"].help.endswith("[default: token]")
    assert by_name["FILE"].help.endswith("[required]")
    assert not by_name["--cumulative"].help.endswith("]")
