"""Read a CONFIG from the command line, a file or standard input."""

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from vgginspect.cfg.config import Config, config_from_text
from vgginspect.cli.output import print_error
from vgginspect.errors import ConfigError, OutputError
from vgginspect.text.printable import printable

#: Maximum size of a cfg list: 64 MiB.
MAX_BYTES = 1 << 26


def read_config(text: str, model: dict[str, Any]) -> Config:
    """The Config of a CONFIG argument, overridden by the command-line options.

    Raises:
        ConfigError: the CONFIG is invalid.
        OutputError: a file cannot be read.
    """
    return config_of(config_text(text), model)


def config_of(text: str, model: dict[str, Any]) -> Config:
    """The Config of a CONFIG's text, overridden by the command-line options.

    Raises:
        ConfigError: the CONFIG is invalid.
    """
    config = config_from_text(text)
    given = {name: value for name, value in model.items() if value is not None}
    return config.with_options(**given) if given else config


def config_text(text: str) -> str:
    """The text of a CONFIG argument; ``@FILE`` and ``-`` (standard input) are read.

    Raises:
        ConfigError: the content is not text, or is too long.
        OutputError: it cannot be read.
    """
    if text == "-":
        return read_stream(standard_input(), "standard input")
    if text.startswith("@"):
        name, options = name_and_options(text[1:])
        # On a separate line, because the file may end with a comment.
        return read_file(name) + (f"\n{options}" if options else "")
    return text


def name_and_options(text: str) -> tuple[str, str]:
    """Split the text after ``@`` into a file name, which may contain ``+``, and ``+options``."""
    last = text.rfind("/")
    ends = [len(text), *(at for at in range(len(text) - 1, last, -1) if text[at] == "+")]
    exists = os.path.exists  # Unlike Path's, it never raises.
    end = next((end for end in ends if exists(text[:end])), ends[-1])
    return text[:end], text[end:]


def standard_input() -> BinaryIO:
    """Standard input as bytes.

    Raises:
        OutputError: it is closed.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise OutputError("standard input is closed; pass the CONFIG as an argument")
    if sys.stdin.isatty():
        print_error("reading from standard input; press Ctrl-D to end")
    return sys.stdin.buffer


def open_file(name: str) -> BinaryIO:
    """Open a file given by the user.

    Raises:
        OutputError: it does not exist or cannot be read.
    """
    if not name:
        raise ConfigError("@ needs a file name after it, such as @my.cfg")
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as error:
        raise unreadable(name, error) from None


def read_file(name: str) -> str:
    """The text of a file.

    Raises:
        OutputError: it cannot be read.
        ConfigError: it is not text, or is too long.
    """
    with open_file(name) as stream:
        return read_stream(stream, name)


def read_stream(stream: BinaryIO, name: str) -> str:
    """The text of a stream, at most ``MAX_BYTES`` of it.

    Raises:
        ConfigError: it is not text, or is too long.
        OutputError: it cannot be read.
    """
    try:
        data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(name, error) from None
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 2**20} MiB"
        raise ConfigError(f"{printable(name)} is longer than {limit}, too long for a cfg list")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{printable(name)} is binary data, not text (byte {error.start} is not UTF-8)"
        ) from None


def unreadable(name: str, error: Exception) -> OutputError:
    """The error of a file or stream that cannot be read."""
    reason = getattr(error, "strerror", None) or str(error)
    return OutputError(f"cannot read {printable(name)}: {reason}")
