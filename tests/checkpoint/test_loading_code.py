"""The printed lines run, and load every tensor that the comparison names."""

import json
import random
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from layouts import CHANGES, LAYOUTS
from random_weights import random_cfg, random_state
from safetensors.torch import save_file

from vgginspect import build, plan
from vgginspect.checkpoint.loading_code import loading_code
from vgginspect.checkpoint.weights import Weights, fit_tensors, tensors_of_file, tensors_of_plan
from vgginspect.errors import ConfigError


def filled(state: Any) -> Any:
    """The same with values, each tensor with its own."""
    numbers = iter(range(1, 10**6))
    values = [
        (
            key,
            torch.full(one.shape, next(numbers), dtype=one.dtype)
            + torch.rand(one.shape).to(one.dtype),
        )
        for key, one in state.items()
    ]
    found = OrderedDict(values)
    if hasattr(state, "_metadata"):
        found._metadata = state._metadata  # type: ignore[attr-defined]
    return found


def fit_of(cfg: str, path: Path) -> Weights:
    return fit_tensors(tensors_of_plan(plan(cfg), cfg), tensors_of_file(str(path)))


def check(fit: Weights, cfg: str, state: Any) -> None:
    """Run the lines on a network, and compare each of its tensors with where it came from."""
    names: dict[str, Any] = {}
    exec("\n".join(loading_code(fit)), names)
    model = build(cfg)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    rest = names["load_weights"](model)
    assert not rest.unexpected_keys
    after = model.state_dict()
    for one in fit.tensors:
        if one.shape is None:
            continue
        if one.source is None:
            assert torch.equal(after[one.key], before[one.key])
            continue
        value = state[one.source]
        if one.change == "sum":
            value = value.sum(1, keepdim=True)
        elif one.change == "repeat":
            value = value.expand(one.shape) / one.shape[1]
        assert torch.equal(after[one.key], value.reshape(one.shape))


def compare(seed: int, path: Path) -> Weights:
    """A random network and a random file: the lines are run."""
    choose = random.Random(seed)
    cfg, other = random_cfg(choose), random_cfg(choose)
    state = filled(random_state(choose, choose.choice([cfg, other, other])))
    torch.save(state, path)
    fit = fit_of(cfg, path)
    check(fit, cfg, state)
    return fit


@pytest.mark.parametrize("seed", range(60))
def test_the_lines_load_what_they_say(seed: int, tmp_path: Path) -> None:
    compare(seed, tmp_path / "a.pth")


SMALL = "8,8,M,16,M+avgpool=2+classes=5+hidden=6,6"


@pytest.mark.parametrize(
    "cfg",
    [
        SMALL,
        f"{SMALL}+classes=7",
        f"{SMALL}+bn",
        f"{SMALL}+features-only",
        f"{SMALL}+input=1x32x32",
        "8,8,M,16,M,conv2-6p0,conv1-6,conv1-5+features-only",
        "8,8,8,M,16,M+avgpool=2+classes=5+hidden=6,6",
    ],
)
@pytest.mark.parametrize("name", ["a.pth", "a.safetensors", "a.index.json", "a.ckpt", "whole.pt"])
def test_files_of_every_format(cfg: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    model = build(SMALL)
    state = filled(model.state_dict())
    model.load_state_dict(state)
    if name == "a.pth":
        torch.save(state, path)
    elif name == "a.ckpt":
        torch.save({"net": {"state_dict": state}, "epoch": 3}, path)
    elif name == "whole.pt":
        torch.save(model, path)
    else:
        save_file(state, tmp_path / "a.safetensors")
    if name == "a.index.json":
        half = list(state)[: len(state) // 2]
        save_file({key: state[key] for key in half}, tmp_path / "a.safetensors")
        torch.save({key: state[key] for key in state if key not in half}, tmp_path / "b.bin")
        files = {key: "a.safetensors" if key in half else "b.bin" for key in state}
        path.write_text(json.dumps({"weight_map": files}))
    check(fit_of(cfg, path), cfg, state)


def test_one_channel_becomes_three(tmp_path: Path) -> None:
    state = filled(build(f"{SMALL}+input=1x32x32").state_dict())
    torch.save(state, tmp_path / "a.pth")
    fit = fit_of(SMALL, tmp_path / "a.pth")
    assert fit.tensors[0].change == "repeat"
    check(fit, SMALL, state)


def test_convolutions_become_linear_layers(tmp_path: Path) -> None:
    state = filled(build("8,8,M,16,M,conv2-6p0,conv1-6,conv1-5+features-only").state_dict())
    torch.save(state, tmp_path / "a.pth")
    fit = fit_of(SMALL, tmp_path / "a.pth")
    assert [one.change for one in fit.tensors].count("reshape") == 3
    check(fit, SMALL, state)


@pytest.mark.parametrize("name", ["CRAFT", "SegNet", "FCN", "VGGish", "Keras, in PyTorch's order"])
def test_layouts_of_other_projects(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    if sum(torch.Size(shape).numel() for shape in layout.tensors.values()) > 90e6:
        pytest.skip("as large as VGG16")
    state = filled({key: torch.empty(shape) for key, shape in layout.tensors.items()})
    torch.save(state, tmp_path / "a.pth")
    check(fit_of(layout.argument, tmp_path / "a.pth"), layout.argument, state)


@pytest.mark.parametrize(("cfg", "source", "_"), CHANGES, ids=lambda value: str(value)[:30])
def test_published_weights(cfg: str, source: str, _: object) -> None:
    fit = fit_tensors(tensors_of_plan(plan(cfg), cfg), tensors_of_plan(plan(source), source))
    if source == "D":
        lines = list(loading_code(fit))
        read = '    source = torchvision.models.vgg16(weights="IMAGENET1K_V1").state_dict()'
        assert read in lines
        compile("\n".join(lines), "lines", "exec")
    else:
        with pytest.raises(ConfigError, match="no published weights of"):
            list(loading_code(fit))


def test_what_the_lines_cannot_read(tmp_path: Path) -> None:
    import numpy

    arrays = {key: value.numpy() for key, value in build("8,M").state_dict().items()}
    numpy.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(ConfigError, match="of safetensors; this one is npz"):
        list(loading_code(fit_of("8,M", tmp_path / "a.npz")))
