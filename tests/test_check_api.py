"""``compare`` and ``verify`` as Python functions: the command's JSON, one line, a table."""

import json
from typing import Any

import pytest
from torch import nn

import vgginspect
from vgginspect import compare, observe, plan, verify
from vgginspect.errors import ConfigError

NETWORK = """
from torch import nn
def small(width=8):
    return nn.Sequential(nn.Conv2d(3, width, 3, padding=1), nn.ReLU(True), nn.MaxPool2d(2, 2))
"""
SMALL = "8,M+features-only+input=32"


@pytest.fixture
def mine(tmp_path: Any, monkeypatch: Any) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine_small.py").write_text(NETWORK)
    return "mine_small.py:small"


def test_compare_takes_texts_plans_and_networks(cli: Any, mine: str) -> None:
    told = compare("A", plan("B"), "D+bn")
    assert told.document()["configs"][2]["config"]["batch_norm"] is True
    assert repr(told) == "<Comparison of A, B, D+bn: different>"
    assert "<table" in told._repr_html_()
    assert not told.same
    assert compare("D", "vgg16").same
    document = json.loads(cli("compare", "A", "D+bn", "--format", "json").out)
    assert json.loads(json.dumps(compare("A", "D+bn").document())) == document
    seen = compare(SMALL, observe(mine, 32, width=9))
    assert not seen.same
    assert seen.document()["differences"]
    assert not compare(SMALL, observe(nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU()), 32)).same
    assert compare(observe(mine, 32), observe(mine, 32)).same


def test_verify_takes_texts_plans_and_networks(cli: Any, mine: str) -> None:
    document = json.loads(cli("verify", SMALL, "--format", "json").out)
    assert json.loads(json.dumps(verify(SMALL).document())) == document
    check = verify(plan(SMALL), "pytorch")
    assert check.good
    assert repr(check) == (
        f"<Check of {plan(SMALL).label}: {check.held} of {check.facts} values are equal>"
    )
    assert "<table" in check._repr_html_()  # type: ignore[attr-defined]
    module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU()).train()
    for one in (
        verify(mine, input_size=32),
        verify(observe(mine, 32, width=5)),
        verify(module, input_size=32),
    ):
        assert one.good
        assert one.document()["origin"]["kind"] == "python"
    assert module.training


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: compare("A"), "compare takes two networks or more"),
        (lambda: verify(observe(nn.Conv2d(3, 8, 3), 32)), "pass the module itself to verify"),
        (lambda: verify(nn.Conv2d(3, 8, 3), "code"), "against 'code' needs a CONFIG"),
        (lambda: verify("A", colour=1), "unknown option 'colour'"),
    ],
)
def test_what_cannot_be_compared(ask: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ask()


def test_results_are_immutable() -> None:
    with pytest.raises(AttributeError):
        compare("A", "B").plans = ()  # type: ignore[misc]
    assert {"compare", "verify", "Comparison", "Check"} <= set(vgginspect.__all__)
