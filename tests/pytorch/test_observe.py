"""Real networks measured while they run: those of ours, and of anyone."""

import pytest
import torch
from hypothesis import given
from reference import model, multiply_accumulates
from strategies import configs
from torch import nn

from vgginspect.cfg.config import make_config
from vgginspect.network.grow import grow
from vgginspect.pytorch.layers_from_calls import StepCalls, head_of, steps_of
from vgginspect.pytorch.observe import module_calls, whole_of
from vgginspect.pytorch.verify import Witness, check, verify
from vgginspect.pytorch.vgg import VGG


def on_meta(make):
    with torch.device("meta"):
        return make()


@given(configs())
def test_networks_of_every_kind_are_measured_as_they_were_grown(config):
    network = model(config)
    result = check(grow(config), Witness("the tests' own", lambda: network))
    assert result.differences == []
    calls, _ = module_calls(network, config.input_shape)
    x = torch.empty(1, *config.input_shape, device="meta")
    assert sum(call.macs for call in calls) == multiply_accumulates(network, x)


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


def test_an_odd_network_is_measured_as_it_is():
    network = on_meta(Odd)
    calls, output = module_calls(network, (3, 8, 8))
    (step,) = steps_of([StepCalls((), "", calls[:4])], (3, 8, 8))
    features, head = step.layers, list(head_of(calls[4:]))
    layers = [*features, *head]
    assert [(layer.path, layer.name, layer.params) for layer in layers] == [
        ("features.0", "conv1_1", 40),
        ("features.1", "relu1_1", 0),
        ("features.2", "pool1", 0),
        ("features.3", "identity2_0", 0),
        ("fc", "fc6", 392),
        ("relu", "relu6", 0),
        ("out", "fc7", 72),
        ("out", "fc8", 0),
        ("", "mul8", 1),
    ]
    assert [layer.input_shape for layer in head] == [(4, 3, 4), (8,), (8,), (8,), (8,)]
    assert whole_of(network).params == 40 + 392 + 72 + 12 + 1
    assert output == (8,)
    assert [layer.receptive_field for layer in features] == [(3, 1), (3, 1), (4, 2), (4, 2)]
    assert [layer.activation_bytes for layer in features] == [768, 768, 192, 0]
    assert head[2].state_dict == {"out.weight": (8, 8), "out.bias": (8,)}
    assert head[3].state_dict == {}
    assert head[4].state_dict == {"scale": (1,)}


def test_the_network_is_as_before_afterwards():
    network = on_meta(lambda: VGG(make_config("A+bn")))
    before = {key: id(tensor) for key, tensor in network.state_dict(keep_vars=True).items()}
    module_calls(network, (3, 32, 32))
    after = network.state_dict(keep_vars=True)
    assert {key: id(tensor) for key, tensor in after.items()} == before
    assert all(tensor.is_meta for tensor in after.values())
    assert not any(module._forward_hooks for module in network.modules())


def test_a_network_larger_than_any_memory_is_measured():
    config = make_config([64, "M"], hidden=(1_000_000_000,), input_shape=(3, 64, 64))
    (result,) = verify(grow(config), "pytorch")
    assert result.good
    assert grow(config).totals.param_bytes > 10**13


def test_what_a_network_raises_comes_out():
    network = on_meta(lambda: VGG(make_config("A", avgpool=None)))
    with pytest.raises(RuntimeError, match=r"2048.*25088"):
        module_calls(network, (3, 64, 64))
    assert not any(module._forward_hooks for module in network.modules())
