"""What autograd keeps, measured on an empty batch, against a real image on the CPU."""

from functools import partial

import pytest
import torch
from hypothesis import assume, given
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tests.pytorch.random_networks import SIDE, Network, networks
from tests.strategies import configs
from vgginspect.analysis.memory import memory
from vgginspect.analysis.memory_settings import Settings
from vgginspect.errors import ConfigError, NetworkError
from vgginspect.network.grow import grow
from vgginspect.pytorch.import_torchvision import load_vgg
from vgginspect.pytorch.observe_network import observe_live
from vgginspect.pytorch.saved_tensors import ALONE, SAME, _measured, saved_bytes
from vgginspect.pytorch.training_run import steps_of_network
from vgginspect.pytorch.vgg import VGG

#: What the hooks of PyTorch see for one image on the CPU, see ``of_an_image``. There a dropout mask
#: takes as much as the map, on a CUDA device one byte an element.
ON_CPU = {"vgg16": 72_753_152, "vgg16_bn": 126_977_024}
MASKS = 2 * 4096 * (4 - 1)


def of_an_image(network: nn.Module, shape: tuple[int, ...], images: int = 1) -> int:
    """Bytes of the storages that autograd keeps; weights, buffers and the images not counted."""
    batch = torch.randn(images, *shape)
    owned = [*network.parameters(), *network.buffers(), batch]
    ignored = {tensor.untyped_storage().data_ptr() for tensor in owned}
    kept: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in ignored:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = network.train()(batch)
    del output
    return sum(kept.values())


@pytest.mark.parametrize("name", ON_CPU)
def test_a_real_image_keeps_as_much_on_the_cpu(name):
    network = getattr(load_vgg()[0], name)(init_weights=False)
    assert of_an_image(network, (3, 224, 224)) == ON_CPU[name]
    network.to_empty(device="meta")
    assert sum(saved_bytes(network, (3, 224, 224))[1]) == ON_CPU[name] - MASKS


@given(configs())
def test_the_rules_say_what_autograd_keeps(config):
    with torch.device("meta"):
        network = VGG(config, init_weights=False)
    expected = [layer.saved_bytes for layer in grow(config).layers]
    assert saved_bytes(network, config.input_shape)[1] == expected


def test_without_memory_for_weights_the_meta_device_shows_the_same():
    with torch.device("meta"):
        layers = [nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.LocalResponseNorm(5), nn.Flatten()]
        network = nn.Sequential(*layers, nn.Linear(8 * 6 * 6, 4), nn.Dropout(0.5))
        large = nn.Sequential(*layers, nn.Linear(8 * 6 * 6, 10**12))
    sizes = saved_bytes(network, (3, 8, 8))[1]
    assert sizes[-1] == 4
    assert saved_bytes(large, (3, 8, 8))[1][:3] == sizes[:3] == [1152, 1216, 1152 * 3 + 4 * 36 * 12]


class After(nn.Module):
    """A function, with weights or without, after a convolution."""

    def __init__(self, function, weight=None):
        super().__init__()
        self.conv, self.function = nn.Conv2d(3, 4, 1), function
        if weight:
            self.weight = nn.Parameter(torch.ones(weight))

    def forward(self, x):
        x = self.conv(x)
        return self.function(x, self.weight) if hasattr(self, "weight") else self.function(x)


def with_sides(x, sides):
    """The batch as one of rows, maps or volumes."""
    if sides == 3:
        return x.unsqueeze(2).expand(-1, -1, 2, -1, -1)
    return x if sides == 2 else x.flatten(2)


def each(names, call):
    return {name: partial(call, name) for name in names.split()}


