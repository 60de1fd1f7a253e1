"""Growth against real modules that run on the meta device, and the laws every Plan obeys."""

import math

import pytest
import torch
from hypothesis import assume, given
from reference import arguments, image, model, multiply_accumulates, observe, repr_without_novelties
from strategies import cfgs, configs
from torch import nn

from vgginspect.cfg.config import CONFIGS, Config, make_config
from vgginspect.cfg.parser import parse_cfg
from vgginspect.cfg.tokens import MAX_NUMBER
from vgginspect.errors import ConfigError, InputSizeError
from vgginspect.network.grow import grow, smallest_input
from vgginspect.network.plan import total


def check_against_torch(config):
    """Every row, key and total of a computed Plan, compared with the network that PyTorch runs."""
    plan = grow(config)
    network = model(config)
    rows = observe(network, image(config))
    assert [layer.path for layer in plan.layers] == [row.path for row in rows]
    for layer, row in zip(plan.layers, rows, strict=True):
        flat = layer.type == "Linear"
        before = (math.prod(layer.input_shape),) if flat else layer.input_shape
        assert before == row.input_shape
        assert layer.output_shape == row.output_shape, layer.path
        assert layer.type == type(row.module).__name__
        assert layer.repr == repr_without_novelties(row.module)
        assert layer.params == layer.trainable_params == row.params
        assert layer.activation_bytes == row.activation_bytes
        with torch.device("meta"):
            built = getattr(nn, layer.type)(**layer.rule.kwargs)
        assert arguments(built) == arguments(row.module)
    grown_state = [(key, shape) for layer in plan.layers for key, shape in layer.state_dict.items()]
    state = network.state_dict().items()
    assert grown_state == [(key, tuple(tensor.shape)) for key, tensor in state]
    totals = plan.totals
    assert totals.layers == len(rows)
    assert totals.params == sum(parameter.numel() for parameter in network.parameters())
    assert totals.features_params == sum(p.numel() for p in network.features.parameters())
    assert totals.classifier_params == totals.params - totals.features_params
    assert totals.activation_bytes == sum(row.activation_bytes for row in rows)
    assert totals.macs == multiply_accumulates(network, image(config))
    kinds = [type(row.module) for row in rows]
    assert totals.conv_layers == kinds.count(nn.Conv2d)
    assert totals.linear_layers == kinds.count(nn.Linear)


@pytest.mark.parametrize("letter", CONFIGS)
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "bn"])
@pytest.mark.parametrize("size", ["224", "32", "299", "225x320", "1x50x250"])
def test_a_named_network_grows_as_pytorch_runs_it(letter, batch_norm, size):
    check_against_torch(make_config(letter, batch_norm=batch_norm, input_shape=size))


@pytest.mark.parametrize(
    ("cfg", "options"),
    [
        ("4", {}),
        ("4,M", {"hidden": (), "num_classes": 1}),
        ("4,M,8,M", {"avgpool": None, "input_shape": "1x28x28"}),
        ("4,M,8,M", {"avgpool": None, "hidden": (), "input_shape": "2x31x17"}),
        ("4,C,8,C", {"input_shape": "3x1x1", "avgpool": 1}),
        ("4,C,8,C", {"input_shape": "3x9x13", "avgpool": 3}),
        ("LRN,4,A,LRN,conv1-8", {"bias": False}),
        ("4,maxpool3s1p1,conv3-8d6,conv1-8", {"features_only": True, "input_shape": "30x20"}),
        ("M,A,4", {"dropout": 0.0}),
        ("4,maxpool1s3,5", {"hidden": (2,), "batch_norm": True}),
        # SSD's base: a pool with ceil_mode and the dilated fc6 as a convolution
        ("64,M,C,maxpool3s1p1,conv3-8d6,conv1-8", {"features_only": True, "input_shape": 300}),
    ],
)
def test_a_cfg_list_grows_as_pytorch_runs_it(cfg, options):
    check_against_torch(make_config(cfg, **options))


@given(configs())
def test_any_network_grows_as_pytorch_runs_it(config):
    check_against_torch(config)


