"""``trace --step``: step through the trace full screen."""

import sys
from collections.abc import Sequence
from itertools import chain

from vgginspect.cli.keys import keyboard
from vgginspect.errors import ConfigError
from vgginspect.lang import Words
from vgginspect.network.plan import Plan, Step

NEXT = {"right", "down", "n", "space", "enter", "pagedown", "l", "j"}
BACK = {"left", "up", "p", "b", "backspace", "pageup", "h", "k"}
FIRST = {"home", "g", "0"}
LAST = {"end", "G", "$"}
QUIT = {"q", "Q", "escape", "x"}


def run(plan: Plan, steps: Sequence[Step], words: Words) -> None:
    """Show the steps until a quit key is pressed; then restore the terminal.

    Raises:
        ConfigError: standard output is not a terminal.
    """
    if not sys.stdout.isatty():
        raise ConfigError("--step needs a terminal; standard output is a pipe or a file")
    from rich.console import Console
    from rich.control import Control

    from vgginspect.views.step_screen import Screen

    console = Console(highlight=False)
    screen = Screen(plan, steps, words)
    position = 0
    with keyboard() as keys, console.screen() as shown:
        for key in chain([""], keys):
            if key in QUIT:
                return
            position = moved(position, key, screen.last)
            # rich continues where the last frame ended, not at the top left after a resize.
            console.control(Control.home())
            shown.update(screen.frame(position, console))


def moved(position: int, key: str, last: int) -> int:
    """The frame after a key press."""
    if key in NEXT:
        return min(position + 1, last)
    if key in BACK:
        return max(position - 1, 0)
    if key in FIRST:
        return 0
    return last if key in LAST else position
