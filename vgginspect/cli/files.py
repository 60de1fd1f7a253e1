"""Atomic file writes: write a temporary file next to the target, then rename it."""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from errno import ELOOP
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from vgginspect.errors import OutputError, VGGInspectError
from vgginspect.text.printable import printable


def write_file(name: str, chunks: Iterable[bytes]) -> None:
    """Write a file. Symbolic links are followed; pipes and devices are written directly.

    Raises:
        OutputError: it cannot be written; an existing file is unchanged.
        VGGInspectError: raised while producing the chunks; an existing file is unchanged.
    """
    try:
        if not name:
            raise OutputError("--output needs a file name, or - for standard output")
        if _is_device(name):
            with Path(name).open("wb") as stream:
                stream.writelines(chunks)
            return
        target = Path(os.path.realpath(name))
        if target.is_symlink():
            raise OSError(ELOOP, os.strerror(ELOOP))
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and S_ISDIR(mode):
            raise OutputError(f"cannot write {name!r}: it is a directory, not a file")
        _replace(target, mode, chunks)
    except (BrokenPipeError, VGGInspectError):
        # The chunks are made while they are written: their own errors, OSErrors and ValueErrors
        # among them, are not errors of the file.
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"cannot write {printable(name)}: {reason}") from None


def _is_device(name: str) -> bool:
    """Whether the path is a pipe or device, before links (/dev/stdout) are resolved."""
    try:
        mode = Path(name).stat().st_mode
    except OSError:
        return False
    return not S_ISREG(mode) and not S_ISDIR(mode)


def _replace(target: Path, mode: int | None, chunks: Iterable[bytes]) -> None:
    if mode is not None and not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied")
    # Short enough for any file system, and never the name of a leftover temporary file.
    temporary = target.with_name(f".vgginspect.{os.urandom(8).hex()}.part")
    with _removed_when_terminated(temporary):
        try:
            with temporary.open("xb") as stream:
                stream.writelines(chunks)
                stream.flush()
                os.fsync(stream.fileno())
            if mode is not None:
                temporary.chmod(mode & 0o7777)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def _removed_when_terminated(temporary: Path) -> Iterator[None]:
    """Remove the temporary file if SIGTERM (for example from ``timeout``) ends the process."""

    def end(signum: int, frame: object) -> None:
        temporary.unlink(missing_ok=True)
        signal.signal(signum, signal.SIG_DFL)
        os.kill(os.getpid(), signum)

    is_default = signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    try:
        if is_default:
            signal.signal(signal.SIGTERM, end)
    except ValueError:
        # Not the main thread; only the main thread can set signal handlers.
        is_default = False
    try:
        yield
    finally:
        if is_default:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
