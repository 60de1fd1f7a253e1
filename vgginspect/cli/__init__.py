"""The command line: one module per command, imported only when it is used."""

import atexit
import faulthandler
import gc
import sys

from vgginspect.errors import VGGInspectError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit: 0 success, 1 failed check, 2 wrong usage or input.

    Without ``args`` it runs the process's own command line and then ends the process. It leaves
    garbage collection, signals and the fault handler as they were.
    """
    collects, frozen, watched = gc.isenabled(), gc.get_freeze_count(), faulthandler.is_enabled()
    # No garbage is created during start-up; collecting would take 5 % of the time.
    gc.disable()
    if sys.stderr is not None and not watched:
        # Print a traceback if compiled code crashes.
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
        # Skip Python's final garbage collection, which would scan all imported modules.
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
        from vgginspect.cli.output import print_error

        print_error(str(error))
        return error.exit_code
    except OSError as error:
        # Typer's own output, such as --help, does not handle a full disk.
        from errno import EBADF, EIO, ENOSPC

        if error.errno not in (EBADF, EIO, ENOSPC):
            raise
        from vgginspect.cli.output import hush, print_error

        hush()
        print_error(f"cannot write to standard output: {error.strerror}")
        return 2
    return 0


def _load(alone: bool) -> "Callable[[list[str] | None], None]":
    """Import the application; in its own process, Ctrl-C meanwhile ends it silently."""
    import signal

    is_default = alone and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if is_default:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError:
        # Not the main thread; only the main thread receives Ctrl-C.
        is_default = False
    try:
        from vgginspect.cli.app import run
    finally:
        if is_default:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    return run
