import pytest

import vgginspect
from vgginspect import CONFIGS, Config, ConfigError, InputSizeError, Token, plan
from vgginspect.grow import grow


@pytest.mark.parametrize(
    ("args", "options", "config"),
    [
        (("D",), {}, CONFIGS["D"]),
        (("vgg16_bn",), {}, CONFIGS["D"]._replace(batch_norm=True)),
        ((CONFIGS["E"],), {"batch_norm": True}, CONFIGS["E"]._replace(batch_norm=True)),
        (("A+bn",), {"batch_norm": False}, CONFIGS["A"]),
        (
            ([64, "M"], "tiny"),
            {},
            Config((Token("conv", 64, 3, 1, 1), Token("maxpool", 0, 2, 2)), "tiny"),
        ),
        (("A",), {"input_shape": (1, 50, 250)}, CONFIGS["A"]._replace(input_shape=(1, 50, 250))),
        (("A",), {"input_shape": "1x50x250"}, CONFIGS["A"]._replace(input_shape=(1, 50, 250))),
        (
            ("A",),
            {"hidden": [512], "avgpool": None},
            CONFIGS["A"]._replace(hidden=(512,), avgpool=None),
        ),
    ],
)
def test_a_plan_of_anything_that_names_a_network(args, options, config):
    made = plan(*args, **options)
    assert made.config == config
    assert made == grow(config)


def test_the_numbers_of_the_documentation():
    vgg16 = plan("D")
    assert vgg16.totals.params == 138357544
    assert vgg16.totals.macs == 15470264320
    assert vgg16.layers[0].name == "conv1_1"
    assert vgg16.steps[0].in_channels_after == 64


@pytest.mark.parametrize(
    ("args", "options", "error", "said"),
    [
        (("vgg17",), {}, ConfigError, "unknown configuration 'vgg17'"),
        (([64, "Q"],), {}, ConfigError, "entry 2, 'Q': not a token"),
        (([],), {}, ConfigError, "the cfg list is empty"),
        ((["M"],), {}, ConfigError, "the cfg list has no convolution"),
        (("A",), {"batchnorm": True}, ConfigError, "unknown option 'batchnorm'"),
        (("A",), {"num_classes": 0}, ConfigError, "the number of classes must be"),
        (("A",), {"input_shape": None}, ConfigError, "each number of the input size must be"),
        (("A",), {"hidden": 2.5}, ConfigError, "each hidden width must be"),
        (("A",), {"input_shape": 31}, InputSizeError, "input 31x31 is too small"),
        ((None,), {}, ConfigError, "a cfg is a name, a cfg list or a Config, not None"),
        ((64,), {}, ConfigError, "a cfg is a name, a cfg list or a Config, not 64"),
    ],
)
def test_what_makes_no_sense_is_refused(args, options, error, said):
    with pytest.raises(error) as caught:
        plan(*args, **options)
    assert str(caught.value).startswith(said)
    assert isinstance(caught.value, vgginspect.VGGInspectError)
    assert isinstance(caught.value, ValueError)
