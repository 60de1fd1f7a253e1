import gc
import sys

import pytest

from vgginspect import __main__ as module
from vgginspect.cli import app, main, output, typer_internals
from vgginspect.errors import CheckError, ConfigError, OutputError


@pytest.fixture(autouse=True)
def collected():
    yield
    gc.enable()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigError("no\x1bsuch\nthing"), 2, "vgginspect: no\\x1bsuch\nthing\n"),
        (OutputError("no room"), 2, "vgginspect: no room\n"),
        (CheckError("not equal"), 1, "vgginspect: not equal\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_becomes_its_exit_code_and_message(error, code, said, monkeypatch, capsys):
    def fail(args):
        raise error

    monkeypatch.setattr(app, "run", fail)
    with pytest.raises(SystemExit) as ended:
        main(["summary", "A"])
    assert ended.value.code == code
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(("error", "code"), [(BrokenPipeError(), 0), (KeyboardInterrupt(), 130)])
def test_an_interrupted_command_ends_quietly(error, code, monkeypatch, capsys):
    from vgginspect.cli import configs

    def fail(*args):
        raise error

    monkeypatch.setattr(configs, "emit", fail)
    monkeypatch.setattr(typer_internals, "hush", lambda: None)
    with pytest.raises(SystemExit) as ended:
        main(["configs"])
    assert ended.value.code == code
    assert capsys.readouterr() == ("", "")


def test_a_mistake_of_our_own_is_not_hidden(monkeypatch):
    def fail(args):
        raise ZeroDivisionError

    monkeypatch.setattr(app, "run", fail)
    with pytest.raises(ZeroDivisionError):
        main([])


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_streams_that_are_closed(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, name, None)
    output.complain("to whom")
    output.hush()
    if name == "stdout":
        with pytest.raises(OutputError, match="standard output is closed"):
            output.write(["x"], None)


def test_python_m_runs_main():
    assert module.main is main
