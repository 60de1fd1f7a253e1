"""The module class itself: what stands where, and how weights begin."""

import pickle

import pytest
import torch

from vgginspect.cfg.config import Config, make_config
from vgginspect.cfg.tokens import Token
from vgginspect.pytorch.vgg import VGG, modules_by_token


@pytest.mark.parametrize(
    ("options", "children"),
    [
        ({}, ["features", "avgpool", "classifier"]),
        ({"avgpool": None}, ["features", "classifier"]),
        ({"features_only": True}, ["features"]),
        ({"hidden": (), "avgpool": 1}, ["features", "avgpool", "classifier"]),
    ],
)
def test_absent_parts_leave_no_child(options, children):
    network = VGG(make_config([8, "M"], input_shape=(3, 8, 8), **options))
    assert [name for name, _ in network.named_children()] == children
    single = options.get("hidden") == ()
    assert not single or list(network.classifier.state_dict()) == ["0.weight", "0.bias"]


def test_weights_begin_as_in_torchvision_or_as_in_pytorch():
    config = make_config([64, "M"], input_shape=(3, 8, 8), batch_norm=True, hidden=(256,))
    torch.manual_seed(5)
    network = VGG(config)
    state = network.state_dict()
    assert state["features.0.weight"].std().item() == pytest.approx((2 / (9 * 64)) ** 0.5, rel=0.05)
    assert state["classifier.0.weight"].std().item() == pytest.approx(0.01, rel=0.05)
    assert not state["features.0.bias"].any()
    assert not state["classifier.3.bias"].any()
    assert (state["features.1.weight"] == 1).all()
    torch.manual_seed(5)
    plain = VGG(config, init_weights=False).state_dict()
    torch.manual_seed(5)
    assert torch.equal(plain["features.0.weight"], torch.nn.Conv2d(3, 64, 3).weight)


def test_a_network_survives_pickling():
    network = VGG(make_config([8, "M"], input_shape=(3, 8, 8), hidden=(4,), num_classes=2)).eval()
    again = pickle.loads(pickle.dumps(network))
    x = torch.rand(1, 3, 8, 8)
    assert torch.equal(again(x), network(x))


def test_each_token_makes_modules_of_its_own():
    config = make_config("conv5-8d2,LRN,maxpool3s2p1,C,A,4", bias=False, batch_norm=True)
    assert [[type(module).__name__ for module in made] for made in modules_by_token(config)] == [
        ["Conv2d", "BatchNorm2d", "ReLU"],
        ["LocalResponseNorm"],
        ["MaxPool2d"],
        ["MaxPool2d"],
        ["AvgPool2d"],
        ["Conv2d", "BatchNorm2d", "ReLU"],
    ]


def test_an_unknown_kind_of_token_is_an_error():
    config = make_config([8, "M"])
    unchecked = tuple.__new__(Config, ((*config.tokens, Token("pixelshuffle")), *config[1:]))
    with pytest.raises(ValueError, match="no module for a token of kind 'pixelshuffle'"):
        VGG(unchecked)


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_without_an_average_pool_the_head_takes_the_whole_map(device):
    config = make_config("4,M,6,A", avgpool=None, input_shape=(2, 21, 33), batch_norm=True)
    with torch.device(device):
        network = VGG(config)
    assert network.classifier[0].in_features == 6 * 5 * 8
    assert network.classifier[0].weight.device.type == device
    assert network.training
    assert all(module.training for module in network.modules())
