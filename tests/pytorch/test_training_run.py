"""The memory of networks in Python, against real training steps on the CPU and the rules."""

from itertools import groupby

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from tests.pytorch.random_networks import SIDE, Network, networks
from tests.strategies import configs
from vgginspect.analysis.memory import memory
from vgginspect.analysis.memory_settings import DEVICES, DTYPES, OPTIMIZERS, Settings
from vgginspect.errors import ConfigError, NetworkError
from vgginspect.network.grow import grow
from vgginspect.pytorch.memory_tracker import measure_network
from vgginspect.pytorch.observe_network import observe_live
from vgginspect.pytorch.training_run import steps_of_network
from vgginspect.pytorch.vgg import VGG


def measured(network, settings=Settings(), size=(SIDE, SIDE)):  # noqa: B008
    seen = observe_live(network, size)
    return memory(seen.plan, settings, None, steps_of_network(seen))


def kept_by_autograd(network, images):
    """Bytes of the storages that the hooks of PyTorch see; weights and the images not counted."""
    owned = [*network.parameters(), *network.buffers(), images]
    ignored = {tensor.untyped_storage().data_ptr() for tensor in owned}
    kept = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in ignored:
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        network.train()(images)
    return sum(size for size, _ in kept.values())


@given(
    networks(),
    st.integers(1, 3),
    st.sampled_from(list(DTYPES)),
    st.sampled_from(list(OPTIMIZERS)),
)
def test_every_part_and_the_peak_are_those_of_a_real_step(made, batch_size, dtype, optimizer):
    settings = Settings(batch_size, dtype, optimizer, "cpu")
    network = Network(*made)
    try:
        found = measure_network(network, (3, SIDE, SIDE), batch_size, dtype, optimizer)
    except (RuntimeError, ValueError):
        # PyTorch cannot run it: nothing to train, or no kernel for this type.
        assume(False)
    assume(dtype != "amp" or "group norm" not in made[0])
    said = measured(Network(*made), settings)
    parts = {name: getattr(said.training, name, None) for name in found._fields}
    parts["peak_bytes"] = said.training.peak.bytes
    parts["inference_peak_bytes"] = said.inference.peak.bytes
    if dtype == "amp":
        # The copies of weights that autocast makes are kept, too.
        parts["saved_bytes"] = found.saved_bytes
    else:
        kind = getattr(torch, dtype)
        images = torch.zeros(batch_size, 3, SIDE, SIDE, dtype=kind)
        assert kept_by_autograd(Network(*made).to(kind), images) == found.saved_bytes
    assert parts == found._asdict()


def in_short(found):
    """What is told of a Memory, without the paths of layers."""
    *parts, peak, moments, layers = found.training
    runs = groupby((moment.phase, moment.layer and moment.layer.name) for moment in moments)
    order = [where for where, _ in runs if where[1] is None or "flatten" not in where[1]]
    rows = [(row.layer.name, row.output_bytes, row.saved_bytes) for row in layers]
    rows = [row for row in rows if "flatten" not in row[0]]
    known = [
        max(moment.saved_bytes for moment in moments),
        max(moment.gradients_bytes for moment in moments),
    ]
    return (
        parts,
        peak.bytes,
        known,
        rows,
        order[-1],
        found.inference[:3],
        found.inference.peak.bytes,
    )


@given(
    configs(),
    st.builds(
        Settings,
        st.integers(1, 3),
        st.sampled_from(list(DTYPES)),
        st.sampled_from(list(OPTIMIZERS)),
        st.sampled_from(DEVICES),
        st.sampled_from([None, "features"]),
    ),
)
def test_a_vgg_that_runs_needs_what_its_rules_say(config, settings):
    assume(max(config.input_shape) < 120)
    try:
        expected = memory(grow(config), settings)
    except ConfigError:
        assume(False)
    with torch.device("meta"):
        network = VGG(config, init_weights=False)
    assert in_short(measured(network, settings, config.input_shape)) == in_short(expected)


