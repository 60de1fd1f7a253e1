"""Checks, without PyTorch: which values are equal, and how two documents are aligned."""

from copy import deepcopy
from itertools import permutations

import pytest

from vgginspect import plan
from vgginspect.network.plan import Plan
from vgginspect.report.checks import ABSENT, Fact, WitnessCheck, compare, plan_document, single


def fact(expected, found, group="layers", field="params"):
    return Fact(group, "features.0", field, expected, found)


@pytest.mark.parametrize(
    ("expected", "found", "held"),
    [
        (1, 1, True),
        (1, 2, False),
        (1, 1.0, False),
        ([1, 2], [1, 2.0], False),
        ((1, 2), [1, 2], False),
        (1, True, False),
        (False, 0, False),
        (None, None, True),
        (None, 0, False),
        ([1, 2], [1, 2], True),
        ([1, 2], [1, 3], False),
        ("a", "a", True),
        (3, ABSENT, False),
    ],
)
def test_a_fact_holds_where_both_sides_are_equal(expected, found, held):
    assert fact(expected, found).held is held


def test_a_check_of_nothing_is_no_proof():
    assert not WitnessCheck("nothing", ()).good


def test_a_check_counts_and_lists():
    facts = (fact(1, 1), fact(1, 2), fact("a", "a", "arguments", "bias"), fact(3, 3, field="macs"))
    check = WitnessCheck("me", facts)
    assert (check.held, check.good) == (3, False)
    assert check.differences == [facts[1]]
    assert [tally.document() for tally in check.tally()] == [
        {"against": "me", "group": "layers", "facts": 3, "held": 2, "fields": ["params", "macs"]},
        {"against": "me", "group": "arguments", "facts": 1, "held": 1, "fields": ["bias"]},
    ]
    assert check.document()["differences"] == [
        {
            "group": "layers",
            "where": "features.0",
            "field": "params",
            "expected": 1,
            "found": 2,
        }
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((3, 3), 3),
        ((3, 5), [3, 5]),
        ((5, 3), [5, 3]),
        ([2], 2),
        ((), []),
        (3, 3),
        (None, None),
        ("same", "same"),
    ],
)
def test_a_pair_of_equal_numbers_is_that_number(value, expected):
    assert single(value) == expected


def facts_of(expected, found, defaults=None):
    return list(compare(expected, found, defaults or {}))


def differences(expected, found):
    if isinstance(expected, Plan):
        expected, found = plan_document(expected), plan_document(found)
    return [fact for fact in facts_of(expected, found) if not fact.held]


def test_a_plan_agrees_with_itself():
    grown = plan("C+bn")
    facts = facts_of(plan_document(grown), plan_document(grown))
    assert all(fact.held for fact in facts)
    assert {fact.group for fact in facts} == {
        "steps",
        "layers",
        "arguments",
        "config",
        "totals",
        "model",
        "state_dict",
    }
    keys = [fact.where for fact in facts if fact.group == "state_dict" and fact.field == "shape"]
    assert keys == [key for layer in grown.layers for key in layer.state_dict]


def test_everything_that_is_printed_is_compared():
    grown = plan("A+bn")
    compared = {(fact.group, fact.field) for fact in facts_of(*[plan_document(grown)] * 2)}
    printed = grown.document()
    for group in ("steps", "layers"):
        fields = {field for row in printed[group] for field in row} - {"state_dict"}
        assert fields == {field for where, field in compared if where == group}
    assert printed["totals"].keys() == {field for group, field in compared if group == "totals"}
    assert ("arguments", "padding") in compared


def test_layers_that_one_side_alone_has_are_said_to_be_missing():
    small, large = plan([8, 16]), plan([8, 16], batch_norm=True)
    layers = [fact for fact in differences(small, large) if fact.field == "layer"]
    assert [(fact.where, fact.expected, fact.found.split("(")[0]) for fact in layers] == [
        ("+ features.1", ABSENT, "BatchNorm2d"),
        ("+ features.4", ABSENT, "BatchNorm2d"),
    ]
    layers = [fact for fact in differences(large, small) if fact.field == "layer"]
    assert [(fact.where, fact.found) for fact in layers] == [
        ("- features.1", ABSENT),
        ("- features.4", ABSENT),
    ]


def test_steps_that_one_side_alone_has_are_said_to_be_missing():
    found = differences(plan([8, "M"]), plan([8, "M", 16]))
    (missing,) = [fact for fact in found if fact.where == "step 3"]
    assert (missing.field, missing.expected, missing.found) == ("step", ABSENT, 16)


