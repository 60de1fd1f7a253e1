"""The lists of a Python module, against the values that Python gives the same names."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.cfg.python_module import lists_of

MODULE = """\
import torch
from torchvision.models.vgg import cfgs as known
__all__ = ["VGG", "vgg16"]
base = [64, 'M']
deep = base + [512] * 2
w: int = 8
more = {'D': [4]}
cfgs = {**more, 'tiny': [w, 'M', w * 2, 'M'], "A": [64, 'M'], 'empty': [], 16: [16]}
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
merged = cfgs['D'] + [5]
"""
FOUND = {
    "more.D": (7, [4]),
    "deep": (5, [64, "M", 512, 512]),
    "cfgs.tiny": (8, [8, "M", 16, "M"]),
    "cfgs.A": (8, [64, "M"]),
    "cfgs.empty": (8, []),
    "cfgs.16": (8, [16]),
    "cfgs.later": (9, [3]),
    "VGG.cfg.tiny": (12, [64, "X", "M"]),
    "VGG.plain.one": (15, [8]),
    "VGG.f.local": (20, [10]),
    "VGG.f.inner": (22, [12]),
    "VGG.f.z": (24, [11]),
    "base": (25, [64, "M", 13]),
    "alias": (26, [8, "M", 16, "M"]),
    "same": (26, [8, "M", 16, "M"]),
    "own": (27, [8, 8]),
    "imported": (28, [64, 64, 512, "M"]),
    "unread": (29, None),
    "also": (30, None),
    "again": (33, [2]),
    "merged": (34, [4, 5]),
}


def found_in(text):
    return {
        ".".join(each.path): (each.line, each.entries) for each in lists_of(text, ast.parse(text))
    }


def test_the_lists_of_a_module_are_read_without_running_it():
    assert found_in(MODULE) == FOUND


#: Statements, and the values after them of the names that are certain; all others are unknown.
CASES = [
    # A list that is changed.
    ("x = [64, 'M']; x.append(128)", {"x": [64, "M", 128]}),
    ("x = [64]; x.extend([8, 'M'])", {"x": [64, 8, "M"]}),
    ("x = [64]; y = x; y.append(8); y += [9]", {"x": [64, 8, 9], "y": [64, 8, 9]}),
    ("x = [64]; x.append(n)", {}),
    ("x = [64]; x.append(8, 9)", {}),
    ("x = [64]; x.extend(n)", {}),
    ("x = [64]; x.extend([n])", {}),
    ("x = [64]; x.insert(0, 8)", {}),
    ("x = [64]; x[0] = 32", {}),
    ("x = [64]; x[:1] = [32]", {}),
    ("x = [64]; del x[0]", {}),
    ("x = [64]; y = x.pop()", {}),
    ("x = [64]; y = [8] + [x.pop()]", {}),
    ("x = [64]; y = x; y.reverse()", {}),
    ("x = [64]; y = [x, 8]; y[0].append(9)", {}),
    ("x = [64]; y = [x, 8]; x.sort()", {}),
    ("x = [64]; y = [[x], 8]; x.sort()", {}),
    ("x = [64]; y = x[:]; y.clear()", {"x": [64]}),
    ("x = [64]; y = [8]; x += y; y.append(9)", {"x": [64, 8], "y": [8, 9]}),
    ("x = [64]; x *= 2", {"x": [64, 64]}),
    ("x = [64]; y = x; x *= 2; y.append(8)", {}),
    ("x = [64]; x += n", {}),
    ("x = [64]; random.shuffle(x)", {}),
    ("x = [64]; (x if n else y).append(3)", {}),
    ("x = [64]; y = n or x; y.append(3)", {}),
    ("x = [64]; z = [(y := x), y.append(3)]", {}),
    ("x = [64]; print(x); f(x); y = g(x)", {"x": [64]}),
    ("x = [64]; x = None", {}),
    ("x = [64]; x = n", {}),
    ("x = [64]; del x; y = x + [8]", {}),
    ("x = [64]; y = x.copy(); y.append(8)", {"x": [64]}),
    ("x, y = [64], [8]; z = x + y", {"x": [64], "y": [8], "z": [64, 8]}),
    ("x = [64]; x, y = n; z = x + [8]", {}),
    ("x = [64]; x, *y = [8], [9]; z = x + [8]", {}),
    ("x, y = [1], [2]; x, y = y, x; z = x + [3]", {"x": [2], "y": [1], "z": [2, 3]}),
    # Dicts.
    ("x = {'a': [1], 'b': [2]}; x['a'].append(3)", {"x.a": [1, 3], "x.b": [2]}),
    ("x = {'a': [1]}; x['a'] = [2]; y = x['a'] + [3]", {"x.a": [2], "y": [2, 3]}),
    ("x = {'a': [1]}; x = {'b': [2]}", {"x.b": [2]}),
    ("x = {'a': [1]}; x[n] = [2]", {}),
    ("x = {}; x['a'] = [1]\ndef f(): x['a'].append(2)", {}),
    ("x = {'a': [1]}; x.update(n)", {}),
    ("x = {'a': [1]}; x.update(n); x['a'] = [2]; x['a'].append(3)", {}),
    ("x = {'a': [1], 'b': [2]}\nif n: x['a'].append(3)", {"x.b": [2]}),
    ("x = {'a': [1]}; del x['a']", {}),
    ("x = {'a': [1], **n}; y = x['a'] + [2]", {"x.a": None}),
    ("x = {'a': [1], n: [2]}; y = x['a'] + [2]", {"x.a": None}),
    ("x = {**n, 'a': [1]}; y = x['a'] + [2]", {"x.a": [1], "y": [1, 2]}),
    ("x = {'D': n}; y = x['D'] + [8]; z = x['A'] + [8]", {}),
    ("x = {'a': [1]}\nfor y in x.values(): y.append(3)", {}),
    ("x = {'a': [1]}\nfor k, y in x.items(): y.append(3)", {}),
    ("x = {'a': [1]}\n[y.append(3) for y in x.values()]", {}),
    ("x = {'a': [1]}\nfor y in n: x[y] = [2]", {}),
    ("x = {'a': [1], 'b': [2]}\nif n: x['a'] = [3]\ny = x['a'] + [4]; z = x['b'] + [4]",
     {"x.b": [2], "z": [2, 4], "x.a": [3]}),
    # Branches and loops.
    ("if n: x = [64]\ny = x + [8]", {"x": [64]}),
    ("x = [1]\nif n: x = [64]\nelse: y = x + [8]", {"x": [64], "y": [1, 8]}),
    ("x = [1]\nif n: x.append(8)", {}),
    ("x = [1]\nif n: x += [8]", {"x": [1, 8]}),
    ("x = [1]; y = [1]\nif n: y = x\ny.append(3)", {}),
    ("if n:\n  x = [1]\n  x.append(2)\n  y = x + [3]", {"x": [1, 2], "y": [1, 2, 3]}),
    ("x = [64]\nfor i in n: x = x + [8]", {"x": None}),
    ("x = [64]\nwhile n: x += [8]", {"x": None}),
    ("for i in n: x = [64]; y = x + [8]", {"x": [64], "y": [64, 8]}),
    ("for i in n: x = [64]; x.append(8)", {}),
    ("x = [64]\nfor i in n: y = x + [1]; x.append(8)", {}),
    ("x = [64]\nfor x in n: pass\ny = x + [8]", {"x": None}),
    ("x = [64]\nfor i in n: pass\nelse: x = x + [8]", {"x": None}),
    ("for y in [x := [8]]: y.append(3)", {}),
    ("try: x = [1]\nexcept E: y = x + [2]\nz = x + [3]", {"x": [1]}),
    ("try: pass\nexcept E as x: y = x + [1]", {}),
    ("x = [1]\nmatch n:\n  case [*x]: y = x + [1]\n  case {**x}: z = x + [1]\n", {"x": [1]}),
    ("match n:\n  case 1: x = [1]\n  case [y] if x: z = x + [1]\n", {"x": [1]}),
    ("with n as x: y = [1]\nz = y + [2]; a = x + [3]", {"y": [1], "z": [1, 2]}),
    ("x = [1]\nwith n(x) as y: y.append(2)", {"x": [1]}),
    ("x = [1]\nwith x as y: y.append(2)", {}),
    # Functions and classes.
    ("def f(x): x = x + [8]", {}),
    ("x = [1]\ndef f(x): y = x + [8]", {"x": [1]}),
    ("x = [1]\ndef f(a, /, *x, **y): z = x + [8]", {"x": [1]}),
    ("def f():\n  y = x + [8]\n  x = [1]", {"f.x": [1]}),
    ("def f(): y = x + [8]\nx = [1]", {"f.y": [1, 8], "x": [1]}),
    ("x = [1]\ndef f(): y = x + [8]\nx = [2]", {"x": [2]}),
    ("x = [1]\ndef f(): y = x + [8]\nx.append(2)", {"x": [1, 2]}),
    ("x = [1]\ndef f(): x.append(2)", {}),
    ("x = [1]\ndef f():\n  global x\n  x = [2]", {"f.x": None}),
    ("def f():\n  x = [1]\n  def g():\n    nonlocal x\n    x = [2]", {}),
    ("def f():\n  x = [1]\n  def g(): y = x + [2]", {"f.x": [1], "f.g.y": [1, 2]}),
    ("def f(v): v.append(2)\nx = [1]; f(x)", {}),
    ("def f(v):\n  v = n or v\n  w = v\n  w.append(2)\nx = [1]; f(x)", {}),
    ("def f(v):\n  v += [2]\n  v = []\nx = [1]; f(x)", {"f.v": []}),
    ("def f(a, v): v.append(2)\nx = [1]; y = [2]; f(x, y); z = [3]; f(v=z, a=n)", {"x": [1]}),
    ("def f(a, v): v.append(2)\nx = [1]; f(*x); y = [1]; f(**y)", {}),
    ("def f(v):\n  v = list(v)\n  v.append(2)\nx = [1]; f(x)", {"x": [1]}),
    ("class K:\n  def __init__(self, v): v.sort()\nx = [1]; K(x)", {}),
    ("class K:\n  def f(self, a, v): v.sort()\nx = [1]; y = [2]; n.f(x, y)", {"x": [1]}),
    ("class K:\n  x = [1]\n  y = x + [2]", {"K.x": [1], "K.y": [1, 2]}),
    ("class K:\n  x = [1]\n  def f(self): y = x + [2]; z = K.x + [3]",
     {"K.x": [1], "K.f.z": [1, 3]}),
    ("class K:\n  x = [1]\nclass L(K):\n  y = x + [2]; z = L.x", {"K.x": [1]}),
    ("x = [1]; x = [2]\nclass K: y = x + [3]", {"x": [2], "K.y": [2, 3]}),
    ("class K: x = [1]\nK.x.append(2)", {"K.x": [1, 2]}),
    ("class K: x = [1]\nK.x = [2]; y = K.x + [3]", {"K.x": [2], "y": [2, 3]}),
    ("class K:\n  def f(self):\n    self.x = [1]\n    self.x += [2]", {"K.f.x": [1, 2]}),
    ("class K:\n  def f(self): self.x = [1]\n  def g(self): self.x.append(2)", {}),
    ("class K:\n  cfgs = {'D': [1]}\n  def f(self): x = self.cfgs['D'] + [2]",
     {"K.cfgs.D": [1]}),
    ("x = lambda: y.append(3)\ny = [1]", {"y": [1]}),
    # What is imported.
    ("from n import cfgs; x = cfgs['A'][:2]", {"x": [64, "M"]}),
    ("import n; x = n.cfgs['A'][:2]; y = n.cfgs['vgg16_bn'] + [1]", {"x": [64, "M"]}),
    ("cfgs = n(); x = cfgs['A'][:2]", {}),
    ("def f(cfgs): x = cfgs['A'][:2]", {}),
    ("from n import cfgs; cfgs['A'].append(3); x = cfgs['A'][:2]", {}),
    ("from n import *; cfgs['A'].append(3); x = cfgs['A'][:2]", {}),
    ("from n import cfgs\ndef f(): cfgs['A'].append(3)\nx = cfgs['A'][:2]", {}),
    ("from n import *\ndef f(): cfgs['A'].append(3)\nx = cfgs['A'][:2]", {}),
    ("x = [1]\nfrom n import x\ny = x + [2]", {}),
    ("x = [1]\nimport x.z\ny = x + [2]", {}),
    ("x = [1]\ndef x(): pass\ny = x + [2]", {}),
    ("x = [1]\nclass x: pass\ny = x + [2]", {}),
    # What cannot be followed, or would be too much.
    ("x = " + "+".join(["n"] * 500) + "; y = [1]", {"y": [1]}),
    ("x = [0]\n" + "x.extend(x)\n" * 40, {}),
    ("x = [0]\n" + "x = [x, x]\n" * 40, {"x": None}),
    ("x = [1]; x.append(x); y = x; y.append(2)", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "known"), CASES)
def test_only_what_is_certain_is_known(text, known):
    found = {name: entries for name, (_, entries) in found_in(text).items()}
    if known is not None:
        assert {name: each for name, each in found.items() if each is not None} == {
            name: each for name, each in known.items() if each is not None
        }
        assert all(found[name] is None for name, each in known.items() if each is None)


NAMES = st.sampled_from("abc")
VALUES = st.one_of(
    st.lists(st.integers(1, 9), max_size=2).map(str),
    NAMES,
    st.builds("{} + {}".format, NAMES, st.sampled_from(["[7]", "a", "b"])),
    st.builds("[*{}, 6]".format, NAMES),
    st.builds("{}[:1]".format, NAMES),
    st.builds("list({})".format, NAMES),
    st.builds("({} if {} else {})".format, NAMES, NAMES, NAMES),
    st.builds("change({})".format, NAMES),
)
SIMPLE = st.one_of(
    st.builds("{} = {}".format, NAMES, VALUES),
    st.builds("{} = {} = {}".format, NAMES, NAMES, VALUES),
    st.builds("{}, {} = {}, {}".format, NAMES, NAMES, VALUES, VALUES),
    st.builds("{} += {}".format, NAMES, VALUES),
    st.builds("{} *= 2".format, NAMES),
    st.builds("{}.append({})".format, NAMES, st.integers(1, 9)),
    st.builds("{}.extend({})".format, NAMES, VALUES),
    st.builds("{}[:1] = [5]".format, NAMES),
    st.builds("del {}[:1]".format, NAMES),
    st.builds("d['x'] = {}".format, VALUES),
    st.builds("{} = d['x']".format, NAMES),
    st.just("d['x'].append(4)"),
    st.builds("{} = [each for each in {} if not {}.reverse()]".format, NAMES, NAMES, NAMES),
    st.sampled_from(["f()", "g(a)", "g(b, c)"]),
)


def _indented(statements):
    return "".join(f"  {line}\n" for each in statements for line in each.split("\n")) or "  pass\n"


BLOCKS = st.recursive(
    SIMPLE,
    lambda inner: st.builds(
        "{}:\n{}{}".format,
        st.sampled_from(["if a", "if not b", "for _ in '12'", "for c in (a, b)", "with e", "try"]),
        st.lists(inner, min_size=1, max_size=3).map(_indented),
        st.just(""),
    ).map(lambda text: text + "finally:\n  pass" if text.startswith("try") else text + "pass"),
    max_leaves=5,
)
FUNCTIONS = st.builds(
    "def f():\n{}{}def g(a, b=d):\n{}".format,
    st.sampled_from(["", "  global a\n", "  global b, c\n"]),
    st.lists(SIMPLE, max_size=2).map(_indented),
    st.lists(SIMPLE, max_size=2).map(_indented),
)
START = "import contextlib\na, b, c = [1], [2], [3]\ne = contextlib.nullcontext()\nd = {'x': [8]}\n"


@given(FUNCTIONS, st.lists(BLOCKS, min_size=1, max_size=6))
def test_what_is_known_is_what_python_computes(functions, statements):
    text = START + functions + "\n".join(statements)
    found = lists_of(text, ast.parse(text))
    values = {"change": lambda value: [*value, 0]}
    try:
        # The text is made here.
        exec(text, values)
    except Exception:
        # Of a module that fails, nobody asks for the lists.
        return
    given = {}
    for each in found:
        given.setdefault(each.path, []).append(each.entries)
    for path, (entries, *others) in given.items():
        if entries is not None and not others and path in {("a",), ("b",), ("c",)}:
            assert values[path[0]] == entries, (path, text)
        if entries is not None and not others and path == ("d", "x"):
            assert values["d"]["x"] == entries, (path, text)
