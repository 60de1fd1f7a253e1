"""Facts, apart from PyTorch: what counts as held, and how two Plans are lined up."""

import pytest

from vgginspect import plan
from vgginspect.facts import ABSENT, Check, Fact, plan_facts, single, whole_facts, whole_of
from vgginspect.plans import Plan, Recorded


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
    [((3, 3), 3), ((3, 5), [3, 5]), ([2], 2), ((), []), (3, 3), (None, None), ("same", "same")],
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


def test_tokens_that_are_written_alike_are_told_apart():
    left = plan([8])
    step = left.steps[0]
    odd = step._replace(tokens=(step.tokens[0]._replace(stride=2),))
    right = Plan(left.config, Recorded([odd], left.head))
    (fact,) = differences(left, right)
    assert "stride=1" in fact.expected
    assert "stride=2" in fact.found


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
    (order,) = [fact for fact in whole_facts(whole, turned) if not fact.held]
    assert (order.group, order.field) == ("state_dict", "order")
