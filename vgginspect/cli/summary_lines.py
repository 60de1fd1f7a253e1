"""``summary --lines``: every line of a file or of standard input as a CONFIG of its own."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from vgginspect.cli.config_argument import (
    MAX_BYTES,
    name_and_options,
    open_file,
    standard_input,
    unreadable,
)
from vgginspect.cli.output import ReportOptions, complain, emit, outlast
from vgginspect.errors import CheckError, ConfigError, VGGInspectError
from vgginspect.text.printable import printable
from vgginspect.views.summary_lines import report


class BadLinesError(CheckError):
    """Some lines were skipped; they have been complained about one by one."""


def run(source: str, on_error: str, options: ReportOptions, model: dict[str, Any]) -> None:
    """Print the totals of every line.

    Raises:
        VGGInspectError: a bad line, its number in front; under ``skip``, at the end, that there
            were some.
    """
    if on_error not in ("stop", "skip"):
        raise ConfigError(f"--on-error takes stop or skip, not {on_error[:40]!r}")
    bad = 0

    def handle(number: int, error: VGGInspectError) -> None:
        nonlocal bad
        located = f"line {number}: {error}"
        if on_error == "stop":
            raise ConfigError(located) from None
        bad += 1
        complain(located)

    given = {name: value for name, value in model.items() if value is not None}
    lines = _lines(*_source(source))
    said = report(lines, given, handle, options.words, options.columns)
    outlast(lambda: emit(said, options))
    if bad:
        raise BadLinesError(f"{bad:,} bad line{'s' if bad > 1 else ''} skipped")


def _source(source: str) -> tuple[BinaryIO, str]:
    """Open what the lines come from, before anything is printed; and its name."""
    if source == "-":
        return standard_input(), "standard input"
    if source.startswith("@"):
        name, options = name_and_options(source[1:])
        if options:
            raise ConfigError(
                f"with --lines, what holds for every line is an option such as --batch-norm, "
                f"not {printable(options[:40])} behind the file"
            )
        return open_file(name), name
    raise ConfigError("--lines reads lines: give - for standard input, or @FILE")


def _lines(stream: BinaryIO, name: str) -> Iterator[tuple[int, str]]:
    number = 0
    with stream:
        while data := _line(stream, name):
            number += 1
            if len(data) > MAX_BYTES:
                limit = f"{MAX_BYTES // 2**20} MiB"
                raise ConfigError(f"line {number} of {printable(name)} is longer than {limit}")
            yield number, data.decode("utf-8-sig" if number == 1 else "utf-8", "replace")


def _line(stream: BinaryIO, name: str) -> bytes:
    try:
        return stream.readline(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(name, error) from None
