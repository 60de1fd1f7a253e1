"""Linear layers one after another, under any name; or none, where there is more than one way."""

import pytest

from vgginspect.checkpoint.stored_classifier import classifier_convolutions, find_classifier
from vgginspect.checkpoint.stored_layers import stored_layers
from vgginspect.shape import Shape


@pytest.mark.parametrize(
    ("tensors", "names"),
    [
        ({"fc8": (5, 7), "fc6": (6, 16), "fc7": (7, 6)}, ["fc6", "fc7", "fc8"]),
        ({"a": (8, 8), "b": (8, 8), "c": (2, 8)}, ["a", "b", "c"]),
        ({"p.classifier.3": (2, 5), "p.classifier.0": (5, 8), "x": (8, 2)}, [".0", ".3"]),
        ({"a": (5, 8), "b": (6, 8)}, []),
        ({"a": (5, 9)}, []),
        ({"a": (0, 8)}, []),
        ({}, []),
    ],
)
def test_linear_layers_in_order(tensors: dict[str, Shape], names: list[str]) -> None:
    layers, _ = stored_layers({f"{name}.weight": shape for name, shape in tensors.items()})
    found = [layer.name.removeprefix("p.classifier") for layer in find_classifier(layers, "p.", 8)]
    assert found == names


def test_convolutions_that_classify() -> None:
    names = {"fc6": (9, 8, 7, 7), "score_pool": (2, 8, 1, 1), "up": (9, 9, 1, 1)}
    shapes = {**names, "net.fc7": (4, 9, 1, 1), "fc8": (3, 5, 1, 1)}
    layers, _ = stored_layers({f"{name}.weight": shape for name, shape in shapes.items()})
    assert [layer.name for layer in classifier_convolutions(layers, 8)] == ["fc6", "net.fc7"]