class Checkpointed(nn.Module):
    def __init__(self, reentrant):
        super().__init__()
        self.first, self.last, self.reentrant = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1), reentrant
        self.block = nn.Sequential(nn.Conv2d(8, 8, 3), nn.Dropout(0.3), nn.ReLU())

    def forward(self, x):
        x = checkpoint(self.block, self.first(x), use_reentrant=self.reentrant)
        return self.last(x)


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpoints_of_its_own_are_measured(reentrant):
    real = measure_network(Checkpointed(reentrant), (3, SIDE, SIDE))
    found = measured(Checkpointed(reentrant), Settings(device="cpu")).training
    assert (found.saved_bytes, found.peak.bytes) == (real.saved_bytes, real.peak_bytes)


class Auxiliary(nn.Module):
    """Another output in training; in evaluation, fewer layers run."""

    def __init__(self):
        super().__init__()
        self.body, self.aux = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 2, 1)

    def forward(self, x):
        x = functional.relu(self.body(x))
        return {"out": x, "aux": self.aux(x)} if self.training else x


def test_layers_that_run_only_in_training_count():
    found = measured(Auxiliary(), Settings(2))
    assert [row.layer.path for row in found.training.layers] == ["body", "", "aux"]
    assert found.training.gradients_bytes == 4 * (4 * 27 + 4 + 4 * 2 + 2)
    assert found.inference.peak.layer.path == ""


def test_a_mask_takes_one_byte_on_cuda_unless_dropout_works_in_place():
    for inplace, size in ((False, 1), (True, 4)):
        network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Dropout(0.5, inplace))
        rows = measured(network).training.layers
        assert rows[1].saved_bytes == size * 4 * SIDE * SIDE
        assert measured(network, Settings(device="cpu")).training.layers[1].saved_bytes == 4096


class ByValue(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(3, 4, 1)

    def forward(self, x):
        return self.body(x) if float(x.sum()) < 1 else x


class Moody(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.times = nn.Conv2d(3, 3, 1), 0

    def forward(self, x):
        self.times += 1
        for _ in range(self.times):
            x = self.body(x)
        return x


class OfRows(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3 * SIDE, 4)

    def forward(self, x):
        return self.rnn(x.permute(2, 0, 1, 3).flatten(2))[0][-1]


def one(**settings):
    return nn.Conv2d(3, 3, 1), Settings(**settings)


@pytest.mark.parametrize(
    ("network", "settings", "error", "message"),
    [
        (OfRows(), Settings(), ConfigError, "the memory of lstm on a CUDA device is not known"),
        (nn.Softmax(1), Settings(dtype="amp"), ConfigError, "softmax .* under amp"),
        (nn.ReLU(), Settings(), ConfigError, "nothing to train"),
        (*one(freeze="features"), ConfigError, "nothing to train"),
        (*one(checkpoint_every="stage"), ConfigError, "describes a CONFIG"),
        (
            nn.LocalResponseNorm(3),
            Settings(1, "float16", device="cpu"),
            ConfigError,
            "has no local",
        ),
        (ByValue(), Settings(), NetworkError, "depends on the values of a tensor"),
        (Moody(), Settings(), NetworkError, "does not run the same functions twice"),
    ],
)
def test_what_is_not_known(network, settings, error, message):
    with pytest.raises(error, match=message):
        measured(network, settings, (3, SIDE, SIDE))


def test_the_network_is_left_as_it_was():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(1024, 2))
    network.eval()
    before = {key: (id(t), t.clone()) for key, t in network.state_dict(keep_vars=True).items()}
    measured(network, Settings(2, "bfloat16", freeze="features"), (3, SIDE, SIDE))
    after = network.state_dict(keep_vars=True)
    assert all(id(after[key]) == before[key][0] for key in before)
    assert all(torch.equal(after[key], before[key][1]) for key in before)
    assert not network.training
    assert all(p.grad is None and p.requires_grad for p in network.parameters())


@pytest.mark.parametrize("norm", [nn.GroupNorm(1, 4), nn.LayerNorm((4, SIDE, SIDE))])
def test_norms_whose_memory_under_amp_is_not_known(norm):
    network = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), norm)
    with pytest.raises(ConfigError, match="under amp on the CPU is not known"):
        measured(network, Settings(1, "amp", "none", "cpu"))
