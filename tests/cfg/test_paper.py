"""The named configurations against the paper (arXiv:1409.1556) and torchvision's docs."""

import pytest

from vgginspect.cfg.config import CONFIGS, make_config
from vgginspect.cfg.paper import PAPER, TORCHVISION
from vgginspect.network.grow import grow

# Table 1, each column from top to bottom, one stage a line
TABLE_1 = {
    "A": """
        conv3-64 maxpool
        conv3-128 maxpool
        conv3-256 conv3-256 maxpool
        conv3-512 conv3-512 maxpool
        conv3-512 conv3-512 maxpool""",
    "A-LRN": """
        conv3-64 LRN maxpool
        conv3-128 maxpool
        conv3-256 conv3-256 maxpool
        conv3-512 conv3-512 maxpool
        conv3-512 conv3-512 maxpool""",
    "B": """
        conv3-64 conv3-64 maxpool
        conv3-128 conv3-128 maxpool
        conv3-256 conv3-256 maxpool
        conv3-512 conv3-512 maxpool
        conv3-512 conv3-512 maxpool""",
    "C": """
        conv3-64 conv3-64 maxpool
        conv3-128 conv3-128 maxpool
        conv3-256 conv3-256 conv1-256 maxpool
        conv3-512 conv3-512 conv1-512 maxpool
        conv3-512 conv3-512 conv1-512 maxpool""",
    "D": """
        conv3-64 conv3-64 maxpool
        conv3-128 conv3-128 maxpool
        conv3-256 conv3-256 conv3-256 maxpool
        conv3-512 conv3-512 conv3-512 maxpool
        conv3-512 conv3-512 conv3-512 maxpool""",
    "E": """
        conv3-64 conv3-64 maxpool
        conv3-128 conv3-128 maxpool
        conv3-256 conv3-256 conv3-256 conv3-256 maxpool
        conv3-512 conv3-512 conv3-512 conv3-512 maxpool
        conv3-512 conv3-512 conv3-512 conv3-512 maxpool""",
}

# The heading of Table 1
WEIGHT_LAYERS = {"A": 11, "A-LRN": 11, "B": 13, "C": 16, "D": 16, "E": 19}

# Table 2, in millions
MILLIONS = {"A": 133, "A-LRN": 133, "B": 133, "C": 134, "D": 138, "E": 144}

# https://docs.pytorch.org/vision/stable/models/vgg.html: num_params and GFLOPS of the weights
TORCHVISION_FIGURES = {
    "vgg11": (132863336, 7.61, 7.609),
    "vgg11_bn": (132868840, 7.61, 7.609),
    "vgg13": (133047848, 11.31, 11.308),
    "vgg13_bn": (133053736, 11.31, 11.308),
    "vgg16": (138357544, 15.47, 15.470),
    "vgg16_bn": (138365992, 15.47, 15.470),
    "vgg19": (143667240, 19.63, 19.632),
    "vgg19_bn": (143678248, 19.63, 19.632),
}


def test_the_letters_are_the_papers_in_its_order():
    assert list(CONFIGS) == list(PAPER) == list(TABLE_1)


@pytest.mark.parametrize("letter", TABLE_1)
def test_the_tokens_are_those_of_table_1(letter):
    assert CONFIGS[letter].tokens == make_config(TABLE_1[letter]).tokens


@pytest.mark.parametrize("letter", TABLE_1)
def test_a_network_written_as_in_table_1_is_recognised(letter):
    assert make_config(TABLE_1[letter]) == CONFIGS[letter]


@pytest.mark.parametrize("letter", WEIGHT_LAYERS)
def test_the_depth_is_the_number_of_weight_layers_in_table_1(letter):
    totals = grow(CONFIGS[letter]).totals
    assert totals.depth == WEIGHT_LAYERS[letter]
    assert (totals.conv_layers, totals.linear_layers) == (WEIGHT_LAYERS[letter] - 3, 3)


@pytest.mark.parametrize("letter", MILLIONS)
def test_the_parameters_round_to_the_millions_of_table_2(letter):
    assert round(grow(CONFIGS[letter]).totals.params / 1e6) == MILLIONS[letter]


@pytest.mark.parametrize("name", TORCHVISION_FIGURES)
def test_the_totals_are_those_that_torchvision_documents(name):
    params, rounded, gmacs = TORCHVISION_FIGURES[name]
    totals = grow(make_config(name)).totals
    assert totals.params == params
    assert round(totals.macs / 1e9, 3) == gmacs
    assert round(totals.macs / 1e9, 2) == rounded
    assert totals.param_bytes == 4 * params


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvisions_depth_is_in_its_name(name):
    assert f"vgg{grow(make_config(name)).totals.depth}" == name
    assert make_config(name).model == name
    assert make_config(name + "_bn").model == name + "_bn"


def test_c_is_vgg16_with_pointwise_convolutions_and_d_is_vgg16_as_torchvision_has_it():
    c, d = grow(CONFIGS["C"]), grow(CONFIGS["D"])
    assert c.totals.depth == d.totals.depth == 16
    assert [layer.path for layer in c.layers] == [layer.path for layer in d.layers]
    narrow = {"conv3_3", "conv4_3", "conv5_3"}
    different = {a.name for a, b in zip(c.layers, d.layers, strict=True) if a.rule != b.rule}
    assert different == narrow
    assert CONFIGS["C"].model is None
    assert CONFIGS["D"].model == "vgg16"
