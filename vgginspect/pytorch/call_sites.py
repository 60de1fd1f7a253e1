"""Call sites: which line of the source reads an entry, and which loop that line is in."""

import ast
import linecache
import sys
from collections.abc import Callable
from functools import cache
from types import CodeType, FrameType
from typing import NamedTuple

#: Maximum call depth that is examined.
MAX_DEPTH = 40


class CallSite(NamedTuple):
    """A source position that reads a list; equal positions mean the same loop."""

    code: CodeType
    at: object
    line: int


def caller() -> CallSite:
    """The call site of the method that calls this."""
    frame = sys._getframe(2)
    return CallSite(frame.f_code, _positions(frame.f_code)(frame.f_lasti), frame.f_lineno)


@cache
def _positions(code: CodeType) -> Callable[[int], object]:
    """A function from the offset of an instruction to its source position.

    The offset itself is not enough: since Python 3.11 it changes when the interpreter specialises
    the instruction.
    """
    if not hasattr(code, "co_positions"):
        return int
    positions = tuple(code.co_positions())
    return lambda offset: positions[offset // 2]


def running() -> tuple[tuple[CodeType, int], ...]:
    """The call stack above the caller's caller: functions with their current lines."""
    found: list[tuple[CodeType, int]] = []
    frame: FrameType | None = sys._getframe(3)
    while frame is not None and len(found) < MAX_DEPTH:
        found.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back
    return tuple(found)


def left_loop(site: CallSite, lines: tuple[tuple[CodeType, int], ...]) -> bool:
    """Whether the function of a call site is now outside the loop that contains the site."""
    loop = _loop(site.code.co_filename, site.line)
    own = [line for code, line in lines if code is site.code]
    return loop is not None and bool(own) and not any(line in loop for line in own)


@cache
def _loop(file: str, line: int) -> range | None:
    """The lines of the innermost loop around a line."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp)
    spans = [
        range(node.lineno, node.end_lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, loops) and node.end_lineno is not None
    ]
    around = [span for span in spans if line in span]
    return min(around, key=len) if around else None
