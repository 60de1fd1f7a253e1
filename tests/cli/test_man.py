"""The manual page has the ``--help`` texts, and man(1) shows it without warnings."""

import os
import re
import shutil
import subprocess

import pytest
import typer

from vgginspect.cfg.options import OPTIONS
from vgginspect.cli import roff
from vgginspect.cli.app import COMMANDS, app
from vgginspect.cli.man import EXAMPLES, page


@pytest.fixture(scope="module")
def root():
    return typer.main.get_command(app).make_context("vgginspect", [], resilient_parsing=True)


@pytest.fixture(scope="module")
def roff_text(root):
    return "".join(page(root))


def shown(text, tmp_path, *options, program="man"):
    """The page as man(1) shows it, in one long line for each paragraph, and its complaints."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    path = tmp_path / "vgginspect.1"
    path.write_text(text, encoding="utf-8")
    environment = {**os.environ, "MANWIDTH": "5000", "LC_ALL": "C.UTF-8", "MANROFFOPT": "-c"}
    done = subprocess.run(
        [program, *options, str(path)], capture_output=True, text=True, env=environment, check=True
    )
    return re.sub(".\b", "", done.stdout), done.stderr


def test_the_page_has_every_command_and_every_option(root, roff_text, tmp_path):
    text, _ = shown(roff_text, tmp_path, "-l")
    plain = " ".join(text.split())
    group = root.command
    for name in COMMANDS:
        command = group.get_command(root, name)
        ctx = command.make_context(name, [], parent=root, resilient_parsing=True)
        assert f"vgginspect {name} " in plain
        assert " ".join(command.help.split()) in plain
        for parameter in command.get_params(ctx):
            names, said = parameter.get_help_record(ctx)
            assert names.partition(" <")[0] in plain
            assert " ".join(said.split()) in plain
    for option in OPTIONS:
        assert f"--{option.names[0]}" in plain
    for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES"):
        assert f"\n{heading}\n" in text


def test_man_has_nothing_to_complain_of(roff_text, tmp_path):
    assert shown(roff_text, tmp_path, "--warnings=w", "-l")[1] == ""


def test_mandoc_has_nothing_to_complain_of(roff_text, tmp_path):
    assert shown(roff_text, tmp_path, "-W", "error", program="mandoc")[1] == ""


def test_the_page_is_plain_ascii_and_whatis_can_read_it(roff_text):
    assert roff_text.isascii()
    assert "\n.SH NAME\nvgginspect \\- show how a VGG network is built" in roff_text


@pytest.mark.parametrize(
    "text",
    [
        ".not a request",
        "'nor this",
        "back\\slash",
        "--option",
        "…×→ é",
        "a^b~c`d",
        "quotes \"double\" and 'single'",
        "conv1_1\\n.SH",
    ],
)
def test_text_comes_out_as_it_is(text, tmp_path):
    lines = [*roff.title("test", 1, "test"), roff.section("NAME"), *roff.paragraphs(f"| {text} |")]
    lines += roff.literal([text])
    out, complaints = shown("".join(lines), tmp_path, "--warnings=w", "-l")
    assert f"| {text} |" in out
    assert re.search(rf"^ +{re.escape(text)}$", out, re.MULTILINE)
    assert complaints == ""


def test_the_command_prints_the_page(cli, roff_text, tmp_path):
    assert cli("man") == (0, roff_text, "")
    target = tmp_path / "vgginspect.1"
    assert cli("man", "-o", str(target)) == (0, "", "")
    assert target.read_text() == roff_text


@pytest.mark.parametrize("example", [how for _, how in EXAMPLES])
def test_every_example_runs(example, cli):
    *pipe, own = example.split(" | ")
    stdin = pipe[0].removeprefix("echo ") if pipe else ""
    result = cli(*own.split()[1:], stdin=stdin)
    assert (result.code, result.err) == (0, "")
    assert result.out
