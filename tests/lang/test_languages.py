"""Every language has all messages, with the same placeholders."""

import ast
import re
import string
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from vgginspect import plan
from vgginspect.lang import LANGUAGES, words
from vgginspect.lang.en import MESSAGES
from vgginspect.render.text import plain_lines
from vgginspect.text.width import cell_width
from vgginspect.views.summary import report as summary

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


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("trace-A", "trace A"),
        ("summary-small-explain", "summary 8,M,LRN,conv1-16,16,C --explain"),
        ("layer-D", "layer D conv4_1 fc6"),
        ("compare-D-C", "compare D C"),
        ("configs", "configs"),
    ],
)
def test_korean_is_as_it_was(
    name: str, command: str, cli: Callable[..., Any], golden: Callable[[str, str], None]
) -> None:
    golden(f"{name}-ko.txt", cli(*command.split(), "--lang", "ko").out)


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
            if " " in key.value:
                continue  # Another function: the words of a text.
            asked += 1
            assert key.value in MESSAGES, f"{path.name}, line {node.lineno}"
    assert asked > 50


#: English words in Korean texts: names that Korean readers know, of code, keys and programs.
NAMES = set(
    re.findall(
        r"\w+",
        """against amp auto autocast autograd avgpool blocks bn cfg code compare costs cpu
        csv dark dict dilation en features forward fused groups growth hidden in install
        json jsonl ko light list loads memory missing model none on pip plan pytorch
        quantized repr reshape return rich root safetensors same shape skip sparse stage
        stop summary table tar token torch torchvision trace true typer verify vgginspect
        view""",
    )
)


def english_words(text: str) -> set[str]:
    plain = re.sub(r"\{[\w!]+\}|'[^'가-힣]*'", "", text)
    return set(re.findall(r"(?<![\w.\-/+@])[a-z]{2,}(?![\w.\-/:(=])", plain, re.ASCII))


@pytest.mark.parametrize("module", ["ko", "ko_errors", "ko_help"])
def test_no_english_word_is_in_korean_but_names(module: str) -> None:
    found = import_module(f"vgginspect.lang.{module}")
    tables = [table for name, table in vars(found).items() if name.isupper() and name != "NAME"]
    texts = {
        key: text for table in tables if isinstance(table, dict) for key, text in table.items()
    }
    lost = {key: english_words(text) - NAMES for key, text in texts.items() if key != "draw_fonts"}
    assert not {key: words for key, words in lost.items() if words}
