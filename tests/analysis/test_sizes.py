"""Feature-map sizes, compared with PyTorch's layers."""

import pytest
import torch
from hypothesis import given
from reference import image, model, observe
from strategies import configs

from vgginspect import build, plan
from vgginspect.analysis.adaptive_windows import Windows
from vgginspect.analysis.sizes import (
    COMMON_SIZES,
    REFERENCE,
    at_sizes,
    common_sizes,
    resizings,
    size_of,
)
from vgginspect.cfg.config import make_config
from vgginspect.network.grow import grow, smallest_input
from vgginspect.shape import pair


@pytest.mark.parametrize(
    ("size", "shape", "kinds"),
    [
        ("32", (512, 1, 1), ("copies",)),
        ("64", (512, 2, 2), ("overlaps",)),
        ("96", (512, 3, 3), ("overlaps",)),
        ("224", (512, 7, 7), ("same",)),
        ("299", (512, 9, 9), ("overlaps",)),
        ("448", (512, 14, 14), ("parts",)),
        ("320x480", (512, 10, 15), ("overlaps",)),
        ("224x448", (512, 7, 14), ("same", "parts")),
    ],
)
def test_what_vgg16_makes_of_an_input(size, shape, kinds):
    found = size_of(make_config("D", input_shape=size))
    assert found.map_shape == shape
    assert found.kinds == kinds
    assert found.classifier_inputs == 25088


def test_at_32_every_place_of_the_pooled_map_holds_the_same_values():
    network = build("8,M,16,M,16,M,16,M,16,M", input_shape=32, hidden="8", num_classes=2).eval()
    with torch.no_grad():
        pooled = network.avgpool(network.features(torch.rand(1, 3, 32, 32)))
    assert torch.equal(pooled, pooled[:, :, :1, :1].expand_as(pooled))


def test_the_windows_are_those_of_the_average_pool():
    found = size_of(make_config("D", input_shape="299x330"))
    assert (found.height, found.width) == (Windows(9, 7), Windows(10, 7))


@pytest.mark.parametrize("options", [{"avgpool": None}, {"features_only": True}], ids=str)
def test_without_an_average_pool_there_are_no_windows(options):
    found = size_of(make_config("D", input_shape=64, **options))
    assert (found.height, found.width, found.kinds) == (None, None, ())
    assert found.classifier_inputs == 512 * 2 * 2


@given(config=configs())
def test_the_map_is_what_the_features_give(config):
    found = size_of(config)
    rows = observe(model(config), image(config))
    behind = [row for row in rows if not row.path.startswith("features")]
    if behind and behind[0].path == "avgpool":
        assert behind[0].input_shape == found.map_shape
        behind = behind[1:]
    if behind:
        assert behind[0].input_shape == (found.classifier_inputs,)


@given(config=configs())
def test_what_a_window_leaves_unread_makes_no_difference(config):
    for pooling in resizings(grow(config)):
        rule = pooling.layer.rule
        layer = getattr(torch.nn, rule.type)(**rule.kwargs)
        for axis in (0, 1):
            before, unread = pooling.before[axis], pooling.unread[axis]
            if before > 60:
                continue
            # Only an input that some window reads has a gradient.
            x = torch.rand(1, *pooling.layer.input_shape, requires_grad=True)
            layer(x).sum().backward()
            read = x.grad.abs().sum(dim=(0, 1, 3 - axis)) > 0
            # Points in the padding read nothing, so what lies before them may be unread.
            padding, kernel, dilation = (
                pair(size)[axis] for size in (rule.padding, rule.kernel_size, rule.dilation)
            )
            if rule.type != "MaxPool2d" and 2 * padding < kernel and dilation == 1:
                last = int(read.nonzero().max())
                assert before - 1 - last == unread
            elif unread:
                assert not read[before - unread :].any()


def test_usual_sizes_come_with_the_networks_own_and_the_smaller_first():
    config = make_config("D", input_shape="320x480")
    sizes = common_sizes(config)
    assert {(size, size) for size in COMMON_SIZES} | {(320, 480)} == set(sizes)
    assert [height * width for height, width in sizes] == sorted(h * w for h, w in sizes)


@pytest.mark.parametrize("cfg", ["D", "64,M,M,M,M,M,M,M,32"])
def test_sizes_that_are_too_small_are_left_out(cfg):
    config = make_config(cfg)
    least = smallest_input(config)
    found = [size.input_shape for size in at_sizes(config, [(least - 1, 300), (least, least)])]
    assert found == [(3, least, least)]


def test_the_usual_sizes_are_those_of_known_data_sets_and_networks():
    every = [32, 64, 96, 128, 224, 299, 448]
    assert common_sizes(make_config("D")) == [(size, size) for size in every]
    own = common_sizes(make_config("D", input_shape="100x90"))
    assert own == [(32, 32), (64, 64), (100, 90), *((size, size) for size in every[2:])]
    assert REFERENCE == 224


@pytest.mark.parametrize(
    ("cfg", "size", "expected"),
    [
        (
            "D",
            "299x224",
            [
                ("pool1", (299, 224), (149, 112), (1, 0)),
                ("pool2", (149, 112), (74, 56), (1, 0)),
                ("pool3", (74, 56), (37, 28), (0, 0)),
                ("pool4", (37, 28), (18, 14), (1, 0)),
                ("pool5", (18, 14), (9, 7), (0, 0)),
            ],
        ),
        ("8,maxpool3s1p1", "5x6", [("pool1", (5, 6), (5, 6), (0, 0))]),
        ("8,C", "5x6", [("pool1", (5, 6), (3, 3), (0, 0))]),
        ("8,maxpool3s4", "9x10", [("pool1", (9, 10), (2, 2), (2, 3))]),
        ("8,avgpool2s3p1", "9x8", [("pool1", (9, 8), (4, 3), (0, 1))]),
        ("8", "9x8", []),
        (
            "8,conv3-8s2,conv3x1-8p0,conv3-8s2d2",
            "10x9",
            [
                ("conv1_2", (10, 9), (5, 5), (0, 0)),
                ("conv1_3", (5, 5), (3, 5), (0, 0)),
                ("conv1_4", (3, 5), (2, 3), (0, 0)),
            ],
        ),
    ],
)
def test_what_each_pool_makes_of_the_map(cfg, size, expected):
    found = [
        (pool.layer.name, pool.before, pool.after, pool.unread)
        for pool in resizings(plan(cfg, input_shape=size))
    ]
    assert found == expected
