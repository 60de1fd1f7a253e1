"""A real terminal of any size, driven through tmux."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMBERS = count()
MARK = "READY"
TOOL = f"PYTHONPATH={ROOT} {sys.executable} -m vgginspect"


class Terminal:
    """A tmux session of its own server, with a shell in a folder."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        if shutil.which("tmux") is None:
            pytest.skip("tmux is not installed")
        self.socket = f"vgginspect-test-{next(NUMBERS)}-{folder.name}"[:60]
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
        self.keys(f"cd {folder}", "Enter")

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], check=False)

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
        """Step through a network."""
        command = f"{TOOL} trace {' '.join(args)} --step"
        self.keys(f"clear; stty -a > before.txt; {command}", "Enter")
