"""``--lines``: every line of a file or of standard input as a separate CONFIG."""

from collections.abc import Iterator
from typing import BinaryIO

from vgginspect.cli.config_argument import (
    MAX_BYTES,
    FileArgument,
    config_text,
    open_file,
    standard_input,
    unreadable,
)
from vgginspect.cli.output import print_error
from vgginspect.errors import CheckError, ConfigError, VGGInspectError
from vgginspect.text.printable import printable


class Lines:
    """The lines of a source; invalid ones stop the run or are skipped.

    Args:
        source: ``-`` for standard input, or ``@FILE``; opened at once.
        on_error: ``stop`` at the first invalid line, or ``skip`` it with a message.

    Raises:
        ConfigError: ``source`` or ``on_error`` is neither of these.
        OutputError: it cannot be read.
    """

    def __init__(self, source: str, on_error: str | None) -> None:
        self._on_error = on_error or "stop"
        if self._on_error not in ("stop", "skip"):
            raise ConfigError(f"--on-error must be stop or skip, not {self._on_error[:40]!r}")
        self._stream, self._name = _opened(source)
        self._bad = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Each line that is neither blank nor a ``#`` comment, and its number from 1."""
        number = 0
        with self._stream as stream:
            while data := self._read(stream):
                number += 1
                if len(data) > MAX_BYTES:
                    limit = f"{MAX_BYTES // 2**20} MiB"
                    raise ConfigError(
                        f"line {number} of {printable(self._name)} is longer than {limit}"
                    )
                text = data.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip()
                if text and not text.startswith("#"):
                    yield number, text

    def _read(self, stream: BinaryIO) -> bytes:
        try:
            return stream.readline(MAX_BYTES + 1)
        except OSError as error:
            raise unreadable(self._name, error) from None

    def handle(self, number: int, error: VGGInspectError) -> None:
        """Stop at an invalid line, or print its error and continue.

        Raises:
            VGGInspectError: under ``stop``, with the number of the line.
        """
        located = f"line {number}: {error}"
        if self._on_error == "stop":
            kind = CheckError if error.exit_code == CheckError.exit_code else ConfigError
            raise kind(located) from None
        self._bad += 1
        print_error(located)

    def finish(self) -> None:
        """Report lines that were skipped.

        Raises:
            BadLinesError: at least one line was skipped.
        """
        if self._bad:
            raise BadLinesError(f"{self._bad:,} invalid line{'s' if self._bad > 1 else ''} skipped")


def line_text(text: str) -> str:
    """The text of a line's CONFIG; a checkpoint, ``@FILE`` and ``@FILE:NAME`` are read.

    Raises:
        ConfigError: the file is not text, or has several lists.
        OutputError: it cannot be read.
    """
    return text if text == "-" else config_text(text)


class BadLinesError(CheckError):
    """Some lines were skipped; a message was printed for each."""


def _opened(source: str) -> tuple[BinaryIO, str]:
    """Open the source of the lines before anything is printed; return it with its name."""
    if source == "-":
        return standard_input(), "standard input"
    if source.startswith("@"):
        file = FileArgument.parse(source[1:])
        if file.list_name is not None:
            raise ConfigError(
                "--lines reads every line of a file as a NETWORK, and so takes no name of a list "
                f"after it, not {printable(file.list_name[:40])}"
            )
        if file.options:
            raise ConfigError(
                "with --lines, use an option such as --batch-norm for all lines, "
                f"not {printable(file.options[:40])} after the file name"
            )
        return open_file(file.name), file.name
    raise ConfigError("--lines needs - (standard input) or @FILE as NETWORK")
