"""Write output to a terminal, a pipe or a file."""

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TextIO

from vgginspect.errors import ConfigError, OutputError, VGGInspectError
from vgginspect.lang import Words, words
from vgginspect.render import FORMATS, renderer
from vgginspect.report.model import Report
from vgginspect.text.printable import printable, printable_lines

#: File suffix -> default ``--format``.
SUFFIXES = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".md": "markdown",
    ".tex": "latex",
}

#: Longer JSON of ``--lines`` is kept in a file.
_IN_MEMORY = 1 << 24
#: Suffixes of plain text.
PLAIN = ("", ".txt", ".text", ".log", ".out")
#: Suffix -> the command whose files have it.
_MADE_BY = {
    **dict.fromkeys((".svg", ".png", ".pdf", ".html", ".htm"), "draw"),
    ".py": "code",
    **dict.fromkeys(SUFFIXES, "summary"),
}

#: The arguments of the command line that runs.
command_line: list[str] = []

#: Non-ASCII characters in the output -> their ASCII replacement.
ASCII = str.maketrans(
    {
        "×": "x",
        "·": "*",
        "→": ">",
        "▶": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
        "─": "-",
        "█": "#",
        "▉": "#",
        "▊": "#",
        "▋": "#",
        "▌": "#",
        "▍": ".",
        "▎": ".",
        "▏": ".",
        "…": "...",
        "⁰": "^0",
        "²": "^2",
        "³": "^3",
        "⁶": "^6",
        "⁹": "^9",
        "−": "-",
        "≈": "~",
        "–": "-",
        "—": "-",
        "⌊": "floor(",
        "⌋": ")",
        "⌈": "ceil(",
        "⌉": ")",
    }
)


class ReportOptions(NamedTuple):
    """The options of every command that prints a report.

    Without ``format``, the suffix of ``output`` sets it. ``output`` is a file; None or ``-`` is
    standard output. ``get`` are paths, see ``vgginspect.report.json_path``.
    """

    format: str | None
    output: str | None
    columns: str | None
    get: Sequence[str] | None
    lang: str | None

    @property
    def format_name(self) -> str:
        """The format: as given, or by the suffix of the file."""
        return (self.format or _by_suffix(self.output)).lower()

    def refuse(self, formats: Collection[str], given: Mapping[str, object]) -> None:
        """Refuse options that these formats would ignore.

        Raises:
            ConfigError: one of the options is given, and the output is in one of the formats.
        """
        name = "json" if self.get else self.format_name
        option = next((option for option, value in given.items() if value), None)
        if option is not None and name in formats:
            others = ", ".join(other for other in FORMATS if other not in formats)
            raise ConfigError(
                f"{option} has no effect on {'--get' if self.get else f'--format {name}'}; "
                f"use it with {others}"
            )

    @property
    def words(self) -> Words:
        """The language; English if standard output cannot print its letters.

        Raises:
            ConfigError: unknown language.
        """
        asked = words(self.lang)
        plain = self.output not in (None, "-") or can_print(asked.name, sys.stdout)
        return asked if plain else words("en")


def emit(report: Report, options: ReportOptions, whole: bool = False) -> None:
    """Write a report, or values of its JSON, to a file or to standard output.

    With ``whole``, JSON is complete before any of it is written: what it is made of can be invalid.

    Raises:
        ConfigError: an unknown format or path, ``get`` combined with a format or columns, or a
            file whose suffix says that it is something else.
        OutputError: it cannot be written.
    """
    output = options.output
    decided = options.format is not None or bool(options.get)
    check_suffix(output, (*SUFFIXES, *PLAIN), others=decided)
    if options.get:
        if options.format is not None and options.format.lower() != "json":
            raise ConfigError(f"--get cannot be combined with --format {options.format[:40]}")
        if report.chosen:
            raise ConfigError("--get cannot be combined with --columns")
        from vgginspect.report.json_path import bare, get

        write([f"{bare(get(report.document, path))}\n" for path in options.get], output)
        return
    name = options.format or _by_suffix(output)
    render = renderer(name)
    if output in (None, "-") and name.lower() == "table":
        show(report)
    else:
        chunks = render(report)
        write(_complete(chunks) if whole and name.lower() == "json" else chunks, output)


def _complete(chunks: Iterable[str]) -> Iterator[str]:
    """The same text, made before its first line is given away; long text is kept in a file."""
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="") as kept:
        kept.writelines(chunks)
        kept.seek(0)
        yield from kept


def write(chunks: Iterable[str], output: str | None) -> None:
    """Write text to a file, atomically, or to standard output (None or ``-``).

    Raises:
        OutputError: it cannot be written.
    """
    if output is None or output == "-":
        _to_stdout(map(printable_lines, chunks) if _stdout().isatty() else chunks)
    else:
        from vgginspect.cli.files import write_file

        write_file(output, (chunk.encode("utf-8", "backslashreplace") for chunk in chunks))


