"""Files written whole or not at all: beside the target first, then moved over it."""

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
    """Write a file. A symbolic link is followed; a pipe or device is written straight.

    Raises:
        OutputError: it cannot be written; an older file of that name is untouched then.
        VGGInspectError: whatever making the chunks raises; an older file is untouched as well.
    """
    try:
        if not name:
            raise OutputError("--output needs the name of a file, or - for standard output")
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
        # The chunks are made while they are written: what is wrong with their source is no fault
        # of the file, though such errors are OSErrors and ValueErrors too.
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"cannot write {printable(name)}: {reason}") from None


def _is_device(name: str) -> bool:
    """Whether it is a pipe or device, by that name: what /dev/stdout leads to may have no other."""
    try:
        mode = Path(name).stat().st_mode
    except OSError:
        return False
    return not S_ISREG(mode) and not S_ISDIR(mode)


def _replace(target: Path, mode: int | None, chunks: Iterable[bytes]) -> None:
    if mode is not None and not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied")
    # No longer than any file system takes, and never the name of a draft that was left behind.
    draft = target.with_name(f".vgginspect.{os.urandom(8).hex()}.part")
    with _removed_when_terminated(draft):
        try:
            with draft.open("xb") as stream:
                stream.writelines(chunks)
                stream.flush()
                os.fsync(stream.fileno())
            if mode is not None:
                draft.chmod(mode & 0o7777)
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


@contextmanager
def _removed_when_terminated(draft: Path) -> Iterator[None]:
    """Remove a file when SIGTERM, such as ``timeout`` sends, ends the process meanwhile."""

    def end(signum: int, frame: object) -> None:
        draft.unlink(missing_ok=True)
        signal.signal(signum, signal.SIG_DFL)
        os.kill(os.getpid(), signum)

    usual = signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    try:
        if usual:
            signal.signal(signal.SIGTERM, end)
    except ValueError:
        # Not the main thread, which is the one that signals go to.
        usual = False
    try:
        yield
    finally:
        if usual:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
