"""Where in a file its tensors are."""

from typing import Any

import pytest

from vgginspect.checkpoint import state_dict
from vgginspect.checkpoint.state_dict import FoundTensors, find_tensors
from vgginspect.checkpoint.stored_tensor import StoredTensor
from vgginspect.checkpoint.values import GlobalName, Inert, UnreadableFileError

ONE, TWO = StoredTensor((1,), "float32"), StoredTensor((2,), "float32")


def inert(name: str = "a.B", state: object = None, arguments: object = ()) -> Inert:
    made = Inert(GlobalName(name), arguments)
    made.state = state
    return made


def module(inner: dict[str, Any], **parameters: StoredTensor) -> Inert:
    return inert("a.M", {"_modules": inner, "_parameters": parameters, "_buffers": {}})


@pytest.mark.parametrize(
    ("value", "nested", "names"),
    [
        ({"a": ONE}, (), ["a"]),
        ({1: ONE, b"b": ONE}, (), ["1", "b"]),
        ({"x": {"a": ONE}, "y": {"b": ONE, "c": ONE}}, ("y",), ["b", "c"]),
        ({"x": {"a": ONE}, "y": {"b": ONE}}, ("x",), ["a"]),
        ([{"a": ONE}, 7], ("0",), ["a"]),
        ({"a": {"b": {"c": {"d": {"e": ONE}}}}}, ("a", "b", "c", "d"), ["e"]),
        ({"a": {"b": {"c": {"d": {"e": {"f": ONE}}}}}}, (), []),
        (inert(state={"net": {"a": ONE}}), ("net",), ["a"]),
        (inert("collections.OrderedDict", None, ([["a", ONE], ["b", TWO]],)), (), ["a", "b"]),
        (module({"x": module({}, a=ONE)}, b=TWO), (), ["b", "x.a"]),
        (inert("fx.make", None, ({"_modules": {}, "_parameters": {"a": ONE}}, 7)), (), ["a"]),
        (ONE, (), []),
        (None, (), []),
    ],
)
def test_the_largest_mapping_is_found(value: object, nested: Any, names: list[str]) -> None:
    found = find_tensors(value)
    assert found.nested == nested
    assert list(found.tensors) == names


def test_a_container_in_itself() -> None:
    value: dict[str, Any] = {"a": ONE}
    value["self"] = value
    assert find_tensors(value).tensors == {"a": ONE}


def test_what_is_shared_is_looked_at_once() -> None:
    value: dict[str, Any] = {"a": ONE}
    for _ in range(3):
        value = {str(number): value for number in range(1000)}
    assert find_tensors(value).nested == ("0", "0", "0")


def test_modules_without_end() -> None:
    endless = module({})
    endless.state["_modules"]["a"] = endless  # type: ignore[index]
    doubled = module({}, a=ONE)
    for _ in range(49):
        doubled = module({"a": doubled, "b": doubled})
    for value in (endless, doubled):
        with pytest.raises(UnreadableFileError, match="too many modules"):
            find_tensors(value)


def test_the_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_dict, "MAX_CONTAINERS", 10)
    many = {str(number): {"x": 1} for number in range(20)}
    assert find_tensors({"a": {"w": ONE}} | many).nested == ("a",)
    assert find_tensors(many | {"a": {"w": ONE}}) == FoundTensors({})


@pytest.mark.parametrize(
    ("beside", "lists"),
    [
        ({"cfg": [8, "M", 16]}, ((8, "M", 16),)),
        ({"args": inert(state={"cfg": [8, 16]})}, ((8, 16),)),
        ({"cfg": [8, "M"], "more": {"cfg": (8, "M")}}, ((8, "M"),)),
        ({"cfg": [8, "x"]}, ()),
        ({"cfg": "vgg"}, ()),
        ({"cfg": [True, 1.5]}, ()),
        ({"epochs": [1, 2, 3]}, ()),
    ],
)
def test_cfg_lists_beside_the_tensors(beside: dict[str, Any], lists: Any) -> None:
    found = find_tensors({"state_dict": {"w": ONE}, **beside})
    assert found.cfg_lists == lists
    assert found.tensors == {"w": ONE}


@pytest.mark.parametrize(
    ("value", "beside"),
    [
        ({"a": {"w": ONE, "b": ONE}, "ema": {"module.w": ONE, "module.b": ONE}}, ("ema",)),
        ({"a": {"w": ONE, "b": ONE}, "x": {"ema": {"w": ONE}}}, ("x.ema",)),
        ({"a": {"w": ONE, "b": ONE}, "optimizer": {"exp_avg": ONE}}, ()),
        ({"a": {"w": ONE, "b": ONE}}, ()),
    ],
)
def test_others_of_the_same_names(value: Any, beside: tuple[str, ...]) -> None:
    found = find_tensors(value)
    assert (found.nested, found.beside) == (("a",), beside)


def test_entries_that_are_no_tensors() -> None:
    found = find_tensors({"w": ONE, "loss": 3.5, "optimizer": {"state": {}}})
    assert (found.tensors, found.plain) == ({"w": ONE}, ("loss", "optimizer"))


@pytest.mark.parametrize(
    ("value", "access"),
    [
        ({"a": {"w": ONE}}, '["a"]'),
        ({0: [{"w": ONE}]}, "[0][0]"),
        ({b"x": {"w": ONE}}, "[b'x']"),
        (inert(state={"net": {"w": ONE}}), ".net"),
        (inert(state={"a b": {"w": ONE}}), None),
        ({"a": {(1, 2): {"w": ONE}}}, None),
    ],
)
def test_the_way_to_the_tensors_in_python(value: Any, access: str | None) -> None:
    assert find_tensors(value).access == access
