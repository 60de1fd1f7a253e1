"""``trace --step`` on a real terminal, driven through tmux."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from vgginspect.cli.trace_step import moved

ROOT = Path(__file__).parents[2]
NUMBERS = count()
MARK = "READY"


class Terminal:
    """A tmux session of its own server, with a shell in it."""

    def __init__(self, socket: str, width: int, height: int) -> None:
        self.socket = socket
        size = ["-x", str(width), "-y", str(height)]
        measured = " ".join(
            f"{name}={shlex.quote(value)}"
            for name, value in os.environ.items()
            if name.startswith("COVERAGE_")
        )
        shell = (
            f"env -i HOME=/ TERM=screen-256color LANG=C.UTF-8 PS1=READY {measured} "
            "bash --norc --noprofile"
        )
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", "t", *size, shell)
        self.wait_for(MARK)

    def tmux(self, *args: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.socket, *args], capture_output=True, text=True, check=True
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", "t", *keys)

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "t")

    def wait_for(self, text: str, absent: str = "\0") -> str:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            screen = self.screen()
            if text in screen and absent not in screen:
                return screen
            time.sleep(0.05)
        raise AssertionError(f"{text!r} never came:\n{screen}")

    def start(self, *args: str) -> None:
        command = f"PYTHONPATH={ROOT} {sys.executable} -m vgginspect trace {' '.join(args)} --step"
        self.keys(f"clear; stty -a > before.txt; {command}", "Enter")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    shown = Terminal(f"vgginspect-test-{next(NUMBERS)}-{tmp_path.name}"[:60], 130, 32)
    shown.keys(f"cd {tmp_path}", "Enter")
    yield shown
    subprocess.run(["tmux", "-L", shown.socket, "kill-server"], check=False)


def assert_restored(terminal: Terminal, code: int, tmp_path: Path) -> None:
    """The shell is back on its own screen with echo, settings and cursor as before."""
    terminal.wait_for(MARK, absent="╭")
    terminal.keys("echo code $?; stty -a > after.txt; echo all''done", "Enter")
    screen = terminal.wait_for("alldone")
    assert f"code {code}" in screen
    assert (tmp_path / "after.txt").read_text() == (tmp_path / "before.txt").read_text()
    assert terminal.tmux("display", "-p", "-t", "t", "#{alternate_on} #{cursor_flag}") == "0 1\n"


def test_next_back_end_home_quit(terminal: Terminal, tmp_path: Path) -> None:
    terminal.start("A")
    first = terminal.wait_for("step 0 of 14")
    assert "the layer list is empty; input 3×224×224" in first
    terminal.keys("Right")
    second = terminal.wait_for("step 1 of 14")
    assert "+ [0]  conv1_1" in second
    assert "▶         conv = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)" in second
    terminal.keys("Space", "n", "Enter")
    assert "len(layers) 5 → 6" in terminal.wait_for("step 4 of 14")
    terminal.keys("Left")
    terminal.wait_for("step 3 of 14")
    terminal.keys("End")
    assert "→ VGG11" in terminal.wait_for("step 14 of 14")
    terminal.keys("Right")
    terminal.wait_for("step 14 of 14")
    terminal.keys("Home")
    terminal.wait_for("step 0 of 14")
    terminal.keys("q")
    assert_restored(terminal, 0, tmp_path)


def test_a_quiz_on_a_terminal(terminal: Terminal) -> None:
    command = f"PYTHONPATH={ROOT} {sys.executable} -m vgginspect trace A --quiz"
    terminal.keys(f"clear; {command}", "Enter")
    terminal.wait_for("appended?")
    terminal.keys("conv, relu", "Enter")
    terminal.wait_for("in_channels?")
    terminal.keys("3", "Enter")
    screen = terminal.wait_for("len(layers)?")
    assert "appended? conv, relu\n    right\n  in_channels? 3\n    wrong: 64\n" in screen
    terminal.keys("q", "Enter")
    terminal.wait_for("1 of 2 right")


def test_a_resized_terminal_is_drawn_anew(terminal: Terminal, tmp_path: Path) -> None:
    terminal.start("D", "--batch-norm")
    terminal.wait_for("step 0 of 19")
    terminal.keys("Right")
    assert "builder loop" in terminal.wait_for("step 1 of 19")
    terminal.tmux("resize-window", "-t", "t", "-x", "60", "-y", "20")
    small = terminal.wait_for("step 1 of 19", absent="builder loop")
    assert "conv1_1" in small
    terminal.tmux("resize-window", "-t", "t", "-x", "10", "-y", "3")
    terminal.wait_for("is too", absent="conv1_1")
    terminal.tmux("resize-window", "-t", "t", "-x", "130", "-y", "32")
    assert terminal.wait_for("builder loop").startswith("╭─ cfg ─")
    terminal.keys("Escape")
    assert_restored(terminal, 0, tmp_path)


def test_ctrl_c_restores_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    terminal.start("A", "--by", "stage")
    terminal.wait_for("step 0 of 6")
    terminal.keys("C-c")
    assert_restored(terminal, 130, tmp_path)


def test_a_terminated_process_restores_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    terminal.start("A")
    terminal.wait_for("step 0 of 14")
    pane = terminal.tmux("display", "-p", "-t", "t", "#{pane_pid}").strip()
    subprocess.run(["pkill", "-TERM", "-P", pane], check=True)
    assert_restored(terminal, 143, tmp_path)


def test_the_cfg_list_may_come_from_standard_input(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "cfg.txt").write_text("8,LRN,16,A")
    terminal.start("- < cfg.txt")
    terminal.wait_for("step 0 of 5")
    terminal.keys("Right", "Right")
    assert "LocalResponseNorm" in terminal.wait_for("step 2 of 5")
    terminal.keys("q")
    assert_restored(terminal, 0, tmp_path)


def test_a_key_that_means_nothing_here_does_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.start("A")
    terminal.wait_for("step 0 of 14")
    terminal.keys("Right", "F5", "DC", "M-n", "C-Right")
    terminal.wait_for("step 2 of 14")
    # A slow line: what an arrow sends comes in two pieces.
    terminal.keys("Escape", "[C")
    terminal.wait_for("step 3 of 14")
    terminal.keys("q")
    assert_restored(terminal, 0, tmp_path)


@pytest.mark.parametrize("place", ["pipe", "no terminal at all"])
def test_without_a_terminal_it_says_so(place: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect", "trace", "A", "--step"],
        capture_output=True,
        text=True,
        start_new_session=place != "pipe",
        check=False,
    )
    assert done.returncode == 2
    assert "--step needs a terminal" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(
    ("position", "key", "expected"),
    [
        (0, "right", 1),
        (5, "right", 5),
        (0, "left", 0),
        (3, "b", 2),
        (3, "home", 0),
        (3, "end", 5),
        (3, "resize", 3),
        (3, "?", 3),
    ],
)
def test_where_a_key_leads(position: int, key: str, expected: int) -> None:
    assert moved(position, key, last=5) == expected
