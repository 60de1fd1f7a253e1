"""Spots in the source: which line reads an entry, and which loop that line is in."""

import ast
import linecache
import sys
from collections.abc import Callable
from functools import cache
from types import CodeType, FrameType
from typing import NamedTuple

#: Functions that call each other, as deep as is looked at.
DEEPEST = 40


class Spot(NamedTuple):
    """A place in the code that reads entries by their number."""

    code: CodeType
    at: object
    line: int


def caller() -> Spot:
    """The spot of the code that reads: the same spot is the same loop."""
    frame = sys._getframe(2)
    return Spot(frame.f_code, _positions(frame.f_code)(frame.f_lasti), frame.f_lineno)


@cache
def _positions(code: CodeType) -> Callable[[int], object]:
    """From the offset of an instruction to its position in the source.

    The offset alone will not do: from Python 3.11 on, it moves on once the instruction has been
    replaced by a faster one.
    """
    if not hasattr(code, "co_positions"):
        return int
    positions = tuple(code.co_positions())
    return lambda offset: positions[offset // 2]


def running() -> tuple[tuple[CodeType, int], ...]:
    """The functions that are running where the caller of the caller is, each with its line."""
    found: list[tuple[CodeType, int]] = []
    frame: FrameType | None = sys._getframe(3)
    while frame is not None and len(found) < DEEPEST:
        found.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back
    return tuple(found)


def has_left(spot: Spot, lines: tuple[tuple[CodeType, int], ...]) -> bool:
    """Whether the function of a spot runs lines outside the loop that the spot is in."""
    loop = _loop(spot.code.co_filename, spot.line)
    own = [line for code, line in lines if code is spot.code]
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
