"""The geometry of pictures: labels, outlines, and how near they may come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import separated

from vgginspect.drawing.shapes import (
    Drawing,
    Label,
    Mark,
    Path,
    Point,
    bounds,
    clearance,
    corners,
    line,
    rectangle,
)
from vgginspect.drawing.text_size import Box, text_width

SQUARE = corners(Box(0, 0, 10, 10))
DIAMOND = ((20, 5), (25, 0), (30, 5), (25, 10))


def moved(outline: tuple[Point, ...], x: float) -> tuple[Point, ...]:
    return Path(outline, "").moved(x).points


@pytest.mark.parametrize(
    ("left", "right", "far"),
    [
        (SQUARE, SQUARE, 10),
        (SQUARE, DIAMOND, -10),
        (DIAMOND, SQUARE, 30),
        (DIAMOND, moved(DIAMOND, -20), 30),
        (SQUARE, corners(Box(0, 10, 10, 20)), float("-inf")),
        (SQUARE, corners(Box(0, -9, 10, 0.5)), 10),
        (((0, 0), (10, 10), (0, 10)), ((0, 0), (10, 0), (10, 10)), 0),
        (((0, 10), (10, 0), (10, 10)), ((0, 0), (10, 0), (0, 10)), 10),
    ],
)
def test_how_far_an_outline_moves_to_touch_another(
    left: tuple[Point, ...], right: tuple[Point, ...], far: float
) -> None:
    assert clearance(left, right) == far


def turned(draw: st.DrawFn) -> tuple[Point, ...]:
    text = draw(st.text("abc 512", min_size=1, max_size=9))
    place = draw(st.floats(-30, 30)), draw(st.floats(-30, 30))
    return Label(text, *place, 10, angle=draw(st.sampled_from([0, 30, 45, 90]))).outline


OUTLINES = st.composite(turned)()


@given(left=OUTLINES, right=OUTLINES)
def test_outlines_moved_so_far_touch_and_no_further(
    left: tuple[Point, ...], right: tuple[Point, ...]
) -> None:
    far = clearance(left, right)
    if far == float("-inf"):
        assert separated(left, right)
        return
    assert separated(left, moved(right, far + 1e-4))
    top = max(min(y for _, y in outline) for outline in (left, right))
    bottom = min(max(y for _, y in outline) for outline in (left, right))
    if bottom - top > 1e-3:
        assert not separated(left, moved(right, far - 1e-2))


def test_paths() -> None:
    assert rectangle(1, 2, 3, 4, "x") == Path(((1, 2), (4, 2), (4, 6), (1, 6)), "x")
    assert line(1, 2, 5, "x") == Path(((1, 2), (5, 2)), "x", closed=False)
    assert rectangle(0, 0, 1, 1, "").moved(5, 7) == rectangle(5, 7, 1, 1, "")
    assert rectangle(0, 0, 1, 1, "").moved(5) == rectangle(5, 0, 1, 1, "")
    assert bounds(DIAMOND) == Box(20, 0, 30, 10)


def test_a_picture_knows_its_size_paths_and_styles() -> None:
    one, other = line(0, 0, 1, "a"), line(0, 1, 1, "b c")
    labels = (Label("x", 0, 0, 9, style="d"), Label("x", 0, 0, 9))
    picture = Drawing(Box(-1, -2, 9, 18), "", "", (one, Mark("", (other, one))), labels)
    assert (picture.width, picture.height) == (10, 20)
    assert list(picture.paths()) == [one, other, one]
    assert picture.styles() == {"a", "b c", "d", ""}


@pytest.mark.parametrize(
    ("anchor", "angle", "edges"),
    [
        ("start", 0, (50, 42, 100, 52.4)),
        ("middle", 0, (25, 42, 75, 52.4)),
        ("end", 0, (0, 42, 50, 52.4)),
        ("start", 90, (42, 0, 52.4, 50)),
        ("middle", 90, (42, 25, 52.4, 75)),
        ("end", 90, (42, 50, 52.4, 100)),
    ],
)
def test_the_box_of_a_label(
    anchor: str, angle: float, edges: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vgginspect.drawing.shapes.text_width", lambda *_: 50.0)
    label = Label("text", 50, 50, 10, anchor, angle)
    assert label.box == pytest.approx(edges)


def test_a_label_in_the_middle_of_an_odd_width() -> None:
    width = text_width("abc", 9)
    assert Label("abc", 50, 50, 9, "middle").box.left == 50 - width / 2


@pytest.mark.parametrize("text", ["a long text", "합성곱 신경망"])
def test_what_is_cut_is_kept_whole(text: str) -> None:
    cut = Label(text, 0, 0, 10).within(30)
    assert cut.text.endswith("…")
    assert cut.whole == text
    assert Label(text, 0, 0, 10).within(300) == Label(text, 0, 0, 10)