@given(configs())
def test_totals_are_the_sums_of_the_layers(config):
    plan = grow(config)
    assert plan.totals == total(plan.features, plan.head)
    assert plan.totals.params == sum(layer.params for layer in plan.layers)
    assert plan.totals.macs == sum(layer.macs for layer in plan.layers)
    assert plan.totals.activation_bytes == sum(layer.activation_bytes for layer in plan.layers)
    assert plan.totals.saved_bytes == sum(layer.saved_bytes for layer in plan.layers)
    assert plan.totals.param_bytes == 4 * plan.totals.params
    assert plan.totals.depth == plan.totals.conv_layers + plan.totals.linear_layers
    assert plan.totals.trainable_params == plan.totals.params


@given(configs())
def test_batch_norm_adds_a_weight_and_a_bias_for_each_channel(config):
    without = grow(config._replace(batch_norm=False))
    with_norm = grow(config._replace(batch_norm=True))
    channels = [layer.out_channels for layer in without.features if layer.type == "Conv2d"]
    assert with_norm.totals.params - without.totals.params == 2 * sum(channels)
    assert with_norm.totals.layers - without.totals.layers == len(channels)
    assert with_norm.totals.macs == without.totals.macs
    assert with_norm.totals.depth == without.totals.depth
    assert [layer.out_channels for layer in with_norm.layers if layer.type == "BatchNorm2d"] == (
        channels
    )


@given(configs())
def test_a_bias_is_one_parameter_for_each_channel(config):
    without, with_bias = (grow(config._replace(bias=bias)) for bias in (False, True))
    channels = sum(layer.out_channels for layer in without.features if layer.type == "Conv2d")
    assert with_bias.totals.params - without.totals.params == channels
    assert with_bias.totals.macs == without.totals.macs


def unsaved(layer):
    return layer._replace(saved_bytes=None)


def alone(step):
    return step._replace(layers=())


@given(configs())
def test_features_only_leaves_the_head_out_and_nothing_else(config):
    whole = grow(config._replace(features_only=False))
    features = grow(config._replace(features_only=True))
    assert features.layers == features.features
    # Only whether something after them needs the last output depends on the head.
    assert [unsaved(layer) for layer in features.layers] == [unsaved(la) for la in whole.features]
    assert features.layers[:-2] == whole.features[:-2]
    assert list(map(alone, features.steps)) == list(map(alone, whole.steps))
    assert features.head == features.classifier == ()
    assert features.totals.params == whole.totals.features_params
    assert features.totals.classifier_params == features.totals.linear_layers == 0


@given(configs())
def test_steps_hand_over_to_each_other(config):
    plan = grow(config)
    shape, length = config.input_shape, 0
    assert [step.step for step in plan.steps] == list(range(1, len(config.tokens) + 1))
    for step, token in zip(plan.steps, config.tokens, strict=True):
        assert step.tokens == (token,)
        assert step.token == token.value
        assert step.branch == token.kind
        assert step.input_shape == shape
        assert step.in_channels_before == shape[0]
        assert step.layers_before == length
        shape, length = step.output_shape, step.layers_after
        assert step.in_channels_after == shape[0]
        assert step.layers_after - step.layers_before == len(step.layers)
        assert step.appended == tuple(
            f"features.{index}" for index in range(step.layers_before, step.layers_after)
        )
        if token.kind == "conv":
            assert shape[0] == token.out_channels
        else:
            assert step.in_channels_before == step.in_channels_after
        for layer in step.layers:
            assert (layer.step, layer.stage) == (step.step, step.stage)


@given(configs())
def test_a_layer_takes_what_the_one_before_it_gives(config):
    plan = grow(config)
    shape = config.input_shape
    for layer in plan.layers:
        assert layer.input_shape == shape
        shape = layer.output_shape
    paths = [layer.path for layer in plan.layers]
    names = [layer.name for layer in plan.layers if layer.type != "LocalResponseNorm"]
    assert len(set(paths)) == len(paths)
    assert len(set(names)) == len(names)


@given(configs())
def test_a_stage_ends_with_its_pool(config):
    stage = 1
    for step in grow(config).steps:
        assert step.stage == stage
        stage += step.branch in ("maxpool", "avgpool")


@given(configs())
def test_growing_twice_gives_the_same(config):
    assert grow(config) == grow(config)
    assert tuple(grow(config).iter_layers()) == grow(config).layers


def along(sides, axis):
    """A size along the height (0) or the width (1)."""
    return sides[axis] if isinstance(sides, tuple) else sides


