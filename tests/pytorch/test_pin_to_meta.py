"""Modules keep their device while a builder runs, and can be moved again afterwards."""

import pytest
import torch
from torch import nn

from vgginspect.pytorch.pin_to_meta import pinned


@pytest.fixture
def module():
    return nn.Linear(2, 2, device="meta")


@pytest.mark.parametrize(
    "move",
    [
        lambda module: module.to("cpu"),
        lambda module: module.to(device=torch.device("cuda")),
        lambda module: module.to(torch.ones(1)),
        lambda module: module.cuda(),
        lambda module: module.cuda(0).cpu(),
    ],
)
def test_no_module_moves(module, move):
    with pinned():
        assert move(module) is module
    assert module.weight.is_meta


def test_a_number_format_is_taken_on(module):
    with pinned():
        assert module.to("cpu", torch.float16).weight.dtype == torch.float16
        assert module.to(dtype=torch.float64).weight.dtype == torch.float64
    assert module.weight.is_meta


def test_modules_move_as_before_afterwards(module):
    before = nn.Module.to, nn.Module.cuda, nn.Module.cpu
    with pytest.raises(KeyError), pinned():
        raise KeyError
    assert (nn.Module.to, nn.Module.cuda, nn.Module.cpu) == before
    with pytest.raises(NotImplementedError):
        module.to("cpu")