#: What is called with the output of the convolution.
FUNCTIONS = {
    **each(
        "relu relu6 leaky_relu rrelu elu selu celu gelu silu mish hardswish hardsigmoid hardtanh "
        "sigmoid tanh softplus softsign tanhshrink softshrink hardshrink",
        lambda name, x: getattr(F, name)(x),
    ),
    **each(
        "square sqrt rsqrt exp expm1 log log1p log2 log10 abs neg sign round floor ceil trunc frac "
        "reciprocal sin cos erf nan_to_num",
        lambda name, x: getattr(torch, name)(x),
    ),
    **each(
        "mean sum amax amin std var prod logsumexp norm",
        lambda name, x: getattr(x, name)(dim=1, keepdim=True),
    ),
    **each("max min median", lambda name, x: getattr(x, name)(1)[0]),
    **each("add sub mul div true_divide", lambda name, x: getattr(torch, name)(x, x + 1)),
    **each("maximum minimum fmod remainder", lambda name, x: getattr(torch, name)(x, x * 2)),
    **each("cat concat concatenate stack", lambda name, x: getattr(torch, name)([x, x], 1)),
    **each("softmax log_softmax softmin glu", lambda name, x: getattr(F, name)(x, 1)),
    **each("pixel_shuffle pixel_unshuffle", lambda name, x: getattr(F, name)(x, 2)),
    **each("interpolate upsample", lambda name, x: getattr(F, name)(x, scale_factor=2)),
    **each("addcmul addcdiv", lambda name, x: getattr(torch, name)(x, x, x)),
    **each(
        "dropout dropout1d dropout2d dropout3d alpha_dropout",
        lambda name, x: getattr(F, name)(
            with_sides(x, int(("2" + name)[-2:-1] if name[-1] == "d" else 2)), 0.3, True
        ),
    ),
    **{
        name: partial(lambda f, d, x: f(with_sides(x, d)), function, sides)
        for sides in (1, 2, 3)
        for name, function in {
            f"max_pool{sides}d": partial(getattr(F, f"max_pool{sides}d"), kernel_size=2),
            f"avg_pool{sides}d": partial(getattr(F, f"avg_pool{sides}d"), kernel_size=2),
            f"lp_pool{sides}d": partial(getattr(F, f"lp_pool{sides}d"), norm_type=2, kernel_size=2),
            f"adaptive_avg_pool{sides}d": partial(
                getattr(F, f"adaptive_avg_pool{sides}d"), output_size=2
            ),
            f"adaptive_max_pool{sides}d": partial(
                getattr(F, f"adaptive_max_pool{sides}d"), output_size=2
            ),
            f"max_pool{sides}d_with_indices": partial(
                getattr(F, f"max_pool{sides}d"), kernel_size=2, return_indices=True
            ),
        }.items()
    },
    "threshold": lambda x: F.threshold(x, 0.1, 0.0),
    "truediv": lambda x: x / (x + 1),
    "radd": lambda x: 1 + x,
    "rsub": lambda x: 1 - x,
    "rmul": lambda x: 2 * x,
    "rdiv": lambda x: x.__rdiv__(1.0),
    "rtruediv": lambda x: 1 / x,
    "pow": lambda x: x**2,
    "rpow": lambda x: 2**x,
    "clamp": lambda x: x.clamp(0, 1),
    "clamp_min": lambda x: x.clamp_min(0),
    "clamp_max": lambda x: x.clamp_max(0),
    "clip": lambda x: x.clip(0, 1),
    "where": lambda x: torch.where(x > 0, x, x * 2),
    "lerp": lambda x: torch.lerp(x, x * 2, 0.3),
    "masked_fill": lambda x: x.masked_fill(x > 0, 0.0),
    "cumsum": lambda x: x.cumsum(1),
    "layer_norm": lambda x: F.layer_norm(x, (8, 8)),
    "group_norm": lambda x: F.group_norm(x, 2),
    "batch_norm": lambda x: F.batch_norm(x, None, None, training=True),
    "instance_norm": lambda x: F.instance_norm(x),
    "local_response_norm": lambda x: F.local_response_norm(x, 3),
    "pad": lambda x: F.pad(x, (1, 1, 1, 1), "reflect"),
    "unfold": lambda x: F.unfold(x, 2),
    "einsum": lambda x: torch.einsum("nchw,nchw->nc", x, x),
    # Views, and what autograd keeps of a part.
    "permute": lambda x: x.permute(0, 2, 3, 1).contiguous() ** 2,
    "chunk": lambda x: x.chunk(2, 1)[0] * x.chunk(2, 1)[1],
    "getitem": lambda x: x[:, :2] ** 2,
    "expand": lambda x: x.mean(1, True).expand(-1, 4, -1, -1) ** 2,
}
WEIGHTED = {
    "linear": (F.linear, (3, 8)),
    "matmul": (torch.matmul, (8, 3)),
    "prelu": (F.prelu, (1,)),
    **{
        f"conv{kind}{sides}d": (
            partial(
                lambda f, d, x, weight: f(with_sides(x, d), weight),
                getattr(F, f"conv{kind}{sides}d"),
                sides,
            ),
            (4, 4, *(1,) * sides),
        )
        for kind in ("", "_transpose")
        for sides in (1, 2, 3)
    },
}
CASES = {name: (function, None) for name, function in FUNCTIONS.items()} | WEIGHTED


