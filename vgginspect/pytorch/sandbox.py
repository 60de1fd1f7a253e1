"""Run the user's code: redirect its output, limit its time, report its exceptions."""

import atexit
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from pathlib import Path

from vgginspect.errors import NetworkError, VGGInspectError
from vgginspect.text.printable import printable

#: Default time limit for the user's code, in seconds.
SECONDS = 60.0
#: If the code catches the timeout, it is raised again every second, for this many seconds.
_GRACE = 5.0
_leave_at_once = os._exit
_PACKAGE = str(Path(__file__).parent.parent)


#: Threads started by the user's code that are still running.
_running_threads: list[threading.Thread] = []


class _Timeout(BaseException):
    """Not an Exception, so that ``except Exception`` in the user's code does not catch it."""


@contextmanager
def guarded(what: str, seconds: float = SECONDS) -> Iterator[None]:
    """Context manager: run the user's code with standard output on standard error and no input.

    Args:
        what: name of the code in messages.
        seconds: time limit, on systems with timers.

    Raises:
        NetworkError: it raised an exception, ended the program, or did not end; the message
            names the file and line.
    """
    try:
        with ExitStack() as stack:
            stack.enter_context(_redirected())
            stack.enter_context(_no_forks_or_threads())
            stack.enter_context(_limited(what, seconds))
            yield
    except (VGGInspectError, KeyboardInterrupt):
        raise
    except _Timeout as error:
        raise NetworkError(
            f"{what} was still running after {seconds:g} s{place_in(error)}\n"
            "  set a longer limit with --timeout"
        ) from None
    except SystemExit as error:
        code = "" if error.code is None else printable(str(error.code)[:80])
        raise NetworkError(f"{what} called sys.exit({code}){place_in(error)}") from None
    except RecursionError as error:
        raise NetworkError(f"{what} failed{place_in(error)}: infinite recursion") from None
    except SyntaxError as error:
        place = f", {_file(error.filename)}:{error.lineno}" if error.filename else ""
        raise NetworkError(f"{what} failed{place}: invalid Python: {error.msg}") from None
    except BaseException as error:
        raise NetworkError(f"{what} failed{place_in(error)}: {exception_text(error)}") from error


def leave(code: object) -> None:
    """Prepare for exit: discard any later output of the user's code.

    If it left non-daemon threads running, exit immediately instead of waiting for them.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    if any(thread.is_alive() and not thread.daemon for thread in _running_threads):
        _leave_at_once(code if isinstance(code, int) else int(code is not None))
    atexit.register(_silence)


def _silence() -> None:
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(sys.__stderr__.fileno(), sys.__stdout__.fileno())  # type: ignore[union-attr]


def exception_text(error: BaseException) -> str:
    """An exception's type and the first line of its message."""
    message = ""
    with suppress(Exception):
        message = printable(str(error).strip().partition("\n")[0][:300])
    name = printable(type(error).__name__)
    return f"{name}: {message}" if message else name


def place_in(error: BaseException) -> str:
    """The position in the user's code where an exception was raised, for a message."""
    place = None
    for frame in traceback.extract_tb(error.__traceback__):
        if not is_library(frame.filename):
            place = frame
    if place is None:
        return ""
    return f", {place_of(place.filename, place.lineno)} in {printable(place.name)}"


def place_of(file: str, line: int | None) -> str:
    """A line of the user's code, for a message."""
    return f"{_file(file)}:{line}"


def is_library(name: str) -> bool:
    """Whether a file is not the user's, but of Python, of a library, or of vgginspect."""
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
def _redirected() -> Iterator[None]:
    """Redirect standard output to standard error; make standard input empty."""
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
def _no_forks_or_threads() -> Iterator[None]:
    """Keep forked processes and threads of the user's code from continuing as this program."""
    process, running = os.getpid(), set(threading.enumerate())

    def leave_process(code: int) -> None:
        if os.getpid() == process:
            raise SystemExit(code)
        _leave_at_once(code)

    os._exit = leave_process  # type: ignore[assignment]
    try:
        yield
    finally:
        os._exit = _leave_at_once
        if os.getpid() != process:
            _leave_at_once(0)
        _running_threads.extend(set(threading.enumerate()) - running)


@contextmanager
def _limited(what: str, seconds: float) -> Iterator[None]:
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return
    previous = signal.signal(signal.SIGALRM, _alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    last = threading.Timer(seconds + _GRACE, _end, (what,))
    last.daemon = True
    last.start()
    try:
        yield
    finally:
        last.cancel()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _alarm(*_: object) -> None:
    raise _Timeout


def _end(what: str) -> None:
    os.write(2, f"vgginspect: {what} does not end and cannot be interrupted\n".encode())
    _leave_at_once(NetworkError.exit_code)
