"""The module class itself: what stands where, and how weights begin."""

import pickle

import pytest
import torch

from vgginspect import plan
from vgginspect.pytorch.vgg import VGG, module


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
    network = VGG(plan([8, "M"], input_shape=(3, 8, 8), **options))
    assert [name for name, _ in network.named_children()] == children
    single = options.get("hidden") == ()
    assert not single or list(network.classifier.state_dict()) == ["0.weight", "0.bias"]


def test_weights_begin_as_in_torchvision_or_as_in_pytorch():
    grown = plan([64, "M"], input_shape=(3, 8, 8), batch_norm=True, hidden=(256,))
    torch.manual_seed(5)
    network = VGG(grown)
    state = network.state_dict()
    assert state["features.0.weight"].std().item() == pytest.approx((2 / (9 * 64)) ** 0.5, rel=0.05)
    assert state["classifier.0.weight"].std().item() == pytest.approx(0.01, rel=0.05)
    assert not state["features.0.bias"].any()
    assert not state["classifier.3.bias"].any()
    assert (state["features.1.weight"] == 1).all()
    torch.manual_seed(5)
    plain = VGG(grown, init_weights=False).state_dict()
    torch.manual_seed(5)
    assert torch.equal(plain["features.0.weight"], torch.nn.Conv2d(3, 64, 3).weight)


def test_a_network_survives_pickling():
    network = VGG(plan([8, "M"], input_shape=(3, 8, 8), hidden=(4,), num_classes=2)).eval()
    again = pickle.loads(pickle.dumps(network))
    x = torch.rand(1, 3, 8, 8)
    assert torch.equal(again(x), network(x))


def test_each_layer_becomes_the_module_its_repr_says():
    grown = plan("conv5-8d2,LRN,maxpool3s2p1,C,A,4", bias=False, input_shape=(2, 40, 40))
    for layer in grown.layers:
        assert repr(module(layer)) == layer.repr
