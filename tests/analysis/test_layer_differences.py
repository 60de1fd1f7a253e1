"""How two networks differ: each difference once, at its root."""

from copy import copy

import pytest

from vgginspect import plan
from vgginspect.analysis.layer_differences import Difference, differences
from vgginspect.network.plan import Origin, Plan, Recorded

SMALL = [64, "M", 128, "M", 256]


def grown(cfg=SMALL, **options):
    return plan(cfg, **{"input_shape": 32, "hidden": (16, 8), "num_classes": 4, **options})


def recorded(of, change):
    """The same layers as a recorded network has them, each changed."""
    origin = Origin("python", "mine.py:VGG", {}, None, "VGG", of.input_shape)
    steps = [
        step._replace(layers=tuple(filter(None, map(change, step.layers)))) for step in of.steps
    ]
    return Plan(origin, Recorded(steps, filter(None, map(change, of.head))))


def renamed(layer):
    return layer._replace(path=layer.path.replace("features", "feature"))


def without_drop(layer):
    return None if layer.name == "drop7" else layer


def first_drop(of):
    """The second dropout before the first linear layer instead."""
    origin = Origin("python", "mine.py:VGG", {}, None, "VGG", of.input_shape)
    head = [layer for layer in of.head if layer.name != "drop7"]
    head.insert(1, next(layer for layer in of.head if layer.name == "drop7"))
    return Plan(origin, Recorded(of.steps, head))


CASES = {
    "same": (grown(), []),
    "container": (
        recorded(grown(), renamed),
        [("renamed", "", "features", "feature", 8)],
    ),
    "dropout left out": (recorded(grown(), without_drop), [("dropped", "Dropout", "", "", 1)]),
    "dropout moved": (first_drop(grown()), [("moved", "Dropout", "relu7", "avgpool", 1)]),
    "batch norm": (grown(batch_norm=True), [("inserted", "BatchNorm2d", "", "", 3)]),
    "bias": (grown(bias=False), [("changed", "bias", "True", "False", 3)]),
    "width": (grown([64, "M", 128, "M", 512]), [("changed", "out_channels", "256", "512", 1)]),
    "kernel": (
        grown([64, "M", "conv1-128", "M", 256]),
        [("changed", "kernel_size", "3", "1", 1), ("changed", "padding", "1", "0", 1)],
    ),
    "classes": (grown(num_classes=9), [("changed", "out_features", "4", "9", 1)]),
    "input": (grown(input_shape=64), [("input", "", "3×32×32", "3×64×64", 0)]),
    "pool": (
        grown([64, "A", 128, "M", 256]),
        [("dropped", "MaxPool2d", "", "", 1), ("inserted", "AvgPool2d", "", "", 1)],
    ),
    "convolution": (
        grown([64, "M", 128, 128, "M", 256]),
        [("inserted", "Conv2d", "", "", 1), ("inserted", "ReLU", "", "", 1)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_difference_is_told_once(name):
    other, expected = CASES[name]
    found = differences(grown(), other)
    assert sorted((*one[:4], len(one.layers)) for one in found) == sorted(expected)


def test_those_of_most_layers_come_first():
    found = differences(grown(), grown(batch_norm=True, num_classes=9))
    assert found == [
        Difference("inserted", "BatchNorm2d", "", "", ("bn1_1", "bn2_1", "bn3_1")),
        Difference("changed", "out_features", "4", "9", ("fc8",)),
    ]


def reading(of, name, makers):
    """The same layers, one of which reads others than the one before it."""
    layers = list(of.iter_layers())
    numbers = {layer.name: place for place, layer in enumerate(layers)}

    def change(layer):
        if layer.name != name:
            return layer
        rule = copy(layer.rule)
        vars(rule)["makers"] = tuple(numbers[other] for other in makers)
        return layer._replace(rule=rule)

    return recorded(of, change)


def test_a_layer_that_reads_another_layer_is_told():
    found = differences(grown(), reading(grown(), "conv3_1", ["relu1_1"]))
    assert [tuple(one) for one in found] == [
        ("changed", "reads", "pool2", "relu1_1", ("conv3_1",)),
    ]
    assert not differences(grown(), reading(grown(), "conv3_1", ["pool2"]))
