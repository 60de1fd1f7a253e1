"""Functions called for shapes alone, against PyTorch with values."""

import kinds
import pytest
import torch
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from vgginspect.pytorch.data_flow import plain_name
from vgginspect.pytorch.observe import run
from vgginspect.pytorch.outline import outline

MAP = torch.rand(2, 4, 8, 8)
WIDE = MAP.permute(0, 2, 3, 1)
ROWS = torch.rand(2, 6, 8)
VECTOR = torch.rand(2, 8)
ONE = torch.ones(4)
WEIGHT = torch.rand(6, 4, 3, 3)
#: A function, its arguments, and its keywords.
CALLS = [
    (torch.conv2d, (MAP, WEIGHT, None, 2, 1), {}),
    (torch.conv2d, (MAP[0], WEIGHT), {}),
    (torch.conv1d, (ROWS, torch.rand(5, 6, 3)), {}),
    (functional.conv_transpose2d, (MAP, WEIGHT.transpose(0, 1)), {"stride": 2}),
    (functional.max_pool2d, (MAP, 3), {"stride": 2, "ceil_mode": True}),
    (functional.max_pool2d, (MAP, 2), {"return_indices": True}),
    (functional.avg_pool2d, (MAP, 2), {"padding": 1}),
    (functional.lp_pool2d, (MAP, 2, 2), {}),
    (functional.adaptive_avg_pool2d, (MAP, (3, None)), {}),
    (functional.interpolate, (MAP,), {"scale_factor": 2, "mode": "bilinear"}),
    (functional.pad, (MAP, (1, 1, 2, 2)), {"mode": "reflect"}),
    (functional.pad, (MAP, (0, 0, 0, 0, 0, 0, 1, 0)), {}),
    (functional.pad, (MAP[0], (0, 0, 0, 0, 1, 0)), {}),
    (functional.batch_norm, (MAP, ONE, ONE), {"weight": ONE, "bias": ONE}),
    (functional.batch_norm, (VECTOR, None, None), {"training": True}),
    (functional.group_norm, (MAP, 2), {}),
    (functional.instance_norm, (MAP,), {}),
    (functional.layer_norm, (ROWS, (6, 8)), {}),
    (functional.layer_norm, (ROWS, (2, 6, 8)), {}),
    (functional.local_response_norm, (MAP, 5), {}),
    (functional.relu, (WIDE,), {}),
    (functional.prelu, (MAP, ONE), {}),
    (functional.dropout, (MAP,), {}),
    (functional.dropout, (MAP,), {"training": False}),
    (functional.pixel_shuffle, (MAP, 2), {}),
    (functional.pixel_unshuffle, (MAP, 2), {}),
    (functional.softmax, (MAP,), {"dim": 1}),
    (functional.softmax, (MAP,), {"dim": 0}),
    (functional.glu, (MAP,), {"dim": 1}),
    (functional.normalize, (MAP,), {}),
    (functional.linear, (WIDE, torch.rand(3, 4)), {}),
    (functional.linear, (VECTOR[0], torch.rand(3, 8)), {}),
    (torch.matmul, (ROWS, ROWS.transpose(1, 2)), {}),
    (torch.matmul, (ROWS, torch.rand(8, 3)), {}),
    (torch.matmul, (ROWS, torch.rand(8)), {}),
    (torch.bmm, (ROWS, ROWS.transpose(1, 2)), {}),
    (torch.mm, (VECTOR, torch.rand(8, 3)), {}),
    (torch.cat, ([MAP, MAP],), {"dim": 1}),
    (torch.cat, ([MAP, MAP],), {}),
    (torch.stack, ([MAP, MAP],), {}),
    (torch.Tensor.mean, (MAP, (2, 3)), {}),
    (torch.Tensor.mean, (MAP, -1), {"keepdim": True}),
    (torch.Tensor.mean, (MAP,), {}),
    (torch.Tensor.sum, (MAP, 0), {}),
    (torch.Tensor.norm, (MAP,), {"p": 2, "dim": 1}),
    (torch.Tensor.std, (MAP, 1), {}),
    (torch.Tensor.argmax, (MAP, 1), {}),
    (torch.Tensor.add, (MAP, torch.rand(1, 4, 1, 1)), {}),
    (torch.Tensor.add, (MAP, ONE[:, None, None]), {}),
    (torch.Tensor.mul, (torch.rand(2, 8), torch.rand(2, 1, 8)), {}),
    (torch.Tensor.mul, (MAP, 2.0), {}),
    (torch.Tensor.gt, (WIDE, 0.5), {}),
    (torch.where, (MAP > 0.5, MAP, 0.0), {}),
    (torch.Tensor.contiguous, (WIDE,), {}),
    (torch.Tensor.contiguous, (MAP,), {"memory_format": torch.channels_last}),
    (torch.Tensor.clone, (WIDE,), {}),
    (torch.Tensor.half, (MAP,), {}),
    (torch.Tensor.reshape, (WIDE, (2, -1)), {}),
]
NAMES = [f"{number}-{plain_name(call[0])}" for number, call in enumerate(CALLS)]


