"""``trace --step`` on a real terminal, driven through tmux."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminal import MARK, TOOL, Terminal

from vgginspect.cli.trace_step import moved


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(tmp_path, 130, 32) as shown:
        yield shown


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
    terminal.keys(f"clear; {TOOL} trace A --quiz", "Enter")
    terminal.wait_for("appended?")
    terminal.keys("conv, relu", "Enter")
    terminal.wait_for("in_channels?")
    terminal.keys("3", "Enter")
    screen = terminal.wait_for("len(layers)?")
    assert "appended? conv, relu\n    right\n  in_channels? 3\n    wrong: 64\n" in screen
    terminal.keys("q", "Enter")
    terminal.wait_for("1 of 2 right")


NETWORK = """
from torch import nn
from torch.nn import functional

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 2, 1)

    def forward(self, x):
        return self.last(functional.max_pool2d(functional.relu(self.first(x)), 2))

def make(cfg):
    return nn.Sequential(*(nn.Conv2d(3, v, 5) for v in cfg))
"""


def test_a_network_in_python_has_no_loop_to_show(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NETWORK)
    terminal.start("net.py:Net+input-size=32")
    assert " conv3-8p0  M  — " in terminal.wait_for("step 0 of 4")
    terminal.keys("Right", "Right")
    screen = terminal.wait_for("step 2 of 4")
    assert "+ [net.py:11] pool1   max_pool2d 2×2, stride 2" in screen
    assert "in_channels 8 → 8 · layers 2 → 3 · shape 8×30×30 → 8×15×15" in screen
    assert "builder loop" not in screen
    terminal.keys("q")
    terminal.start("8 --builder ./net.py:make")
    terminal.wait_for("step 0 of 2")
    terminal.keys("Right")
    assert "+ [0]  conv1_1 Conv2d 3→8, 5×5" in terminal.wait_for("step 1 of 2")
    terminal.keys("q")
    assert_restored(terminal, 0, tmp_path)


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