@pytest.mark.parametrize("name", CASES)
def test_an_empty_batch_keeps_what_an_image_keeps(name):
    network = After(*CASES[name])
    of = [of_an_image(network, (3, 8, 8), images) for images in (2, 3)]
    expected = 2 * of[0] - of[1]
    if name == "dropout":
        # On a CUDA device one byte for each element.
        expected -= 3 * 4 * 8 * 8
    if name == "permute":
        # What follows may copy, which an empty batch does not show.
        with pytest.raises(Exception, match="contiguous"):
            _measured(network, (0, 3, 8, 8), "cpu")
        assert sum(saved_bytes(network, (3, 8, 8))[1]) == expected
        return
    assert sum(_measured(network, (0, 3, 8, 8), "cpu")[1]) == expected


def test_every_function_is_tried():
    views = {"permute", "chunk", "getitem", "expand"}
    assert set(CASES) - views | {"feature_dropout"} == SAME | ALONE


@given(networks())
def test_networks_with_functions_keep_what_they_keep_of_a_real_step(made):
    seen = observe_live(Network(*made), (SIDE, SIDE))
    try:
        said = memory(seen.plan, Settings(), None, steps_of_network(seen)).training
    except (ConfigError, NetworkError):
        # Nothing to train, or what the backward pass needs is overwritten.
        assume(False)
    assert [layer.saved_bytes for layer in seen.plan.layers] == [
        row.saved_bytes for row in said.layers
    ]


class Other(nn.Module):
    """What it runs in training, or what it needs, is not what it shows in evaluation."""

    def __init__(self, what):
        super().__init__()
        self.conv, self.what = nn.Conv2d(3, 4, 1), what

    def forward(self, x):
        x = self.conv(x)
        if self.what == "bmm":
            return torch.bmm(x[:, 0], x[:, 1])
        if self.training and self.what == "fails":
            raise ValueError("no labels")
        return F.relu(x) if self.training else x


@pytest.mark.parametrize(
    ("what", "saved", "note"),
    [
        ("bmm", [4 * 4 * 8 * 8, 0], None),
        (
            "fails",
            [None],
            "what autograd keeps was not measured: in training, ValueError: no labels",
        ),
        ("more", [None], "in training it runs other layers"),
    ],
)
def test_what_an_empty_batch_does_not_tell(what, saved, note):
    seen = observe_live(Other(what), (8, 8))
    assert [layer.saved_bytes for layer in seen.plan.layers] == saved
    assert [found for found in seen.notes if "training" in found][:1] == (
        [] if note is None else [next(found for found in seen.notes if found.startswith(note))]
    )