def looks(result):
    tensors = result if isinstance(result, tuple) else (result,)
    return [(tuple(one.shape), one.dtype, one.stride()) for one in tensors]


@pytest.mark.parametrize(("func", "args", "kwargs"), CALLS, ids=NAMES)
def test_shapes_types_and_strides_are_those_of_a_real_call(func, args, kwargs):
    real = func(*args, **kwargs)
    made = outline(func, plain_name(func), args, kwargs)
    assert looks(made) == looks(real)
    gives_back = [real is one for one in args]
    assert [made is one for one in args] == gives_back


@pytest.mark.parametrize(
    ("func", "args", "kwargs"),
    [
        (functional.relu_, (MAP.clone(),), {}),
        (functional.relu, (MAP.clone(),), {"inplace": True}),
        (torch.Tensor.add_, (MAP.clone(), MAP), {}),
        (torch.Tensor.__iadd__, (MAP.clone(), MAP), {}),
        (torch.Tensor.contiguous, (MAP,), {}),
        (functional.dropout, (MAP.clone(),), {"inplace": True}),
    ],
)
def test_what_works_in_place_gives_back_its_input(func, args, kwargs):
    assert outline(func, plain_name(func), args, kwargs) is args[0]


@pytest.mark.parametrize(
    ("func", "args", "message"),
    [
        (functional.batch_norm, (MAP, ONE[:3], ONE[:3]), "should contain 4 elements not 3"),
        (functional.batch_norm, (MAP, None, None, ONE[:3], None, True), "4 elements not 3"),
        (torch.conv2d, (MAP, WEIGHT[:, :3]), "to have 3 channels, but got 4"),
        (functional.linear, (VECTOR, torch.rand(3, 9)), "cannot be multiplied"),
        (functional.prelu, (MAP, ONE[:3]), "Mismatch of parameter numbers"),
        (torch.Tensor.add, (MAP, MAP[..., :7]), "must match the size"),
        (torch.Tensor.add, (MAP, torch.rand(3, 4, 8, 8)), "must match the size"),
        (torch.Tensor.view, (WIDE, (2, -1)), "view size is not compatible"),
        (torch.Tensor.view, (MAP, (-1, 100)), "is invalid for input of size 512"),
    ],
)
def test_wrong_shapes_are_pytorch_s_own_errors(func, args, message):
    with pytest.raises(RuntimeError, match=message):
        func(*args)
    with pytest.raises(RuntimeError, match=message):
        outline(func, plain_name(func), args, {})


def test_convolutions_and_linear_layers_compute_nothing():
    network = kinds.Branches().eval()
    with FlopCounterMode(display=False) as counter:
        calls, *_ = run(network, (3, 32, 32))
    assert counter.get_total_flops() == 0 < sum(call.macs for call in calls)
