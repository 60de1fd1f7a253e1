"""Keys pressed on a terminal, read one at a time, with the terminal put back afterwards."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from vgginspect.errors import ConfigError

#: What terminals send -> the name of the key; anything else is the character itself.
NAMES = {
    b"\x1b[C": "right",
    b"\x1bOC": "right",
    b"\x1b[D": "left",
    b"\x1bOD": "left",
    b"\x1b[A": "up",
    b"\x1bOA": "up",
    b"\x1b[B": "down",
    b"\x1bOB": "down",
    b"\x1b[H": "home",
    b"\x1bOH": "home",
    b"\x1b[1~": "home",
    b"\x1b[F": "end",
    b"\x1bOF": "end",
    b"\x1b[4~": "end",
    b"\x1b[5~": "pageup",
    b"\x1b[6~": "pagedown",
    b"\x1b": "escape",
    b"\r": "enter",
    b"\n": "enter",
    b" ": "space",
    b"\x7f": "backspace",
    b"\x08": "backspace",
}


@contextmanager
def keyboard() -> Iterator[Iterator[str]]:
    """The terminal's keys as they are pressed; ``resize`` when its size changes.

    The iterator ends when the terminal goes away. Input comes from the terminal itself, so
    that standard input may be the cfg list. Ctrl-C raises KeyboardInterrupt, as ever.

    Raises:
        ConfigError: there is no terminal.
    """
    try:
        import termios
        import tty

        terminal = os.open("/dev/tty", os.O_RDWR)
    except (ImportError, OSError):
        raise ConfigError("--step needs a terminal") from None
    before = termios.tcgetattr(terminal)
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    handlers = {
        signal.SIGWINCH: signal.signal(signal.SIGWINCH, lambda *_: _poke(wake)),
        signal.SIGTERM: signal.signal(signal.SIGTERM, _leave),
        signal.SIGHUP: signal.signal(signal.SIGHUP, _leave),
    }
    try:
        tty.setcbreak(terminal)
        mode = termios.tcgetattr(terminal)
        # Suspending would leave the shell on our screen.
        mode[6][termios.VSUSP] = b"\0"
        termios.tcsetattr(terminal, termios.TCSANOW, mode)
        yield _keys(terminal, awake)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        for descriptor in (terminal, awake, wake):
            os.close(descriptor)


def _keys(terminal: int, awake: int) -> Iterator[str]:
    while True:
        ready, _, _ = select.select([terminal, awake], [], [])
        if awake in ready:
            os.read(awake, 512)
            yield "resize"
        if terminal in ready:
            try:
                data = os.read(terminal, 64)
            except OSError:
                return
            if not data:
                return
            yield from split(data)


def split(data: bytes) -> Iterator[str]:
    """The keys in what a terminal sent at once."""
    while data:
        length = next((n for n in range(min(4, len(data)), 0, -1) if data[:n] in NAMES), 1)
        key, data = data[:length], data[length:]
        yield NAMES.get(key) or key.decode("ascii", "replace")


def _poke(wake: int) -> None:
    with suppress(BlockingIOError):
        os.write(wake, b".")


def _leave(number: int, _: Any) -> None:
    raise SystemExit(128 + number)
