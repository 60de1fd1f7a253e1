"""The four panes at every size a terminal may have."""

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from vgginspect import plan
from vgginspect.lang import words
from vgginspect.network.stages import by_stage
from vgginspect.views.phrases import short_form
from vgginspect.views.step_screen import TABLE_HEIGHT, Screen


def frame(
    cfg: str, position: int, width: int, height: int, stages: bool = False, language: str = "en"
) -> list[str]:
    grown = plan(cfg)
    steps = list(by_stage(grown.iter_steps())) if stages else grown.steps
    stream = io.StringIO()
    console = Console(
        file=stream, width=width, height=height, force_terminal=True, color_system=None
    )
    console.print(Screen(grown, steps, words(language)).frame(position, console))
    return stream.getvalue().rstrip("\n").split("\n")


@pytest.mark.parametrize("width", [20, 40, 60, 80, 110, 200])
@pytest.mark.parametrize("height", [10, 20, 24, 50])
@pytest.mark.parametrize("cfg", ["A", "E+bn", "8", "8,LRN,conv1-16d1,A,M,C,maxpool3s1p1"])
def test_a_frame_fills_the_screen_and_no_more(cfg: str, width: int, height: int) -> None:
    last = len(plan(cfg).config.tokens) + 1
    for position in (0, 1, last // 2, last):
        rows = frame(cfg, position, width, height)
        assert len(rows) == height
        assert {len(row) for row in rows} == {width}


@pytest.mark.parametrize(("width", "height"), [(19, 40), (200, 8), (1, 1)])
def test_a_screen_too_small_says_so(width: int, height: int) -> None:
    text = "".join("".join(frame("A", 3, width, height)).split())
    assert text.startswith("Theterminalistoosmall;itneeds20×9."[: width * height])


def test_a_low_screen_leaves_the_table_out() -> None:
    text = "\n".join(frame("D+bn", 2, 40, 12))
    assert "in_channels 64 → 64" in text
    assert "q quit" in text
    assert "table" not in text
    assert "table" in "\n".join(frame("D+bn", 2, 40, TABLE_HEIGHT))


@pytest.mark.parametrize("height", [TABLE_HEIGHT, TABLE_HEIGHT + 1, 40, 50])
@pytest.mark.parametrize("cfg", ["A", "E+bn"])
def test_the_newest_layers_are_in_the_table(cfg: str, height: int) -> None:
    steps = plan(cfg).steps
    for step in (steps[0], steps[4], steps[-1]):
        rows = frame(cfg, step.step, 80, height)
        table = rows[next(i for i, row in enumerate(rows) if "table ·" in row) :]
        assert any(f" {step.layers[-1].path} " in row for row in table)
    rows = frame(cfg, len(steps) + 1, 80, height)
    assert any(" classifier.6 " in row for row in rows[-8:])


@pytest.mark.parametrize("cfg", ["A", "D+bn", "C"])
def test_the_lines_that_run_are_in_sight_on_a_usual_terminal(cfg: str) -> None:
    steps = plan(cfg).steps
    for position, step in enumerate(steps, 1):
        text = "\n".join(frame(cfg, position, 80, 24))
        assert "builder loop" in text
        last = "in_channels = " if step.branch == "conv" else "layers +="
        assert any("▶" in row and last in row for row in text.split("\n"))


def test_all_tokens_are_shown_where_they_fit() -> None:
    for position in (0, 10, 18, 19):
        assert frame("D", position, 110, 24)[1].count("512") == 6


def test_the_table_has_the_total_so_far() -> None:
    assert "table · 1,792 parameters" in "\n".join(frame("A", 2, 80, 40))
    assert "table · 132,863,336 parameters" in "\n".join(frame("A", 14, 80, 40))


def test_each_pane_tells_the_step() -> None:
    text = "\n".join(frame("A", 3, 124, 40))
    assert "▶         conv = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)" in text
    assert "+ [3]  conv2_1" in text
    assert "in_channels 64 → 128" in text
    assert "len(layers) 3 → 5" in text
    assert "v = 128" in text
    assert "73,856" in text
    assert "features.5" not in text


def test_the_last_frame_has_the_classifier_and_the_depth() -> None:
    text = "\n".join(frame("E", 22, 200, 50))
    assert "classifier.6" in text
    assert "16 convolutions + 3 fully connected = 19 weight layers → VGG19" in text


def test_a_stage_is_one_step() -> None:
    text = "\n".join(frame("A", 3, 120, 40, stages=True))
    assert "conv3_2" in text
    assert "step 3 of 6" in text


def test_a_long_list_shows_the_lit_token() -> None:
    text = "\n".join(frame(",".join(str(8 + n) for n in range(400)), 350, 80, 24))
    assert " 357 " in text


@pytest.mark.parametrize("cfg", ["A", "D+bn", "8,conv3x1-16s2p0,A,M"])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (80, 40), (60, 20), (200, 50)])
def test_the_screens(cfg: str, width: int, height: int, golden: Callable[[str, str], None]) -> None:
    last = len(plan(cfg).config.tokens) + 1
    screens = [frame(cfg, position, width, height) for position in (0, 1, last - 1, last)]
    if cfg == "A":
        screens.append(frame(cfg, 5, width, height, language="ko"))
    text = "".join(f"{row}\n" for screen in screens for row in screen)
    golden(f"step-{cfg.replace(',', '.')}-{width}x{height}.txt", text)


@pytest.mark.parametrize("cfg", ["A", "E+bn"])
def test_the_last_step_is_whole_on_a_usual_terminal(cfg: str) -> None:
    grown = plan(cfg)
    text = "\n".join(frame(cfg, len(grown.steps) + 1, 80, 24))
    assert all(f"[{layer.path}]" in text for layer in grown.head)
    assert "Linear 4096→1000" in text
    assert "= len(layers)" not in text
    assert f"len(layers) = {len(grown.features)}" in text


@pytest.mark.parametrize("cfg", ["A", "D+bn", "C"])
def test_the_list_is_not_cut_on_a_usual_terminal(cfg: str) -> None:
    for step in plan(cfg).steps:
        rows = frame(cfg, step.step, 80, 24)
        for layer in step.layers:
            assert any(f"{layer.name} " in row and short_form(layer) in row for row in rows)
