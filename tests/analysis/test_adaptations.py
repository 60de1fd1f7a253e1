"""The common changes: their options and their PyTorch code give the same network."""

import shlex

import pytest
import torch
from torch import nn

from vgginspect import build, plan
from vgginspect.analysis.adaptations import adaptations
from vgginspect.cfg.config import config_from_text, make_config
from vgginspect.cfg.options import OPTIONS
from vgginspect.network.grow import grow
from vgginspect.pytorch.import_torchvision import load

CONFIGS = [
    "D",
    "vgg11_bn",
    "C+input-size=64",
    "E+hidden=none",
    "A+hidden=512+avgpool=1+num-classes=7",
    "LRN,16,M,32+no-bias+avgpool=none",
    "conv3-8d2,M,16+features-only",
    "D+input-size=1x32x32",
    "D+avgpool=2",
    "8,M,M,M,M,M,M,M",
]


def with_options(config, options):
    """A Config with options as on the command line."""
    given = {}
    words = shlex.split(options)
    for name, value in zip(words, [*words[1:], ""], strict=True):
        for option in OPTIONS:
            if name == f"--{option.names[0]}":
                given[option.field] = True if option.is_flag else value
    return config.with_options(**given)


@pytest.mark.parametrize("cfg", CONFIGS)
def test_the_options_make_the_network_whose_figures_are_given(cfg):
    before = plan(cfg)
    found = list(adaptations(before.config))
    assert found
    for change in found:
        config = before.config._replace(tokens=before.config.tokens + change.added)
        assert grow(with_options(config, change.options)) == change.plan, change.name


@pytest.mark.parametrize("cfg", CONFIGS)
def test_the_lines_of_pytorch_run_and_make_as_many_parameters(cfg):
    before = plan(cfg)
    for change in adaptations(before.config):
        with torch.device("meta"):
            scope = {"model": build(cfg).eval(), "nn": nn}
            exec("\n".join(change.code), scope)
            changed = scope["model"].eval()
            scores = changed(torch.empty(2, *change.plan.input_shape))
        counted = sum(parameter.numel() for parameter in changed.parameters())
        assert counted == change.plan.totals.params, change.name
        assert tuple(scores.shape[1:]) == change.plan.layers[-1].output_shape


@pytest.mark.parametrize("name", ["vgg16", "vgg13_bn"])
def test_the_lines_change_torchvisions_models_too(name):
    for change in adaptations(config_from_text(name)):
        with torch.device("meta"):
            scope = {"model": getattr(load(), name)().eval(), "nn": nn}
            exec("\n".join(change.code), scope)
            scores = scope["model"].eval()(torch.empty(1, *change.plan.input_shape))
        counted = sum(parameter.numel() for parameter in scope["model"].parameters())
        assert counted == change.plan.totals.params
        assert tuple(scores.shape[1:]) == change.plan.layers[-1].output_shape


@pytest.mark.parametrize(
    ("cfg", "names"),
    [
        ("D", ["small_head", "grayscale", "classes", "convolutional"]),
        ("vgg16_bn", ["small_head", "grayscale", "classes"]),
        ("D+input-size=1x32x32", ["small_head", "classes"]),
        ("D+num-classes=10", ["small_head", "grayscale", "convolutional"]),
        ("D+avgpool=2", ["small_head", "grayscale", "classes", "convolutional"]),
        ("D+avgpool=none", ["small_head", "grayscale", "classes", "convolutional"]),
        ("D+features-only", ["grayscale"]),
        ("D+input-size=1x64x64+features-only", []),
        ("8,M,M,M,M,M,M", ["grayscale", "classes"]),
    ],
)
def test_only_changes_that_make_sense_are_given(cfg, names):
    assert [change.name for change in adaptations(make_config(cfg))] == names


