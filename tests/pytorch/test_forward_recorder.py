"""What computes in a forward pass, against PyTorch's own counters, gradients and dispatcher."""

from collections import Counter

import kinds
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from vgginspect.analysis.arithmetic import figures
from vgginspect.pytorch.observe import run
from vgginspect.pytorch.observe_network import observe_module

SIZE = 32
KINDS = [
    kinds.ByHand,
    kinds.Masked,
    kinds.Branches,
    kinds.Decoder,
    kinds.Shared,
]
NAMES = [make.__name__ for make in KINDS]


class Dispatched(TorchDispatchMode):
    """Counts the operations of PyTorch below all functions."""

    def __init__(self):
        super().__init__()
        self.count = Counter()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count[func.overloadpacket.__name__] += 1
        return func(*args, **(kwargs or {}))


def by_hand(call):
    """The operation of the dispatcher for a layer; None for one that is not counted."""
    return {"conv": "convolution", "fc": "addmm", "relu": "relu", "pool": "pool"}.get(
        call.rule.stem
    )


@pytest.mark.parametrize("make", KINDS, ids=NAMES)
def test_each_operation_that_the_dispatcher_sees_is_a_layer(make):
    network = make().eval()
    calls, *_ = run(network, (3, SIZE, SIZE))
    with torch.no_grad(), Dispatched() as seen:
        network(torch.rand(1, 3, SIZE, SIZE))
    found = Counter()
    for name, count in seen.count.items():
        kind = next((k for k in ("convolution", "addmm", "relu", "pool") if k in name), None)
        found[kind] += count
    del found[None]
    assert Counter(filter(None, map(by_hand, calls))) == found


@pytest.mark.parametrize("make", KINDS, ids=NAMES)
def test_multiply_accumulates_and_parameters_are_those_of_pytorch(make):
    network = make().eval()
    calls, output, *_ = run(network, (3, SIZE, SIZE))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        result = network(torch.rand(1, 3, SIZE, SIZE))
    assert 2 * sum(call.macs for call in calls) == counter.get_total_flops()
    if isinstance(result, torch.Tensor):
        assert output == tuple(result.shape[1:])
    used = [p for name, p in network.named_parameters() if not name.startswith("idle")]
    assert sum(call.rule.params for call in calls) == sum(p.numel() for p in used)
    keys = {key for call in calls for key, _ in call.rule.tensors}
    assert all("." in key or key in dict(network.named_parameters()) or key for key in keys)


def positive(network):
    """The network with weights whose gradients do not cancel."""
    with torch.no_grad():
        for tensor in (*network.parameters(), *network.buffers()):
            tensor.fill_(0.1)
    return network.double().eval()


@pytest.fixture
def averaging(monkeypatch):
    """Max pools as average pools: the gradient of a maximum reaches one of its inputs only."""

    def pool(x, kernel_size, stride=None, padding=0, *_, **__):
        return torch.nn.functional.avg_pool2d(x, kernel_size, stride, padding)

    monkeypatch.setattr(torch.nn.functional, "max_pool2d", pool)
    monkeypatch.setattr(torch, "max_pool2d", pool)


@pytest.mark.usefixtures("averaging")
@pytest.mark.parametrize("make", KINDS, ids=NAMES)
def test_receptive_fields_are_those_of_gradients(make):
    network = positive(make())
    size = 64 if make is kinds.Decoder else SIZE
    plan = observe_module(network, "net", {}, (3, size, size)).plan
    paths = {module: path for path, module in network.named_modules()}
    seen = []
    hooks = [
        module.register_forward_hook(lambda module, _, out: seen.append((paths[module], out)))
        for module in network.modules()
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Upsample)
    ]
    image = torch.ones(1, 3, size, size, dtype=torch.float64, requires_grad=True)
    network(image)
    for hook in hooks:
        hook.remove()
    layers = [layer for layer in plan.features if layer.path in dict(seen) and layer.line is None]
    assert len(layers) == len(seen)
    for layer, (path, out) in zip(layers, seen, strict=True):
        assert layer.path == path
        # Upsampled maps repeat: the largest of some neighbours.
        middle = out.shape[2] // 2
        extents = []
        for place in range(middle, middle + 8):
            (gradient,) = torch.autograd.grad(out[0, :, place, middle].sum(), image, None, True)
            rows = gradient.abs().sum((0, 1, 3)).nonzero().flatten()
            extents.append(int(rows[-1] - rows[0]) + 1)
        assert layer.receptive_field == max(extents), path


