"""Errors under ``--lang ko``: English first, so that it can be searched for, then Korean."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cli import test_bad_input
from examples import ROOT, blocks, commands

from vgginspect.lang.ko_errors import ERRORS
from vgginspect.lang.translate import errors_of, translated

PACKAGE = ROOT / "vgginspect"
DOCUMENTS = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
HANGUL = re.compile("[가-힣]")
#: Exceptions whose messages no command prints, or prints inside another.
INNER = {
    "AttributeError",
    "KeyError",
    "OSError",
    "PermissionError",
    "TypeError",
    "UsedAsKeyError",
    "ValueError",
}
#: Messages of which the code has only the frame; the tables of errors have whole ones.
COMPOSED = {
    "several tokens",
    "too long",
    "X1, not X1",
    "X1, not X1X1",
    "X1X1",
    "not a token; X1 is X1",
    "not a token; tokens are X1",
    "forward returns X1: likely a return statement is missing",
    "X1 is not a checkpoint: it is in Keras's formatX1",
    "X1 invalid lineX1 skipped",
    "X1 has X1; there is no entry X1",
    "no entry X1 X1X1X1",
    "this format has one table; X1 X1 not in the same table as X1; select columns of one table",
}


def template(node: ast.expr, constants: dict[str, str]) -> str:
    """The text of an expression, with ``X1`` for whatever is filled in; empty if it is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(template(part, constants) or "X1" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return "".join(template(side, constants) or "X1" for side in (node.left, node.right))
    return constants.get(node.id, "") if isinstance(node, ast.Name) else ""


def raised() -> Iterator[tuple[str, str]]:
    """Where an error is made, and the template of its message."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            node.targets[0].id: template(node.value, {})
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            if called.endswith("Error") and called not in INNER:
                last = called == "UnreadableError"
            elif called in ("error_at", "print_error", "fail"):
                last = called == "error_at"
            else:
                continue
            text = template(node.args[-1 if last else 0], constants)
            if text:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def test_every_error_of_the_code_has_a_korean_one() -> None:
    known = {**errors_of("ko"), "X1": "X1", "'X1'": "'X1'"}
    lines = [(where, text, text.split("\n")) for where, text in raised()]
    assert len(lines) > 250
    lost = {
        where: line
        for where, text, (first, *others) in lines
        for line in (first, *(other.strip() for other in others))
        if line not in COMPOSED
        and re.search("[a-z]{3}", line)
        and not line.startswith("pip install")
        and translated(line, known) is None
    }
    assert not lost, "a line for each in vgginspect/lang/ko_errors.py is missing"


def documented() -> Iterator[Any]:
    """Every error and note that a document shows; ``test_docs`` runs their commands."""
    for path in DOCUMENTS:
        document = path.read_text(encoding="utf-8")
        for block in blocks(document):
            if block.language == "console" and block.note not in ("file", "not run"):
                for command in commands(document, block):
                    for said in re.findall(r"(?m)^vgginspect: (.*)", command.output):
                        if "..." not in said:
                            yield pytest.param(said, id=f"{path.stem}:{command.line}")


@pytest.mark.parametrize("said", list(documented()))
def test_every_error_of_the_documents_has_a_korean_one(said: str) -> None:
    korean = translated(said, errors_of("ko"))
    assert korean is not None
    assert HANGUL.search(korean)


def cases_of(test: Any) -> list[list[str]]:
    """The command lines of a table of ``cli/test_bad_input.py``."""
    (table,) = (mark.args[1] for mark in test.pytestmark if "args" in mark.args[0])
    return [case[0] if isinstance(case, tuple) else case for case in table]


CASES = [
    *(["summary", *args] for args in cases_of(test_bad_input.test_what_makes_no_sense_is_refused)),
    *cases_of(test_bad_input.test_a_command_line_that_makes_no_sense_is_refused),
    *filter(None, cases_of(test_bad_input.test_wrong_usage_is_2_and_says_how_it_goes)),
    ["layer", "D", "conv4"],
    ["layer", "D", "conv1"],
    ["layer", "D", "features.40"],
    ["layer", "A", "relu3_3"],
    ["layer", "D", "softmax"],
    ["layer", "D", "flatten"],
    ["layer", "D", "data"],
    ["summary", "[[64, 64], [128]]"],
    ["summary", "[[64, 'M'], [128]]"],
    ["summary", "[(64, 3, 1), 'M']"],
    ["summary", "64,M2x1"],
    ["summary", "conv64 s2 s2"],
    ["summary", "conv"],
    ["summary", "64,P3"],
    ["summary", "64,C(3"],
    ["summary", "64,relu,M"],
    ["summary", "64,bn,M"],
    ["summary", "64,dropout,M"],
    ["summary", "64,softmax"],
    ["summary", "64,64x20"],
    ["summary", "64*3,M"],
    ["summary", "64,conv3-64k3k5"],
    ["summary", "64,conv3-64g2"],
    ["summary", "64,maxpool2d2"],
    ["summary", "D*2"],
    ["summary", "+bn"],
    ["summary", "64,M+bn,128"],
    ["summary", "D+classes"],
    ["summary", "cfgs['F']"],
    ["summary", "make_layers(cfgs['D'], norm=True)"],
    ["summary", "make_layers()"],
    ["summary", "[64] * 2.5"],
    ["summary", "[64, 2 // 0]"],
    ["summary", "[f(64)]"],
    ["summary", "64,vgg16_bn"],
    ["summary", "D", "--input-size", "64x64x1"],
    ["summary", "D", "--input-size", "32x3x224x224"],
    ["summary", "D", "--avgpool", "2000000000"],
    ["summary", "D", "--get", "input.0.1"],
    ["summary", "D", "--get", "input.7"],
    ["summary", "64", "--get", "steps.7"],
    ["summary", "D", "--only", "x"],
    ["summary", "D", "--only", ","],
    ["summary", "D", "--format", "csv", "--columns", "token,name"],
    ["summary", "D", "--format", "csv", "--columns", "token"],
    ["summary", "D", "--format", "json", "--columns", "name"],
    ["summary", "D", "-o", "x.png"],
    ["summary", "D", "-o", "x.foo"],
    ["summary", "D", "--explain", "--format", "csv"],
    ["summary", "-", "--lines", "--explain"],
    ["summary", "D", "--bn=1"],
    ["summary", "D", "--formt", "csv"],
    ["compare", "D"],
    ["compare", "-", "-"],
    ["compare", "D", "E", "--name", "a", "--name", "b", "--name", "c"],
    ["compare", "D", "64,X"],
    ["draw", "D", "-o", "x"],
    ["draw", "D", "-o", "x.gif"],
    ["draw", "D", "-o", "x.svg", "--style", "x"],
    ["draw", "D", "-o", "x.html", "--style", "costs"],
    ["draw", "D", "-o", "x.svg", "--style", "costs", "--until", "conv1_1"],
    ["draw", ",".join(["8"] * 401), "-o", "x.svg"],
    ["draw", "D"],
    ["memory", "D", "--batch-size", "0"],
    ["memory", "D", "--fits", "x"],
    ["memory", "D", "--dtype", "x"],
    ["memory", "D", "--freeze", "features", "--features-only"],
    ["memory", "A-LRN", "--dtype", "amp"],
    ["trace", "D", "--steps", "x"],
    ["trace", "D", "--steps", "40"],
    ["trace", "D", "--steps", "0"],
    ["identify", "nowhere.pth"],
    ["identify", str(ROOT / "README.md")],
    ["identify", str(ROOT / "tests")],
    ["weights", "D", "E"],
    ["weights", "D", "E", "--only", "x"],
    ["verify", "D", "--against", "x"],
    ["verify", "64,M", "--against", "torchvision"],
    ["trace", "D", "--builder", "x"],
    ["trace", "D", "--builder", "nowhere.py:f"],
    ["trace", "D", "--builder", "nowhere_at_all:f"],
    ["trace", "D", "--builder", "math:sqr"],
    ["trace", "D", "--builder", "math:pi"],
]


@pytest.mark.parametrize(
    "args", CASES, ids=lambda args: " ".join(args)[:50].encode("unicode_escape").decode()
)
def test_an_error_in_korean_has_its_english_first(
    args: list[str],
    cli: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    plain = cli(*args)
    monkeypatch.setenv("VGGINSPECT_LANG", "ko")
    code, _, err = cli(*args)
    assert code == plain[0]
    english = plain[2].splitlines()
    first, second, *others = err.splitlines()
    assert first == english[0]
    assert HANGUL.search(second)
    # An excerpt of a list stays as it is.
    assert [line for line in english[1:] if "^" in line] == [line for line in others if "^" in line]
    assert len(others) == len(english) - 1


@pytest.mark.parametrize(
    ("args", "environment"),
    [
        (["summary", "vgg17", "--lang", "ko"], {}),
        (["summary", "--lang=ko"], {}),
        (["summary", "vgg17"], {"VGGINSPECT_LANG": "ko"}),
        (["summary", "vgg17"], {"LANG": "ko_KR.UTF-8"}),
        (["nonsense", "--lang", "ko"], {}),
        (["summary", "D", "--lang", "xx"], {"LANG": "ko_KR.UTF-8"}),
    ],
)
def test_the_language_is_that_of_the_explanations(args, environment, cli, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert HANGUL.search(cli(*args).err.splitlines()[1])


def test_an_error_in_english_is_in_english(cli, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("VGGINSPECT_LANG", "ko")
    assert not HANGUL.search(cli("summary", "vgg17", "--lang", "en").err)
    monkeypatch.setenv("VGGINSPECT_LANG", "xx")
    assert not HANGUL.search(cli("summary", "vgg17").err)


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", True), ("cp949", True), ("ascii", False)]
)
def test_korean_is_left_out_where_it_cannot_be_printed(encoding: str, shown: bool) -> None:
    code = "from vgginspect.cli import main; main(['summary', 'vgg17', '--lang', 'ko'])"
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code],
        capture_output=True,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PATH": ""},
    )
    assert bool(HANGUL.search(done.stderr.decode(encoding))) is shown
    assert b"\\u" not in done.stderr


@pytest.mark.parametrize("korean", ERRORS.values())
def test_korean_is_korean(korean: str) -> None:
    assert HANGUL.search(korean) or not re.search("[a-z]", re.sub(r"\{\w+\}", "", korean))
