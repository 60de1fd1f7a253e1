"""Facts, apart from PyTorch: what counts as held, and how two Plans are lined up."""

from itertools import permutations

import pytest

from vgginspect import plan
from vgginspect.network.plan import Plan, Recorded
from vgginspect.report.checks import ABSENT, Check, Fact, plan_facts, single, whole_facts, whole_of


def fact(expected, found, group="layers", field="params"):
    return Fact(group, "features.0", field, expected, found)


@pytest.mark.parametrize(
    ("expected", "found", "held"),
    [
        (1, 1, True),
        (1, 2, False),
        (1, 1.0, True),
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
    assert not Check("nothing", ()).good


def test_a_check_counts_and_lists():
    facts = (fact(1, 1), fact(1, 2), fact("a", "a", "arguments", "bias"), fact(3, 3, field="macs"))
    check = Check("me", facts)
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


def test_a_plan_agrees_with_itself():
    grown = plan("C+bn")
    facts = [*plan_facts(grown, grown, {}), *whole_facts(whole_of(grown), whole_of(grown))]
    assert all(fact.held for fact in facts)
    assert {fact.group for fact in facts} == {
        "steps",
        "layers",
        "arguments",
        "totals",
        "model",
        "state_dict",
    }
    keys = [fact.where for fact in facts if fact.group == "state_dict" and fact.field == "shape"]
    assert keys == [key for layer in grown.layers for key in layer.state_dict]


def differences(expected, found):
    return [fact for fact in plan_facts(expected, found, {}) if not fact.held]


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
    assert (missing.expected, missing.found) == (ABSENT, "16")


def with_step(grown, **changes):
    """A Plan whose first step says something else."""
    step = grown.steps[0]._replace(**changes)
    return Plan(grown.config, Recorded([step, *grown.steps[1:]], grown.head))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("step", 2),
        ("branch", "pool"),
        ("stage", 2),
        ("in_channels_before", 4),
        ("in_channels_after", 9),
        ("layers_before", 1),
        ("layers_after", 3),
        ("input_shape", (3, 224, 225)),
        ("output_shape", (8, 224, 225)),
    ],
)
def test_each_field_of_a_step_is_a_fact(field, value):
    grown = plan([8])
    for left, right in permutations([grown, with_step(grown, **{field: value})]):
        (fact,) = differences(left, right)
        assert (fact.group, fact.where, fact.field) == ("steps", "step 1", field)


def test_the_layers_that_a_step_appended_are_a_fact():
    grown = plan([8])
    fields = {fact.field for fact in plan_facts(grown, grown, {}) if fact.group == "steps"}
    assert "appended" in fields


def test_another_token_is_shown_as_it_is_written():
    grown = plan([8])
    other = with_step(grown, tokens=plan([16]).steps[0].tokens)
    for left, right in permutations([grown, other]):
        (fact,) = differences(left, right)
        assert {fact.expected, fact.found} == {"8", "16"}


def test_tokens_that_are_written_alike_are_told_apart():
    grown = plan([8])
    odd = with_step(grown, tokens=(grown.steps[0].tokens[0]._replace(stride=2),))
    for left, right in permutations([grown, odd]):
        (fact,) = differences(left, right)
        assert fact.expected != fact.found
        assert all("stride=" in side for side in (fact.expected, fact.found))


def test_one_layer_more_among_very_many_alike_is_one_difference():
    few, many = plan([8] * 120, features_only=True), plan([16] + [8] * 120, features_only=True)
    absent = [fact.where for fact in differences(few, many) if fact.field == "layer"]
    assert absent == ["+ features.1", "+ features.2"]


def test_a_whole_network_gives_what_its_last_layer_gives():
    whole = whole_of(plan("8,M", num_classes=7, hidden=(5,)))
    assert whole.output_shape == (7,)
    assert whole.params == whole.trainable_params == 224 + (8 * 49 * 5 + 5) + (5 * 7 + 7)


@pytest.mark.parametrize(
    ("changes", "where", "field"),
    [
        ({"params": 1}, "model", "params"),
        ({"trainable_params": 1}, "model", "trainable_params"),
        ({"output_shape": (1,)}, "model", "output_shape"),
    ],
)
def test_each_field_of_a_whole_network_is_a_fact(changes, where, field):
    whole = whole_of(plan([8]))
    for left, right in permutations([whole, whole._replace(**changes)]):
        (fact,) = [fact for fact in whole_facts(left, right) if not fact.held]
        assert (fact.where, fact.field) == (where, field)


def test_a_tensor_that_one_side_alone_has_is_said_to_be_missing():
    whole = whole_of(plan([8]))
    less = whole._replace(state_dict=whole.state_dict[:-1])
    key = whole.state_dict[-1][0]
    for left, right in permutations([whole, less]):
        missing, order = [fact for fact in whole_facts(left, right) if not fact.held]
        assert (missing.where, order.field) == (key, "order")
        expected, found = (dict(side.state_dict).get(key) for side in (left, right))
        assert missing.expected == (list(expected) if expected else ABSENT)
        assert missing.found == (list(found) if found else ABSENT)


def test_defaults_stand_in_for_arguments_a_rule_does_not_name():
    grown = plan([8])
    given = {"ReLU": {"inplace": False, "colour": "red"}, "Conv2d": {"kernel_size": 9}}
    values = {
        (fact.where, fact.field): fact.expected
        for fact in plan_facts(grown, grown, given)
        if fact.group == "arguments"
    }
    assert values["features.1", "inplace"] is True
    assert values["features.1", "colour"] == "red"
    assert values["features.0", "kernel_size"] == 3


def test_the_order_of_a_state_dict_counts():
    whole = whole_of(plan([8, 16]))
    turned = whole._replace(state_dict=whole.state_dict[::-1])
    for left, right in permutations([whole, turned]):
        (order,) = [fact for fact in whole_facts(left, right) if not fact.held]
        assert (order.group, order.field) == ("state_dict", "order")