def one_dimension(tokens, axis):
    """The windows of a cfg list along one axis, as real modules whose weights are all 1."""
    for token in tokens:
        window = [along(sides, axis) for sides in (token.kernel_size, token.stride, token.padding)]
        if token.kind == "conv":
            conv = nn.Conv1d(1, 1, *window, dilation=along(token.dilation, axis), bias=False)
            nn.init.ones_(conv.weight)
            yield conv.double()
        elif token.kind == "lrn":
            yield nn.Identity()
        else:
            # A mean instead of a maximum: its gradient reaches every pixel of the window.
            yield nn.AvgPool1d(*window, ceil_mode=token.ceil_mode)


def reached(output, unit, x):
    """First and last input pixel that a unit in the middle of an output depends on."""
    (gradient,) = torch.autograd.grad(output[0, 0, unit], x, retain_graph=True)
    touched = gradient[0, 0].nonzero().flatten()
    return int(touched[0]), int(touched[-1])


def check_fields(config):
    """Receptive field and jump of each step along each axis, against gradients of the input."""
    plan = grow(config)
    for axis in (0, 1):
        field, jump = (
            along(value, axis)
            for value in (plan.features[-1].receptive_field, plan.features[-1].jump)
        )
        x = torch.ones(1, 1, 4 * (field + jump) + 64, dtype=torch.float64, requires_grad=True)
        y = x
        for step, module in zip(plan.steps, one_dimension(config.tokens, axis), strict=True):
            y = module(y)
            middle = y.shape[-1] // 2
            first, last = reached(y, middle, x)
            behind, _ = reached(y, middle + 1, x)
            for layer in step.layers:
                assert along(layer.receptive_field, axis) == last - first + 1
                assert along(layer.jump, axis) == behind - first


@pytest.mark.parametrize("letter", CONFIGS)
def test_the_field_of_a_named_network_is_what_its_gradient_reaches(letter):
    check_fields(make_config(letter))


@given(cfgs(most=7))
def test_the_field_is_what_the_gradient_reaches(tokens):
    config = Config(tokens, features_only=True, input_shape=(3, 10**6, 10**6))
    last = grow(config).features[-1]
    # A stride wider than its window leaves pixels that no unit reads.
    assume(max(along(last.receptive_field, axis) for axis in (0, 1)) < 3000)
    assume(max(along(last.jump, axis) for axis in (0, 1)) < 3000)
    check_fields(config)


VGG16_FIELDS = {
    "conv1_1": (3, 1),
    "conv1_2": (5, 1),
    "pool1": (6, 2),
    "conv2_1": (10, 2),
    "conv2_2": (14, 2),
    "pool2": (16, 4),
    "conv3_1": (24, 4),
    "conv3_2": (32, 4),
    "conv3_3": (40, 4),
    "pool3": (44, 8),
    "conv4_1": (60, 8),
    "conv4_2": (76, 8),
    "conv4_3": (92, 8),
    "pool4": (100, 16),
    "conv5_1": (132, 16),
    "conv5_2": (164, 16),
    "conv5_3": (196, 16),
    "pool5": (212, 32),
}


@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_receptive_fields_of_vgg16_are_the_published_ones(batch_norm):
    plan = grow(make_config("D", batch_norm=batch_norm))
    fields = {layer.name: (layer.receptive_field, layer.jump) for layer in plan.features}
    assert {name: fields[name] for name in VGG16_FIELDS} == VGG16_FIELDS
    assert all(layer.receptive_field is layer.jump is None for layer in plan.head)


@pytest.mark.parametrize(
    ("name", "indices"),
    [
        # The entries of torchvision's vgg16.features that perceptual losses take.
        ("vgg16", {"relu1_2": 3, "relu2_2": 8, "relu3_3": 15, "relu4_3": 22, "relu5_3": 29}),
        ("vgg16_bn", {"relu1_2": 5, "relu2_2": 12, "relu3_3": 22, "relu4_3": 32, "relu5_3": 42}),
        ("vgg16", {"pool1": 4, "pool2": 9, "pool3": 16, "pool4": 23, "pool5": 30}),
        # Gatys et al.: content conv4_2, style conv1_1 … conv5_1 of VGG19
        (
            "vgg19",
            {
                "conv1_1": 0,
                "conv2_1": 5,
                "conv3_1": 10,
                "conv4_1": 19,
                "conv4_2": 21,
                "conv5_1": 28,
                "relu5_4": 35,
                "pool5": 36,
            },
        ),
        ("vgg11", {"conv1_1": 0, "pool1": 2, "conv5_2": 18, "pool5": 20}),
        ("vgg11_bn", {"conv1_1": 0, "bn1_1": 1, "relu1_1": 2, "pool1": 3, "bn5_2": 26}),
        ("A-LRN", {"conv1_1": 0, "relu1_1": 1, "lrn1_1": 2, "pool1": 3}),
        ("C", {"conv3_3": 14, "relu3_3": 15, "conv5_3": 28}),
    ],
)
def test_a_layers_usual_name_and_its_index(name, indices):
    paths = {layer.name: layer.path for layer in grow(make_config(name)).features}
    assert {key: paths[key] for key in indices} == {
        key: f"features.{index}" for key, index in indices.items()
    }


