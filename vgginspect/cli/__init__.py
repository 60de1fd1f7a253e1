"""The command line: one file for each command, loaded only when that command is used."""

import faulthandler
import gc
import sys

from vgginspect.errors import VGGInspectError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit: 0 good, 1 a check failed, 2 wrong usage or input."""
    # Nothing made while starting up is garbage; looking for some takes a twentieth of the time.
    gc.disable()
    if sys.stderr is not None and not faulthandler.is_enabled():
        # A crash of compiled code, PyTorch's or a builder's, at least says where it was.
        faulthandler.enable(2)
    code = _code(args)
    guard = sys.modules.get("vgginspect.pytorch.sandbox")
    if guard is not None and args is None:
        # The process is ours, and ends here.
        guard.leave(code)
    sys.exit(code)


def _code(args: list[str] | None) -> int | str | None:
    try:
        _load()(args)
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


def _load() -> "Callable[[list[str] | None], None]":
    """Import the application; Ctrl-C ends that without a word, for there is nothing to tidy up."""
    import signal

    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if usual:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError:
        # Not the main thread, which is the one that Ctrl-C goes to.
        usual = False
    from vgginspect.cli.app import run

    if usual:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return run
