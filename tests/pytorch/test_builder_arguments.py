"""What a builder is passed: the list and what was given, while its own defaults stay."""

import pytest

from vgginspect.errors import BuilderError
from vgginspect.pytorch.builder_arguments import ARGUMENTS, call_of, refused_keyword

CFG = [8, "M"]


def plain(cfg, bn=True, in_chans=1, n_classes=7, use_bias=False, drop_rate=0.0): ...
def needing(cfg, batch_norm, in_channels, num_classes, bias, dropout): ...
def any_keyword(cfg, *rest, nc=1, **kwargs): ...
def by_position(cfg, width=2, bn=False, /, *, classes=3): ...
def starred(*cfg, **kwargs): ...
def unknown(cfg, depth_multiplier): ...


def test_defaults_stay_unless_something_was_given():
    call = call_of(plain, CFG, {}, "plain")
    assert (call.arguments, call.keywords, call.passed) == ([], {"cfg": CFG}, {})
    given = {"batch_norm": False, "in_channels": 2, "num_classes": 9, "bias": True, "dropout": 0.5}
    passed = {"bn": False, "in_chans": 2, "n_classes": 9, "use_bias": True, "drop_rate": 0.5}
    call = call_of(plain, CFG, given, "plain")
    assert (call.keywords, call.passed, call.left) == ({"cfg": CFG, **passed}, passed, ())


def test_what_must_be_passed_and_was_not_given_is_the_usual():
    call = call_of(needing, CFG, {"num_classes": 10}, "needing")
    assert call.passed == {
        "batch_norm": False,
        "in_channels": 3,
        "num_classes": 10,
        "bias": True,
        "dropout": 0.5,
    }


def test_what_no_parameter_takes_goes_through_kwargs_under_its_own_name():
    given = {"batch_norm": True, "in_channels": 2, "num_classes": 9, "hidden": (8,)}
    call = call_of(any_keyword, CFG, given, "any", refused={"num_classes"})
    assert call.keywords == {"cfg": CFG, "nc": 2, "batch_norm": True}
    assert (call.through, call.left) == ({"batch_norm"}, ("num_classes", "hidden"))
    assert all(option == names[0] for option, names in ARGUMENTS.items())


def test_what_nothing_takes_is_left():
    given = {"dropout": 0.1, "features_only": True}
    assert call_of(needing, CFG, given, "needing").left == ("features_only",)
    assert call_of(by_position, CFG, given, "by_position").left == ("dropout", "features_only")


def test_arguments_by_position_are_in_their_places():
    call = call_of(by_position, CFG, {"batch_norm": True}, "by_position")
    assert (call.arguments, call.keywords) == ([CFG, 2, True], {})
    assert call.passed == {"bn": True}
    assert call_of(starred, CFG, {"bias": False}, "starred")[:2] == ([CFG], {"bias": False})
    # Its signature cannot be told.
    assert call_of(vars, CFG, {"bias": False}, "vars")[:2] == ([CFG], {})


def test_the_name_of_a_list_is_passed_and_the_list_is_not_counted():
    assert call_of(plain, "small", {}, "plain").passed == {"cfg": "small"}


def test_what_is_not_known_is_asked_for():
    with pytest.raises(
        BuilderError,
        match=r"^x has an unknown required argument 'depth_multiplier' \(known: batch",
    ):
        call_of(unknown, CFG, {}, "x")


def refusal(function, *args, **kwargs):
    with pytest.raises(TypeError) as caught:
        function(*args, **kwargs)
    return refused_keyword(caught.value)


def test_a_keyword_that_a_function_refuses_is_known_from_what_python_says():
    assert refusal(plain, CFG, colour=1) == "colour"
    assert refusal(plain, CFG, True, bn=True) == "bn"
    assert refusal(lambda **keywords: plain(CFG, bn=True, **keywords), bn=True) == "bn"
    assert refusal(plain) is None
