"""Every rule against the module of the same name in PyTorch, on the meta device."""

import math
from copy import copy, deepcopy
from inspect import Parameter, signature
from itertools import chain, product
from pickle import dumps, loads

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from reference import arguments, multiply_accumulates, repr_without_novelties
from torch import nn

from vgginspect.network.rules import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Rule,
    window_output,
)
from vgginspect.shape import pair, shape_text, sides

RULES = [
    (Conv2d(3, 64, 3, padding=1), (3, 20, 31)),
    (Conv2d(3, 64, 3, padding=1, bias=False), (3, 20, 31)),
    (Conv2d(4, 6, 1), (4, 1, 1)),
    (Conv2d(4, 6, 5, 2, 0), (4, 20, 31)),
    (Conv2d(4, 6, 3, 1, 2, 2), (4, 20, 31)),
    # A padding that is nearly the one that keeps the map's size.
    (Conv2d(4, 6, 3, 2, 1), (4, 20, 31)),
    (Conv2d(4, 6, 3, 1, 2), (4, 20, 31)),
    (Conv2d(4, 6, 3, 1, 2, 3), (4, 20, 31)),
    (Conv2d(4, 6, 4, 1, 1), (4, 20, 31)),
    (Conv2d(4, 6, 4, 1, 2), (4, 20, 31)),
    (Conv2d(4, 6, 2, 1, 1), (4, 20, 31)),
    (Conv2d(4, 6, 3, 3, 4, 5, 2, False), (4, 20, 31)),
    (Conv2d(4, 4, 7, 1, 3, 1, 4), (4, 20, 31)),
    (Conv2d(4, 6, 3, 1, 0), (4, 20, 31)),
    (Conv2d(4, 6, 3, 1, 1, 2), (4, 20, 31)),
    (Conv2d(4, 6, (3, 1), 1, (1, 0)), (4, 20, 31)),
    (Conv2d(4, 6, 3, (1, 2), 1), (4, 20, 31)),
    (Conv2d(4, 6, 3, 1, (1, 3), (1, 3)), (4, 20, 31)),
    (Conv2d(4, 6, (2, 5), (2, 3), (1, 0), (3, 2), 2, False), (4, 20, 31)),
    (BatchNorm2d(5), (5, 4, 6)),
    (BatchNorm2d(1), (1, 1, 1)),
    (ReLU(), (5, 4, 6)),
    (ReLU(False), (5, 4, 6)),
    (ReLU(), (12,)),
    (MaxPool2d(2, 2), (5, 9, 6)),
    (MaxPool2d(2, 2, 0, True), (5, 9, 6)),
    (MaxPool2d(3, 1, 1), (5, 9, 6)),
    (MaxPool2d(3, 5, 1, True), (5, 9, 6)),
    (MaxPool2d(2, (2, 1), (0, 1)), (5, 9, 6)),
    (MaxPool2d((3, 2), (2, 3), (1, 0), True), (5, 9, 6)),
    (AvgPool2d((1, 4), (1, 3), (0, 2), True), (5, 9, 6)),
    (AvgPool2d(2, 2), (5, 9, 6)),
    (AvgPool2d(4, 3, 2), (5, 9, 6)),
    (LocalResponseNorm(), (7, 4, 6)),
    (LocalResponseNorm(3, 1e-4, 0.5, 1.0), (2, 4, 6)),
    (AdaptiveAvgPool2d((7, 7)), (5, 14, 14)),
    (AdaptiveAvgPool2d((7, 7)), (5, 3, 2)),
    (AdaptiveAvgPool2d((1, 3)), (5, 3, 2)),
    (Linear(12, 7), (12,)),
    (Linear(1, 1), (1,)),
    (Dropout(0.5), (12,)),
    (Dropout(0.0), (12,)),
    (Dropout(1.0), (3, 2, 2)),
]
IDS = [f"{rule.text} on {shape}" for rule, shape in RULES]


def real(rule):
    """The module that PyTorch makes of the rule's arguments."""
    with torch.device("meta"):
        return getattr(nn, rule.type)(**rule.kwargs).eval()


def run(module, shape):
    return module(torch.empty(1, *shape, device="meta"))


