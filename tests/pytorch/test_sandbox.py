"""What code that the user names may do to the program that runs it."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from vgginspect.errors import BuilderError
from vgginspect.pytorch.sandbox import guarded

BUILDERS = """
import atexit, ctypes, os, signal, subprocess, sys, threading, time
from torch import nn

def make(cfg): return nn.Sequential(*[nn.Conv2d(3, v, 3, padding=1) for v in cfg])
def prints(cfg):
    print("printed")
    os.write(1, b"written\\n")
    subprocess.run(["echo", "of a child"])
    atexit.register(print, "at exit")
    return make(cfg)
def forks(cfg):
    os.fork()
    return make(cfg)
def leaves_a_thread(cfg):
    threading.Thread(target=time.sleep, args=(600,)).start()
    return make(cfg)
def closes(cfg):
    os.close(1)
    sys.stdout.close()
    return make(cfg)
def moves(cfg):
    os.chdir("/")
    return make(cfg)
def exits_hard(cfg): os._exit(0)
def ignores_alarms(cfg):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    while True: pass
def swallows_alarms(cfg):
    while True:
        try: time.sleep(600)
        except BaseException: pass
def is_interrupted(cfg): raise KeyboardInterrupt
def crashes(cfg): ctypes.string_at(0)
"""


def trace(name: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Walk the cfg list "8" with a builder, in a process of its own."""
    (folder / "mine.py").write_text(BUILDERS)
    args = ["trace", "8", "--builder", f"{folder}/mine.py:{name}", "--builder-timeout", "0.5"]
    args += ["-f", "csv", "--columns", "token", "-o", f"{folder}/out.csv"]
    if name in ("prints", "forks", "leaves_a_thread"):
        args = args[:-2]
    return subprocess.run(
        [sys.executable, "-m", "vgginspect", *args],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("prints", ["printed", "written", "of a child", "at exit"]),
        ("forks", []),
        ("leaves_a_thread", []),
    ],
)
def test_nothing_it_does_gets_into_the_output(name: str, said: list[str], tmp_path: Path) -> None:
    done = trace(name, tmp_path)
    assert (done.returncode, done.stdout) == (0, "token\n8\n")
    assert done.stderr.splitlines() == said


@pytest.mark.parametrize("name", ["closes", "moves"])
def test_what_it_does_to_the_process_is_no_matter(name: str, tmp_path: Path) -> None:
    done = trace(name, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out.csv").read_text() == "token\n8\n"


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("exits_hard", 1, ":exits_hard called sys.exit(0), "),
        ("ignores_alarms", 1, ":ignores_alarms does not end and cannot be interrupted"),
        ("swallows_alarms", 1, ":swallows_alarms does not end and cannot be interrupted"),
        ("is_interrupted", 130, ""),
        ("crashes", -signal.SIGSEGV, "Fatal Python error: Segmentation fault"),
    ],
)
def test_it_can_not_end_the_program_without_a_word(
    name: str, code: int, said: str, tmp_path: Path
) -> None:
    done = trace(name, tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert not (tmp_path / "out.csv").exists()


class NoWordsError(BaseException):
    def __str__(self) -> str:
        raise ValueError("no words")


@pytest.mark.parametrize("error", [GeneratorExit(), BaseException(), NoWordsError()], ids=repr)
def test_errors_of_every_kind_are_told(error: BaseException) -> None:
    said = rf"^it failed, .*: {type(error).__name__}$"
    with pytest.raises(BuilderError, match=said), guarded("it"):
        raise error


def test_an_interruption_stays_one() -> None:
    with pytest.raises(KeyboardInterrupt), guarded("it"):
        raise KeyboardInterrupt


def test_a_program_that_calls_us_goes_on(cli) -> None:  # type: ignore[no-untyped-def]
    ended = threading.Event()
    with guarded("it"):
        thread = threading.Thread(target=ended.wait)
        thread.start()
    assert cli("summary", "A").code == 0
    ended.set()
    thread.join()
