"""Where a CONFIG comes from: the command line itself, a file, or standard input."""

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from vgginspect.cli.output import complain
from vgginspect.config import Config, config_from_text
from vgginspect.errors import ConfigError, OutputError
from vgginspect.parse import printable

#: The most text taken as one cfg list: 64 MiB.
MAX_BYTES = 1 << 26


def read_config(text: str, model: dict[str, Any]) -> Config:
    """The Config of a CONFIG argument, with the command line's options on top.

    Raises:
        ConfigError: what it says makes no sense.
        OutputError: a file that cannot be read.
    """
    config = config_from_text(config_text(text))
    given = {name: value for name, value in model.items() if value is not None}
    return config.with_options(**given) if given else config


def config_text(text: str) -> str:
    """The text behind a CONFIG argument: a file's for ``@FILE``, standard input's for ``-``."""
    if text == "-":
        return read_stream(standard_input(), "standard input")
    if text.startswith("@"):
        name, suffix = text[1:], ""
        if "+" in name and not os.path.exists(name):  # noqa: PTH110 - this one never raises
            name, plus, options = name.partition("+")
            suffix = "\n" + plus + options
        return read_file(name) + suffix
    return text


def standard_input() -> BinaryIO:
    """Standard input as bytes.

    Raises:
        OutputError: it is closed.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise OutputError("standard input is closed; give the CONFIG as an argument")
    if sys.stdin.isatty():
        complain("reading standard input; end it with Ctrl-D")
    return sys.stdin.buffer


def open_file(name: str) -> BinaryIO:
    """Open a file the user named.

    Raises:
        OutputError: there is none, or it cannot be read.
    """
    if not name:
        raise ConfigError("@ needs the name of a file behind it, such as @my.cfg")
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None


def read_file(name: str) -> str:
    """The text of a file.

    Raises:
        OutputError: it cannot be read.
        ConfigError: it is no text, or far too long.
    """
    with open_file(name) as stream:
        try:
            return read_stream(stream, printable(name))
        except OSError as error:
            raise _unreadable(name, error) from None


def read_stream(stream: BinaryIO, name: str) -> str:
    """The text of a stream, at most ``MAX_BYTES`` of it.

    Raises:
        ConfigError: it is no text, or too long.
    """
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{name} is longer than {MAX_BYTES // 2**20} MiB; that is no cfg list")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{name} is binary data, not text (byte {error.start} is no UTF-8)"
        ) from None


def _unreadable(name: str, error: Exception) -> OutputError:
    reason = getattr(error, "strerror", None) or str(error)
    return OutputError(f"cannot read {printable(name)}: {reason}")
