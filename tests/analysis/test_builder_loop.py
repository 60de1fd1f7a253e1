"""The loop that is shown runs, and its lit lines are those that run."""

import sys
from typing import Any

import pytest
import torch
from torch import nn

from vgginspect import plan
from vgginspect.analysis.builder_loop import (
    WIDTH,
    branch_lines,
    branch_of,
    call,
    convolutions,
    loop,
)
from vgginspect.cfg.config import CONFIGS

CFGS = [
    *CONFIGS,
    "8,C,A,conv1-4,maxpool3s1p1,16,M,LRN",
    "8,M,8,C,8,M,maxpool3s1p1",
    "8,16",
    "8,avgpool3x2s2x1p1x0c,M,8",
]


def function(cfg: str, **options: Any) -> Any:
    """The loop as a function of a cfg list, and the Plan it belongs to."""
    grown = plan(cfg, **options)
    body = "\n".join(f"    {line.text}" for line in loop(grown.config))
    table = {t.text: t[1:6] for t in convolutions(grown.config)}
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
    ours = [(layer.type, layer.params, _pair(layer.rule.kernel_size)) for layer in grown.features]
    real = [
        (type(m).__name__, sum(p.numel() for p in m.parameters()), _window(m)) for m in features
    ]
    assert ours == real


def _window(module: nn.Module) -> tuple[int, int] | None:
    return _pair(getattr(module, "kernel_size", None))


def _pair(size: int | tuple[int, int] | None) -> tuple[int, int] | None:
    return (size, size) if isinstance(size, int) else size


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

        before = sys.gettrace()
        sys.settrace(watch)
        try:
            with torch.device("meta"):
                make_layers([step.token])
        finally:
            sys.settrace(before)
        around = set(branch_lines(lines, ["start", "end"]))
        (token,) = step.tokens
        lit = set(branch_lines(lines, [branch_of(token)]))
        # The interpreter stops at neither, and at a call only where it begins.
        silent = {i for i in lit - ran if lines[i].text.strip() in ("else:", ")", "]")}
        silent |= {i for i in lit - ran if lines[i].text.startswith(" " * 12)}
        assert ran - around == lit - silent, step.token


def test_the_lines_around_the_loop() -> None:
    lines = loop(CONFIGS["A"])
    assert [lines[i].text for i in branch_lines(lines, ["start"])] == [
        "layers: list[nn.Module] = []",
        "in_channels = 3",
    ]
    assert [lines[i].text for i in branch_lines(lines, ["end"])] == [
        "return nn.Sequential(*layers)"
    ]
    assert branch_lines(lines, ["unread"]) == []


@pytest.mark.parametrize(
    ("cfg", "text"),
    [
        (
            "8,M",
            """\
layers: list[nn.Module] = []
in_channels = 3
for v in cfg:
    if v == "M":
        layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
    else:
        conv = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
        layers += [conv, nn.ReLU(inplace=True)]
        in_channels = v
return nn.Sequential(*layers)""",
        ),
        (
            "conv1-8+bn+no-bias",
            """\
layers: list[nn.Module] = []
in_channels = 3
for v in cfg:
    channels, *window = CONVOLUTIONS.get(v, (v, 3, 1, 1, 1))
    conv = nn.Conv2d(in_channels, channels, *window, bias=False)
    layers += [conv, nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]
    in_channels = channels
return nn.Sequential(*layers)""",
        ),
    ],
)
def test_the_loop_as_text(cfg: str, text: str) -> None:
    assert "\n".join(line.text for line in loop(plan(cfg).config)) == text


X = "x" * 40


@pytest.mark.parametrize(
    ("head", "last", "rows"),
    [
        ("f", 37, [f"  f({X}, {'y' * 37})"]),
        ("f", 38, ["  f(", f"      {X},", f"      {'y' * 38},", "  )"]),
        ("function", 36, ["  function(", f"      {X}, {'y' * 36}", "  )"]),
        ("function", 37, ["  function(", f"      {X},", f"      {'y' * 37},", "  )"]),
    ],
)
def test_a_call_is_broken_where_it_gets_too_long(head: str, last: int, rows: list[str]) -> None:
    assert list(call("  ", head, [X, "y" * last])) == rows
    assert max(map(len, rows)) <= WIDTH


def test_the_table_holds_the_convolutions_that_are_not_plain() -> None:
    config = plan("8,A,conv1-4,M,avgpool3,LRN,conv5-4d2,conv1-4").config
    assert [token.text for token in convolutions(config)] == ["conv1-4", "conv5-4d2"]
