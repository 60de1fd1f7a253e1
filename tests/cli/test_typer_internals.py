"""Values go past Typer's conversion with the Typer installed here, and need not where they cannot.

If one of the first tests fails, a new Typer works differently inside: every command still runs,
but waits for a validation library again.
"""

import subprocess
import sys

import pytest
import typer
from typer.core import TyperArgument, TyperOption

from vgginspect.cli import typer_internals
from vgginspect.cli.app import COMMANDS, app
from vgginspect.cli.describe import root_context
from vgginspect.cli.typer_internals import take_as_is

LINE = ["summary", "D", "--batch-norm", "--input-size", "96", "--format", "csv"]


class ConvertedError(Exception):
    """Typer has converted a value."""


def convert(self, ctx, value):
    raise ConvertedError(self.name)


@pytest.fixture
def converting(monkeypatch):
    for kind in (TyperArgument, TyperOption):
        monkeypatch.setattr(kind, "process_value", convert, raising=False)


@pytest.mark.usefixtures("converting")
def test_a_plain_typer_application_converts_its_values():
    plain = typer.Typer(add_completion=False)
    plain.command()(lambda text="": None)
    with pytest.raises(ConvertedError):
        typer.main.get_command(plain)([], standalone_mode=False)


@pytest.mark.usefixtures("converting")
@pytest.mark.parametrize("args", [LINE, ["compare", "D", "E"], ["layer", "D", "fc6"]])
def test_no_value_of_ours_is_converted(args, capsys):
    typer.main.get_command(app)(args, standalone_mode=False)
    assert capsys.readouterr().out


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_every_parameter_is_taken_as_it_was_typed(name):
    root = root_context()
    command = root.command if name is None else root.command.get_command(root, name)
    parameters = command.get_params(root)
    assert parameters
    assert all("process_value" in vars(parameter) for parameter in parameters)


def test_no_command_loads_a_validation_library():
    program = (
        "import sys\nfrom vgginspect.cli import main\n"
        "try: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *LINE], capture_output=True, text=True)
    assert done.returncode == 0
    assert "typer" in done.stderr.split()
    assert "pydantic" not in done.stderr.split()


def test_a_parameter_of_another_make_is_left_to_typer():
    class Other:
        param_type_name = "option"

    other = Other()
    assert take_as_is([other]) == [other]
    assert not vars(other)


@pytest.fixture
def other_internals(monkeypatch):
    monkeypatch.setattr(typer_internals, "_NEEDED", ("something", "else"))


@pytest.mark.usefixtures("converting", "other_internals")
def test_where_typer_works_differently_inside_it_goes_its_own_way():
    with pytest.raises(ConvertedError):
        typer.main.get_command(app)(LINE, standalone_mode=False)


@pytest.mark.parametrize(
    "args",
    [
        LINE,
        ["trace", "8,M", "--by", "stage", "--no-batch-norm"],
        ["compare", "D", "E"],
        ["layer", "D", "fc6", "fc7", "--format", "jsonl"],
        ["summary"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_typers_own_way_gives_the_same(args, cli, request):
    usual = cli(*args)
    request.getfixturevalue("other_internals")
    assert cli(*args) == usual


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ["summary"],
            "missing argument 'NETWORK'\n  vgginspect summary --help explains the usage\n",
        ),
        (
            ["summary", "D", "--colums", "x"],
            "no option --colums; did you mean --columns?\n"
            "  vgginspect summary --help explains the usage\n",
        ),
        (["trace", "A", "--\x1bogus"], "no option --\\x1bogus\n"),
        (["summary", "D", "--format"], "option '--format' requires an argument\n"),
        (["summary", "D", "--bn=3"], "option '--bn' does not take a value\n"),
        (["--nothing"], "no option --nothing"),
    ],
)
def test_a_wrong_usage_is_reported_as_every_other_error(args, said, cli):
    result = cli(*args)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"vgginspect: {said}")
