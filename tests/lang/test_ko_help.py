"""Korean ``--help``: nothing is missing, nothing left over, and the names in it are the same."""

import re
from collections.abc import Iterator

import pytest

from vgginspect.cli.describe import Parameter, describe, root_context
from vgginspect.cli.help import HelpTexts
from vgginspect.lang.ko_help import DEFAULTS, HEADINGS, HELP
from vgginspect.render import FORMATS
from vgginspect.report.columns import KINDS

HANGUL = re.compile("[가-힣]")
#: What is written the same in every language: options, names with signs, symbols, numbers.
NAME = re.compile(
    r"--[\w-]+|@FILE(?::NAME)?|[\w./:+-]*[./_+\d][\w./:+-]*\w|[A-Z]\w*[A-Z]\w*", re.ASCII
)
APPLICATION = describe(root_context())
TEXTS = HelpTexts("ko")


def parameters() -> Iterator[tuple[str, Parameter]]:
    yield from (("", parameter) for parameter in APPLICATION.options)
    for command in APPLICATION.commands:
        yield from ((command.name, each) for each in (*command.own, *command.shared))


PARAMETERS = list(parameters())


def names(text: str) -> set[str]:
    plain = re.sub(r"\[(?:default|기본값): .*?\]|\[(?:required|필수)\]", "", text)
    return {name.rstrip(".") for name in NAME.findall(plain)}


@pytest.mark.parametrize(("command", "parameter"), PARAMETERS, ids=str)
def test_every_parameter_is_in_korean_with_the_same_names(command, parameter):
    korean = TEXTS.of_parameter(command, parameter)
    assert HANGUL.search(korean)
    extra = {*FORMATS, *KINDS, "E"}
    assert names(parameter.help) <= names(korean) | extra
    assert names(korean) <= names(parameter.help) | extra | {"NETWORK", *parameter.written.split()}
    assert ("[default: " in parameter.help) == ("[기본값: " in korean)
    assert ("[required]" in parameter.help) == ("[필수]" in korean)


@pytest.mark.parametrize("command", APPLICATION.commands, ids=lambda command: command.name)
def test_every_command_is_in_korean_with_the_same_names(command):
    korean = TEXTS.of_command(command.name)
    assert HANGUL.search(korean)
    assert len(korean.split("\n\n")) == len(command.help.split("\n\n"))
    assert names(command.help) - {"CONFIG"} <= names(korean)


def test_nothing_is_left_over():
    used = {name for name, _ in PARAMETERS}
    for command, parameter in PARAMETERS:
        own = f"{command} {parameter.name}"
        used.add(own if own in HELP else parameter.name)
    assert used == set(HELP)
    defaults = {
        found for _, each in PARAMETERS for found in re.findall(r"\[default: (.*?)\]", each.help)
    }
    assert defaults >= set(DEFAULTS)
    assert all(map(HANGUL.search, (*DEFAULTS.values(), *HEADINGS.values())))