@pytest.mark.parametrize(
    ("hidden", "names"),
    [
        ((4096, 4096), ["fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "fc8"]),
        ((512,), ["fc6", "relu6", "drop6", "fc7"]),
        ((), ["fc6"]),
        ((1, 2, 3), ["fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "fc8", "relu8", "drop8"]),
    ],
)
@pytest.mark.parametrize("avgpool", [7, None])
def test_the_head_is_named_as_in_the_paper(hidden, names, avgpool):
    plan = grow(make_config("A", hidden=hidden, avgpool=avgpool))
    found = [(layer.path, layer.name) for layer in plan.classifier]
    expected = [(f"classifier.{index}", name) for index, name in enumerate(names)]
    assert found[: len(names)] == expected
    assert plan.head[0].path == ("avgpool" if avgpool else "classifier.0")
    assert plan.head[0].name == ("avgpool" if avgpool else "fc6")
    assert all(layer.step is layer.stage is None for layer in plan.head)


@pytest.mark.parametrize(
    ("cfg", "smallest"),
    [
        ("A", 32),
        ("A-LRN", 32),
        ("B", 32),
        ("C", 32),
        ("D", 32),
        ("E", 32),
        ("64", 1),
        ("64,C", 1),
        ("64,M", 2),
        ("64,maxpool3s1", 3),
        ("64,maxpool3s1p1", 1),
        ("64,maxpool3s2,maxpool3s2", 7),
        ("64,M,A", 4),
        ("64,C,M", 3),
        ("64" + ",M" * 30, 2**30),
        ("64" + ",maxpool3s1" * 1000, 2001),
        ("64,conv7-8p0", 7),
        ("64,conv3-8s2p0d4,M", 11),
        ("64,conv3-8p100,M", 1),
        # Windows that enlarge the map by one and by two.
        ("64,conv2-8p1,maxpool5s1", 4),
        ("64,conv1-8p1,maxpool5s1", 3),
        ("64,maxpool2147483647s1", 2**31 - 1),
    ],
)
def test_the_smallest_input(cfg, smallest):
    config = make_config(cfg, features_only=True)
    assert smallest_input(config) == smallest
    grow(config._replace(input_shape=(3, smallest, smallest)))
    if smallest > 1:
        for less in ((smallest - 1, smallest), (smallest, smallest - 1)):
            with pytest.raises(InputSizeError) as caught:
                grow(config._replace(input_shape=(3, *less)))
            assert f"the smallest input that works is {smallest}x{smallest}" in str(caught.value)
            assert caught.value.smallest == smallest


@given(configs())
def test_one_pixel_less_than_the_smallest_input_fails_here_and_in_pytorch(config):
    height, width = (along(smallest_input(config), axis) for axis in (0, 1))
    works = config._replace(input_shape=(config.input_shape[0], height, width))
    assert grow(works).steps[-1].output_shape == tuple(
        model(works).features(image(works)).shape[1:]
    )
    for less in ((height - 1, width), (height, width - 1)):
        if min(less) < 1:
            continue
        fails = config._replace(input_shape=(config.input_shape[0], *less))
        with pytest.raises(InputSizeError) as caught:
            grow(fails)
        assert f"works is {height}x{width}" in str(caught.value)
        assert caught.value.smallest == smallest_input(config)
        with pytest.raises(RuntimeError, match=r"too small|can't be greater than actual input"):
            model(fails)


@pytest.mark.parametrize("pools", [31, 32, 64, 100_000])
def test_more_pools_than_any_input_can_feed(pools):
    with pytest.raises(InputSizeError) as caught:
        grow(make_config([64] + ["M"] * pools))
    assert str(caught.value).endswith("no input is large enough for so many layers; remove some")
    assert caught.value.smallest > MAX_NUMBER


@pytest.mark.parametrize(
    ("cfg", "size", "said"),
    [
        ("A", "16", "input 16x16 is too small: pool5 (token 13 of 13, M) gets a 1x1"),
        ("A", "31", "input 31x31 is too small: pool5 (token 13 of 13, M) gets a 1x1"),
        ("D", "224x8", "input 224x8 is too small: pool4 (token 14 of 18, M) gets a 28x1"),
        ("A", "64x60x1", "  a size with channels is CxHxW: 1x64x60, not 64x60x1"),
        ("D", "8x224", "input 8x224 is too small: pool4 (token 14 of 18, M) gets a 1x28"),
        (
            "64,M,A",
            "2",
            "pool2 (token 3 of 3, A) gets a 1x1 feature map, smaller than its 2x2 window",
        ),
        (
            "64,maxpool5s1",
            "4",
            "pool1 (token 2 of 2, maxpool5s1) gets a 4x4 feature map, smaller than",
        ),
        (
            "64,M,conv3-8p0x1d3",
            "13x5",
            "conv2_1 (token 3 of 3, conv3-8p0x1d3) gets a 6x2 feature map, smaller than the 7x5 "
            "that its 7x7 window with padding 0x1 needs\n  the smallest input that works is 14x10",
        ),
        (
            "64,conv300-64p100",
            "32",
            "gets a 32x32 feature map, smaller than the 100x100 that its 300x300 window with "
            "padding 100 needs\n  the smallest input that works is 100x100",
        ),
        (
            "64,maxpool3s2p1x0",
            "2",
            "gets a 2x2 feature map, smaller than the 1x3 that its 3x3 window with padding 1x0 "
            "needs\n  the smallest input that works is 1x3",
        ),
        (
            "64,conv1x5-8p0",
            "9x4",
            "conv1_2 (token 2 of 2, conv1x5-8p0) gets a 9x4 feature map, smaller than its 1x5 "
            "window\n  the smallest input that works is 1x5",
        ),
        (
            "64,LRN,avgpool3",
            "2x9",
            "pool1 (token 3 of 3, avgpool3) gets a 2x9 feature map, smaller than",
        ),
    ],
)
def test_an_input_that_is_too_small_names_the_layer_that_empties_the_map(cfg, size, said):
    with pytest.raises(InputSizeError) as caught:
        grow(make_config(cfg, input_shape=size))
    assert said in str(caught.value)


@pytest.mark.parametrize("cfg", ["M", "A,LRN", "LRN", "avgpool3s1,M"])
def test_a_cfg_without_a_convolution_is_refused(cfg):
    with pytest.raises(ConfigError, match="has no convolution; it needs at least one number"):
        grow(Config(parse_cfg(cfg)))


def test_a_first_linear_beyond_all_memory_is_refused():
    with pytest.raises(ConfigError) as caught:
        grow(make_config([MAX_NUMBER], avgpool=2))
    assert str(caught.value) == (
        "the first Linear would have 8,589,934,588 inputs, more than 2,147,483,647; "
        "use a smaller --avgpool, or --features-only"
    )
    with pytest.raises(ConfigError, match="would have"):
        grow(make_config([64], avgpool=None, input_shape=(3, 10_000, 10_000)))
    assert grow(make_config([MAX_NUMBER], avgpool=1)).head[1].in_channels == MAX_NUMBER
    assert grow(make_config([MAX_NUMBER], avgpool=2, features_only=True))


def test_numbers_beyond_64_bits_stay_exact():
    plan = grow(make_config([MAX_NUMBER, MAX_NUMBER], features_only=True, bias=False))
    assert plan.totals.params == 9 * MAX_NUMBER * (MAX_NUMBER + 3)
    assert plan.totals.macs == plan.totals.params * 224**2


def test_dilation_widens_the_field():
    fields = [
        layer.receptive_field for layer in grow(make_config("conv3-8d2,M,conv5-8d3")).features
    ]
    assert fields == [5, 5, 6, 30, 30]


def test_normalisations_are_counted_anew_in_every_stage():
    features = grow(make_config("8,LRN,LRN,M,LRN,8,A,LRN")).features
    names = [layer.name for layer in features if layer.type == "LocalResponseNorm"]
    assert names == ["lrn1_1", "lrn1_2", "lrn2_1", "lrn3_1"]
