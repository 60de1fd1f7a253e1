"""What commands print on real terminals of several sizes."""

import json
from collections.abc import Callable
from itertools import cycle
from math import prod
from pathlib import Path

import pytest
from terminal import MARK, TOOL, Terminal

from vgginspect import plan

COMMANDS = (
    "summary A --explain",
    "layer D conv3_1 fc6",
    "identify net.safetensors",
    "compare A D+bn E",
)


QUIZ = "trace A --quiz --steps 2-3"
PROMPTS = ("appended", "in_channels", "len(layers)", "shape")
ANSWERS = ("pool", "128", "3", "64x112x112", "conv", "64", "q")


def write_checkpoint(file: Path) -> None:
    """A checkpoint of a small network, all zeros."""
    layers = plan("8,M,16,16,M", hidden=(), num_classes=10, avgpool=1).layers
    header, end = {}, 0
    for key, shape in (entry for layer in layers for entry in layer.state_dict.items()):
        begin, end = end, end + 4 * prod(shape)
        header[key] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    file.write_bytes(len(text).to_bytes(8, "little") + text + bytes(end))


def after(terminal: Terminal, command: str, *answers: str) -> str:
    """What a command prints: on the screen, and what has left it at the top."""
    terminal.keys("clear", "Enter")
    terminal.wait_for(MARK, absent="done")
    terminal.tmux("clear-history", "-t", "t")
    terminal.keys(f"show {command}", "Enter")
    for prompt, answer in zip(cycle(PROMPTS), answers, strict=False):
        terminal.wait_for(f"  {prompt}?\n")
        terminal.keys(answer, "Enter")
        terminal.wait_for(f"? {answer}\n")
    terminal.wait_for("done")
    whole = terminal.tmux("capture-pane", "-p", "-S", "-", "-t", "t")
    return whole.partition("begin\n")[2].partition("\ndone")[0]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (80, 40), (60, 20), (200, 50)])
def test_screens(
    width: int, height: int, tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    write_checkpoint(tmp_path / "net.safetensors")
    with Terminal(tmp_path, width, height) as terminal:
        terminal.keys(f"show() {{ clear; echo be''gin; {TOOL} $*; echo; echo do''ne; }}", "Enter")
        screens = [(command, after(terminal, command)) for command in COMMANDS]
        screens.append((QUIZ, after(terminal, QUIZ, *ANSWERS)))
        terminal.start("A")
        terminal.wait_for("step 0 of 14")
        terminal.keys(*["Right"] * 4)
        screens.append(("trace A --step", terminal.wait_for("step 4 of 14")))
        terminal.keys("q")
    text = "\n".join(f"$ vgginspect {command}\n{screen.rstrip()}\n" for command, screen in screens)
    golden(f"screens-{width}x{height}.txt", text)