@pytest.mark.parametrize(
    "cfg",
    [
        "4,M,6,M+input-size=12+avgpool=3+hidden=5+num-classes=2",
        "4,M,6,M+input-size=16+avgpool=4+hidden=none+num-classes=3",
        "4,conv3-6s2x1,M+input-size=12x10+avgpool=none+hidden=5,4+num-classes=2",
    ],
)
def test_a_classifier_of_convolutions_is_the_classifier(cfg):
    """Same parameters, MACs and scores; larger inputs give a map of scores."""
    torch.manual_seed(0)
    before = plan(cfg)
    network = build(cfg).eval()
    (change,) = (change for change in adaptations(before.config) if change.name == "convolutional")
    scope = {"model": network, "nn": nn}
    exec("\n".join(change.code), scope)
    dense = scope["model"].eval()
    assert change.plan.totals.params == before.totals.params
    assert change.plan.totals.macs == before.totals.macs
    x = torch.rand(2, *before.input_shape)
    with torch.no_grad():
        assert torch.allclose(dense(x).flatten(1), network(x), atol=1e-6)
        assert dense(torch.rand(1, 3, 40, 24)).shape[2] > 1
    counted = [type(layer).__name__ for layer in dense.modules()]
    listed = [layer.type for layer in change.plan.layers]
    # The cfg list ends in a ReLU, which scores must not have.
    assert [name for name in counted if name != "Sequential"] == listed[:-1]
    assert listed[-1] == "ReLU"


def test_the_classifier_of_vgg16_as_convolutions_costs_what_it_did():
    before = plan("D")
    change = next(c for c in adaptations(before.config) if c.name == "convolutional")
    assert [token.text for token in change.added] == ["conv7-4096p0", "conv1-4096", "conv1-1000"]
    assert change.plan.totals.macs == before.totals.macs == 15_470_264_320
    assert change.plan.totals.params == before.totals.params


@pytest.mark.parametrize(
    ("cfg", "name", "options", "code"),
    [
        (
            "A,8+input-size=64x48+hidden=9,7+avgpool=3",
            "small_head",
            "--input-size 32 --num-classes 10 --avgpool 1 --hidden none",
            "model.avgpool = nn.AdaptiveAvgPool2d(1)\nmodel.classifier = nn.Linear(8, 10)",
        ),
        (
            "8,M,16+input-size=1x64x48+no-bias",
            "small_head",
            "--input-size 1x32x32 --num-classes 10 --avgpool 1 --hidden none",
            "model.avgpool = nn.AdaptiveAvgPool2d(1)\nmodel.classifier = nn.Linear(16, 10)",
        ),
        (
            "8+input-size=4x32x32",
            "small_head",
            "--input-size 4x32x32 --num-classes 10 --avgpool 1 --hidden none",
            "model.avgpool = nn.AdaptiveAvgPool2d(1)\nmodel.classifier = nn.Linear(8, 10)",
        ),
        (
            "A,8+input-size=64x48+hidden=9,7+avgpool=3",
            "grayscale",
            "--input-size 1x64x48",
            "model.features[1] = nn.Conv2d(1, 8, 3, padding=1)",
        ),
        (
            "LRN,conv5-8d2+no-bias+features-only",
            "grayscale",
            "--input-size 1x224x224",
            "model.features[1] = nn.Conv2d(1, 8, 5, padding=4, dilation=2, bias=False)",
        ),
        ("D", "classes", "--num-classes 10", "model.classifier[6] = nn.Linear(4096, 10)"),
        (
            "A,8+input-size=64x48+hidden=9,7+avgpool=3",
            "convolutional",
            "--features-only",
            "linears = [layer for layer in model.classifier.modules() "
            "if isinstance(layer, nn.Linear)]\n"
            "convs = [nn.Conv2d(8, 9, 3), nn.Conv2d(9, 7, 1), nn.Conv2d(7, 1000, 1)]\n"
            "for conv, linear in zip(convs, linears):\n"
            "    conv.weight.data = linear.weight.data.view_as(conv.weight)\n"
            "    conv.bias = linear.bias\n"
            "model = nn.Sequential(model.features, convs[0], nn.ReLU(True), convs[1], "
            "nn.ReLU(True), convs[2])  # no ReLU after the scores; a cfg list ends with one",
        ),
    ],
)
def test_a_change_as_it_is_written(cfg, name, options, code):
    (change,) = (change for change in adaptations(config_from_text(cfg)) if change.name == name)
    assert (change.options, "\n".join(change.code)) == (options, code)
