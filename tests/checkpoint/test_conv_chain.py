"""The convolutions of a VGG, by the numbers in their names."""

import pytest

from vgginspect.checkpoint.conv_chain import find_chain
from vgginspect.checkpoint.stored_layers import stored_layers
from vgginspect.shape import Shape


def convs(*names: str) -> dict[str, Shape]:
    return {f"{name}.weight": (8, 8, 3, 3) for name in names}


def norms(*names: str) -> dict[str, Shape]:
    return {f"{name}.{part}": (8,) for name in names for part in ("weight", "running_mean")}


@pytest.mark.parametrize(
    ("tensors", "positions", "each", "base"),
    [
        (convs("features.0", "features.3"), (0, 3), 2, "features"),
        (convs("features.2", "features.10", "features.4"), (2, 4, 10), 2, "features"),
        (convs("0", "2"), (0, 2), 2, ""),
        (convs("a.s1.0", "a.s1.2", "a.s2.5"), (0, 2, 5), 2, ""),
        (convs("s1.0", "s1.2", "s2.0", "s2.2"), (0, 2, 5, 7), 2, ""),
        (convs("conv1_1", "conv1_2", "conv2_1"), (0, 2, 5), 2, ""),
        (convs("conv1_1", "conv2_1"), (0, 3), 2, ""),
        (convs("block1_conv1", "block2_conv1"), (0, 3), 2, ""),
        (convs("v16/conv1/conv1_1", "v16/conv2/conv2_1"), (0, 3), 2, ""),
        (convs("conv1_1.0", "conv2_1.0"), (0, 3), 2, ""),
        (convs("conv1", "conv2", "conv3"), (), 2, ""),
        (convs("l1.0", "l2.0", "l3.0"), (), 2, ""),
        (convs("l.0.0", "l.1.0", "l.3.0"), (0, 1, 3), 1, ""),
        (convs("f.0", "f.4") | norms("f.1", "f.5"), (0, 4), 3, "f"),
        (convs("conv1_1", "conv2_1") | norms("bn1_1", "bn2_1"), (0, 4), 3, ""),
        (convs("conv1", "conv2") | norms("bn1", "bn2"), (), 3, ""),
        (convs("l.0.0", "l.2.0") | norms("l.0.1", "l.2.1"), (0, 2), 1, ""),
    ],
)
def test_positions_in_a_list(
    tensors: dict[str, Shape], positions: tuple[int, ...], each: int, base: str
) -> None:
    chain = find_chain(stored_layers(tensors)[0])
    assert chain.positions == positions
    assert (chain.each, chain.base) == (each, base)
    assert len(chain.norms) in (0, len(chain.convolutions))
    assert bool(chain.norms) == any("running_mean" in key for key in tensors)


def test_a_norm_of_another_size_is_none_of_theirs() -> None:
    tensors = convs("conv1", "conv2") | {"bn1.running_mean": (8,), "bn2.running_mean": (9,)}
    assert find_chain(stored_layers(tensors)[0]).norms == ()


def test_a_list_that_begins_anew_after_slices_is_left_out() -> None:
    names = ["s1.0", "s1.2", "s2.5", "s2.7", "s3.10", "s4.0", "s4.2"]
    chain = find_chain(stored_layers(convs(*names))[0])
    assert [layer.name for layer in chain.convolutions] == names[:5]


def test_a_number_sign_in_a_name_is_no_number() -> None:
    chain = find_chain(
        stored_layers(convs("conv1_1", "conv1_2", "conv2_1", "conv3_1", "conv4_1", "conv#_1"))[0]
    )
    assert len(chain.convolutions) == 5
