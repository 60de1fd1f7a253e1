import pytest
from hypothesis import given
from strategies import configs

from vgginspect.api import plan
from vgginspect.network.grow import grow
from vgginspect.network.stages import by_stage


def test_the_stages_of_vgg16():
    steps = list(by_stage(plan("D").steps))
    assert [(step.step, step.stage, step.branch) for step in steps] == [
        (number, number, "stage") for number in range(1, 6)
    ]
    assert [step.token for step in steps] == [
        [64, 64, "M"],
        [128, 128, "M"],
        [256, 256, 256, "M"],
        [512, 512, 512, "M"],
        [512, 512, 512, "M"],
    ]
    assert [(step.in_channels_before, step.in_channels_after) for step in steps] == [
        (3, 64),
        (64, 128),
        (128, 256),
        (256, 512),
        (512, 512),
    ]
    assert [(step.layers_before, step.layers_after) for step in steps] == [
        (0, 5),
        (5, 10),
        (10, 17),
        (17, 24),
        (24, 31),
    ]
    assert steps[2].input_shape == (128, 56, 56)
    assert steps[2].output_shape == (256, 28, 28)
    assert steps[2].appended == tuple(f"features.{index}" for index in range(10, 17))


@pytest.mark.parametrize(
    ("cfg", "tokens"),
    [
        ("64", [64]),
        ("64,64", [[64, 64]]),
        ("M,64,M,128", ["M", [64, "M"], 128]),
        ("64,M,M,A", [[64, "M"], "M", "A"]),
    ],
)
def test_a_stage_is_a_run_up_to_its_pool_or_the_end(cfg, tokens):
    assert [step.token for step in by_stage(plan(cfg).steps)] == tokens


@given(configs())
def test_stages_hold_the_same_layers_as_steps(config):
    whole = grow(config)
    steps = list(by_stage(whole.steps))
    assert tuple(layer for step in steps for layer in step.layers) == whole.features
    assert tuple(token for step in steps for token in step.tokens) == config.tokens
    shape, length = config.input_shape, 0
    for step in steps:
        assert (step.input_shape, step.layers_before) == (shape, length)
        assert step.in_channels_before == shape[0]
        shape, length = step.output_shape, step.layers_after
        assert step.in_channels_after == shape[0]
        assert length - step.layers_before == len(step.layers)


def test_no_steps_are_no_stages():
    assert list(by_stage([])) == []
