"""The JSON contract, field by field."""

import json

import pytest
from hypothesis import given
from observed import observed
from strategies import configs

from vgginspect.cfg.config import make_config
from vgginspect.network.grow import grow
from vgginspect.report.json_document import SCHEMA, document, fields

D = document(grow(make_config("D")))


def test_the_fields_of_the_whole():
    assert list(D) == ["schema", "config", "origin", "input", "steps", "layers", "totals"]
    assert D["origin"] is None
    assert D["schema"] == SCHEMA == 1
    assert D["input"] == [3, 224, 224]


def test_the_config():
    config = {key: value for key, value in D["config"].items() if key != "tokens"}
    assert config == {
        "name": "D",
        "model": "vgg16",
        "batch_norm": False,
        "bias": True,
        "num_classes": 1000,
        "hidden": [4096, 4096],
        "avgpool": 7,
        "dropout": 0.5,
        "features_only": False,
    }
    assert D["config"]["tokens"][:4] == [64, 64, "M", 128]


@pytest.mark.parametrize(
    ("entries", "tokens"), [([64, "m", (8, 2)], [64, "m", "(8, 2)"]), (None, None)]
)
def test_an_observed_network_has_what_it_read_and_where_it_is_from(entries, tokens):
    found = document(observed(entries, batch_norm=True, name=print))
    assert list(found) == list(D)
    assert list(found["config"]) == list(D["config"])
    known = {key: value for key, value in found["config"].items() if value is not None}
    assert known == {"name": "custom"} | ({"tokens": tokens} if tokens else {})
    assert found["origin"] == {
        "kind": "python",
        "what": "mine.py:make",
        "arguments": {"batch_norm": True, "name": "<built-in function print>"},
        "stand_ins": [],
        "as_config": None,
    }
    assert found["input"] == [1, 8, 8]
    assert json.loads(json.dumps(found)) == found


def test_the_first_step():
    step = D["steps"][0]
    contract = {
        "step": 1,
        "token": 64,
        "branch": "conv",
        "stage": 1,
        "in_channels_before": 3,
        "in_channels_after": 64,
        "layers_before": 0,
        "layers_after": 2,
        "appended": ["features.0", "features.1"],
        "output_shape": [64, 224, 224],
    }
    assert {key: step[key] for key in contract} == contract
    assert list(step)[: len(contract)] == list(contract)
    assert (step["input_shape"], step["params"], step["macs"]) == ([3, 224, 224], 1792, 86704128)


def test_the_first_layer():
    layer = D["layers"][0]
    contract = {
        "path": "features.0",
        "name": "conv1_1",
        "type": "Conv2d",
        "repr": "Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))",
        "step": 1,
        "stage": 1,
        "input_shape": [3, 224, 224],
        "output_shape": [64, 224, 224],
        "in_channels": 3,
        "out_channels": 64,
        "params": 1792,
        "trainable_params": 1792,
        "macs": 86704128,
        "receptive_field": 3,
        "jump": 1,
        "activation_bytes": 12845056,
        "saved_bytes": 12845056,
        "state_dict": {"features.0.weight": [64, 3, 3, 3], "features.0.bias": [64]},
    }
    assert {key: layer[key] for key in contract} == contract
    assert list(layer)[: len(contract)] == list(contract)
    further = {key: layer[key] for key in layer if key not in contract}
    assert further == {
        "line": None,
        "index": 0,
        "kernel_size": 3,
        "stride": 1,
        "padding": 1,
        "dilation": 1,
        "ceil_mode": None,
        "spatial_size": [224, 224],
        "share": round(1792 / 138357544, 6),
    }


def test_a_layer_of_the_head():
    layer = next(layer for layer in D["layers"] if layer["path"] == "classifier.6")
    expected = {
        "name": "fc8",
        "type": "Linear",
        "repr": "Linear(in_features=4096, out_features=1000, bias=True)",
        "step": None,
        "stage": None,
        "input_shape": [4096],
        "output_shape": [1000],
        "in_channels": 4096,
        "out_channels": 1000,
        "params": 4097000,
        "macs": 4096000,
        "receptive_field": None,
        "jump": None,
        "activation_bytes": 4000,
        "state_dict": {"classifier.6.weight": [1000, 4096], "classifier.6.bias": [1000]},
        "index": 6,
        "kernel_size": None,
        "stride": None,
        "padding": None,
        "dilation": None,
        "ceil_mode": None,
        "spatial_size": None,
        "share": round(4097000 / 138357544, 6),
    }
    assert {key: layer[key] for key in expected} == expected


def test_the_average_pool_has_no_index():
    layer = next(layer for layer in D["layers"] if layer["path"] == "avgpool")
    assert (layer["name"], layer["index"], layer["spatial_size"]) == ("avgpool", None, [7, 7])
    assert layer["state_dict"] == {}


def test_the_totals():
    assert D["totals"] == {
        "layers": 39,
        "conv_layers": 13,
        "linear_layers": 3,
        "depth": 16,
        "params": 138357544,
        "trainable_params": 138357544,
        "features_params": 14714688,
        "classifier_params": 123642856,
        "macs": 15470264320,
        "param_bytes": 553430176,
        # convolutions, pools, average pool, linear layers, dropouts
        "activation_bytes": 4 * (13_547_520 + 1_530_368 + 25_088 + 9_192 + 8_192),
        # not the scores; pooling indices, dropout masks
        "saved_bytes": 4 * (13_547_520 + 1_530_368 + 25_088 + 16_384) + 8 * 1_530_368 + 2 * 4096,
    }


@given(configs())
def test_the_document_is_what_json_can_hold(config):
    whole = document(grow(config))
    assert json.loads(json.dumps(whole)) == whole
    assert sum(layer["params"] for layer in whole["layers"]) == whole["totals"]["params"]
    assert sum(step["macs"] for step in whole["steps"]) == sum(
        layer["macs"] for layer in whole["layers"] if layer["step"]
    )
    keys = [key for layer in whole["layers"] for key in layer["state_dict"]]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("with_steps", [False, True])
def test_steps_are_there_where_they_are_asked_for(with_steps):
    plan = grow(make_config("A"))
    made = fields(plan, plan.iter_steps) if with_steps else fields(plan)
    assert ("steps" in made) == with_steps
