"""``verify --memory``."""

import pytest

from vgginspect import CheckError, plan
from vgginspect.network.rules import MaxPool2d
from vgginspect.pytorch.memory_check import check_memory


def test_the_memory_is_that_of_a_real_training_step(monkeypatch):
    small = plan("8,M,16,M+bn+input=8+hidden=32+classes=4")
    result = check_memory(small)
    assert (result.good, len(result.facts)) == (True, 8)
    monkeypatch.setattr(MaxPool2d, "kept", lambda *_: 0)
    wrong = {fact.field for fact in check_memory(small).differences}
    assert wrong == {"saved_bytes"}


def test_a_training_step_that_does_not_fit_is_not_tried():
    with pytest.raises(CheckError, match="a training step needs at least"):
        check_memory(plan("200000,200000,M+avgpool=none+input=8"))
