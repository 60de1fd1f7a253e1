"""The witness of networks in Python agrees with the recorder, and notices a wrong value."""

import sys
from pathlib import Path

import pytest
from torch import nn

from vgginspect.network.plan import Plan, Recorded
from vgginspect.pytorch.module_witness import check_module
from vgginspect.pytorch.observe_network import observe_live

sys.path.insert(0, str(Path(__file__).parent))
import networks

CFG = [8, "M", 16, "M"]
MADE = {
    "functions": lambda: networks.Functional(CFG),
    "sums": lambda: networks.Residual([8, 16], 3),
    "pairs": lambda: networks.Detector(CFG),
    "slices": lambda: networks.Slices(CFG),
    "weights of its own": lambda: networks.Discriminator(CFG, 3),
    "a shared module": lambda: nn.Sequential(*[nn.Conv2d(3, 3, 3)] * 2, nn.ReLU()),
    "one-dimensional": lambda: nn.Sequential(nn.Flatten(2), nn.Conv1d(3, 4, 3), nn.MaxPool1d(2)),
    "a sequence": lambda: nn.Sequential(nn.Flatten(2), nn.Linear(1024, 5), nn.LSTM(5, 6)),
    "transposed": lambda: nn.Sequential(nn.ConvTranspose2d(3, 4, 2, 2, groups=1), nn.Softmax(1)),
}


@pytest.mark.parametrize("kind", MADE)
def test_it_agrees_with_what_was_recorded(kind: str) -> None:
    seen = observe_live(MADE[kind](), (32, 32))
    check = check_module(seen.plan, seen.network)
    assert check.differences == []
    assert len(check.facts) > 5


FIELDS = [
    *("type", "input_shape", "output_shape", "params", "macs"),
    *("a layer less", "a layer more", "a function less"),
]


@pytest.mark.parametrize("field", FIELDS)
def test_it_notices(field: str) -> None:
    seen = observe_live(networks.Functional(CFG), (32, 32))
    steps, head = list(seen.plan.steps), list(seen.plan.head)
    layers = list(steps[0].layers)
    first = layers[0]
    if field == "type":
        rule = type(first.rule)(**vars(first.rule) | {"type": "Conv1d"})
        layers[0] = first._replace(rule=rule)
    elif field == "a layer less":
        layers = layers[1:]
    elif field == "a layer more":
        layers.insert(0, first)
    elif field == "a function less":
        steps = [
            step
            for step in steps
            if not any(la.line and la.rule.stem == "pool" for la in step.layers)
        ]
    else:
        wrong = (3, 7, 7) if "shape" in field else 1
        layers[0] = first._replace(**{field: wrong})
    steps[0] = steps[0]._replace(layers=tuple(layers))
    plan = Plan(seen.plan.of, Recorded(steps, head))
    assert not check_module(plan, seen.network).good
