import json

import numpy as np
import pytest
import torch
from observed import observed

import vgginspect
from vgginspect import CONFIGS, Config, ConfigError, InputSizeError, Token, plan
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.pytorch.verify import verify
from vgginspect.views import compare


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


def test_integers_of_numpy_and_pytorch_are_integers():
    cfg = [np.int64(64), "M", torch.tensor(128), "M"]
    options = {"num_classes": np.int32(10), "input_shape": np.array([3, 64, 64])}
    net = plan(cfg, **options, hidden=np.array([512]), avgpool=np.uint8(2))
    assert net == plan([64, "M", 128, "M"], num_classes=10, input_shape=64, hidden=[512], avgpool=2)
    assert json.loads(json.dumps(net.config.document())) == net.config.document()
    assert plan(np.array(["64", "M"])) == plan("64,M")
    ends = {"hidden": np.array(8), "input_shape": torch.tensor(64), "dropout": np.float32(0.5)}
    assert plan(cfg, **ends) == plan([64, "M", 128, "M"], hidden=8, input_shape=64)
    assert plan("A", batch_norm=np.True_, bias=torch.tensor(False)) == plan("A+bn+no-bias")


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
        (("A",), {"hidden": 2.5}, ConfigError, "each hidden size must be"),
        (("A",), {"input_shape": 31}, InputSizeError, "input 31x31 is too small"),
        ((None,), {}, ConfigError, "a cfg must be a name, a cfg list or a Config, not None"),
        ((64,), {}, ConfigError, "a cfg must be a name, a cfg list or a Config, not 64"),
        ((b"64,M",), {}, ConfigError, "a cfg must be a name, a cfg list or a Config, not b'64,M'"),
        (({64, "M"},), {}, ConfigError, "a cfg must be a name, a cfg list or a Config, not {"),
        (
            (plan("A"),),
            {},
            ConfigError,
            "a cfg must be a name, a cfg list or a Config, not <Plan A: 29",
        ),
        (({"A": [64, "M"]},), {}, ConfigError, "a cfg must be a list, not a dict; pass one of"),
        (([64.0],), {}, ConfigError, "entry 1, 64.0: must be a whole number or a string"),
        (([torch.tensor([64, 64])],), {}, ConfigError, "entry 1, tensor([64, 64]): must"),
        (("A",), {"num_classes": np.True_}, ConfigError, "the number of classes must be"),
        (("A",), {"num_classes": True}, ConfigError, "the number of classes must be"),
        (("A",), {"num_classes": torch.tensor(True)}, ConfigError, "the number of classes must be"),
        (
            ("A",),
            {"dropout": np.True_},
            ConfigError,
            "the dropout probability must be between 0 and 1",
        ),
        (("A",), {"dropout": torch.zeros(2)}, ConfigError, "the dropout probability must be"),
        (("A",), {"batch_norm": np.int64(1)}, ConfigError, "batch norm must be on or off"),
        (("A",), {"hidden": torch.tensor([1.5])}, ConfigError, "each hidden size must be"),
        (("A", 5), {}, ConfigError, "the name of a network must be text, not 5"),
        (
            (np.array(64),),
            {},
            ConfigError,
            "a cfg must be a name, a cfg list or a Config, not array(64)",
        ),
        (
            (10**5000,),
            {},
            ConfigError,
            "a cfg must be a name, a cfg list or a Config, not a huge numb",
        ),
        (([10**5000],), {}, ConfigError, "entry 1, a huge number: the number of channels must be"),
        (([-(10**5000)],), {}, ConfigError, "entry 1, a huge number: the number of channels must"),
        (([64, 2**31],), {}, ConfigError, "entry 2, 2147483648: the number of channels must be a"),
    ],
)
def test_what_makes_no_sense_is_refused(args, options, error, said):
    with pytest.raises(error) as caught:
        plan(*args, **options)
    assert str(caught.value).startswith(said)
    assert isinstance(caught.value, vgginspect.VGGInspectError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("what", "ask"),
    [
        (
            "a comparison",
            lambda seen: compare.report(compare.sides("ab", [seen, seen]), words("en")),
        ),
        ("verify", verify),
    ],
)
def test_what_needs_a_config_refuses_an_observed_network(what, ask):
    with pytest.raises(ConfigError, match=f"^{what} needs a CONFIG, but this network was recorded"):
        ask(observed([64, "pool"]))


def test_an_observed_network_is_no_cfg():
    with pytest.raises(ConfigError, match=r"not <Plan mine.py:make\(\): "):
        plan(observed([64]))
