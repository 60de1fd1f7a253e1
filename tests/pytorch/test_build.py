"""The built network against torchvision's, and against the tests' own reference."""

import pytest
import torch
from hypothesis import given
from reference import image, model
from strategies import configs
from torch.utils._python_dispatch import TorchDispatchMode

from vgginspect import CONFIGS, ConfigError, InputSizeError, build
from vgginspect.pytorch.import_torchvision import load

torchvision = load()
NAMES = [f"vgg{depth}{suffix}" for depth in (11, 13, 16, 19) for suffix in ("", "_bn")]
PARAMS = [
    132863336,
    132868840,
    133047848,
    133053736,
    138357544,
    138365992,
    143667240,
    143678248,
]


class Operations(TorchDispatchMode):
    """Notes every tensor operation with its shapes and numbers, random ones among them."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.seen.append((str(func), tuple(map(self.value, args)), str(kwargs)))
        return func(*args, **(kwargs or {}))

    @staticmethod
    def value(argument):
        return tuple(argument.shape) if isinstance(argument, torch.Tensor) else argument


def operations(make):
    with Operations() as mode, torch.device("meta"):
        made = make()
    return made, mode.seen


@pytest.mark.parametrize(("name", "params"), [*zip(NAMES, PARAMS, strict=True)])
def test_torchvisions_models_are_built_to_the_letter(name, params):
    ours, our_operations = operations(lambda: build(name))
    theirs, their_operations = operations(getattr(torchvision, name))
    assert repr(ours) == repr(theirs)
    assert shapes(ours) == shapes(theirs)
    assert sum(parameter.numel() for parameter in ours.parameters()) == params
    assert all(parameter.requires_grad for parameter in ours.parameters())
    # The same draws in the same order from the same generator give the same weights.
    assert our_operations == their_operations
    assert any("normal_" in function for function, _, _ in our_operations)


def shapes(network):
    return [(key, tuple(tensor.shape)) for key, tensor in network.state_dict().items()]


def test_the_same_seed_gives_torchvisions_weights_and_output():
    torch.manual_seed(11)
    ours = build("vgg11_bn")
    torch.manual_seed(11)
    theirs = torchvision.vgg11_bn()
    x = torch.rand(2, 3, 40, 33)
    for key, tensor in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[key], tensor), key
    assert torch.equal(ours.eval()(x), theirs.eval()(x))
    torch.manual_seed(3)
    dropped = ours.train()(x)
    torch.manual_seed(3)
    assert torch.equal(dropped, theirs.train()(x))


def test_torchvisions_weights_load():
    with torch.device("meta"):
        weights = torchvision.vgg16_bn(num_classes=7).state_dict()
        network = build("D+bn", num_classes=7)
    assert network.load_state_dict(weights, assign=True) == ([], [])


@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "bn"])
@pytest.mark.parametrize("letter", CONFIGS)
def test_every_named_configuration_is_built(letter, batch_norm):
    config = CONFIGS[letter]._replace(batch_norm=batch_norm)
    with torch.device("meta"):
        assert repr(build(config)) == repr(model(config).train())


@given(configs())
def test_every_token_and_option_is_built(config):
    with torch.device("meta"):
        network = build(config).eval()
    expected = model(config)
    without_nothing = repr(expected).replace("  (avgpool): None\n", "")
    assert repr(network) == without_nothing
    assert shapes(network) == shapes(expected)
    assert network(image(config)).shape == expected(image(config)).shape


def test_a_small_network_learns():
    torch.manual_seed(0)
    around = {"input_shape": (1, 12, 12), "hidden": (32,), "num_classes": 3, "dropout": 0}
    network = build([8, "LRN", "M", 16, "A"], batch_norm=True, **around)
    x, y = torch.randn(6, 1, 12, 12), torch.tensor([0, 1, 2, 0, 1, 2])
    optimiser = torch.optim.Adam(network.parameters(), lr=0.02)
    losses = []
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(network(x), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 3


@pytest.mark.parametrize(
    ("cfg", "options", "error"),
    [
        ("vgg12", {}, ConfigError),
        ([64, "M"], {"depth": 3}, ConfigError),
        ("A", {"input_shape": 16}, InputSizeError),
        (["M"], {}, ConfigError),
    ],
)
def test_what_makes_no_sense_is_refused_as_plan_refuses_it(cfg, options, error):
    with pytest.raises(error):
        build(cfg, **options)
