"""Reading real modules: class, arguments, tensors, window."""

import pytest
import torch
from torch import nn

from vgginspect.network import rules
from vgginspect.pytorch.read_module import (
    arguments_of,
    defaults_of_types,
    read_module,
)

USUAL = [
    (nn.Conv2d(3, 64, 3, padding=1), rules.Conv2d(3, 64, 3, 1, 1)),
    (nn.Conv2d(3, 64, (3, 3), padding=(1, 1)), rules.Conv2d(3, 64, 3, 1, 1)),
    (nn.Conv2d(4, 6, 5, 2, 0, 2, 2, bias=False), rules.Conv2d(4, 6, 5, 2, 0, 2, 2, False)),
    (nn.BatchNorm2d(5), rules.BatchNorm2d(5)),
    (nn.ReLU(True), rules.ReLU(True)),
    (nn.ReLU(), rules.ReLU(False)),
    (nn.MaxPool2d(2), rules.MaxPool2d(2, 2)),
    (nn.MaxPool2d(3, 1, 1, ceil_mode=True), rules.MaxPool2d(3, 1, 1, True)),
    (nn.AvgPool2d(1, 1), rules.AvgPool2d(1, 1)),
    (nn.LocalResponseNorm(5, 5e-4, 0.75, 2.0), rules.LocalResponseNorm()),
    (nn.AdaptiveAvgPool2d((7, 7)), rules.AdaptiveAvgPool2d((7, 7))),
    (nn.Linear(4, 2), rules.Linear(4, 2)),
    (nn.Dropout(), rules.Dropout(0.5)),
]


@pytest.mark.parametrize(("module", "rule"), USUAL, ids=[repr(module) for module, _ in USUAL])
def test_what_is_read_of_a_usual_module_is_what_its_rule_says(module, rule):
    for read in (read_module(module), read_module(module.to("meta"))):
        for field in ("type", "text", "params", "frozen", "stem", "inplace"):
            assert getattr(read, field) == getattr(rule, field), field
        for field in ("kernel_size", "stride", "padding", "dilation"):
            assert getattr(read, field) == getattr(rule, field), field
        assert read.state() == rule.state()


class Shaped(nn.Conv2d):
    """A user's own kind of convolution, of the same name as nothing of ours."""


class Conv2d(nn.Conv2d):
    """A user's own kind of convolution that bears the name of ours."""


def frozen():
    module = nn.Linear(4, 2)
    module.weight.requires_grad = False
    return module


OTHERS = [
    (nn.Conv2d(3, 8, (3, 5)), "Conv2d(3, 8, kernel_size=(3, 5), stride=(1, 1))", ((3, 5), 1, 0, 1)),
    (
        nn.Conv2d(3, 8, 3, padding="same", dilation=2),
        "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=same, dilation=(2, 2))",
        (3, 1, 2, 2),
    ),
    (
        nn.Conv2d(3, 8, 3, padding=1, padding_mode="reflect"),
        "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), padding_mode=reflect)",
        (3, 1, 1, 1),
    ),
    (
        nn.BatchNorm2d(4, eps=1e-3),
        "BatchNorm2d(4, eps=0.001, momentum=0.1, affine=True, track_running_stats=True)",
        None,
    ),
    (
        nn.BatchNorm2d(4, affine=False),
        "BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=False, track_running_stats=True)",
        None,
    ),
    (
        nn.MaxPool2d(2, dilation=2),
        "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=2, ceil_mode=False)",
        (2, 2, 0, 2),
    ),
    (
        nn.AvgPool2d(2, count_include_pad=False),
        "AvgPool2d(kernel_size=2, stride=2, padding=0)",
        (2, 2, 0, 1),
    ),
    (nn.AdaptiveAvgPool2d((None, 7)), "AdaptiveAvgPool2d(output_size=(None, 7))", None),
    (nn.AdaptiveAvgPool2d(7), "AdaptiveAvgPool2d(output_size=7)", None),
    (nn.Linear(4, 2, bias=False), "Linear(in_features=4, out_features=2, bias=False)", None),
    (nn.Dropout(0.3, inplace=True), "Dropout(p=0.3, inplace=True)", None),
    (nn.LeakyReLU(0.2, True), "LeakyReLU(negative_slope=0.2, inplace=True)", None),
    (frozen(), "Linear(in_features=4, out_features=2, bias=True)", None),
    (Shaped(3, 8, 3), "Shaped(3, 8, kernel_size=(3, 3), stride=(1, 1))", (3, 1, 0, 1)),
    (Conv2d(3, 8, 3), "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))", (3, 1, 0, 1)),
    (nn.Sequential(nn.ReLU()), "Sequential( (0): ReLU() )", None),
]


@pytest.mark.parametrize(
    ("module", "text", "window"), OTHERS, ids=[repr(module) for module, *_ in OTHERS]
)
def test_any_other_module_is_read_as_well(module, text, window):
    rule = read_module(module)
    assert (rule.type, rule.text) == (type(module).__name__, text)
    assert (rule.kernel_size, rule.stride, rule.padding, rule.dilation) == (window or (None,) * 4)
    parameters = list(module.parameters())
    assert rule.params == sum(map(torch.numel, parameters))
    assert rule.frozen == sum(p.numel() for p in parameters if not p.requires_grad)
    assert rule.state() == {key: tuple(t.shape) for key, t in module.state_dict().items()}
    assert rule.inplace is getattr(module, "inplace", False)


def test_arguments_are_those_of_the_constructor():
    assert arguments_of(nn.Conv2d(3, 8, (3, 5), bias=False)) == {
        "in_channels": 3,
        "out_channels": 8,
        "kernel_size": (3, 5),
        "stride": 1,
        "padding": 0,
        "dilation": 1,
        "groups": 1,
        "bias": False,
        "padding_mode": "zeros",
    }


def test_defaults_are_the_installed_pytorchs():
    found = defaults_of_types(["Dropout", "LocalResponseNorm", "NothingOfThisName"])
    assert found == {
        "Dropout": {"p": 0.5, "inplace": False},
        "LocalResponseNorm": {"alpha": 1e-4, "beta": 0.75, "k": 1.0},
    }


@pytest.mark.parametrize("rule", [read_module(nn.Conv2d(3, 8, 3)), read_module(Shaped(3, 8, 3))])
def test_a_module_called_again_counts_its_weights_once(rule):
    again = rule.called_again()
    assert (again.type, again.text, again.kwargs) == (rule.type, rule.text, rule.kwargs)
    assert (again.params, again.state(), again.kernel_size) == (0, {}, 3)
