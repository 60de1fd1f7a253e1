"""Running code that the user names: what it prints, raises, or never ends is turned into words."""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from vgginspect.errors import BuilderError, VGGInspectError
from vgginspect.parse import printable

#: Seconds that the user's code may take unless told otherwise.
SECONDS = 60.0
#: An alarm that is swallowed is raised again so many times, a second apart.
_ALARMS = 5
_PACKAGE = str(Path(__file__).parent.parent)


class _Timeout(BaseException):
    """Not an Exception, so that ``except Exception`` in the user's code lets it through."""


@contextmanager
def guarded(what: str, seconds: float = SECONDS) -> Iterator[None]:
    """Run the user's code within: its standard output goes to standard error, its input is empty.

    Args:
        what: the code, as the messages call it.
        seconds: how long it may take, where the system can tell it to stop.

    Raises:
        BuilderError: it raised an exception, ended the program, or did not end; the message
            names the file and line.
    """
    try:
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            stack.enter_context(_limited(what, seconds))
            yield
    except VGGInspectError:
        raise
    except _Timeout as error:
        raise BuilderError(
            f"{what} was still running after {seconds:g} s{_at(error)}\n"
            "  --builder-timeout gives it longer"
        ) from None
    except SystemExit as error:
        code = "" if error.code is None else printable(str(error.code)[:80])
        raise BuilderError(f"{what} called sys.exit({code}){_at(error)}") from None
    except RecursionError as error:
        raise BuilderError(f"{what} calls itself without end{_at(error)}") from None
    except SyntaxError as error:
        place = f", {_file(error.filename)}:{error.lineno}" if error.filename else ""
        raise BuilderError(f"{what} is not valid Python{place}: {error.msg}") from None
    except Exception as error:
        raise BuilderError(f"{what} failed{_at(error)}: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """An exception's type and the first line of what it says."""
    said = printable(str(error).strip().partition("\n")[0][:300])
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _at(error: BaseException) -> str:
    """Where the user's own code stood when an exception came out of it."""
    place = None
    for frame in traceback.extract_tb(error.__traceback__):
        if not _is_library(frame.filename):
            place = frame
    if place is None:
        return ""
    return f", {place_of(place.filename, place.lineno)} in {printable(place.name)}"


def place_of(file: str, line: int | None) -> str:
    """A line of the user's code, for a message."""
    return f"{_file(file)}:{line}"


def _is_library(name: str) -> bool:
    if name.startswith(("<frozen ", "<string>", _PACKAGE + os.sep)):
        return True
    parts = Path(name).parts
    return "site-packages" in parts or name.startswith(str(Path(os.__file__).parent) + os.sep)


def _file(name: str | None) -> str:
    if name is None:
        return "?"
    with suppress(ValueError, OSError):
        relative = os.path.relpath(name)
        if not relative.startswith(os.pardir):
            name = relative
    return printable(name)


@contextmanager
def _quiet() -> Iterator[None]:
    """What is written to standard output goes to standard error; standard input is at its end."""
    with ExitStack() as stack:
        if sys.stderr is not None:
            stack.enter_context(redirect_stdout(sys.stderr))
        stdin = sys.stdin
        sys.stdin = stack.enter_context(open(os.devnull, encoding="utf-8"))  # noqa: PTH123
        stack.callback(setattr, sys, "stdin", stdin)
        with suppress(OSError, ValueError, AttributeError):
            output, error = sys.__stdout__.fileno(), sys.__stderr__.fileno()  # type: ignore[union-attr]
            sys.__stdout__.flush()  # type: ignore[union-attr]
            kept = os.dup(output)
            os.dup2(error, output)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, output)
        yield


@contextmanager
def _limited(what: str, seconds: float) -> Iterator[None]:
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return
    previous = signal.signal(signal.SIGALRM, _alarm(what))
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _alarm(what: str) -> Callable[[int, Any], None]:
    left = _ALARMS

    def alarm(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.write(2, f"vgginspect: {what} does not end, and lets nothing end it\n".encode())
            os._exit(BuilderError.exit_code)
        raise _Timeout

    return alarm
