"""The status of every tensor, as PyTorch reports it; where tensors belong, and why."""

import random
import re
from math import prod
from typing import Any

import pytest
import torch
from layouts import CHANGES, LAYOUTS
from random_weights import network, random_cfg, random_state
from torch import nn

from vgginspect import build, plan
from vgginspect.checkpoint.named_tensors import tensors_of_file, tensors_of_plan
from vgginspect.checkpoint.weights import Weights, fit_tensors
from vgginspect.lang import words
from vgginspect.views.weights import why

ENGLISH = words("en")


def reported(model: nn.Module, state: Any) -> dict[str, str]:
    """The status of every key that PyTorch reports, by its own messages.

    "While copying the parameter" is about an entry that is no tensor.
    """
    found: dict[str, str] = {}
    try:
        model.load_state_dict(state, strict=True, assign=True)
    except RuntimeError as error:
        for line in str(error).splitlines()[1:]:
            kind = line.split()[0].lower()
            if kind in ("missing", "unexpected"):
                keys = re.findall(r'"([^"]+)"', line)
            else:
                keys = re.findall(r'size mismatch for (.+?):|copying .* named "(.+?)"', line)[0]
            kind = {"size": "shape", "while": "shape"}.get(kind, kind)
            found |= dict.fromkeys((key for key in keys if key), kind)
    try:
        rest = model.load_state_dict(state, strict=False, assign=True)
    except RuntimeError as error:
        fatal = str(error).count("size mismatch") + str(error).count("While copying")
        assert fatal == list(found.values()).count("shape") > 0
    else:
        keys = (("missing", rest.missing_keys), ("unexpected", rest.unexpected_keys))
        assert found == {key: status for status, names in keys for key in names}
    return found


def statuses(fit: Weights) -> dict[str, str]:
    return {one.key: one.status for one in fit.tensors if one.status != "loads"}


def check(fit: Weights, model: nn.Module, state: Any) -> None:
    """Everything that is said of a pair, by PyTorch's word."""
    assert statuses(fit) == reported(model, state)
    assert [one.key for one in fit.tensors if one.status != "unexpected"] == list(
        model.state_dict()
    )
    parameters = {key: value.numel() for key, value in model.named_parameters()}
    assert fit.params == sum(parameters.values())
    for one in fit.tensors:
        if one.source is not None:
            own, there = model.state_dict()[one.key].shape, state[one.source].shape
            if not fit.source.channels_last:
                assert one.fits == (own == there or bool(one.change))
            if one.change == "reshape":
                assert prod(own) == prod(there)
    sources = [one.source for one in fit.tensors if one.fits]
    assert len(set(sources)) == len(sources)
    assert fit.strict == (not statuses(fit))


def compare(seed: int, path: Any) -> Weights:
    """A random network and a random file, compared with PyTorch."""
    choose = random.Random(seed)
    cfg, other = random_cfg(choose), random_cfg(choose)
    state = random_state(choose, choose.choice([cfg, other, other]))
    torch.save(state, path)
    fit = fit_tensors(tensors_of_plan(plan(cfg), cfg), tensors_of_file(str(path)))
    check(fit, network(cfg), state)
    return fit


@pytest.mark.parametrize("seed", range(60))
def test_pytorch_reports_the_same(seed: int, tmp_path: Any) -> None:
    compare(seed, tmp_path / "a.pth")


def fit_of(cfg: str, source: str) -> Weights:
    return fit_tensors(tensors_of_plan(plan(cfg), cfg), tensors_of_plan(plan(source), source))


@pytest.mark.parametrize(("cfg", "source", "expected"), CHANGES, ids=lambda value: str(value)[:30])
def test_the_usual_changes_and_their_reasons(
    cfg: str, source: str, expected: dict[str, tuple[str, str | None, str | None]]
) -> None:
    fit = fit_of(cfg, source)
    check(fit, network(cfg), network(source).state_dict())
    found = {one.key: (one.status, one.source, why(one, ENGLISH)) for one in fit.tensors}
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_layouts_of_other_projects(name: str, tmp_path: Any) -> None:
    layout = LAYOUTS[name]
    with torch.device("meta"):
        state = {key: torch.empty(shape) for key, shape in layout.tensors.items()}
    torch.save(state, tmp_path / "a.pth")
    source = tensors_of_file(str(tmp_path / "a.pth"))
    fit = fit_tensors(tensors_of_plan(plan(layout.argument), "it"), source)
    check(fit, network(layout.argument), state)
    tensors = [one for one in fit.tensors if one.shape is not None]
    alone = [one for one in tensors if not one.fits and not one.key.endswith("_tracked")]
    if source.channels_last:
        assert len(alone) == len(tensors)
    else:
        assert not alone


SMALL = "8,8,M,16,M+avgpool=2+classes=5+hidden=6,6"


def kinds() -> dict[str, tuple[Any, Any]]:
    """What is saved, and the state_dict that a person takes from it."""
    plain, norm = build(SMALL), build(f"{SMALL}+bn")
    state = plain.state_dict()
    arrays = {key: value.numpy() for key, value in state.items()}
    more = {**state, "loss": 3.5, "name": "x", "optimizer": {"state": {}}}
    mixed = {**state, "features.0.bias": arrays["features.0.bias"], "features.2.bias": None}
    compiled = {f"_orig_mod.{key}": value for key, value in norm.state_dict().items()}
    parallel = nn.DataParallel(build(f"{SMALL}+bn")).state_dict()
    return {
        "whole": (plain, state),
        "whole, batch norm": (norm, norm.state_dict()),
        "plain entries": (more, more),
        "arrays": ({"net": arrays}, arrays),
        "mixed": (mixed, mixed),
        "prefix": ({"state_dict": compiled}, compiled),
        "prefix with versions": (parallel, parallel),
    }


@pytest.mark.parametrize("name", list(kinds()))
@pytest.mark.parametrize("cfg", [SMALL, f"{SMALL}+bn", f"{SMALL}+features-only"])
def test_what_else_people_save(name: str, cfg: str, tmp_path: Any) -> None:
    saved, state = kinds()[name]
    torch.save(saved, tmp_path / "a.pth")
    fit = fit_tensors(tensors_of_plan(plan(cfg), cfg), tensors_of_file(str(tmp_path / "a.pth")))
    assert statuses(fit) == reported(build(cfg), state)
    counters = [one for one in fit.tensors if one.key.endswith("_tracked") and one.shape == ()]
    if "prefix" in name:
        assert all(one.source and one.source.endswith(one.key) and one.fits for one in counters)
