"""The loop that is shown runs, and its lit lines are those that run."""

import sys
from typing import Any

import pytest
import torch
from torch import nn

from vgginspect import plan
from vgginspect.analysis.builder_loop import branch_lines, convolutions, loop
from vgginspect.cfg.config import CONFIGS

CFGS = [*CONFIGS, "8,C,A,conv1-4,maxpool3s1p1,16,M,LRN", "8,M,8,C,8,M", "8,16"]


def function(cfg: str, **options: Any) -> Any:
    """The loop as a function of a cfg list, and the Plan it belongs to."""
    grown = plan(cfg, **options)
    body = "\n".join(f"    {line.text}" for line in loop(grown.config))
    table = {
        t.text: (t.out_channels, t.kernel_size, t.dilation) for t in convolutions(grown.config)
    }
    scope: dict[str, Any] = {"nn": nn, "CONVOLUTIONS": table}
    exec(compile(f"def make_layers(cfg):\n{body}\n", "loop", "exec"), scope)
    return scope["make_layers"], grown


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("cfg", CFGS)
def test_the_loop_builds_the_features(cfg: str, batch_norm: bool, bias: bool) -> None:
    make_layers, grown = function(cfg, batch_norm=batch_norm, bias=bias)
    with torch.device("meta"):
        features = make_layers([token.value for token in grown.config.tokens])
    ours = [(layer.type, layer.params, layer.rule.kernel_size) for layer in grown.features]
    real = [(type(m).__name__, sum(p.numel() for p in m.parameters()), _side(m)) for m in features]
    assert ours == real


def _side(module: nn.Module) -> int | None:
    size = getattr(module, "kernel_size", None)
    return size[0] if isinstance(size, tuple) else size


@pytest.mark.parametrize("cfg", CFGS)
def test_the_lit_lines_are_those_that_run(cfg: str) -> None:
    make_layers, grown = function(cfg)
    lines = loop(grown.config)
    for step in grown.steps:
        ran: set[int] = set()

        def watch(frame: Any, event: str, _: Any, ran: set[int] = ran) -> Any:
            if frame.f_code.co_filename == "loop" and event == "line":
                ran.add(frame.f_lineno - 2)
            return watch

        sys.settrace(watch)
        try:
            with torch.device("meta"):
                make_layers([step.token])
        finally:
            sys.settrace(None)
        lit = set(branch_lines(lines, step.branch))
        inside = ran - set(branch_lines(lines, "start")) - set(branch_lines(lines, "end"))
        assert inside <= lit, (step.token, inside, lit)


def test_the_lines_around_the_loop() -> None:
    lines = loop(CONFIGS["A"])
    assert [lines[i].text for i in branch_lines(lines, "start")] == [
        "layers: list[nn.Module] = []",
        "in_channels = 3",
    ]
    assert [lines[i].text for i in branch_lines(lines, "end")] == ["return nn.Sequential(*layers)"]
    assert {i for i, line in enumerate(lines) if line.branches} == set(branch_lines(lines, "stage"))
