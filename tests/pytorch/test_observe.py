"""Real networks measured while they run: those of ours, and of anyone."""

import batches
import pytest
import torch
from hypothesis import given
from reference import model, multiply_accumulates
from strategies import configs
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from vgginspect.cfg.config import make_config
from vgginspect.network.grow import grow
from vgginspect.pytorch.layers_from_calls import StepCalls, head_of, steps_of
from vgginspect.pytorch.observe import run, whole_of
from vgginspect.pytorch.verify import Witness, check, verify
from vgginspect.pytorch.vgg import VGG

SIZE = 32


def on_meta(make):
    with torch.device("meta"):
        return make()


@given(configs())
def test_networks_of_every_kind_are_measured_as_they_were_grown(config):
    network = model(config)
    result = check(grow(config), Witness("the tests' own", lambda: network))
    assert result.differences == []
    calls, *_ = run(network, config.input_shape)
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
    calls, output, *_ = run(network, (3, 8, 8))
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
    run(network, (3, 32, 32))
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
        run(network, (3, 64, 64))
    assert not any(module._forward_hooks for module in network.modules())


KINDS = {
    name: make
    for name, make in vars(batches).items()
    if isinstance(make, type) and issubclass(make, batches.Small) and make is not batches.Small
}
#: What runs with one image only, and what the note on others says.
NOTES = {
    "FlattensAll": "only a batch of one image runs; two fail",
    "OneRow": "only a batch of one image runs; two fail",
    "Squeezes": "the output of one image is 4, without the batch",
    "ManyRows": "makes 16 rows of each image, and the output has 16",
    "SideBySide": "the output mixes the images of a batch",
    "Alike": "mixes the images of a batch; the multiply-accumulates are of one alone",
    "Branching": "reads values; the layers are those of a random image and weights",
    "NumpyMean": "reads values; the layers are those of a random image and weights",
}


def real(network, count):
    """Output shape and multiply-accumulates of a real batch."""
    images = torch.rand(count, 3, SIZE, SIZE)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        output = network(images)
    return tuple(output.shape), counter.get_total_flops() // 2


@pytest.mark.parametrize("name", KINDS)
def test_numbers_are_those_of_one_image_whatever_is_done_to_the_batch(name):
    network = KINDS[name]().eval()
    calls, output, notes, _ = run(network, (3, SIZE, SIZE))
    shape, macs = real(network, 1)
    assert sum(call.macs for call in calls) == macs
    assert output in (shape, shape[1:])
    assert [note for note in notes if NOTES.get(name, "nothing") in note] == list(notes)
    assert len(notes) == (name in NOTES)


@pytest.mark.parametrize("name", KINDS)
def test_a_note_tells_what_a_real_batch_of_two_does(name):
    network = KINDS[name]().eval()
    one, macs = real(network, 1)
    said = NOTES.get(name, "")
    try:
        two, twice = real(network, 2)
    except RuntimeError:
        assert said.startswith("only a batch of one")
        return
    assert (twice == 2 * macs) == (name not in ("Alike", "OfWeights"))
    each_in_a_row = len(one) == len(two) and [2 * one[0], *one[1:]] == list(two)
    assert each_in_a_row == (name not in ("SideBySide", "Squeezes"))


def test_layer_outputs_are_those_of_one_image():
    network = batches.Heads().eval()
    calls, *_ = run(network, (3, SIZE, SIZE))
    shapes = [call.output_shape for call in calls if call.rule.type == "bmm"]
    assert shapes == [(2, 64, 64), (2, 64, 4)]
    kept = [call.activation_bytes for call in calls if call.rule.type == "bmm"]
    assert kept == [4 * 2 * 64 * 64, 4 * 2 * 64 * 4]


def test_a_network_that_fails_with_one_image_is_that_of_two():
    network = nn.Sequential(nn.Conv2d(3, 8, 32), Squeezed(), nn.BatchNorm1d(8), nn.Linear(8, 4))
    calls, output, (note,), _ = run(network, (3, SIZE, SIZE))
    assert output == (4,)
    assert sum(call.macs for call in calls) == 8 * 3 * 32 * 32 + 8 * 4
    assert note.startswith("with one image it fails")


class Squeezed(nn.Module):
    """Removes the dimension of the batch too, if there is one image."""

    def forward(self, x):
        return x.squeeze()


def test_a_dimension_is_added_after_flattening():
    network = nn.Sequential(nn.Conv2d(3, 8, 32), nn.Flatten(), Row(), nn.Linear(8, 4))
    _, output, notes, _ = run(network, (3, SIZE, SIZE))
    assert (output, notes) == ((1, 4), ())


class Row(nn.Module):
    """Adds a dimension in front of the features."""

    def forward(self, x):
        return x.unsqueeze(1)
