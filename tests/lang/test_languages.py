"""Every language says everything, with the same placeholders."""

import ast
import re
import string
from importlib import import_module
from pathlib import Path

import pytest

from vgginspect import plan
from vgginspect.lang import LANGUAGES, words
from vgginspect.lang.en import MESSAGES
from vgginspect.render.text import plain_lines
from vgginspect.text.width import cell_width
from vgginspect.views.summary import report as summary
from vgginspect.views.trace import report as walk

PACKAGE = Path(__file__).parents[2] / "vgginspect"
others = pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


@others
def test_no_message_lacks_a_translation(language: str) -> None:
    messages = import_module(f"vgginspect.lang.{language}").MESSAGES
    assert set(messages) == set(MESSAGES)
    assert list(messages) == list(MESSAGES)


@others
@pytest.mark.parametrize("key", MESSAGES)
def test_the_placeholders_are_the_same(language: str, key: str) -> None:
    message = import_module(f"vgginspect.lang.{language}").MESSAGES[key]
    assert placeholders(message) == placeholders(MESSAGES[key])
    assert bool(message) == bool(MESSAGES[key])


def test_korean_is_korean() -> None:
    """What is not translated is a name: of a column in code, a symbol, a unit."""
    messages = import_module("vgginspect.lang.ko").MESSAGES
    plain = {key for key, text in messages.items() if not re.search("[가-힣]", text)}
    assert all(
        re.fullmatch(
            r"column_\w+|\w+_macs|pane_cfg|layer_state_dict|identify_\w+|draw_fonts",
            key,
        )
        for key in plain
    )
    plain.discard("draw_fonts")
    sentences = [key for key in MESSAGES if " " in MESSAGES[key] and len(MESSAGES[key]) > 25]
    assert not plain & set(sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_aligned_in_cells(language: str) -> None:
    spoken = words(language)
    rows = list(plain_lines(summary(plan("E+bn"), spoken)))
    table = [row for row in rows if row.startswith("  features.")]
    title = next(row for row in rows if spoken("column_path") in row)
    ends = {
        cell_width(row[: row.index(f"{n:,}") + len(f"{n:,}")])
        for row, n in zip(table, [la.params for la in plan("E+bn").features], strict=True)
        if n > 100_000
    }
    assert len(ends) == 1
    until = title.index(spoken("column_params")) + len(spoken("column_params"))
    assert cell_width(title[:until]) in ends


def test_the_walk_in_korean() -> None:
    text = "".join(plain_lines(walk(plan("A"), words("ko"))))
    assert "숫자이므로 Conv2d와 ReLU를 추가하고 in_channels = 64" in text
    assert "최대 풀링이므로 MaxPool2d를 추가, in_channels는 그대로 64" in text
    assert "합성곱층 8개 + 완전연결층 3개 = 가중치가 있는 층 11개 → VGG11" in text
    assert "132,863,336" in text


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"VGGINSPECT_LANG": "ko"}, "ko"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LC_ALL": "C", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LC_MESSAGES": "ko_KR.UTF-8", "LANG": "C"}, "ko"),
        ({"VGGINSPECT_LANG": "en", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_where_the_language_comes_from(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("VGGINSPECT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert words().language == expected
    assert words("ko").language == "ko"


def used_keys() -> set[str]:
    """Every literal string in the package, to look for keys in."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "lang":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_no_message_is_left_over() -> None:
    used = used_keys()
    prefixes = (
        "column_",
        "convention_",
        "table_",
        "figure_",
        "fact_",
        "reason_",
        "page_",
        "draw_",
        "certainty_",
        "note_",
        "why_",
        "pooled_",
        "windows_",
        "adaptation_",
        "edit_",
    )
    for key in MESSAGES:
        stem = key.removesuffix("_one").removesuffix("_other")
        assert key.startswith(prefixes) or key in used or stem in used, key


def test_no_message_that_is_asked_for_is_missing() -> None:
    asked = 0
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            key = node.args[0]
            if called != "words" or not isinstance(key, ast.Constant) or key.value in LANGUAGES:
                continue
            asked += 1
            assert key.value in MESSAGES, f"{path.name}, line {node.lineno}"
    assert asked > 50
