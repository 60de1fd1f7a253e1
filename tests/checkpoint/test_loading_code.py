"""The printed lines run, and load every tensor that the comparison names."""

import argparse
import json
import pickle
import random
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from layouts import CHANGES, LAYOUTS
from random_weights import random_cfg, random_state
from safetensors.torch import save_file
from torch import nn

from vgginspect import build, plan
from vgginspect.checkpoint.loading_code import loading_code, obstacle
from vgginspect.checkpoint.named_tensors import tensors_of_file, tensors_of_plan
from vgginspect.checkpoint.weights import Weights, fit_tensors


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
    if obstacle(fit):
        assert not any(one.fits for one in fit.tensors)
        return
    exec("\n".join(loading_code(fit)), names)
    model = build(cfg)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    rest = names["load_weights"](model)
    assert not rest.unexpected_keys
    after = model.state_dict()
    for one in fit.tensors:
        if one.shape is None:
            continue
        if not one.fits:
            assert torch.equal(after[one.key], before[one.key])
            continue
        value = torch.as_tensor(state[str(one.source)])
        if one.change == "sum":
            value = value.sum(1, keepdim=True)
        elif one.change == "repeat":
            value = value.expand(one.shape) / one.shape[1]
        assert torch.equal(after[one.key], value.reshape(one.shape).to(after[one.key].dtype))


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


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_sparse_and_quantized_tensors_are_made_plain(tmp_path: Path) -> None:
    state = filled(build(SMALL).state_dict())
    plain = "features.0.weight"
    quantized = torch.quantize_per_tensor(state[plain], 2.0, 0, torch.quint8)
    kept = OrderedDict(state)
    kept["classifier.6.weight"] = state["classifier.6.weight"].to_sparse()
    kept["classifier.3.weight"] = state["classifier.3.weight"].to_sparse_csr()
    kept[plain] = quantized
    torch.save(kept, tmp_path / "a.pth")
    fit = fit_of(SMALL, tmp_path / "a.pth")
    changed = {"classifier.6.weight", "classifier.3.weight", plain}
    assert {one.key for one in fit.tensors if one.status == "shape"} == changed
    with pytest.raises(RuntimeError, match="While copying the parameter"):
        build(SMALL).load_state_dict(kept)
    check(fit, SMALL, state | {plain: quantized.dequantize()})
    first = fit_of(SMALL.replace("+avgpool", "+input=1x32x32+avgpool"), tmp_path / "a.pth")
    assert '["features.0.weight"].dequantize().sum(1' in "\n".join(loading_code(first))


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


@pytest.mark.parametrize("safe", [True, False])
def test_parts_that_hold_more_than_tensors(safe: bool, tmp_path: Path) -> None:
    state = filled(build(SMALL).state_dict())
    more = {} if safe else {"step": numpy.float64(1)}
    torch.save({**state, **more}, tmp_path / "1.bin")
    (tmp_path / "a.index.json").write_text(
        json.dumps({"weight_map": dict.fromkeys(state, "1.bin")})
    )
    fit = fit_of(SMALL, tmp_path / "a.index.json")
    assert f"weights_only={safe}" in "\n".join(loading_code(fit))
    check(fit, SMALL, state)


def test_parts_whose_tensors_are_nested_have_no_code(tmp_path: Path) -> None:
    state = build(SMALL).state_dict()
    torch.save({"net": state}, tmp_path / "1.bin")
    (tmp_path / "a.index.json").write_text(
        json.dumps({"weight_map": dict.fromkeys(state, "1.bin")})
    )
    assert obstacle(fit_of(SMALL, tmp_path / "a.index.json")) == "no_code_unnamed"


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
        assert obstacle(fit) == "no_code_unpublished"


class Settings:
    """A class of a person's own, saved beside the tensors."""


def of_pickle(saved: object, path: Path) -> None:
    with path.open("wb") as stream:
        pickle.dump(saved, stream)


def of_npz(saved: Any, path: Path) -> None:
    with path.open("wb") as stream:
        numpy.savez(stream, **{key: value.numpy() for key, value in saved.items()})


def of_npy(saved: Any, path: Path) -> None:
    arrays = {key: value.numpy() for key, value in saved.items()}
    with path.open("wb") as stream:
        numpy.save(stream, numpy.array({"net": arrays}, dtype=object))


def of_script(saved: Any, path: Path) -> None:
    model = build(SMALL)
    model.load_state_dict(saved)
    torch.jit.save(torch.jit.script(model), path)


#: What is saved, of a state_dict; and whether weights_only=True reads it.
SAVED: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "in a tuple": (lambda state: (state, 3), True),
    "in lists": (lambda state: {"models": [{"state_dict": state}]}, True),
    "under a number": (lambda state: {0: state}, True),
    "under other letters": (lambda state: {"é ü": state, b"x": 1}, True),
    "beside plain values": (lambda state: {**state, "loss": 3.5, "name": "x"}, True),
    "beside a class of argparse": (
        lambda state: {"args": argparse.Namespace(lr=1), "state_dict": state},
        False,
    ),
    "beside a class of one's own": (lambda state: {"s": Settings(), "net": state}, False),
    "beside a number of NumPy": (lambda state: {"best": numpy.float64(1), "net": state}, False),
    "arrays": (lambda state: {key: value.numpy() for key, value in state.items()}, False),
    "compiled": (lambda state: {f"_orig_mod.{key}": value for key, value in state.items()}, True),
    "a list of parameters beside": (
        lambda state: {"p": nn.ParameterList([nn.Parameter(torch.ones(1))]), "sd": state},
        False,
    ),
}


@pytest.mark.parametrize("name", list(SAVED))
def test_files_as_people_save_them(name: str, tmp_path: Path) -> None:
    change, safe = SAVED[name]
    path = tmp_path / "a.pth"
    state = filled(build(SMALL).state_dict())
    torch.save(change(state), path)
    fit = fit_of(SMALL, path)
    lines = "\n".join(loading_code(fit))
    assert f"weights_only={safe}" in lines
    check_values(lines, SMALL, state)


@pytest.mark.parametrize("norm", ["", "+bn"])
def test_a_head_of_convolutions(norm: str, tmp_path: Path) -> None:
    cfg = f"8,8,8,M,8,16,M{norm}+avgpool=2+classes=5+hidden=6,6"
    state = filled(build(cfg).state_dict())
    head = {key: value for key, value in state.items() if "classifier" in key and value.dim() == 2}
    sides = {6: 1, 64: 2}
    for key, value in head.items():
        side = sides[value.shape[1]]
        head[key] = value.reshape(value.shape[0], -1, side, side)
    torch.save({**state, **head}, tmp_path / "a.pth")
    check_values("\n".join(loading_code(fit_of(cfg, tmp_path / "a.pth"))), cfg, state)


@pytest.mark.parametrize("save", [of_pickle, of_npz, of_npy, of_script])
def test_files_of_other_kinds(save: Callable[[Any, Path], None], tmp_path: Path) -> None:
    state = filled(build(SMALL).state_dict())
    save(state, tmp_path / "a.pth")
    fit = fit_of(SMALL, tmp_path / "a.pth")
    check_values("\n".join(loading_code(fit)), SMALL, state)


def check_values(lines: str, cfg: str, state: Any) -> None:
    """The lines load all of a state_dict of the same network, whatever it was saved as."""
    names: dict[str, Any] = {}
    exec(lines, names)
    model = build(cfg)
    rest = names["load_weights"](model)
    assert not rest.missing_keys
    after = model.state_dict()
    assert all(torch.equal(after[key], value) for key, value in state.items())
