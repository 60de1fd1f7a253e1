"""``trace --step``: the walk on a screen of its own, a key for each step."""

import sys
from collections.abc import Sequence
from itertools import chain

from vgginspect.cli.keys import keyboard
from vgginspect.errors import ConfigError
from vgginspect.lang import Words
from vgginspect.network.plan import Plan, Step

#: Key -> how far it goes.
NEXT = {"right", "down", "n", "space", "enter", "pagedown", "l", "j"}
BACK = {"left", "up", "p", "b", "backspace", "pageup", "h", "k"}
FIRST = {"home", "g", "0"}
LAST = {"end", "G", "$"}
QUIT = {"q", "Q", "escape", "x"}


def run(plan: Plan, steps: Sequence[Step], words: Words) -> None:
    """Show the walk step by step until a key quits; the terminal is as before afterwards.

    Raises:
        ConfigError: standard output is no terminal.
    """
    if not sys.stdout.isatty():
        raise ConfigError("--step needs a terminal; its output cannot go to a pipe or a file")
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
            # rich begins where the last frame ended, which is no corner in another size.
            console.control(Control.home())
            shown.update(screen.frame(position, console))


def moved(position: int, key: str, last: int) -> int:
    """The frame that a key leads to."""
    if key in NEXT:
        return min(position + 1, last)
    if key in BACK:
        return max(position - 1, 0)
    if key in FIRST:
        return 0
    return last if key in LAST else position
