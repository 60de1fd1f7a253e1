"""``trace --quiz`` with answers from a pipe; on a terminal in test_trace_step.py."""

from collections.abc import Callable
from typing import Any

import pytest

ANSWERS = "conv, relu\n64\n2\n64x224x224\nconv\n3\n4\n64x224x224\nq\n"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_quiz(language: str, cli: Callable[..., Any], golden: Callable[[str, str], None]) -> None:
    done = cli("trace", "A", "--quiz", "--lang", language, stdin=ANSWERS)
    assert (done.code, done.err) == (0, "")
    golden(f"quiz-{language}.txt", done.out)


@pytest.mark.parametrize(
    ("args", "stdin", "score"),
    [
        (("A",), "", "0 of 0 right"),
        (("A",), "Q\n", "0 of 0 right"),
        (("A",), "conv relu\n64\n", "2 of 2 right"),
        (("A", "--steps", "2"), "pool\n64\n3\n64x112x112\nmore\n", "4 of 4 right"),
        (("8,M+bn",), "\n\n\n\npool\n8\n4\n8 112 112", "4 of 8 right"),
        (("8",), b"\xff\x1b[2J\n8\n2\n1\n", "2 of 4 right"),
    ],
)
def test_the_score(
    args: tuple[str, ...], stdin: str | bytes, score: str, cli: Callable[..., Any]
) -> None:
    done = cli("trace", *args, "--quiz", "--lang", "en", stdin=stdin)
    assert done.code == 0
    assert done.out.endswith(f"\n{score}\n")
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("A", "--step"), "--step cannot be combined with --quiz"),
        (("A", "--cumulative"), "--quiz cannot be combined with --cumulative"),
        (("A", "--by", "stage"), "--quiz cannot be combined with --by"),
        (("A", "--format", "json"), "--quiz cannot be combined with --format"),
        (("A", "--builder", "mine.py:make"), "--quiz cannot be combined with --builder"),
        (("A", "--steps", "99"), "there is no step 99"),
        (("-",), "--quiz reads the answers from standard input; NETWORK cannot be -"),
    ],
)
def test_what_cannot_be_a_quiz(
    args: tuple[str, ...], message: str, cli: Callable[..., Any]
) -> None:
    done = cli("trace", *args, "--quiz", stdin="8,M")
    assert (done.code, done.out) == (2, "")
    assert message in done.err
