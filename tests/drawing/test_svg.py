import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.drawing.shapes import Drawing, Label, Mark, Path, rectangle
from vgginspect.drawing.svg import _label, _mark, _path, element, escape, number, svg
from vgginspect.drawing.text_size import Box


@given(st.text())
def test_any_text_becomes_text(text: str) -> None:
    root = ET.fromstring(element("a", escape(text), b=text))
    assert not list(root)
    if text.isprintable():
        assert (root.text or "") == text
        assert root.get("b") == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("<b>&\"'", "&lt;b&gt;&amp;&quot;'"),
        ("]]>", "]]&gt;"),
        ("a\x00\x1b\ud800\u202e", "a\\x00\\x1b\\ud800\\u202e"),
        ("합성곱", "합성곱"),
    ],
)
def test_escaping(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (10, "10"),
        (100.0, "100"),
        (1.005, "1"),
        (2.346, "2.35"),
        (-0.001, "0"),
        (-3, "-3"),
    ],
)
def test_numbers_have_at_most_two_decimals(value: float, written: str) -> None:
    assert number(value) == written


def test_elements() -> None:
    assert element("rect", x=1.5, class_="a b", text_anchor=None, font_size=9) == (
        '<rect x="1.5" class="a b" font-size="9"/>'
    )


def test_paths_and_marks() -> None:
    path = Path(((0, 1.25), (2, 3), (4, 5)), "conv front")
    assert _path(path) == '<path d="M0 1.25L2 3L4 5z" class="conv front"/>'
    assert _path(path._replace(closed=False)) == '<path d="M0 1.25L2 3L4 5" class="conv front"/>'
    assert _path(rectangle(1, 2, 3, 4.5, "fc")) == (
        '<rect x="1" y="2" width="3" height="4.5" class="fc"/>'
    )
    assert _mark(Mark("a<b", (path,), "conv1_1")) == (
        f'<g data-name="conv1_1"><title>a&lt;b</title>{_path(path)}</g>'
    )


def test_a_label_cut_short_says_all_of_it_when_touched() -> None:
    label = Label("a name that is rather long", 0, 0, 12)
    short = label.within(80)
    assert short.box.right <= 80
    root = ET.fromstring(_label(short))
    assert root[0].tag == "title"
    assert root[0].text == label.text
    assert root[0].tail == short.text
    assert label.within(1000) is label


def test_the_document() -> None:
    picture = Drawing(
        Box(0, -10, 200, 100.5), "A <title>", "What it shows.", (), (Label("x", 1, 2, 3),)
    )
    text = svg(picture, ".paper{fill:#fff}", "ko")
    root = ET.fromstring(text)
    assert root.get("viewBox") == "0 -10 200 110.5"
    assert (root.get("role"), root.get("lang")) == ("img", "ko")
    named = {one.get("id"): one.text for one in root if one.get("id")}
    assert [named[key] for key in (root.get("aria-labelledby") or "").split()] == [
        "A <title>",
        "What it shows.",
    ]
    other = ET.fromstring(svg(picture._replace(title="B"), ""))
    assert other.get("aria-labelledby") != root.get("aria-labelledby")


@pytest.mark.parametrize(
    ("label", "written"),
    [
        (Label("a", 1, 2, 9), '<text x="1" y="2" font-size="9">a</text>'),
        (
            Label("a", 1, 2, 9, "middle", style="faint"),
            '<text x="1" y="2" font-size="9" text-anchor="middle" class="faint">a</text>',
        ),
        (
            Label("a", 1, 2, 9, "end", bold=True),
            '<text x="1" y="2" font-size="9" text-anchor="end" class="bold">a</text>',
        ),
        (
            Label("a…", 1, 2, 9, angle=90, style="on", bold=True, whole="abc"),
            '<text x="1" y="2" font-size="9" transform="rotate(-90 1 2)" class="on bold">'
            "<title>abc</title>a…</text>",
        ),
    ],
)
def test_a_label_as_it_is_written(label: Label, written: str) -> None:
    assert _label(label) == written
