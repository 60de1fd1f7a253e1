"""Lists that a builder looks up by itself: found, distinguished, replaced and restored."""

import functools
import sys
from types import ModuleType
from typing import Any

import pytest

from vgginspect.pytorch.named_lists import SHOWN, holding, missing, named, places, put

SOURCE = """
PLAIN = [1, "M"]
PAIRS = ((1, 2), "M")
cfgs = {"A": [1, "M"], 11: (3, "M"), "words": ["M"], "none": None}
colours = ["red", "green"]
flags = [True, False]

def make(name): ...

class Net:
    own = {"B": [1, "M"]}
    mine = [1, "M"]
    def make(self, name): ...
    @classmethod
    def of(cls, name): ...

class Child(Net): ...
"""


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = ModuleType("lists_of_a_test")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    exec(SOURCE, vars(made))
    return made


OF_MODULE = ["PLAIN", "PAIRS", "cfgs['A']", "cfgs[11]"]


def texts(builder: Any) -> list[str]:
    return [place.text for place in places(builder)]


def test_lists_with_numbers_are_found_in_the_module_and_the_class(module: Any) -> None:
    assert texts(module.make) == OF_MODULE
    assert texts(functools.partial(module.make, 1)) == OF_MODULE
    for builder in (module.Net, module.Child, module.Net.of, module.Net().make):
        assert texts(builder) == [*OF_MODULE, "Net.own['B']"]
    assert texts(len) == []


def test_the_same_list_is_found_wherever_it_is(module: Any) -> None:
    same = holding(places(module.Net), [1, "M"])
    assert [place.text for place in same] == ["PLAIN", "cfgs['A']", "Net.own['B']"]
    assert [place.text for place in holding(places(module.make), [3, "M"])] == ["cfgs[11]"]
    assert holding(places(module.make), [1]) == []


def test_a_name_is_the_key_of_the_list_or_a_new_one(module: Any) -> None:
    found = places(module.Net)
    assert [place.key for place in named(found, [1, "M"], "new")] == ["A", "B"]
    fresh = named(found, [7], "new")
    assert [place.text for place in fresh] == ["cfgs['new']", "Net.own['new']"]
    assert [(place.holder, place.key) for place in fresh] == [
        (module.cfgs, "new"),
        (module.Net.own, "new"),
    ]
    assert named(holding(found, []), [7], "new") == []


def test_what_is_put_in_place_is_taken_out_again(module: Any) -> None:
    found = places(module.make)
    before, cfg = {**module.cfgs}, [9]
    with put(cfg, [*found, *named(found, cfg, "new")]):
        assert module.PLAIN is module.cfgs["A"] is module.cfgs["new"] is cfg
    assert module.cfgs == before
    assert module.PLAIN == [1, "M"]


def test_the_error_names_what_there_is(module: Any) -> None:
    place = places(module.make)[0]
    assert str(missing("b", [])).startswith(
        "b has no parameter for a cfg list, and its module has no list;"
    )
    assert str(missing("b", [place])).endswith("in its module equals the CONFIG: PLAIN")
    assert str(missing("b", [place] * (SHOWN + 2))).endswith(", PLAIN and 2 more")
