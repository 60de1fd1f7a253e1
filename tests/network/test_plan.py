import copy
import pickle
from itertools import permutations
from typing import NamedTuple

import pytest
from hypothesis import given
from observed import observed
from strategies import configs

from vgginspect.cfg.config import CONFIGS, make_config
from vgginspect.cfg.tokens import ListEntry
from vgginspect.errors import ConfigError
from vgginspect.network.grow import Growth, grow
from vgginspect.network.plan import Layer, Plan, Recorded, Source, Step, Totals, total
from vgginspect.network.rules import Conv2d, Dropout, ReLU

A = grow(CONFIGS["A"])


@given(configs())
def test_a_recorded_plan_equals_the_one_it_was_recorded_from(config):
    grown = grow(config)
    recorded = Plan(config, Recorded(iter(grown.steps), iter(grown.head)))
    assert recorded == grown
    assert recorded.layers == grown.layers
    assert recorded.totals == grown.totals
    assert list(recorded.iter_steps()) == list(recorded.steps)
    assert list(recorded.iter_layers()) == list(recorded.layers)


def altered(**changes):
    """A's Plan, recorded, with the first layer of its first step changed."""
    first = A.steps[0]
    layers = (first.layers[0]._replace(**changes), *first.layers[1:])
    return Plan(A.config, Recorded([first._replace(layers=layers), *A.steps[1:]], A.head))


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "features.1"},
        {"name": "conv"},
        {"rule": Conv2d(3, 64, 3, padding=1, bias=False)},
        {"step": 2},
        {"stage": 2},
        {"input_shape": (3, 224, 225)},
        {"output_shape": (64, 224, 225)},
        {"params": 1793},
        {"macs": 86704129},
        {"activation_bytes": 12845057},
        {"receptive_field": 5},
        {"jump": 2},
    ],
    ids=str,
)
def test_a_plan_that_differs_in_one_field_is_not_equal(changes):
    assert altered() == A
    for left, right in permutations([A, altered(**changes)]):
        assert left != right


class Claimed(Recorded):
    """Steps and layers whose totals are not their sums."""

    def totals(self):
        return A.totals._replace(macs=A.totals.macs + 1)


def others():
    yield Plan(A.config, Recorded(A.steps[:-1], A.head))
    pool, *rest = A.steps[1:]
    split = [*A.steps[:1], pool, pool._replace(layers=()), *rest]
    yield Plan(A.config, Recorded(split, A.head))
    yield Plan(A.config, Recorded(A.steps, A.head[:-1]))
    head = (A.head[0]._replace(name="pool"), *A.head[1:])
    yield Plan(A.config, Recorded(A.steps, head))
    yield Plan(A.config, Claimed(A.steps, A.head))
    yield Plan(CONFIGS["B"], Recorded(A.steps, A.head))
    yield grow(make_config("A", input_shape=225))


def test_plans_of_different_steps_heads_totals_or_configs_are_not_equal():
    for other in others():
        # Either way round: they are tuples inside, of which one is always the lesser.
        for left, right in permutations([A, other]):
            assert left != right
    assert A != "A"


def test_a_plan_cannot_be_a_key():
    with pytest.raises(TypeError):
        hash(A)


def test_a_plan_shows_what_it_is():
    assert str(A) == "<Plan A: 29 layers, 132,863,336 parameters>"
    assert A.input_shape == (3, 224, 224)


def test_a_plan_was_grown_or_observed_and_never_both():
    read = observed([64], bias=False)
    assert (A.config, A.origin, A.label) == (CONFIGS["A"], None, "A")
    assert (read.config, read.origin) == (None, read.of)
    assert (read.label, read.input_shape) == ("mine.py:make(bias=False)", (1, 8, 8))
    assert str(read) == "<Plan mine.py:make(bias=False): 10 layers, 33,728,104 parameters>"
    assert read.steps[0].tokens == (ListEntry(64),)
    assert read == observed([64], bias=False)
    assert read != observed([64], bias=True)


def test_what_needs_a_config_refuses_an_observed_plan():
    assert A.config_for("a picture") is CONFIGS["A"]
    said = r"^a picture needs a CONFIG, but this network was recorded while mine.py:make\(\) ran$"
    with pytest.raises(ConfigError, match=said):
        observed([64]).config_for("a picture")


