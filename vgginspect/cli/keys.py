"""Read single key presses from the terminal; the terminal is restored afterwards."""

import os
import re
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

#: A key that sends several bytes; with Shift, Alt or Ctrl it contains ``;``.
_SEQUENCE = re.compile(rb"\x1b\[([\d;?]*)[ -/]*([@-~])|\x1bO.|\x1b[^\x1b[O]", re.DOTALL)
#: An incomplete sequence: either more bytes follow, or Escape was pressed.
_BEGINNING = re.compile(rb"\x1b(\[[\d;?]*[ -/]*|O)?$")
#: Seconds to wait for the rest of a sequence.
_PATIENCE = 0.1


@contextmanager
def keyboard() -> Iterator[Iterator[str]]:
    """The terminal's keys as they are pressed; ``resize`` when its size changes.

    The iterator ends when the terminal goes away. Input comes from the terminal itself, so that
    standard input may be the cfg list. Ctrl-C raises KeyboardInterrupt as usual.

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
        # After Ctrl-Z the shell would stay on the alternate screen.
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
            data = _read(terminal)
            if not data:
                return
            while _BEGINNING.search(data) and select.select([terminal], [], [], _PATIENCE)[0]:
                data += (more := _read(terminal))
                if not more:
                    break
            yield from split(data)


def _read(terminal: int) -> bytes:
    """The bytes received; empty if the terminal was closed."""
    try:
        return os.read(terminal, 64)
    except OSError:
        return b""


def split(data: bytes) -> Iterator[str]:
    """Split the received bytes into key names; unknown keys are skipped."""
    while data:
        found = _SEQUENCE.match(data)
        length = found.end() if found else 1
        key, data = data[:length], data[length:]
        if found and b";" in (found[1] or b""):
            # Ctrl and Right is treated as Right.
            key = b"\x1b[" + (found[1].split(b";")[0] if found[2] == b"~" else b"") + found[2]
        name = NAMES.get(key) or (key.decode("ascii", "replace") if len(key) == 1 else "")
        if name:
            yield name


def _poke(wake: int) -> None:
    with suppress(BlockingIOError):
        os.write(wake, b".")


def _leave(number: int, _: Any) -> None:
    raise SystemExit(128 + number)
