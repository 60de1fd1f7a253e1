"""PyTorch lines that load into a network all that a source has for it."""

from collections.abc import Iterator, Sequence
from json import dumps

from vgginspect.cfg.published_weights import published
from vgginspect.checkpoint.weights import NamedTensors, TensorFit, Weights
from vgginspect.errors import ConfigError
from vgginspect.shape import Shape

PARTS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
_SHARDED = """\
    folder = Path(path).parent
    names = json.loads(Path(path).read_text(encoding="utf-8"))["weight_map"].values()
    source = {}
    for name in sorted(set(names)):
        if name.endswith(".safetensors"):
            source.update(load_file(folder / name))
        else:
            source.update(torch.load(folder / name, map_location="cpu", weights_only=True))"""


def loading_code(fit: Weights) -> Iterator[str]:
    """The lines of a module with a function ``load_weights(model)``.

    Raises:
        ConfigError: the source is no file that PyTorch or safetensors reads, nor published weights.
    """
    imports, path, read = _reading(fit.source)
    loaded = [one for one in fit.tensors if one.source is not None]
    own, there = _plain(fit.network.label), _plain(fit.source.label)
    count = f"{len(loaded)} of its {len(fit.network.tensors)} tensors"
    yield f'"""Load into {own} what {there} has for it: {count}."""'
    yield ""
    yield from imports
    table, state = _state(fit, loaded)
    if table:
        yield ""
        yield from table
    yield from ("", "")
    yield f"def load_weights(model{path}):"
    yield '    """Load the weights; the keys that are left as they were are returned as missing."""'
    yield from read
    yield from state
    for one in loaded:
        if one.change and one.shape is not None:
            key = dumps(one.key)
            yield f"    state[{key}] = state[{key}]{_changed(one.change, one.shape)}"
    yield "    return model.load_state_dict(state, strict=False)"


def _plain(text: str) -> str:
    """Text for a docstring."""
    return dumps(text)[1:-1].replace("\\", "/").replace('"', "'")


def _changed(change: str, shape: Shape) -> str:
    """What makes a tensor fit."""
    if change == "sum":
        return ".sum(1, keepdim=True)"
    if change == "repeat":
        return f".repeat(1, {shape[1]}, 1, 1) / {shape[1]}"
    return f".reshape({', '.join(map(str, shape))})"


def _reading(source: NamedTensors) -> tuple[list[str], str, list[str]]:
    """The imports, the parameter for the path, and the lines that read the source."""
    path = f", path={dumps(source.label)}"
    checkpoint = source.checkpoint
    if checkpoint is None:
        return ["import torchvision"], "", [f"    source = {_published(source)}.state_dict()"]
    if checkpoint.format == "safetensors":
        lines = ["    source = load_file(path)"]
        return ["from safetensors.torch import load_file"], path, lines
    if checkpoint.format == "sharded":
        imports = ["import json", "from pathlib import Path", "", "import torch"]
        return [*imports, "from safetensors.torch import load_file"], path, _SHARDED.splitlines()
    if not checkpoint.format.startswith("torch"):
        raise ConfigError(
            f"--code loads files of torch.save and of safetensors; this one is {checkpoint.format}"
        )
    nested = "".join(f"[{dumps(key)}]" for key in checkpoint.nested)
    # A whole model can only be loaded by running its code.
    kind, own = (False, ".state_dict()") if checkpoint.model else (True, "")
    load = f'torch.load(path, map_location="cpu", weights_only={kind}){nested}{own}'
    return ["import torch"], path, [f"    source = {load}"]


def _published(source: NamedTensors) -> str:
    weights = source.config and published(source.config)
    if not weights or source.config is None:
        raise ConfigError(
            f"--code needs a checkpoint: there are no published weights of {source.label}"
        )
    version = weights.name.partition(".")[2]
    return f'torchvision.models.{source.config.model}(weights="{version}")'


def _state(fit: Weights, loaded: Sequence[TensorFit]) -> tuple[list[str], list[str]]:
    """A table of names, and the lines that pick the tensors by it."""
    names = {one.key: str(one.source) for one in loaded}
    if all(there == fit.prefix + own for own, there in names.items()):
        return _picked(fit, names)
    layers = {own.rpartition(".")[0]: there.rpartition(".")[0] for own, there in names.items()}
    rebuilt = {
        f"{own}.{part}": f"{there}.{part}"
        for own, there in layers.items()
        for part in PARTS
        if f"{there}.{part}" in fit.source.tensors
    }
    if rebuilt != names:
        pick = "    state = {own: source[there] for own, there in TENSORS.items()}"
        return _table("TENSORS", names), [pick]
    parts = ", ".join(map(dumps, PARTS))
    return [f"PARTS = ({parts})", *_table("LAYERS", layers)], [
        "    state = {",
        '        f"{own}.{part}": source[f"{there}.{part}"]',
        "        for own, there in LAYERS.items()",
        "        for part in PARTS",
        '        if f"{there}.{part}" in source',
        "    }",
    ]


def _picked(fit: Weights, names: dict[str, str]) -> tuple[list[str], list[str]]:
    """The same names, but for a prefix: all tensors but some, or only some."""
    cut = f".removeprefix({dumps(fit.prefix)})" if fit.prefix else ""
    used = set(names.values())
    left = [key for key in fit.source.tensors if key not in used]
    if not left and not fit.prefix:
        return [], ["    state = dict(source)"]
    if not left:
        return [], [f"    state = {{key{cut}: tensor for key, tensor in source.items()}}"]
    fewer = len(left) <= len(names)
    name, listed = ("LEFT_OUT", left) if fewer else ("LOADED", list(names.values()))
    chosen = f"key {'not in' if fewer else 'in'} {name}"
    return [f"{name} = {{", *(f"    {dumps(key)}," for key in listed), "}"], [
        f"    state = {{key{cut}: tensor for key, tensor in source.items() if {chosen}}}"
    ]


def _table(name: str, rows: dict[str, str]) -> list[str]:
    """A dict of names, one a line."""
    lines = (f"    {dumps(own)}: {dumps(there)}," for own, there in rows.items())
    return ["# In the network: in the source.", f"{name} = {{", *lines, "}"]
