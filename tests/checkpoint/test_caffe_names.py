"""Keys in the paper's names are given the numbers they would have in a list of layers."""

import pytest

from vgginspect import plan
from vgginspect.cfg.config import CONFIGS
from vgginspect.checkpoint.caffe_names import numbered


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("letter", ["A", "B", "C", "D", "E"])
def test_every_key_gets_the_number_it_has_in_the_plan(letter: str, batch_norm: bool) -> None:
    layers = plan(CONFIGS[letter], batch_norm=batch_norm).layers
    keys = {
        f"{layer.name}.{key.rpartition('.')[2]}": key
        for layer in layers
        for key in layer.state_dict
    }
    assert numbered(keys) == keys
    assert numbered(f"vgg.{key}" for key in keys) == {f"vgg.{k}": v for k, v in keys.items()}


def test_batch_norm_without_convolutions_is_no_network() -> None:
    assert numbered(["bn1_1.weight", "fc6.weight"]) == {}


def test_underscores_gaps_and_what_is_no_part() -> None:
    assert numbered(["conv_1_1.weight", "conv_2_1.bias", "fc_6.weight", "mean"]) == {
        "conv_1_1.weight": "features.0.weight",
        "conv_2_1.bias": "features.3.bias",
        "fc_6.weight": "classifier.0.weight",
    }


@pytest.mark.parametrize("keys", [[], ["features.0.weight"], ["conv1.weight"], ["conv2_1.weight"]])
def test_other_names_are_left_alone(keys: list[str]) -> None:
    assert numbered(keys) == {}
