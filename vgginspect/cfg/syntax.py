"""Python text as a syntax tree, and where its nodes stand in the text. Nothing is run."""

import ast
import re
import warnings
from bisect import bisect_left
from itertools import accumulate

from vgginspect.cfg.parser import error_at
from vgginspect.cfg.tokens import parse_token
from vgginspect.errors import ConfigError

#: Python text of more than 1 MiB is not parsed: its syntax tree would need a hundred times that.
MAX_TEXT = 1 << 20
#: How many digits of a huge number are marked.
_DIGITS = 8


def parse(text: str) -> ast.Module | None:
    """The syntax tree of Python text, or None if it is not Python, or too long or too deep."""
    if len(text) > MAX_TEXT:
        return None
    try:
        return _parsed(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def invalid_line(text: str) -> str:
    """``line 4 is not Python 3: …``, or the empty string."""
    try:
        _parsed(text)
    except SyntaxError as error:
        return f"line {error.lineno} is not Python 3: {error.msg}"
    except (ValueError, MemoryError, RecursionError):
        return ""
    return ""


def syntax_error(text: str) -> ConfigError | None:
    """The syntax error of a Python expression, marked in the text; None if there is none."""
    start = len(text) - len(text.lstrip())
    try:
        _parsed(text[start:])
    except SyntaxError as error:
        lines = text[start:].split("\n")[: max(error.lineno or 1, 1) - 1]
        at = start + sum(len(line) + 1 for line in lines) + max(error.offset or 1, 1) - 1
        at = min(at, len(text) - 1)
        word = next((word for word in re.finditer(r"[\w-]+", text) if word.end() > at), None)
        if word and word.start() <= at and _is_token(word[0]):
            what = f"in Python notation this token needs quotes: '{word[0]}'"
            return error_at(text, word.start(), len(word[0]), None, what)
        if "Exceeds the limit" in error.msg:
            return error_at(text, at, _DIGITS, None, "this number is too large")
        return error_at(text, at, 1, None, f"not Python: {error.msg}")
    except (ValueError, MemoryError, RecursionError):
        return ConfigError("this Python text is nested too deeply")
    return None


def _is_token(word: str) -> bool:
    try:
        parse_token(word)
    except ConfigError:
        return False
    return True


class SourceText:
    """Where the nodes of a syntax tree stand in the text that a person wrote.

    Args:
        written: the text.
        parsed: what was parsed: the same characters, with others around them.
        shift: what to add to a position in ``parsed`` for that in ``written``.
    """

    def __init__(self, written: str, parsed: str, shift: int) -> None:
        self._written = written
        self._parsed = parsed
        self._shift = shift
        #: Line -> the column in bytes of each of its characters.
        self._columns: dict[int, list[int]] = {}
        self._lines = parsed.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]

    def place(self, node: ast.expr | ast.keyword) -> tuple[int, int]:
        """The first position of a node, and the one after its last."""
        start = self._at(node.lineno, node.col_offset)
        return start, self._at(node.end_lineno or 1, node.end_col_offset or 0)

    def text(self, node: ast.expr) -> str:
        """A node as it was written."""
        start, end = self.place(node)
        return self._parsed[start - self._shift : end - self._shift]

    def error(self, node: ast.expr | ast.keyword, position: int | None, what: str) -> ConfigError:
        """An error that marks a node, the entry at ``position``, from 1."""
        start, end = self.place(node)
        return error_at(self._written, start, end - start, position, what)

    def _at(self, line: int, column: int) -> int:
        # Python counts columns in bytes.
        text = self._lines[line - 1]
        if not text.isascii():
            if line not in self._columns:
                lengths = (len(char.encode()) for char in text)
                self._columns[line] = list(accumulate(lengths, initial=0))
            column = bisect_left(self._columns[line], column)
        return self._starts[line - 1] + column + self._shift
