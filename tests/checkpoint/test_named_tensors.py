"""The tensors of each side, with the layers and stages that are known of them."""

from typing import Any

import pytest
import torch
from layouts import LAYOUTS
from random_weights import network

from vgginspect import build, plan
from vgginspect.checkpoint.named_tensors import tensors_named, tensors_of_file, tensors_of_plan
from vgginspect.checkpoint.reader import read_checkpoint
from vgginspect.checkpoint.weights import fit_tensors


@pytest.mark.parametrize("cfg", ["A", "C", "E+bn", "8,M,LRN,16,M+bn+features-only"])
def test_a_plan_has_the_tensors_of_its_network(cfg: str) -> None:
    made = tensors_of_plan(plan(cfg), cfg)
    state = network(cfg).state_dict()
    assert list(made.tensors.items()) == [(key, tuple(one.shape)) for key, one in state.items()]
    keys = [key for layer in made.layers for key in layer.keys.values()]
    assert keys == list(state)


def test_a_file_has_the_stages_that_its_pools_tell(tmp_path: Any) -> None:
    torch.save(build("8,8,M,16,M+avgpool=1+classes=3+hidden=4").state_dict(), tmp_path / "a.pth")
    made = tensors_of_file(str(tmp_path / "a.pth"))
    assert [layer.stage for layer in made.layers] == [1, 1, 2, None, None]
    assert made.config == plan("8,8,M,16,M+avgpool=1+classes=3+hidden=4").config


def test_weights_in_the_order_of_tensorflow_stand_for_their_network(tmp_path: Any) -> None:
    state = {key: torch.empty(shape) for key, shape in LAYOUTS["Keras"].tensors.items()}
    torch.save(state, tmp_path / "a.pth")
    path = str(tmp_path / "a.pth")
    assert tensors_named(path, plan).channels_last
    made = tensors_named(path, plan, as_network=True)
    assert not made.channels_last
    assert made.tensors["features.0.weight"] == (64, 3, 3, 3)


def test_a_file_of_another_network_is_told_by_its_keys(tmp_path: Any) -> None:
    linear = torch.nn.Linear(8, 8)
    torch.save(
        {f"classifier.0.{key}": one for key, one in linear.state_dict().items()}, tmp_path / "a.pth"
    )
    cfg = "8,M+hidden=8,8+avgpool=1"
    source = tensors_of_file(str(tmp_path / "a.pth"))
    fit = fit_tensors(tensors_of_plan(plan(cfg), cfg), source)
    assert source.config is None
    found = {one.key: (one.status, one.source) for one in fit.tensors}
    assert found["classifier.0.weight"] == ("loads", "classifier.0.weight")
    assert found["features.0.weight"] == ("missing", None)


def test_versions_of_modules_are_read(tmp_path: Any) -> None:
    torch.save({"net": network("8,M+bn").state_dict()}, tmp_path / "a.pth")
    versions = read_checkpoint(tmp_path / "a.pth").versions
    assert (versions["features.0"], versions["features.1"]) == (1, 2)
    assert read_checkpoint(tmp_path / "a.pth").nested == ("net",)