def test_what_is_not_understood_is_unknown_with_a_note():
    seen = observe_module(kinds.Transformer(), "net", {}, (3, SIZE, SIZE))
    fields = {layer.path: layer.receptive_field for layer in seen.plan.layers}
    assert (fields["conv"], fields["norm"], fields["after"]) == (3, None, None)
    macs = {layer.path: layer.macs for layer in seen.plan.layers}
    assert macs["rnn"] is None
    assert macs["out"] == 8 * 12 * 5
    assert seen.plan.totals.macs is None
    assert [note.partition(":")[0] for note in seen.notes] == [
        "norm",
        "rnn",
        "what autograd keeps of lstm on a CUDA device is not known",
    ]


def test_rows_of_functions_name_their_module_and_their_line():
    plan = observe_module(kinds.Masked(), "net", {}, (3, SIZE, SIZE)).plan
    rows = [(layer.path, layer.type, layer.name, layer.params) for layer in plan.layers]
    assert rows == [
        ("features.0", "Conv", "conv1_1", 108),
        ("features.1", "ReLU", "relu1_1", 0),
        ("features.2", "Conv", "conv1_2", 288),
        ("", "mul", "mul1_2", 8),
        ("", "conv2d", "conv1_3", 40),
        ("", "mean", "mean", 0),
    ]
    lines = [layer.line and layer.line.rpartition(":")[0][-8:] for layer in plan.layers]
    assert lines == [None, None, None, "kinds.py", "kinds.py", "kinds.py"]
    assert plan.layers[4].state_dict == {"free": (5, 8, 1, 1)}
    assert (plan.totals.conv_layers, plan.totals.params) == (3, 108 + 288 + 8 + 40)


def test_what_works_in_place_allocates_nothing():
    plan = observe_module(kinds.ByHand(), "net", {}, (3, SIZE, SIZE)).plan
    relus = [layer for layer in plan.layers if layer.type == "relu"]
    assert [layer.activation_bytes > 0 for layer in relus] == [True, False, False]
    assert plan.origin.as_config == "8,8,M,16,M+input=3x32x32+classes=4+hidden=none+avgpool=none"


def test_axes_that_are_swapped_are_told_as_those_of_the_image():
    class Swapped(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, (5, 3))

        def forward(self, x):
            return functional.avg_pool2d(self.conv(x).transpose(2, 3), (2, 1))

    plan = observe_module(Swapped(), "net", {}, (3, SIZE, SIZE)).plan
    image = torch.ones(1, 3, SIZE, SIZE, requires_grad=True)
    network = positive(Swapped())
    (gradient,) = torch.autograd.grad(network(image.double())[0, :, 3, 3].sum(), image)
    seen = [len(gradient.abs().sum(dims).nonzero()) for dims in ((0, 1, 3), (0, 1, 2))]
    assert list(plan.layers[-1].receptive_field) == seen == [5, 4]


def test_no_calculation_is_printed_for_a_transposed_window():
    plan = observe_module(kinds.Decoder(), "net", {}, (3, SIZE, SIZE)).plan
    (layer,) = (layer for layer in plan.layers if layer.type == "ConvTranspose2d")
    notes = {figure.name: figure.note for figure in figures(layer)}
    assert notes["receptive_field"] == notes["jump"] == "note_measured"
