import json
import subprocess
import sys

import pytest

from vgginspect import __main__ as module
from vgginspect.cli import app, main, output, typer_internals
from vgginspect.errors import CheckError, ConfigError, OutputError


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


PROGRAM = """
import faulthandler, gc, json, os, signal, sys
from vgginspect.cli import app, main

def host():
    return (gc.isenabled(), gc.get_freeze_count() > 0, faulthandler.is_enabled(),
            [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)])

def fail(error):
    def run(args):
        raise error
    return run

before, run = HOST, app.run
ends = [["--version"], ["--help"], ["summary", "8"], ["summary"], ["summary", "X"], ["none"],
        ["code", "8", "-o", "x.py"], ["summary", "8", "-o", "."], None,
        ZeroDivisionError(), KeyboardInterrupt(), OSError(5, "I/O"), OSError(1, "no")]
sys.argv[1:] = ["summary", "8", "--get", "schema"]
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
found = []
for end in ends:
    app.run = fail(end) if isinstance(end, BaseException) else run
    try:
        main(["summary", "8"] if isinstance(end, BaseException) else end)
    except BaseException:
        found.append(host())
json.dump([before, found], open("found.json", "w"))
"""


@pytest.mark.parametrize(
    "start",
    [
        "host()",
        "gc.disable() or host()",
        "gc.freeze() or host()",
        "faulthandler.enable(2) or host()",
        "signal.signal(signal.SIGINT, signal.SIG_IGN) and host()",
    ],
)
def test_the_process_is_left_as_it_was_however_a_command_ends(start, tmp_path):
    program = PROGRAM.replace("HOST", start)
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=tmp_path)
    before, found = json.loads((tmp_path / "found.json").read_text())
    assert found == [before] * 13


def test_an_interruption_while_loading_is_a_hosts_own(monkeypatch):
    """Ctrl-C ends the process itself only where the process is the command's."""
    import signal

    seen = []
    monkeypatch.setattr(signal, "signal", lambda *args: seen.append(args))
    with pytest.raises(SystemExit):
        main(["--version"])
    assert seen == []
