"""The named lists of a text, against the values that Python gives the same names."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.cfg.list_files import named_lists, select, short_names

MODULE = """\
import torch
from torchvision.models.vgg import cfgs as known
__all__ = ["VGG", "vgg16"]
base = [64, 'M']
deep = base + [512] * 2
w: int = 8
cfgs = {'tiny': [w, 'M', w * 2, 'M'], "A": [64, 'M'], 'empty': [], 16: [16], **base}
cfgs['later'] = [3]
sizes = (224, 256)
class VGG(torch.nn.Module):
    cfg = {'tiny': [
        64, 'X',
        'M']}
    plain = dict(one=[8])
    def f(self, x):
        if self.x:
            local = [9]
        else:
            local = [10]
        try:
            inner = [12]
        except KeyError:
            self.z = [11]
base += [13]
alias = same = cfgs['tiny']
own = VGG.plain['one'] + [8]
imported = known['D'][:2] + unknown.cfgs['B'][-2:]
unread = [unknown, 8]
also = unread + [8] + known['F']
number = w
again = [1]
again = [2]
"""
FOUND = {
    "deep": (5, [64, "M", 512, 512]),
    "cfgs.tiny": (7, [8, "M", 16, "M"]),
    "cfgs.A": (7, [64, "M"]),
    "cfgs.16": (7, [16]),
    "cfgs.later": (8, [3]),
    "VGG.cfg.tiny": (11, [64, "X", "M"]),
    "VGG.plain.one": (14, [8]),
    "VGG.f.local:17": (17, [9]),
    "VGG.f.local:19": (19, [10]),
    "VGG.f.inner": (21, [12]),
    "VGG.f.z": (23, [11]),
    "base": (24, [64, "M", 13]),
    "alias": (25, [8, "M", 16, "M"]),
    "same": (25, [8, "M", 16, "M"]),
    "own": (26, [8, 8]),
    "imported": (27, [64, 64, 512, "M"]),
    "again": (32, [2]),
}


def test_the_lists_of_a_module_are_read_without_running_it():
    assert {f.name: (f.line, f.entries) for f in named_lists(MODULE)} == FOUND


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_list_that_is_written_out_keeps_its_place(ends):
    text = MODULE.replace("\n", ends)
    lists = {found.name: found for found in named_lists(text)}
    for name in ("cfgs.A", "VGG.cfg.tiny"):
        place = lists[name].place
        assert place is not None
        kept = lists[name].text(text)
        written = text[slice(*place)]
        assert kept.endswith(written)
        assert kept.count("\n", 0, kept.index("[")) == text.count("\n", 0, place[0])
        assert (
            kept.split("[")[0].split("\n")[-1].count(" ")
            == place[0] - text.rindex("\n", 0, place[0]) - 1
        )
    assert lists["deep"].text(text) == "[64, 'M', 512, 512]"


def test_columns_are_those_of_characters():
    text = "x = {'한국어': [8], '작은': [64, 'M']}\n"
    first, second = named_lists(text)
    assert (first.name, second.name) == ("x.한국어", "x.작은")
    assert second.text(text).strip() == "[64, 'M']"
    assert second.text(text).index("[") == text.index("[64")


@pytest.mark.parametrize(
    ("name", "fitting"),
    [
        ("deep", ["deep"]),
        ("A", ["cfgs.A"]),
        ("cfgs['A']", ["cfgs.A"]),
        ('cfgs["A"]', ["cfgs.A"]),
        ("cfgs[16]", ["cfgs.16"]),
        ("16", ["cfgs.16"]),
        ("tiny", ["cfgs.tiny", "VGG.cfg.tiny"]),
        ("cfg.tiny", ["VGG.cfg.tiny"]),
        ("VGG.cfg", ["VGG.cfg.tiny"]),
        ("plain", ["VGG.plain.one"]),
        ("local", ["VGG.f.local:17", "VGG.f.local:19"]),
        ("local:19", ["VGG.f.local:19"]),
        ("['A']", ["cfgs.A"]),
        ("eep", []),
        ("", []),
    ],
)
def test_a_name_is_a_path_or_its_end_or_a_part(name, fitting):
    assert [found.name for found in select(named_lists(MODULE), name)] == fitting


def test_the_short_name_of_each_list_means_this_list():
    lists = named_lists(MODULE)
    names = short_names(lists)
    for found, name in zip(lists, names, strict=True):
        assert select(lists, name) == [found]
    assert "cfgs.tiny" in names
    assert "A" in names


@pytest.mark.parametrize(
    ("entries", "argument"),
    [
        ("[64, 'M']", "64,M"),
        ("['conv3-64', 'm']", "64,M"),
        ("[64, 64, 'M', 128, 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M']", "B"),
        ("['M']", None),
        ("['x']", None),
        ("['vgg16']", None),
        ("[0.5]", None),
        ("[True]", None),
        ("[(64, 2), 'M']", None),
        ("[0]", None),
        ("[[64], [128]]", None),
    ],
)
def test_what_is_a_cfg_list(entries, argument):
    assert [found.argument for found in named_lists(f"x = {entries}")] == [argument]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": {"tiny": [64, "M"]}, "ok": true,\n "b": [8]}', {"a.tiny": "64,M", "b": "8"}),
        ("tiny: [64, M]\n", {"tiny": "64,M"}),
        ("tiny: [64, M]\nsub:\n  deep: [64, 'M',\n   8]\n# x: [3]\n", {"tiny": "64,M",
                                                                      "deep": "64,M,8"}),
        ("[net]\ntiny = [64, 'M']\n", {"tiny": "64,M"}),
        ("'A': [64,'M'],\n'B': [8],\nbad: [8", {"A": "64,M", "B": "8"}),
        ("print 'old'\ncfg = [64, 'M']\n", {"cfg": "64,M"}),
        ("a: [8]\na: [9]\n", {"a:1": "8", "a:2": "9"}),
        ("x: []\n\ny: [ ]", {}),
        ("tiny:\n  - 64\n  - 'M'\nb: [8]\nnames:\n- a: 3\nlast: # one\n- 8", {
            "tiny": "64,M", "b": "8", "last": "8"}),
        ("64,M", {}),
        ("x = 3", {}),
        ("cfg = [64]*10**9\ny = [8]", {"y": "8"}),
        ("x = " + "[" * 300, {}),
    ],
)  # fmt: skip
def test_other_texts_have_named_lists_as_well(text, found):
    assert {each.name: each.argument for each in named_lists(text)} == found


def test_errors_in_a_fragment_have_its_place():
    text = "- x\ntiny: [64, M]\ndeep: [64,\n  X]\n"
    assert named_lists(text)[1].text(text) == "\n\n      [64,\n  X]"


VALUES = st.recursive(
    st.integers(1, 99) | st.sampled_from(["M", "x", True, None, 0.5]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c d"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def lists_in(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from lists_in(inner, (*path, key))
    elif isinstance(value, list) and value and path:
        yield path, value


@given(st.dictionaries(st.sampled_from(["a", "b", "c d"]), VALUES, min_size=1, max_size=3))
def test_lists_of_python_are_those_of_the_dict(value):
    written = {path: entries for path, entries in lists_in(value) if not has_dict(entries)}
    found = {each.path: each.entries for each in named_lists(repr(value))}
    assert found == written
    # Of JSON, true, false and null are not values here.
    assert {each.path for each in named_lists(json.dumps(value))} <= set(written)


def has_dict(entries):
    return any(isinstance(each, dict) or (isinstance(each, list) and has_dict(each))
               for each in entries)  # fmt: skip


@given(st.text(max_size=80) | st.lists(st.sampled_from(
    ["x", "=", ":", "[", "]", "8", "'M'", "\n", " ", "{", "}", "if x:", "class A:", "+=", ","]
)).map("".join))  # fmt: skip
def test_any_text_has_lists_or_none(text):
    for found in named_lists(text):
        assert found.entries
        assert found.text(text)
