"""``observe`` on a live module: what it gives, and that the module is as it was."""

import pytest
import torch
from torch import nn

from vgginspect import BuilderError, observe, plan


def network():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(True), nn.MaxPool2d(2, 2)
    )


def test_the_module_is_left_as_it_was():
    module = network().double().train()
    seen = []
    module[0].register_forward_hook(lambda *_: seen.append(1))
    module[1].eval()
    before = {key: (id(t), t.clone()) for key, t in module.state_dict(keep_vars=True).items()}
    plan_ = observe(module, input_size=32)
    assert plan_.totals.params == 8 * 27 + 8 + 16
    after = module.state_dict(keep_vars=True)
    assert list(after) == list(before)
    assert all(after[key] is not None and id(after[key]) == before[key][0] for key in after)
    assert all(torch.equal(after[key], before[key][1]) for key in after)
    assert [part.training for part in module] == [True, False, True, True]
    assert module.training
    assert len(module[0]._forward_hooks) == 1
    assert not module[1]._forward_hooks
    assert all(not tensor.is_meta for tensor in after.values())


def test_it_is_the_plan_of_the_same_layers():
    seen = observe(network(), input_size="3x32x32")
    grown = plan([8, "M"], batch_norm=True, features_only=True, input_shape=32)
    assert seen.origin.as_config == "8,M+bn+input=3x32x32+features-only"
    assert seen.totals == grown.totals
    assert [layer.receptive_field for layer in seen.layers] == [3, 3, 3, 4]


def test_a_lazy_module_stays_lazy():
    module = nn.Sequential(nn.LazyConv2d(4, 3), nn.Flatten(), nn.LazyLinear(2))
    assert observe(module, input_size=(3, 8, 8)).totals.params == 4 * 27 + 4 + 4 * 36 * 2 + 2
    assert isinstance(module[0], nn.LazyConv2d)


def test_notes_are_warnings():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 30 * 30, 2))
    with pytest.warns(UserWarning, match="the input is 3×32×32; with 3×224×224 it failed"):
        observe(module)


def test_what_is_no_module_is_refused():
    with pytest.raises(BuilderError, match=r"must be a torch.nn.Module, not a int"):
        observe(3)
