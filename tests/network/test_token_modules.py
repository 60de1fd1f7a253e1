import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_tokens, options

from vgginspect.cfg.tokens import MAX_NUMBER, Token, parse_token
from vgginspect.errors import ConfigError
from vgginspect.network.rules import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
)
from vgginspect.network.token_modules import appended, cost, head_modules, modules_for, place

SHAPES = st.tuples(*[st.integers(1, 12)] * 3)


@pytest.mark.parametrize(
    ("text", "batch_norm", "bias", "expected"),
    [
        ("64", False, True, [Conv2d(3, 64, 3, padding=1), ReLU()]),
        (
            "64",
            True,
            False,
            [Conv2d(3, 64, 3, padding=1, bias=False), BatchNorm2d(64), ReLU()],
        ),
        ("conv1-8d2", False, True, [Conv2d(3, 8, 1, dilation=2), ReLU()]),
        ("C", True, False, [MaxPool2d(2, 2, 0, True)]),
        ("maxpool3s1p1", False, True, [MaxPool2d(3, 1, 1, False)]),
        ("avgpool4s3p2", True, False, [AvgPool2d(4, 3, 2)]),
        ("LRN", True, False, [LocalResponseNorm()]),
    ],
)
def test_the_modules_of_a_token(text, batch_norm, bias, expected):
    assert modules_for(parse_token(text), 3, batch_norm, bias) == expected


ROW = [Conv2d(3, 4, 3, padding=1), ReLU(), MaxPool2d(2, 2)]


def test_modules_in_a_row_hand_their_shapes_on():
    assert [placed[1:3] for placed in place(ROW, (3, 8, 6))] == [
        ((3, 8, 6), (4, 8, 6)),
        ((4, 8, 6), (4, 8, 6)),
        ((4, 8, 6), (4, 4, 3)),
    ]


def test_modules_in_a_row_add_up():
    total = cost(ROW, (3, 8, 6))
    assert total.output_shape == (4, 4, 3)
    assert total.layers == 3
    assert total.params == 3 * 9 * 4 + 4
    assert total.macs == 3 * 9 * 4 * 8 * 6
    assert total.activation_bytes == 4 * (4 * 8 * 6 + 4 * 4 * 3)


@given(any_tokens(), SHAPES, st.booleans(), st.booleans())
def test_what_a_token_appends_costs_what_its_modules_cost(token, shape, batch_norm, bias):
    rows = appended(token, shape, batch_norm, bias)
    total = cost(modules_for(token, shape[0], batch_norm, bias), shape)
    assert rows[0][1] == shape
    assert rows[-1][2] == total.output_shape
    assert len(rows) == total.layers
    assert tuple(map(sum, zip(*(row[3:] for row in rows), strict=True))) == total[2:]


@given(options(), SHAPES)
def test_a_head_reads_the_map_flattened(values, shape):
    modules = head_modules(
        shape, values["hidden"], values["num_classes"], values["avgpool"], values["dropout"]
    )
    side = values["avgpool"]
    features = shape[0] * side**2 if side else math.prod(shape)
    widths = [features, *values["hidden"], values["num_classes"]]
    head = cost(modules, shape)
    assert head.params == sum(a * b + b for a, b in pairwise(widths))
    assert head.macs == sum(a * b for a, b in pairwise(widths))
    assert head.output_shape == (values["num_classes"],)


def test_a_map_too_large_to_be_flattened_is_refused():
    largest = (MAX_NUMBER, 1, 1)
    assert head_modules(largest, (), 10, None, 0.5)[0].in_features == MAX_NUMBER
    with pytest.raises(ConfigError, match="the first Linear would have 4,294,967,294 inputs"):
        head_modules((MAX_NUMBER, 2, 1), (), 10, None, 0.5)
    with pytest.raises(ConfigError, match="use a smaller --avgpool, or --features-only"):
        head_modules(largest, (), 10, 7, 0.5)


@pytest.mark.parametrize("kind", ["mp", "bn"])
def test_a_token_of_an_unknown_kind_is_refused(kind):
    with pytest.raises(ConfigError, match=f"must be conv, maxpool, avgpool, lrn, not '{kind}'"):
        modules_for(Token(kind), 64, False, True)
