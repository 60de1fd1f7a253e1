"""What autograd keeps, measured on an empty batch, against a real image on the CPU."""

import pytest
import torch
from hypothesis import given
from torch import nn

from tests.strategies import configs
from vgginspect.network.grow import grow
from vgginspect.pytorch.import_torchvision import load_vgg
from vgginspect.pytorch.saved_tensors import saved_bytes
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
    assert sum(saved_bytes(network, (3, 224, 224))) == ON_CPU[name] - MASKS


@given(configs())
def test_the_rules_say_what_autograd_keeps(config):
    with torch.device("meta"):
        network = VGG(config, init_weights=False)
    expected = [layer.saved_bytes for layer in grow(config).layers]
    assert saved_bytes(network, config.input_shape) == expected


def test_without_memory_for_weights_the_meta_device_shows_the_same():
    with torch.device("meta"):
        layers = [nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.LocalResponseNorm(5), nn.Flatten()]
        network = nn.Sequential(*layers, nn.Linear(8 * 6 * 6, 4), nn.Dropout(0.5))
        large = nn.Sequential(*layers, nn.Linear(8 * 6 * 6, 10**12))
    sizes = saved_bytes(network, (3, 8, 8))
    assert sizes[-1] == 4
    assert saved_bytes(large, (3, 8, 8))[:3] == sizes[:3] == [1152, 1216, 1152 * 3 + 4 * 36 * 12]
