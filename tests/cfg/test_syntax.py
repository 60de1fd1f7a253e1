import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.cfg.syntax import MAX_TEXT, SourceText, parse, syntax_error

NAMES = st.lists(st.sampled_from(["x", "한", "é", "名_1", "'글'", "64"]), min_size=1, max_size=8)


@given(NAMES, st.sampled_from([", ", ",\n", ",  \n "]), st.sampled_from([("(", "\n)"), ("", "")]))
def test_nodes_are_found_where_they_were_written(names, between, around):
    written = f"[{between.join(names)}]"
    before, after = around
    parsed = before + written + after
    tree = parse(parsed)
    assert tree is not None
    source = SourceText(written, parsed, -len(before))
    nodes = tree.body[0].value.elts
    assert [source.text(node) for node in nodes] == names
    at = 1
    for node, name in zip(nodes, names, strict=True):
        assert source.place(node) == (at, at + len(name))
        at += len(name) + len(between)


@pytest.mark.parametrize("text", ["[", "\0", "\ud800", "(" * 10_000, "9" * 5000])
def test_what_is_not_python_has_no_tree(text, recwarn):
    assert parse(text) is None
    assert not recwarn


def test_so_much_python_text_is_parsed():
    assert isinstance(parse(" " * (MAX_TEXT - 1) + "\n"), ast.Module)
    assert parse(" " * MAX_TEXT + "\n") is None


def test_doubtful_text_brings_no_warning(recwarn):
    assert parse("'\\d'") is not None
    assert syntax_error("'\\d' 3") is not None
    assert not recwarn


def test_a_syntax_error_is_marked():
    error = str(syntax_error("  [64] * 2 +\n + ['M', 12B]"))
    assert error.startswith(("line 1, not Python: ", "line 2, not Python: "))
    assert syntax_error("[64]") is None
    error = str(syntax_error("[64] * 2 + ['M', conv3-64s2]"))
    assert error.startswith("in Python notation this token needs quotes: 'conv3-64s2'\n")
    assert error.endswith(" " * 19 + "^" * 10)
    assert "nested too deeply" in str(syntax_error("+".join(["[64]"] * 100_000)))
