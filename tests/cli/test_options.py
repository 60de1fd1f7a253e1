import pytest

from vgginspect.cli.app import COMMANDS
from vgginspect.cli.describe import describe, root_context
from vgginspect.cli.output import ReportOptions

REPORTS = {"trace", "summary", "layer", "compare", "configs", "memory", "verify"}
REPORTS |= {"weights", "identify"}


def options(name):
    root = root_context()
    parameters = root.command.get_command(root, name).params
    return [each.opts[0] for each in parameters if each.opts[0].startswith("--")]


@pytest.mark.parametrize("name", COMMANDS)
def test_what_prints_a_report_has_the_options_of_every_report_in_one_order(name):
    found = [option for option in options(name) if option[2:] in ReportOptions._fields]
    if name in REPORTS:
        assert found == ["--format", "--output", "--columns", "--get", "--lang"]
    else:
        assert len(found) < len(ReportOptions._fields)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("trace", "--format --output --columns --only --explain --get --lang"),
        ("summary", "--format --output --columns --only --explain --get --lines --on-error --lang"),
    ],
)
def test_what_only_some_reports_have_stands_among_them(name, order):
    assert order in " ".join(options(name))


def test_they_are_described_once_for_all():
    shared = {parameter.name for parameter in describe(root_context()).shared}
    assert {f"--{field}" for field in ReportOptions._fields} <= shared


@pytest.mark.parametrize(
    ("short", "full"),
    [
        (["--bn"], ["--batch-norm"]),
        (["--bn", "--no-bn"], ["--no-batch-norm"]),
        (["--input", "32"], ["--input-size", "32"]),
        (["--classes", "10"], ["--num-classes", "10"]),
    ],
)
def test_options_have_the_short_names_that_follow_a_plus(short, full, cli):
    short, full = (cli("summary", "D", "--format", "json", *options) for options in (short, full))
    assert short == full
    assert short.code == 0


def test_get_can_be_repeated(cli):
    paths = ["--get", "totals.depth", "--get", "config.name", "--get", "totals.depth"]
    assert cli("summary", "D", *paths) == (0, "16\nD\n16\n", "")
    result = cli("summary", "D", "--get", "totals.depth", "--get", "nothing")
    assert (result.code, result.out) == (2, "")
