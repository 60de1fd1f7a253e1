import re

import pytest

from vgginspect.cli.app import COMMANDS
from vgginspect.cli.describe import describe, root_context
from vgginspect.text.width import cell_width

HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("name", ["", *COMMANDS])
@pytest.mark.parametrize("width", ["60", "80", "200"])
def test_help_is_in_korean_and_has_every_option(name, width, cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setenv("VGGINSPECT_LANG", "ko")
    result = cli(*filter(None, [name]), "--help")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"사용법: vgginspect {name}".rstrip())
    assert max(map(cell_width, result.out.splitlines())) <= max(int(width) - 2, 48)
    assert not re.search(r"Usage|Options|Arguments|Commands|default|required\b", result.out)
    application = describe(root_context())
    (options,) = (
        [(*each.own, *each.shared) for each in application.commands if each.name == name]
        if name
        else [application.options]
    )
    for option in options:
        assert re.search(rf"(?m)^  {re.escape(option.written)}(?:  |$)", result.out)
    if not name:
        listed = result.out.partition("명령:\n")[2].splitlines()
        assert [line.split()[0] for line in listed if line[2:3].strip()] == [*COMMANDS]


@pytest.mark.parametrize(
    ("args", "environment"),
    [
        (["summary", "--help"], {"VGGINSPECT_LANG": "ko"}),
        (["summary", "--help"], {"LANG": "ko_KR.UTF-8"}),
        (["summary", "--lang", "ko", "-h"], {}),
        (["--lang", "ko", "summary", "--help"], {}),
        (["--lang=ko", "--help"], {}),
        ([], {"LANG": "ko_KR.UTF-8"}),
    ],
)
def test_the_language_of_help_is_that_of_the_explanations(args, environment, cli, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = cli(*args)
    assert HANGUL.search(result.out or result.err)


def test_help_in_english_is_typers(cli, monkeypatch):
    monkeypatch.setenv("VGGINSPECT_LANG", "ko")
    assert cli("summary", "--help", "--lang", "en").out.startswith("Usage: vgginspect summary")


def test_the_language_can_come_before_the_command(cli):
    after = cli("summary", "8,M", "--lang", "ko")
    assert cli("--lang", "ko", "summary", "8,M") == after
    assert cli("--lang", "en", "summary", "8,M", "--lang", "ko") == after
    refused = cli("--lang", "xx", "code", "8,M")
    assert (refused.code, refused.out) == (2, "")
    assert "unknown language 'xx'" in refused.err
