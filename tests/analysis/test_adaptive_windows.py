"""The windows of adaptive pooling, against those of PyTorch's own layer."""

from itertools import pairwise

import pytest
import torch

from vgginspect.analysis.adaptive_windows import Windows


@pytest.mark.parametrize("output", [1, 2, 3, 5, 7, 9, 14])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 9, 10, 14, 16, 21])
def test_windows_are_those_of_pytorch(size, output):
    # Each input alone set to 1 shows which outputs read it, and what part of them it makes up.
    shares = torch.nn.AdaptiveAvgPool1d(output)(torch.eye(size)[:, None])[:, 0]
    windows = Windows(size, output)
    assert len(list(windows.spans())) == output
    for place, (first, last) in enumerate(windows.spans()):
        expected = torch.zeros(size)
        expected[first : last + 1] = 1 / (last + 1 - first)
        assert torch.allclose(shares[:, place], expected)


@pytest.mark.parametrize("output", range(1, 12))
@pytest.mark.parametrize("size", range(1, 24))
def test_the_word_for_it_holds(size, output):
    windows = Windows(size, output)
    spans = list(windows.spans())
    lengths = {last + 1 - first for first, last in spans}
    overlaps = sum(a[1] >= b[0] for a, b in pairwise(spans))
    assert windows.shared == overlaps
    if windows.kind == "same":
        assert spans == [(i, i) for i in range(size)]
    elif windows.kind == "copies":
        assert lengths == {1}
        assert len({first for first, _ in spans}) == size < output
    elif windows.kind == "parts":
        assert lengths == {size // output}
        assert not overlaps
        assert size > output
    else:
        assert overlaps
        assert lengths != {1}


@pytest.mark.parametrize(
    ("size", "output", "text"),
    [
        (1, 7, "0 0 0 0 0 0 0"),
        (7, 7, "0 1 2 3 4 5 6"),
        (9, 7, "0–1 1–2 2–3 3–5 5–6 6–7 7–8"),
        (14, 7, "0–1 2–3 4–5 6–7 8–9 10–11 12–13"),
        (2, 7, "0 0 0 0–1 1 1 1"),
        (40, 40, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 …"),
    ],
)
def test_windows_are_written_out(size, output, text):
    assert Windows(size, output).text() == text