def show(report: Report) -> None:
    """Write the ``table`` format to standard output, in its width and colours."""
    stream = _stdout()
    width = terminal_width() if stream.isatty() else None
    if _wants_colour(stream):
        from vgginspect.render.terminal import colour_lines

        _to_stdout(colour_lines(report, width))
    else:
        from vgginspect.render.text import plain_lines

        _to_stdout(plain_lines(report, width))


def to_terminal(options: ReportOptions) -> bool:
    """Whether a report goes to a terminal, as a table of limited width."""
    return (
        options.output in (None, "-")
        and options.format in (None, "table")
        and (not options.get and _stdout().isatty())
    )


def terminal_width() -> int:
    """Columns of the terminal: ``COLUMNS``, else the reported width, else 80."""
    from shutil import get_terminal_size

    return get_terminal_size().columns


def _wants_colour(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM", "") not in ("dumb", "")


def _to_stdout(chunks: Iterable[str]) -> None:
    stream = _stdout()
    try:
        stream.writelines(_encodable(chunks, stream))
        stream.flush()
    except (BrokenPipeError, VGGInspectError):
        # A VGGInspectError comes from the input, which is read while the output is written.
        raise
    except OSError as error:
        hush()
        raise OutputError(f"cannot write to standard output: {error.strerror}") from None


def can_print(text: str, stream: TextIO | None) -> bool:
    """Whether a stream has all characters of a text."""
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _encodable(chunks: Iterable[str], stream: TextIO) -> Iterable[str]:
    encoding = (stream.encoding or "ascii").lower()
    if encoding.replace("-", "").startswith("utf"):
        return chunks
    return _in_encoding(chunks, encoding)


def _in_encoding(chunks: Iterable[str], encoding: str) -> Iterator[str]:
    for chunk in chunks:
        try:
            chunk.encode(encoding)
            yield chunk
        except UnicodeEncodeError:
            plain = chunk.translate(ASCII)
            yield plain.encode(encoding, "backslashreplace").decode(encoding)


def _stdout() -> TextIO:
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    return sys.stdout


def check_suffix(output: str | None, made: Iterable[str], others: bool = False) -> None:
    """Refuse a file whose suffix is not among those that a command makes.

    With ``others``, only the suffixes of other commands' files are refused.

    Raises:
        ConfigError: the message names the command that makes such files, or the suffixes.
    """
    suffix = os.path.splitext(output or "")[1].lower()  # noqa: PTH122
    if suffix in made or output is None:
        return
    instead = _MADE_BY.get(suffix)
    if instead is not None:
        raise ConfigError(
            f"this command makes no {suffix} files; "
            f"vgginspect {instead} makes them: vgginspect {instead} NETWORK -o {printable(output)}"
        )
    if not others:
        known = ", ".join(filter(None, made))
        raise ConfigError(
            f"{printable(output)}: no format has the suffix {printable(suffix)}; "
            f"this command makes {known}, and files without a suffix"
        )


def _by_suffix(output: str | None) -> str:
    if output is None:
        return "table"
    return SUFFIXES.get(os.path.splitext(output)[1].lower(), "table")  # noqa: PTH122


def ignore_closed_pipe(write: Callable[[], None]) -> None:
    """Write, and ignore a closed pipe, because the exit code still matters."""
    try:
        write()
    except BrokenPipeError:
        hush()


def hush() -> None:
    """Discard buffered standard output, so that no error is printed at exit."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass


def print_error(message: str) -> None:
    """Print an error on standard error, with a second line in the language of the explanations.

    A closed standard error is ignored.
    """
    try:
        text = printable_lines(f"vgginspect: {_translated(message)}\n")
        sys.stderr.writelines(_encodable([text], sys.stderr))
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass


def _translated(message: str) -> str:
    """The message with its translation, if standard error can print it."""
    language = spoken_language()
    if language == "en":
        return message
    from vgginspect.lang.translate import with_translation

    text = with_translation(message, language)
    return text if can_print(words(language).name, sys.stderr) else message


def spoken_language() -> str:
    """The language of errors and ``--help``, which can come before the options are read."""
    for before, argument in zip(["", *command_line], command_line, strict=False):
        name, _, value = argument.partition("=")
        if "--lang" in (before, name) and argument != "--lang":
            return _known_language(argument if before == "--lang" else value)
    return _known_language(None)


def _known_language(asked: str | None) -> str:
    try:
        return words(asked).language
    except VGGInspectError:
        return "en" if asked is None else _known_language(None)
