"""Keys and shapes as layers, in PyTorch's names and order."""

import pytest

from vgginspect.checkpoint.stored_layers import stored_layers
from vgginspect.shape import Shape


@pytest.mark.parametrize(
    ("key", "name", "part"),
    [
        ("features.0.weight", "features.0", "weight"),
        ("weight", "", "weight"),
        ("block1_conv1/kernel", "block1_conv1", "weight"),
        ("block1_conv1/kernel:0", "block1_conv1", "weight"),
        ("vgg_16/conv1/conv1_1/weights", "vgg_16/conv1/conv1_1", "weight"),
        ("conv1_1_W", "conv1_1", "weight"),
        ("a\nb.weight", "a\nb", "weight"),
    ],
)
def test_a_key_is_a_layer_and_a_part(key: str, name: str, part: str) -> None:
    (layer,), _ = stored_layers({key: (8, 3, 3, 3)})
    assert (layer.name, dict(layer.keys)) == (name, {part: key})


def test_a_layer_has_its_kind_and_all_its_keys() -> None:
    norm: dict[str, Shape] = {
        "bn.gamma": (4,),
        "bn.beta": (4,),
        "bn.moving_mean": (4,),
        "bn.moving_variance": (4,),
        "bn.num_batches_tracked": (),
    }
    rest: dict[str, Shape] = {"fc.weight": (2, 3), "mask": (1,), "old.weight_g": (8, 1, 1, 1)}
    rest |= {"odd.running_mean": (8, 3, 3, 3), "alone.bias": (2,), "number.weight": ()}
    layers, _ = stored_layers({"0.bias": (8,), "0.weight": (8, 3, 5, 5), **norm, **rest})
    assert [(layer.name, layer.kind, layer.shape) for layer in layers] == [
        ("0", "conv", (8, 3, 5, 5)),
        ("bn", "norm", (4,)),
        ("fc", "linear", (2, 3)),
    ]
    parts = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert list(layers[1].keys) == parts


def test_numbers_in_a_name() -> None:
    (layer,), _ = stored_layers({"vgg_16/conv1/conv1_12.0.weight": (8, 3, 3, 3)})
    assert layer.family == "vgg_#/conv#/conv#_#.#"
    assert layer.numbers == (16, 1, 1, 12, 0)


@pytest.mark.parametrize(
    ("shapes", "channels_last"),
    [
        ([(3, 3, 3, 64), (3, 3, 64, 128)], True),
        ([(64, 3, 3, 3), (128, 64, 3, 3)], False),
        ([(3, 3, 5, 5)], False),
        ([(1, 1, 3, 64)], True),
        ([(3, 3, 3, 64), (5, 3, 64, 64)], False),
        ([(32, 32, 7, 7), (3, 3, 17, 17)], False),
    ],
)
def test_channels_last_is_seen_by_the_shapes(shapes: list[Shape], channels_last: bool) -> None:
    tensors = {f"{at}.weight": shape for at, shape in enumerate(shapes)}
    layers, last = stored_layers(tensors)
    assert last == channels_last
    turned = [(out, into, high, wide) for high, wide, into, out in shapes]
    assert [layer.shape for layer in layers] == (turned if channels_last else shapes)
