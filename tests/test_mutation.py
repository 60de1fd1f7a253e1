"""The modules that are mutated have tests, and the list of what none can notice is readable."""

from pathlib import Path

import pytest

from tests.mutation.core import CORE, own_tests
from tests.mutation.equivalent import LIST, equivalents, paragraph

PROJECT = Path(__file__).parents[1]


def test_every_module_of_the_core_has_tests_of_its_own():
    for module in CORE:
        assert (PROJECT / module).is_file()
        assert all((PROJECT / tests).is_file() for tests in own_tests(module))


def test_every_listed_mutant_is_of_the_core():
    assert {module for module, *_ in equivalents(LIST.read_text(encoding="utf-8"))} <= set(CORE)


def test_every_listed_mutant_quotes_a_line_that_stands_there():
    for module, _, before, _ in equivalents(LIST.read_text(encoding="utf-8")):
        source = " ".join((PROJECT / module).read_text(encoding="utf-8").split())
        assert before in source, module


def test_the_list_is_read_as_it_is_written():
    key = ("vgginspect/x.py", "C.f", "a > b", "a >= b")
    text = paragraph(key, "They are\nnever equal.")
    assert equivalents(f"# a note\n\n{text}\n{paragraph((key[0], '', 'c', 'd'), 'Why.')}") == {
        key: "They are never equal.",
        (key[0], "", "c", "d"): "Why.",
    }


@pytest.mark.parametrize(
    "text",
    [
        "vgginspect/x.py f\n- a\n+ b\n",
        "vgginspect/x.py f\n+ b\n- a\nWhy.\n",
        "vgginspect/x.py\n",
        "vgginspect/x.py f\n- a\n+ b\nWhy.\n\nvgginspect/x.py f\n- a\n+ b\nWhy not.\n",
    ],
)
def test_a_mutant_without_a_reason_or_listed_twice_is_refused(text):
    with pytest.raises(ValueError, match="parts are missing"):
        equivalents(text)
