"""Plans read off real modules: those of ours, of torchvision, and of anyone."""

import pytest
import torch
from hypothesis import given
from reference import model, multiply_accumulates
from strategies import configs
from torch import nn

from vgginspect import CONFIGS, plan
from vgginspect.network.grow import grow
from vgginspect.pytorch import import_torchvision
from vgginspect.pytorch.observe import module_calls, observe
from vgginspect.pytorch.vgg import VGG
from vgginspect.report.checks import whole_of

SIZES = [(3, 32, 32), (3, 224, 224), (3, 299, 299), (3, 225, 320)]


def on_meta(make):
    with torch.device("meta"):
        return make()


@pytest.mark.parametrize("shape", SIZES, ids=str)
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "bn"])
@pytest.mark.parametrize("letter", CONFIGS)
def test_the_observed_plan_is_the_grown_one(letter, batch_norm, shape):
    config = CONFIGS[letter]._replace(batch_norm=batch_norm, input_shape=shape)
    grown = grow(config)
    observed, whole = observe(on_meta(lambda: VGG(grown, False)), config)
    assert observed == grown
    assert whole == whole_of(grown)
    if config.model:
        theirs = on_meta(getattr(import_torchvision.load(), config.model))
        observed, whole = observe(theirs, config)
        assert observed == grown
        assert whole == whole_of(grown)


@given(configs())
def test_networks_of_every_kind_are_observed_as_they_were_grown(config):
    grown = grow(config)
    network = model(config)
    observed, whole = observe(network, config)
    assert observed.layers == grown.layers
    assert observed.totals == grown.totals
    assert whole == whole_of(grown)
    # Consecutive steps are parted by what they are, as in the loop that made them.
    assert observed.steps == grown.steps
    x = torch.empty(1, *config.input_shape, device="meta")
    assert observed.totals.macs == multiply_accumulates(network, x)


class Odd(nn.Module):
    """Everything a VGG has not: views by hand, shared and unused modules, a tuple, own weights."""

    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, (3, 1)), self.relu, nn.MaxPool2d(2), nn.Identity()
        )
        self.unused = nn.Linear(3, 3)
        self.fc = nn.Linear(4 * 3 * 4, 8)
        self.out = nn.Linear(8, 8)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        x = self.relu(self.fc(x))
        return self.out(self.out(x)) * self.scale, {"features": x}


def test_an_odd_network_is_told_as_it_is():
    config = plan([4], input_shape=(3, 8, 8)).config
    observed, whole = observe(on_meta(Odd), config)
    assert [(layer.path, layer.name, layer.params) for layer in observed.layers] == [
        ("features.0", "conv1_1", 40),
        ("features.1", "relu1_1", 0),
        ("features.2", "pool1", 0),
        ("features.3", "identity2_0", 0),
        ("fc", "fc6", 392),
        ("relu", "relu6", 0),
        ("out", "fc7", 72),
        ("out", "fc8", 0),
    ]
    assert [layer.input_shape for layer in observed.layers][4:] == [(4, 3, 4), (8,), (8,), (8,)]
    assert whole.params == 40 + 392 + 72 + 12 + 1
    assert whole.output_shape == (8,)
    # What a window of 3 by 1 sees is no square, and unknown from there on.
    assert [layer.receptive_field for layer in observed.features] == [None] * 4
    assert [layer.activation_bytes for layer in observed.features] == [768, 768, 192, 0]
    assert observed.layers[6].state_dict == {"out.weight": (8, 8), "out.bias": (8,)}
    assert observed.layers[7].state_dict == {}


def test_the_network_is_as_before_afterwards():
    network = on_meta(lambda: VGG(plan("A+bn")))
    before = {key: id(tensor) for key, tensor in network.state_dict(keep_vars=True).items()}
    module_calls(network, (3, 32, 32))
    after = network.state_dict(keep_vars=True)
    assert {key: id(tensor) for key, tensor in after.items()} == before
    assert all(tensor.is_meta for tensor in after.values())
    assert not any(module._forward_hooks for module in network.modules())


def test_a_network_larger_than_any_memory_is_observed():
    config = plan([64, "M"], hidden=(1_000_000_000,), input_shape=(3, 64, 64)).config
    grown = grow(config)
    observed, _ = observe(on_meta(lambda: VGG(grown, False)), config)
    assert observed == grown
    assert grown.totals.param_bytes > 10**13


def test_what_a_network_raises_comes_out():
    network = on_meta(lambda: VGG(plan("A", avgpool=None)))
    with pytest.raises(RuntimeError, match=r"2048.*25088"):
        observe(network, plan("A", input_shape=64).config)
    assert not any(module._forward_hooks for module in network.modules())
