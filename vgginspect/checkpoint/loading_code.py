"""PyTorch lines that load into a network all that a source has for it."""

from collections.abc import Iterator, Sequence
from json import dumps

from vgginspect.cfg.published_weights import published
from vgginspect.checkpoint.named_tensors import NamedTensors
from vgginspect.checkpoint.stored_layers import PARTS
from vgginspect.checkpoint.weights import TensorFit, Weights
from vgginspect.shape import Shape

NAMES = tuple(dict.fromkeys(PARTS.values()))
_SHARDED = """\
    folder = Path(path).parent
    names = json.loads(Path(path).read_text(encoding="utf-8"))["weight_map"].values()
    source = {{}}
    for name in sorted(set(names)):
        if name.endswith(".safetensors"):
            source.update(load_file(folder / name))
        else:
            source.update(torch.load(folder / name, map_location="cpu", weights_only={safe}))"""


def obstacle(fit: Weights) -> str:
    """Why there is no code: the key of a message that has ``source``; empty if there is."""
    source = fit.source
    if not any(one.fits for one in fit.tensors):
        return "no_code_nothing"
    if source.checkpoint is None:
        return "" if _published(source) else "no_code_unpublished"
    return "no_code_unnamed" if source.checkpoint.access is None else ""


def loading_code(fit: Weights) -> Iterator[str]:
    """The lines of a module with a function ``load_weights(model)``; see ``obstacle`` first."""
    imports, path, read = _reading(fit.source)
    loaded = [one for one in fit.tensors if one.fits]
    own, there = _plain(fit.network.label), _plain(fit.source.label)
    count = f"{len(loaded)} of its {len(fit.network.tensors)} tensors"
    yield f'"""Load into {own} what {there} has for it: {count}."""'
    yield ""
    arrays = fit.source.checkpoint is not None and bool(fit.source.checkpoint.arrays)
    yield from imports
    if arrays and "import torch" not in imports:
        yield "import torch"
    table, state = _state(fit, loaded)
    if table:
        yield ""
        yield from table
    yield from ("", "")
    yield f"def load_weights(model{path}):"
    yield '    """Load the weights; the keys that are left as they were are returned as missing."""'
    yield from read
    yield from state
    if arrays:
        yield "    state = {key: torch.as_tensor(array) for key, array in state.items()}"
    for one in loaded:
        key = dumps(one.key)
        change = MADE_PLAIN.get(fit.source.obstacle(one.source), "")
        if one.change and one.shape is not None:
            change += _changed(one.change, one.shape)
        if change:
            yield f"    state[{key}] = state[{key}]{change}"
    yield "    return model.load_state_dict(state, strict=False)"


def _plain(text: str) -> str:
    """Text for a docstring."""
    return dumps(text)[1:-1].replace("\\", "/").replace('"', "'")


#: What makes a plain tensor of one that PyTorch does not copy into a parameter.
MADE_PLAIN = {"sparse": ".to_dense()", "quantized": ".dequantize()"}


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
        read = _SHARDED.format(safe=not checkpoint.refused).splitlines()
        lines = [*_refused(checkpoint.refused), *read]
        return [*imports, "from safetensors.torch import load_file"], path, lines
    found = checkpoint.access or ""
    if checkpoint.format == "npz":
        return ["import numpy"], path, ["    source = numpy.load(path)"]
    if checkpoint.format == "npy":
        load = f"numpy.load(path, allow_pickle=True).reshape(-1){found}"
        return ["import numpy"], path, [TRUSTED, f"    source = {load}"]
    own = ".state_dict()" if checkpoint.model else ""
    if checkpoint.format == "TorchScript":
        load = f'torch.jit.load(path, map_location="cpu"){found}{own}'
        return ["import torch"], path, [f"    source = {load}"]
    if checkpoint.format == "pickle":
        lines = [TRUSTED, '    with open(path, "rb") as file:']
        return ["import pickle"], path, [*lines, f"        source = pickle.load(file){found}{own}"]
    # A whole model can only be loaded by running its code.
    safe = not checkpoint.refused and not checkpoint.model
    load = f'torch.load(path, map_location="cpu", weights_only={safe}){found}{own}'
    return ["import torch"], path, [*_refused(checkpoint.refused), f"    source = {load}"]


#: Over a line that runs what the file says.
TRUSTED = "    # Loading runs code that the file names: only for a file that you trust."
#: Letters of a line.
MOST_LETTERS = 99
#: Names that a comment has.
MOST_NAMES = 3


def _refused(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    listed = ", ".join(_plain(name)[:80] for name in names[:MOST_NAMES])
    more = ", …" if len(names) > MOST_NAMES else ""
    return [f"    # weights_only=True refuses the file for {listed}{more}.", TRUSTED]


def _published(source: NamedTensors) -> str:
    config = source.config
    weights = published(config) if config else None
    if config is None or weights is None:
        return ""
    version = weights.name.partition(".")[2]
    return f'torchvision.models.{config.model}(weights="{version}")'


def _state(fit: Weights, loaded: Sequence[TensorFit]) -> tuple[list[str], list[str]]:
    """A table of names, and the lines that pick the tensors by it."""
    names = {one.key: str(one.source) for one in loaded}
    if all(there == fit.prefix + own for own, there in names.items()):
        return _same_names(fit, names)
    layers = {own.rpartition(".")[0]: there.rpartition(".")[0] for own, there in names.items()}
    rebuilt = {
        f"{own}.{part}": f"{there}.{part}"
        for own, there in layers.items()
        for part in NAMES
        if f"{there}.{part}" in fit.source.tensors
    }
    if rebuilt != names:
        pick = "    state = {own: source[there] for own, there in TENSORS.items()}"
        return _table("TENSORS", names), [pick]
    parts = ", ".join(map(dumps, NAMES))
    return [f"PARTS = ({parts})", *_table("LAYERS", layers)], [
        "    state = {",
        '        f"{own}.{part}": source[f"{there}.{part}"]',
        "        for own, there in LAYERS.items()",
        "        for part in PARTS",
        '        if f"{there}.{part}" in source',
        "    }",
    ]


def _same_names(fit: Weights, names: dict[str, str]) -> tuple[list[str], list[str]]:
    """The names of the network, after a prefix, without those of other shapes."""
    source = fit.source
    there = {*source.tensors, *(source.checkpoint.plain if source.checkpoint else ())}
    left = [
        one.key
        for one in fit.tensors
        if one.shape is not None and one.key not in names and fit.prefix + one.key in there
    ]
    key = f"{dumps(fit.prefix)} + key" if fit.prefix else "key"
    chosen = " and key not in LEFT_OUT" if left else ""
    table = ["LEFT_OUT = {", *(f"    {dumps(key)}," for key in left), "}"] if left else []
    parts = (f"key: source[{key}]", "for key in model.state_dict()", f"if {key} in source{chosen}")
    short = f"    state = {{{' '.join(parts)}}}"
    if len(short) <= MOST_LETTERS:
        return table, [short]
    return table, ["    state = {", *(f"        {part}" for part in parts), "    }"]


def _table(name: str, rows: dict[str, str]) -> list[str]:
    """A dict of names, one a line."""
    lines = (f"    {dumps(own)}: {dumps(there)}," for own, there in rows.items())
    return ["# In the network: in the source.", f"{name} = {{", *lines, "}"]
