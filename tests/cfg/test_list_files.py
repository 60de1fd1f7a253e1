"""The named lists of a text, and the names by which they are found."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.cfg.list_files import NamedList, named_lists, select, short_names

MODULE = """\
import torch
cfgs = {'tiny': [8, 'M', 16, 'M'], "A": [64, 'M'], 'empty': [], 16: [16]}
class VGG:
    cfg = {'tiny': [
        64, 'X',
        'M']}
    plain = dict(one=[8])
    def f(self, x):
        if self.x:
            local = [9]
        else:
            local = [10]
base = [64, 'M']
deep = base + [512] * 2
"""


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
        ("local", ["VGG.f.local:10", "VGG.f.local:12"]),
        ("local:12", ["VGG.f.local:12"]),
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
        ("tiny: [64, M]\nsub:\n  deep: [64, 'M',\n   8]\n# x: [3]\n",
         {"tiny": "64,M", "sub.deep": "64,M,8"}),
        ("a:\n  b:\n    x: [8]\n  y: [9]\nz: [1]\nc:\n  'x':\n  - 64\n  - M\n",
         {"a.b.x": "8", "a.y": "9", "z": "1", "c.x": "64,M"}),
        ("[net]\ntiny = [64, 'M']\n[a.b]\ntiny = [8]\n", {"net.tiny": "64,M", "a.b.tiny": "8"}),
        ("'A': [64,'M'],\n'B': [8],\nbad: [8", {"A": "64,M", "B": "8"}),
        ("print 'old'\ncfg = [64, 'M']\n", {"cfg": "64,M"}),
        ("a: [8]\na: [9]\n", {"a:1": "8", "a:2": "9"}),
        ("x: []\n\ny: [ ]", {}),
        ("tiny:\n  - 64\n  - 'M'\nb: [8]\nnames:\n- a: 3\nlast: # one\n- 8", {
            "tiny": "64,M", "b": "8", "last": "8"}),
        ("64,M", {}),
        ("x = 3", {}),
        ("cfg = [64]*10**9\ny = [8]", {"cfg": None, "y": "8"}),
        ("x = " + "[" * 300, {}),
        # Python 2, and text that Python 3 cannot read: no more is read than is sure.
        ("print 'a'\ncfg = [64,'M']*2+[128]\nother = cfg+[256]\nb = [8]; c = [9]",
         {"cfg": None, "b": "8"}),
        ("print 'a'\ncfg = [64]\\\n*2\nb = [8]\n + [9]\nc = [8] [0]\nd = ([8] +\n [9])",
         {"cfg": None, "b": None, "c": None, "d": None}),
        ("cfg = [64] * 2 + ['M']\n  indented = 3", {"cfg": None}),
        (f"x = [1]*{'9' * 5000}\ny = [1, 'M']", {"x": None, "y": "1,M"}),
        ("print 'a'\ncfg = [64]\ncfg.append(3)\nb = [8]\nb += [9]\nc = [1]\ndel c[0]\nd = [8]",
         {"cfg": None, "b": None, "c": None, "d": "8"}),
        ("print 'a'\nx = {'A': [8], 'B': [9]}\nx['A'].append(1)", {"A": None, "B": "9"}),
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
    # Of JSON, true, false and null are constants.
    for text in (repr(value), json.dumps(value)):
        known = (each for each in named_lists(text) if each.entries is not None)
        assert {each.path: each.entries for each in known} == written


@pytest.mark.parametrize(("entries", "size"), [
    ([224, 224], True), ([64, "M"], False), (["64"], True), (["64", "M"], False), (None, True)
])  # fmt: skip
def test_numbers_alone_can_be_a_size(entries, size):
    assert NamedList(("x",), 1, entries, None).may_be_size is size


def has_dict(entries):
    return any(isinstance(each, dict) or (isinstance(each, list) and has_dict(each))
               for each in entries)  # fmt: skip


@given(st.text(max_size=80) | st.lists(st.sampled_from(
    ["x", "=", ":", "[", "]", "8", "'M'", "\n", " ", "{", "}", "if x:", "class A:", "+=", ","]
)).map("".join))  # fmt: skip
def test_any_text_has_lists_or_none(text):
    for found in named_lists(text):
        assert found.entries != []
        assert found.entries is None or found.text(text)
