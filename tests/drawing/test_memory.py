import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from pictures import SVG

from vgginspect import plan
from vgginspect.analysis.memory import memory
from vgginspect.analysis.memory_settings import Settings
from vgginspect.drawing import Order, draw
from vgginspect.drawing.memory import HEIGHT
from vgginspect.drawing.vector import picture
from vgginspect.lang import words


def order(cfg: str, language: str = "en", **settings: object) -> Order:
    of = memory(plan(cfg), Settings(**settings))  # type: ignore[arg-type]
    return Order(words(language), style="memory", memory=of)


def columns(cfg: str, **settings: object) -> dict[str, float]:
    """The height of each column, by hint."""
    root = ET.fromstring(draw(plan(cfg), order(cfg, **settings)))
    return {
        group.findtext(f"{SVG}title") or "": sum(
            float(bar.get("height", 0)) for bar in group.findall(f"{SVG}rect")
        )
        for group in root.iter(f"{SVG}g")
    }


def test_columns_are_as_high_as_the_bytes_of_their_moment() -> None:
    at = columns("D", batch_size=32)
    # The top line is 5 GB.
    assert at["backward relu4_3: 4.54 GB"] == pytest.approx(HEIGHT * 4_540_375_432 / 5e9, abs=0.1)
    assert at["forward conv1_1: 2.091 GB"] == pytest.approx(HEIGHT * 2_091e6 / 5e9, abs=0.2)
    assert list(at)[-1] == "update: 2.787 GB"
    assert max(at.values()) == at["backward relu4_3: 4.54 GB"]


def test_the_peak_phases_and_stages_are_named() -> None:
    texts = [label.text for label in picture(plan("D"), order("D", batch_size=32)).labels]
    assert "peak 4.54 GB · backward relu4_3" in texts
    assert {"stage 5", "head", "forward", "backward", "0", "5 GB"} <= set(texts)
    assert {"weights", "saved for backward", "gradients of weights"} <= set(texts)
    assert any("batch size 32" in text for text in texts)


def test_parts_that_are_never_there_are_not_in_the_legend() -> None:
    drawn = picture(plan("8,M"), order("8,M", optimizer="none"))
    assert "optimizer state" not in [label.text for label in drawn.labels]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("cfg", ["E+bn", "8+features-only", "8,LRN,A+hidden=none"])
def test_no_two_texts_are_on_one_another(cfg: str, language: str) -> None:
    labels = picture(plan(cfg), order(cfg, language)).labels
    for place, one in enumerate(labels):
        assert not any(one.box.overlaps(other.box) for other in labels[place + 1 :]), one


def test_the_picture_is_what_it_was(golden: Callable[[str, str], None]) -> None:
    golden("memory-picture-small.svg", draw(plan("8,M,16"), order("8,M,16", batch_size=4)).decode())
