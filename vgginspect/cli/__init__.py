"""The command line: one file for each command, loaded only when that command is used."""

import atexit
import faulthandler
import gc
import sys

from vgginspect.errors import VGGInspectError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit: 0 good, 1 a check failed, 2 wrong usage or input.

    Without ``args`` it is the command line of the process, which is to end with it. However it
    ends, garbage collection, signals and the fault handler are afterwards as they were before.
    """
    collects, frozen, watched = gc.isenabled(), gc.get_freeze_count(), faulthandler.is_enabled()
    # Nothing made while starting up is garbage; looking for some takes a twentieth of the time.
    gc.disable()
    if sys.stderr is not None and not watched:
        # A crash of compiled code, PyTorch's or a builder's, at least says where it was.
        faulthandler.enable(2)
    try:
        code = _code(args)
    finally:
        if not watched:
            faulthandler.disable()
        if not frozen:
            gc.unfreeze()
        (gc.enable if collects else gc.disable)()
    if args is None:
        # Python's last look for garbage would go through all that was loaded.
        atexit.register(gc.freeze)
        guard = sys.modules.get("vgginspect.pytorch.sandbox")
        if guard is not None:
            guard.leave(code)
    sys.exit(code)


def _code(args: list[str] | None) -> int | str | None:
    try:
        _load(alone=args is None)(args)
    except KeyboardInterrupt:
        return 130
    except SystemExit as end:
        return end.code
    except VGGInspectError as error:
        from vgginspect.cli.output import complain

        complain(str(error))
        return error.exit_code
    except OSError as error:
        # What Typer prints by itself, such as --help, meets a full disk unprepared.
        from errno import EBADF, EIO, ENOSPC

        if error.errno not in (EBADF, EIO, ENOSPC):
            raise
        from vgginspect.cli.output import complain, hush

        hush()
        complain(f"cannot write to standard output: {error.strerror}")
        return 2
    return 0


def _load(alone: bool) -> "Callable[[list[str] | None], None]":
    """Import the application; Ctrl-C ends a process of its own without a word meanwhile."""
    import signal

    usual = alone and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if usual:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError:
        # Not the main thread, which is the one that Ctrl-C goes to.
        usual = False
    try:
        from vgginspect.cli.app import run
    finally:
        if usual:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    return run