def check(rule, shape):
    """Every value of a layer class, compared with the real module."""
    module = real(rule)
    output = run(module, shape)
    expected = tuple(output.shape[1:])
    assert rule.output_shape(shape) == expected
    state = {key: tuple(tensor.shape) for key, tensor in module.state_dict().items()}
    assert list(rule.state().items()) == list(state.items())
    assert rule.params == sum(parameter.numel() for parameter in module.parameters())
    assert rule.frozen == 0
    assert all(parameter.requires_grad for parameter in module.parameters())
    counts = (
        *rule.output_shape(shape),
        rule.params,
        rule.macs(expected),
        *chain(*rule.state().values()),
    )
    assert {type(count) for count in counts} == {int}
    image = torch.empty(1, *shape, device="meta")
    assert rule.macs(expected) == multiply_accumulates(module, image)
    assert rule.text == repr_without_novelties(module)
    assert rule.inplace == getattr(module, "inplace", False)
    held = 0 if rule.inplace else output.numel() * output.element_size()
    assert rule.activation_bytes(expected) == held
    for name in ("kernel_size", "stride", "padding", "dilation"):
        actual = getattr(module, name, None)
        if isinstance(rule, Conv2d):
            assert actual == pair(getattr(rule, name))
        else:
            wanted = 1 if name == "dilation" and isinstance(rule, AvgPool2d) else actual
            assert getattr(rule, name) == wanted


@pytest.mark.parametrize(
    ("shape", "text"), [((512, 14, 7), "512×14×7"), ([224, 320], "224×320"), ((1000,), "1000")]
)
def test_how_a_shape_is_written(shape, text):
    assert shape_text(shape) == text


@pytest.mark.parametrize(("rule", "shape"), RULES, ids=IDS)
def test_a_rule_says_what_the_module_does(rule, shape):
    check(rule, shape)


def test_the_table_has_every_rule():
    there = {rule for rule in Rule.__subclasses__() if rule.__module__ == Rule.__module__}
    assert {type(rule) for rule, _ in RULES} == there


@pytest.mark.parametrize("rule", [Conv2d(3, 8, 3), MaxPool2d(2, 2), AvgPool2d(2, 2)])
def test_what_is_left_out_has_pytorchs_default(rule):
    theirs = signature(getattr(nn, rule.type)).parameters
    ours = signature(type(rule)).parameters
    left_out = [
        name for name, parameter in ours.items() if parameter.default is not Parameter.empty
    ]
    assert left_out
    for name in left_out:
        assert rule.kwargs[name] == theirs[name].default


def test_a_rectifier_works_in_place_as_in_torchvision():
    assert ReLU().inplace
    assert ReLU().text == "ReLU(inplace=True)"


@pytest.mark.parametrize("channels", [1, 64])
def test_a_batch_norm_takes_pytorchs_defaults(channels):
    module = real(BatchNorm2d(channels))
    assert arguments(module) == {
        "num_features": channels,
        "eps": 1e-05,
        "momentum": 0.1,
        "affine": True,
        "track_running_stats": True,
        "bias": True,
    }


def test_local_response_norm_is_the_papers_function():
    """AlexNet's formula, section 3.3: b = a / (k + alpha * sum of squares over n)^beta."""
    a = torch.rand(1, 9, 2, 2, dtype=torch.float64) * 10
    n, k, alpha, beta = 5, 2, 1e-4, 0.75
    expected = torch.empty_like(a)
    for channel in range(9):
        window = a[0, max(0, channel - n // 2) : channel + n // 2 + 1]
        expected[0, channel] = a[0, channel] / (k + alpha * (window**2).sum(0)) ** beta
    module = nn.LocalResponseNorm(**LocalResponseNorm().kwargs)
    torch.testing.assert_close(module(a), expected)


def window_in_torch(pool, size):
    try:
        return run(pool, (1, size, size)).shape[-1]
    except RuntimeError as error:
        assert "too small" in str(error)
        return None


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3, 4, 6])
def test_a_windows_output_is_pytorchs_at_every_size(kernel, stride):
    paddings = range(kernel // 2 + 1)
    for padding, ceil_mode, size in product(paddings, (False, True), range(1, 15)):
        output = window_output(size, kernel, stride, padding, 1, ceil_mode)
        pool = nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil_mode)
        assert (output if output > 0 else None) == window_in_torch(pool, size)
        if not ceil_mode:
            pool = nn.AvgPool2d(kernel, stride, padding)
            assert (output if output > 0 else None) == window_in_torch(pool, size)


