import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.draw.svg import Label, Picture, element, escape, number, with_tooltip
from vgginspect.draw.text_size import text_width


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
    assert with_tooltip("a<b", "<rect/>", "<path/>") == (
        "<g><title>a&lt;b</title><rect/><path/></g>"
    )


@pytest.mark.parametrize(
    ("anchor", "vertical", "edges"),
    [
        ("start", False, (50, 42, 100, 52.4)),
        ("middle", False, (25, 42, 75, 52.4)),
        ("end", False, (0, 42, 50, 52.4)),
        ("start", True, (42, 0, 52.4, 50)),
        ("middle", True, (42, 25, 52.4, 75)),
        ("end", True, (42, 50, 52.4, 100)),
    ],
)
def test_the_box_of_a_label(
    anchor: str, vertical: bool, edges: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vgginspect.draw.svg.text_width", lambda *_: 50.0)
    label = Label("text", 50, 50, 10, anchor, vertical)
    assert label.box == pytest.approx(edges)


def test_a_label_cut_short_says_all_of_it_when_touched() -> None:
    label = Label("a name that is rather long", 0, 0, 12)
    short = label.within(80)
    assert short.box.right <= 80
    root = ET.fromstring(short.svg)
    assert root[0].tag == "title"
    assert root[0].text == label.text
    assert root[0].tail == short.text
    assert label.within(1000) is label


def test_the_document() -> None:
    picture = Picture(
        200, 100.5, "A <title>", "What it shows.", ("<rect/>",), (Label("x", 1, 2, 3),)
    )
    text = picture.svg(".paper{fill:#fff}", "ko")
    root = ET.fromstring(text)
    assert root.get("viewBox") == "0 0 200 100.5"
    assert (root.get("role"), root.get("lang")) == ("img", "ko")
    named = {one.get("id"): one.text for one in root if one.get("id")}
    assert [named[key] for key in (root.get("aria-labelledby") or "").split()] == [
        "A <title>",
        "What it shows.",
    ]
    other = ET.fromstring(picture._replace(title="B").svg(""))
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
            Label("a…", 1, 2, 9, vertical=True, style="on", bold=True, whole="abc"),
            '<text x="1" y="2" font-size="9" transform="rotate(-90 1 2)" class="on bold">'
            "<title>abc</title>a…</text>",
        ),
    ],
)
def test_a_label_as_it_is_written(label: Label, written: str) -> None:
    assert label.svg == written


def test_a_label_in_the_middle_of_an_odd_width() -> None:
    width = text_width("abc", 9)
    assert Label("abc", 50, 50, 9, "middle").box.left == 50 - width / 2


@pytest.mark.parametrize("text", ["a long text", "합성곱 신경망"])
def test_what_is_cut_is_kept_whole(text: str) -> None:
    cut = Label(text, 0, 0, 10).within(30)
    assert cut.text.endswith("…")
    assert cut.whole == text
    assert Label(text, 0, 0, 10).within(300) == Label(text, 0, 0, 10)
