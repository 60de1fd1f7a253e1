"""The loop that is shown runs, and makes the layers of the Plan."""

import pytest
import torch
from torch import nn

from vgginspect import plan
from vgginspect.config import CONFIGS
from vgginspect.loop import branch_lines, loop


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("letter", ["A", "A-LRN", "B", "D", "E"])
def test_the_loop_builds_the_features(letter: str, batch_norm: bool, bias: bool) -> None:
    grown = plan(letter, batch_norm=batch_norm, bias=bias)
    source = "\n".join(line.text for line in loop(grown.config))
    scope: dict[str, object] = {"nn": nn, "cfg": [t.value for t in grown.config.tokens]}
    with torch.device("meta"):
        exec(source, scope)
    features = scope["features"]
    assert isinstance(features, nn.Sequential)
    ours = [(layer.type, layer.params) for layer in grown.features]
    real = [(type(m).__name__, sum(p.numel() for p in m.parameters())) for m in features]
    assert ours == real


@pytest.mark.parametrize("letter", list(CONFIGS))
def test_every_branch_has_its_line(letter: str) -> None:
    config = CONFIGS[letter]
    lines = loop(config)
    for kind in {token.kind for token in config.tokens}:
        text = " ".join(lines[index].text for index in branch_lines(lines, kind))
        word = {"conv": "Conv2d", "maxpool": "MaxPool2d", "lrn": "LocalResponseNorm"}[kind]
        assert f"nn.{word}(" in text
    assert lines[branch_lines(lines, "start")[0]].text == "layers = []"
    assert "Sequential" in lines[branch_lines(lines, "end")[0]].text


def test_other_tokens_are_spelt_out() -> None:
    source = "\n".join(line.text for line in loop(plan("8,C,A,conv1-4,maxpool3s1p1").config))
    assert "if v in ('C', 'maxpool3s1p1'):" in source
    assert "elif v == 'A':" in source
    assert "padding=p, dilation=d" in source