@given(
    st.integers(1, 40),
    st.integers(1, 7),
    st.integers(1, 5),
    st.integers(0, 3),
    st.integers(1, 3),
    st.booleans(),
)
def test_a_dilated_windows_output_is_pytorchs(size, kernel, stride, padding, dilation, ceil_mode):
    padding = min(padding, kernel // 2)
    pool = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil_mode)
    output = window_output(size, kernel, stride, padding, dilation, ceil_mode)
    assert (output if output > 0 else None) == window_in_torch(pool, size)


@st.composite
def convolutions(draw):
    groups = draw(st.integers(1, 3))

    def drawn(least, most):
        return sides(draw(st.integers(least, most)), draw(st.integers(least, most)))

    kernel, dilation, padding = drawn(1, 5), drawn(1, 3), drawn(0, 5)
    windows = zip(pair(kernel), pair(dilation), pair(padding), strict=True)
    needed = [max(1, d * (k - 1) + 1 - 2 * p) for k, d, p in windows]
    height, width = (least + draw(st.integers(0, 9)) for least in needed)
    channels = groups * draw(st.integers(1, 4))
    out = groups * draw(st.integers(1, 4))
    bias = draw(st.booleans())
    rule = Conv2d(channels, out, kernel, drawn(1, 3), padding, dilation, groups, bias)
    return rule, (channels, height, width)


@given(convolutions())
def test_any_convolution_says_what_the_module_does(case):
    check(*case)


@given(convolutions())
def test_a_convolutions_macs_are_its_multiplications_counted_one_by_one(case):
    rule, shape = case
    _, height, width = rule.output_shape(shape)
    of_group = range(rule.in_channels // rule.groups)
    one_output = sum(1 for _ in product(of_group, *map(range, pair(rule.kernel_size))))
    assert rule.macs(rule.output_shape(shape)) == one_output * math.prod(
        (rule.out_channels, height, width)
    )


@given(st.integers(1, 500), st.integers(1, 500))
def test_any_linear_layer_says_what_the_module_does(features, out):
    check(Linear(features, out), (features,))


@given(st.integers(1, 9), st.integers(1, 9), st.tuples(*[st.integers(1, 20)] * 3))
def test_any_adaptive_pool_says_what_the_module_does(height, width, shape):
    check(AdaptiveAvgPool2d((height, width)), shape)


@given(st.integers(1, 60), st.tuples(st.integers(1, 9), st.integers(1, 9)))
def test_any_batch_norm_says_what_the_module_does(channels, size):
    check(BatchNorm2d(channels), (channels, *size))


def test_a_rule_takes_its_fields_in_order_or_by_name_and_prints_them():
    rule = Conv2d(3, 64, kernel_size=5, bias=False)
    assert rule == Conv2d(3, 64, 5, 1, 0, 1, 1, False)
    assert repr(rule) == (
        "Conv2d(in_channels=3, out_channels=64, kernel_size=5, stride=1, padding=0, dilation=1, "
        "groups=1, bias=False)"
    )
    for wrong in (lambda: Conv2d(3, 64), lambda: Linear(1, 2, 3), lambda: ReLU(inplaced=True)):
        with pytest.raises(TypeError, match=r"^(Conv2d|Linear|ReLU)\(\) "):
            wrong()


def test_a_rule_is_immutable_and_no_tuple():
    rule = MaxPool2d(2, 2)
    for change in (
        lambda: setattr(rule, "stride", 1),
        lambda: delattr(rule, "stride"),
        lambda: setattr(rule, "other", 1),
        lambda: rule.kwargs.update(stride=1) or setattr(rule, "kwargs", {}),
    ):
        with pytest.raises(AttributeError, match="a rule is immutable"):
            change()
    assert rule == MaxPool2d(2, 2)
    assert rule != (2, 2, 0, False)
    assert copy(rule) == deepcopy(rule) == loads(dumps(rule)) == rule


def test_rules_of_different_kinds_are_never_equal():
    assert ReLU(True) != Dropout(1.0)
    assert BatchNorm2d(1) != ReLU(True)
    assert MaxPool2d(2, 2, 0, False) == MaxPool2d(2, 2)
    assert len({ReLU(True), Dropout(1.0), BatchNorm2d(1)}) == 3
    assert Linear(3, 4) == Linear(3, 4)
    assert hash(Linear(3, 4)) == hash(Linear(3, 4))
    assert Linear(3, 4) != Linear(4, 3)


def test_a_rule_without_a_text_of_its_own_is_a_mistake():
    with pytest.raises(NotImplementedError):
        _ = Rule().text
