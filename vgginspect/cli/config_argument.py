"""Read a CONFIG from the command line, a file or standard input."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from vgginspect.cfg.config import Config, config_from_text
from vgginspect.cfg.network_text import MAX_PATH, PYTHON, is_python
from vgginspect.cfg.options import OPTIONS
from vgginspect.cli.output import print_error
from vgginspect.cli.time_limit import model_in
from vgginspect.errors import ConfigError, OutputError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.text.printable import printable

#: Maximum size of a cfg list: 64 MiB.
MAX_BYTES = 1 << 26


def read_plan(text: str, model: dict[str, Any], note: Callable[[str], None] = print_error) -> Plan:
    """The Plan of a NETWORK argument: a CONFIG, a checkpoint, or a network in Python, which is run.

    Raises:
        ConfigError: the CONFIG or an option is invalid.
        OutputError: a file cannot be read.
        CheckError: a checkpoint is not a VGG.
        BuilderError: a network in Python cannot be made or run.
        DependencyError: PyTorch, or a package that the network computes with, is missing.
    """
    match = PYTHON.fullmatch(text) if is_python(text) else None
    if match is not None:
        from vgginspect.cli.network_argument import observed

        return observed(match, model, note).plan
    return grow(read_config(text, model, note))


def read_config(
    text: str, model: dict[str, Any], note: Callable[[str], None] = print_error
) -> Config:
    """The Config of a CONFIG argument, overridden by the command-line options.

    Raises:
        ConfigError: the CONFIG is invalid, or is a network in Python.
        OutputError: a file cannot be read.
        CheckError: a checkpoint is not a VGG.
    """
    if is_python(text):
        raise ConfigError(
            f"{printable(text[:60])} is a network in Python, and this needs a CONFIG, such as "
            "its origin.as_config"
        )
    return config_of(config_text(text, note), model, note)


def config_of(
    text: str, model: dict[str, Any], note: Callable[[str], None] = print_error
) -> Config:
    """The Config of a CONFIG's text, overridden by the command-line options.

    ``note`` is called with a line about each option of the CONFIG's own that is overridden.

    Raises:
        ConfigError: the CONFIG is invalid.
    """
    config = config_from_text(text)
    given = model_in(model)
    if not given:
        return config
    made = config.with_options(**given)
    for option in OPTIONS:
        own, value = getattr(config, option.field), getattr(made, option.field)
        if own not in (value, Config._field_defaults[option.field]):
            note(
                f"note: {option.on_command_line(value)} overrides {option.write(own)} of "
                f"{printable(text[:60])}"
            )
    return made


def config_text(text: str, note: Callable[[str], None] = print_error) -> str:
    """The text of a CONFIG argument; a checkpoint, ``@FILE``, ``@FILE:NAME`` and ``-`` are read.

    ``-`` is standard input, ``NAME`` one of the lists of a file. A Python file is not run.
    ``note`` is called with a line about what was assumed of a checkpoint.

    Raises:
        ConfigError: the content is not text, or is too long, or has several lists.
        OutputError: it cannot be read.
        CheckError: a checkpoint is not a VGG.
    """
    if text == "-":
        return _one_list(read_stream(standard_input(), "standard input"), None, "")
    if text.startswith("@"):
        file = FileArgument.parse(text[1:])
        listed = _one_list(read_file(file.name), file.list_name, file.name)
        # On a separate line, because the file may end with a comment.
        return listed + (f"\n{file.options}" if file.options else "")
    if may_name_file(text):
        from vgginspect.cli.checkpoint_argument import identified

        found = identified(text, note)
        if found is not None:
            return found.config_text
    return text


def may_name_file(text: str) -> bool:
    """Whether a CONFIG can be the name of a file: a short line with a dot."""
    return "." in text and len(text) < MAX_PATH and "\n" not in text


class FileArgument(NamedTuple):
    """What is after ``@``: a file, the name of one of its lists or None, and ``+options``."""

    name: str
    list_name: str | None
    options: str

    @classmethod
    def parse(cls, text: str) -> "FileArgument":
        """Split the text after ``@``; a file that exists can have ``:`` and ``+`` in its name."""
        ends = [len(text), *(at for at in range(len(text) - 1, 0, -1) if text[at] in ":+")]
        exists, is_file = os.path.exists, os.path.isfile  # Unlike Path's, they never raise.
        end = next((end for end in ends if is_file(text[:end])), None)
        if end is None:
            # A pipe, a folder, or nothing; then the name ends before the first sign.
            slashes = (at for at, char in enumerate(text) if char == "/")
            folders = (at for at in slashes if ":" not in text[:at] or exists(text[:at]))
            last = max(folders, default=-1)
            ends = [end for end in ends if end > last]
            end = next((end for end in ends if exists(text[:end])), ends[-1])
        rest = text[end:]
        if not rest.startswith(":"):
            return cls(text[:end], None, rest)
        # A name can have a + between quotes: cfgs['a+b'].
        match = re.match(r""":((?:[^+'"]|'[^']*'|"[^"]*"|['"])*)""", rest)
        listed = match[1] if match else ""
        return cls(text[:end], listed, rest[len(listed) + 1 :])


def _one_list(text: str, name: str | None, file: str) -> str:
    """The text, or that of one of its lists if it is more than a list."""
    if name is None and not any(sign in text for sign in ":=") and not file.endswith(".py"):
        return text
    from vgginspect.cli.list_choice import chosen

    return chosen(text, name, file)


def standard_input() -> BinaryIO:
    """Standard input as bytes.

    Raises:
        OutputError: it is closed.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise OutputError("standard input is closed; pass the NETWORK as an argument")
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
            f"{printable(name)} is binary data, not text (byte {error.start} is not UTF-8); "
            "a checkpoint is given without @"
        ) from None


def unreadable(name: str, error: Exception) -> OutputError:
    """The error of a file or stream that cannot be read."""
    reason = getattr(error, "strerror", None) or str(error)
    return OutputError(f"cannot read {printable(name)}: {reason}")