def test_a_plan_cannot_be_changed():
    net = grow(CONFIGS["A"])
    for name in ("totals", "config", "of", "steps", "anything"):
        with pytest.raises(AttributeError, match=f"immutable; '{name}' cannot be set"):
            setattr(net, name, None)
        with pytest.raises(AttributeError, match=f"immutable; '{name}' cannot be deleted"):
            delattr(net, name)
    assert net.steps is net.steps
    assert pickle.loads(pickle.dumps(net)) == copy.deepcopy(net) == A


def test_the_parts_of_a_plan():
    assert len(A.steps) == 13
    assert len(A.features) == 21
    assert len(A.classifier) == 7
    assert len(A.head) == 8
    assert A.layers == A.features + A.head
    assert A.head[1:] == A.classifier
    assert list(A.iter_layers()) == list(A.layers)
    assert A.steps is A.steps


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (
            A.layers[0],
            {
                "type": "Conv2d",
                "repr": "Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))",
                "in_channels": 3,
                "out_channels": 64,
                "params": 1792,
                "trainable_params": 1792,
                "state_dict": {"features.0.weight": (64, 3, 3, 3), "features.0.bias": (64,)},
            },
        ),
        (
            A.classifier[0],
            {
                "type": "Linear",
                "repr": "Linear(in_features=25088, out_features=4096, bias=True)",
                "input_shape": (512, 7, 7),
                "in_channels": 25088,
                "out_channels": 4096,
                "params": 102764544,
                "trainable_params": 102764544,
                "state_dict": {
                    "classifier.0.weight": (4096, 25088),
                    "classifier.0.bias": (4096,),
                },
            },
        ),
        (
            A.layers[1],
            {
                "type": "ReLU",
                "repr": "ReLU(inplace=True)",
                "in_channels": 64,
                "out_channels": 64,
                "trainable_params": 0,
                "state_dict": {},
            },
        ),
    ],
    ids=["conv1_1", "fc6", "relu1_1"],
)
def test_what_a_layer_says(layer, expected):
    assert {name: getattr(layer, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("texts", "token"),
    [(["64"], 64), (["M"], "M"), (["conv1-8", "M"], ["conv1-8", "M"]), ([], None)],
)
def test_a_steps_token_is_what_json_holds(texts, token):
    tokens = make_config(texts).tokens if texts else ()
    assert A.steps[0]._replace(tokens=tokens).token == token


def test_a_step_knows_what_it_appended():
    assert A.steps[0].appended == ("features.0", "features.1")
    assert A.steps[1].appended == ("features.2",)


def layer(path, module, params, macs, held, saved=1):
    return Layer(path, path, module, None, None, (1,), (1,), params, macs, held, saved, None, None)


def test_totals_add_every_layer_once():
    features = [
        layer("features.0", Conv2d(1, 2, 3), 20, 300, 4),
        layer("features.1", ReLU(), 0, 0, 0),
        layer("features.2", Conv2d(2, 2, 3), 38, 500, 8),
    ]
    head = [layer("classifier.0", Dropout(0.5), 0, 0, 16)]
    linear = A.classifier[0]
    assert total(iter(features), iter([*head, linear])) == Totals(
        layers=5,
        conv_layers=2,
        linear_layers=1,
        depth=3,
        params=58 + 102764544,
        trainable_params=58 + 102764544,
        features_params=58,
        classifier_params=102764544,
        macs=800 + 102760448,
        param_bytes=4 * (58 + 102764544),
        activation_bytes=28 + 4 * 4096,
        saved_bytes=4 + 4 * 4096,
    )
    assert total([], []) == Totals() == Totals(*[0] * 12)


def test_what_is_saved_in_all_is_not_known_if_one_layer_is_not():
    layers = [layer("features.0", ReLU(), 0, 0, 0, saved) for saved in (1, None)]
    assert total(layers[:1], []).saved_bytes == 1
    assert total(layers, []).saved_bytes is None


class Frozen(NamedTuple):
    """A module of which some parameters are not trained."""

    frozen: int


def test_frozen_parameters_are_not_trained():
    assert A.layers[0]._replace(rule=Frozen(1700)).trainable_params == 92


def test_layers_steps_and_totals_cannot_be_changed():
    for value in (A.layers[0], A.steps[0], A.totals):
        with pytest.raises(AttributeError):
            value.params = 1


def test_a_source_answers_three_questions():
    for question in ("steps", "head", "totals"):
        with pytest.raises(NotImplementedError):
            getattr(Source(), question)()
        assert getattr(Growth(CONFIGS["A"]), question)()
    assert isinstance(A.steps[0], Step)