def changed(document, place, value):
    """A document with one value changed."""
    *path, last = place
    copy = deepcopy(document)
    inner = copy
    for key in path:
        inner = inner[key]
    inner[last] = value
    return copy


DOCUMENT = plan_document(plan([8, "M"]))
PLACES = [
    *(("steps", 0, field) for field in DOCUMENT["steps"][0]),
    *(("layers", 2, field) for field in DOCUMENT["layers"][2]),
    *(("arguments", 0, field) for field in DOCUMENT["arguments"][0]),
    *(("totals", field) for field in DOCUMENT["totals"]),
    *(("config", field) for field in DOCUMENT["config"]),
    *(("model", field) for field in DOCUMENT["model"]),
    *(("state_dict", key) for key in DOCUMENT["state_dict"]),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_every_value_is_a_fact(place):
    other = changed(DOCUMENT, place, "another")
    for left, right in permutations([DOCUMENT, other]):
        (fact,) = differences(left, right)
        assert fact.group == place[0]
        assert fact.field == (place[-1] if place[0] != "state_dict" else "shape")
        assert "another" in (fact.expected, fact.found)


def test_a_network_that_tells_no_steps_is_compared_without_them():
    found = deepcopy(DOCUMENT) | {"steps": None}
    for row in found["layers"]:
        del row["step"]
    facts = facts_of(DOCUMENT, found)
    assert all(fact.held for fact in facts)
    assert "steps" not in {fact.group for fact in facts}
    assert "step" not in {fact.field for fact in facts}


def test_a_field_that_one_side_lacks_is_a_difference():
    found = deepcopy(DOCUMENT)
    del found["layers"][0]["macs"]
    (fact,) = differences(DOCUMENT, found)
    assert (fact.field, fact.found) == ("macs", ABSENT)


def test_one_layer_more_among_very_many_alike_is_one_difference():
    few, many = plan([8] * 120, features_only=True), plan([16] + [8] * 120, features_only=True)
    absent = [fact.where for fact in differences(few, many) if fact.field == "layer"]
    assert absent == ["+ features.1", "+ features.2"]


def test_a_whole_network_gives_what_its_last_layer_gives():
    model = plan_document(plan("8,M", num_classes=7, hidden=(5,)))["model"]
    params = 224 + (8 * 49 * 5 + 5) + (5 * 7 + 7)
    assert model == {
        "input_shape": [3, 224, 224],
        "params": params,
        "trainable_params": params,
        "output_shape": [7],
    }


def test_a_tensor_that_one_side_alone_has_is_said_to_be_missing():
    less = deepcopy(DOCUMENT)
    key, shape = less["state_dict"].popitem()
    for left, right in permutations([DOCUMENT, less]):
        missing, order = differences(left, right)
        assert (missing.where, order.field) == (key, "order")
        assert [missing.expected, missing.found] == [
            side["state_dict"].get(key, ABSENT) for side in (left, right)
        ]
        assert shape in (missing.expected, missing.found)


def test_defaults_stand_in_for_arguments_a_rule_does_not_name():
    given = {"ReLU": {"inplace": False, "colour": "red"}, "Conv2d": {"kernel_size": 9}}
    values = {
        (fact.where, fact.field): fact.expected
        for fact in facts_of(DOCUMENT, DOCUMENT, given)
        if fact.group == "arguments"
    }
    assert values["features.1", "inplace"] is True
    assert values["features.1", "colour"] == "red"
    assert values["features.0", "kernel_size"] == 3


def test_the_order_of_a_state_dict_counts():
    turned = DOCUMENT | {"state_dict": dict(reversed(DOCUMENT["state_dict"].items()))}
    for left, right in permutations([DOCUMENT, turned]):
        (order,) = differences(left, right)
        assert (order.group, order.field) == ("state_dict", "order")


def test_a_field_may_be_left_out():
    other = changed(DOCUMENT, ("layers", 0, "repr"), "another")
    assert [fact.field for fact in differences(DOCUMENT, other)] == ["repr"]
    assert all(fact.held for fact in compare(DOCUMENT, other, {}, ("repr",)))
    more = plan_document(plan([8, "M", 16]))
    absent = [f.found for f in compare(DOCUMENT, more, {}, ("repr",)) if f.field == "layer"]
    assert absent == ["Conv2d", "ReLU"]
