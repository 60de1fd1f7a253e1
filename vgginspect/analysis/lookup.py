"""Find layers by any of their common names, in any case.

- the paper's and Caffe's names: ``conv4_2``, ``relu3_3``, ``pool5``, ``fc6``;
- PyTorch's: ``features.19``, ``features[19]``, ``vgg.19``, ``19`` (an index in ``features``), and a
  key of the ``state_dict``, also after a paper name (``conv4_2.weight``);
- Keras': ``block4_conv2``, ``predictions``; TF-slim's: ``vgg_16/conv4/conv4_2/weights``;
- counted through, as in PyTorch's tutorial on style transfer: ``conv_4``, and ``relu_4`` and
  ``pool_4`` after it;
- several at once: ``conv1_*``, ``features[:5]``.
"""

import fnmatch
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.network.plan import Layer, Plan, Step
from vgginspect.text.printable import printable

#: How many names an error lists, and how many are searched for a similar one.
MAX_LISTED, MAX_COMPARED = 60, 2000

_KERAS = re.compile(r"block(\d+)_(conv|pool)(\d*)")
_SLICE = re.compile(r"(?:(features|classifier)\.)?(\d{0,9}):(\d{0,9})")
_BEFORE_FEATURES = re.compile(r"^(\w+\.)+(?=(features|classifier)\b)|^(module\.|model\.)+")
_BEFORE_INDEX = re.compile(r"^(self|net|vgg\w*)\.(?=\d|:)")
#: Names of tensors in TF-slim and Keras.
_TENSORS = ("weights", "biases", "kernel", "bias", "gamma", "beta", "moving_mean")
#: What other tools name as a layer and PyTorch has no module for.
_NO_MODULE = {
    "softmax": "the scores come from the last Linear, without softmax",
    "prob": "the scores come from the last Linear, without softmax",
    "flatten": "flattening is a function in forward, not a module",
    "input": "the input is no layer; the first layer is features.0",
    "data": "the input is no layer; the first layer is features.0",
}
_KERAS_HEAD = {"fc1": "fc6", "fc2": "fc7", "predictions": "fc8"}


class Found(NamedTuple):
    """A layer with its step (None after the features), and the layers before and after it."""

    layer: Layer
    step: Step | None
    previous: Layer | None
    next: Layer | None


def find(plan: Plan, names: Iterable[str]) -> list[Found]:
    """Find layers by name, in the given order; a name can be a comma-separated list.

    Goes through the layers once and stops when all are found.

    Raises:
        ConfigError: unknown name, or no name given; the message lists the layers.
    """
    names = [part for name in names for part in name.split(",") if part.strip()]
    if not names:
        raise ConfigError(f"name at least one layer of {plan.label}\n{_there(plan)}")
    single: dict[str, list[int]] = {}
    several: list[tuple[int, Callable[[Layer], bool]]] = []
    for position, name in enumerate(names):
        if fits := _several(name):
            several.append((position, fits))
        else:
            for key in {name.strip().lower(), _canonical(name)}:
                single.setdefault(key, []).append(position)
    found: dict[int, list[Found]] = {}
    convolutions = 0
    for entry in _placed(plan):
        layer = entry.layer
        convolutions += layer.rule.stem == "conv"
        counted = f"{layer.rule.stem}_{convolutions}" if entry.step else ""
        for position in _matches(layer, counted, single):
            found.setdefault(position, [entry])
        for position, fits in several:
            if fits(layer):
                found.setdefault(position, []).append(entry)
        if len(found) == len(names) and not several:
            break
    for position, name in enumerate(names):
        if position not in found:
            raise _unknown(plan, name)
    return [entry for position in range(len(names)) for entry in found[position]]


def _several(name: str) -> Callable[[Layer], bool] | None:
    """Whether a layer is among those that a name stands for; None if it names a single one."""
    key = _canonical(name)
    part = _SLICE.fullmatch(key)
    if part:
        chosen = slice(*(int(end) if end else None for end in (part[2], part[3])))
        last = sys.maxsize if chosen.stop is None else chosen.stop
        indices = range(chosen.start or 0, last)
        parent = f"{part[1] or 'features'}."
        return lambda layer: (
            layer.path.startswith(parent)
            and layer.path[len(parent) :].isdecimal()
            and int(layer.path[len(parent) :]) in indices
        )
    if "*" in key or "?" in key:
        pattern = re.compile(fnmatch.translate(key))
        return lambda layer: any(pattern.match(each.lower()) for each in (layer.name, layer.path))
    return None


def layer_names(plan: Plan) -> Iterator[str]:
    """The common name of every layer, in forward order."""
    return (layer.name for layer in plan.iter_layers())


def _canonical(name: str) -> str:
    key = name.strip().lower().replace("[", ".").replace("]", "").removeprefix(".")
    if "/" in key:
        # TF-slim's scopes; the last but for a tensor's name is the layer.
        scopes = [scope for scope in key.split("/") if scope.partition(":")[0] not in _TENSORS]
        key = scopes[-1] if scopes else key
    key = _BEFORE_FEATURES.sub("", key.replace("-", "_"))
    key = _BEFORE_INDEX.sub("", key)
    keras = _KERAS.fullmatch(key)
    if keras:
        stage, kind, number = keras.groups()
        return f"{kind}{stage}_{number}" if number else f"{kind}{stage}"
    if key.isdecimal() and len(key) < 16:
        return f"features.{int(key)}"
    return _KERAS_HEAD.get(key, key)


def _matches(layer: Layer, counted: str, wanted: dict[str, list[int]]) -> Iterator[int]:
    name = layer.name.lower()
    parameters = (f"{name}.{key}" for key in layer.rule.state())
    for key in {name, layer.path.lower(), counted, *layer.state_dict, *parameters}:
        yield from wanted.get(key, ())


def _placed(plan: Plan) -> Iterator[Found]:
    """Every layer with its neighbours, yielded when the next one is known."""
    previous: Layer | None = None
    held: tuple[Layer, Step | None] | None = None
    for layer, step in _layers(plan):
        if held:
            yield Found(*held, previous, layer)
            previous = held[0]
        held = layer, step
    if held:
        yield Found(*held, previous, None)


def _layers(plan: Plan) -> Iterator[tuple[Layer, Step | None]]:
    for step in plan.iter_steps():
        for layer in step.layers:
            yield layer, step
    for layer in plan.head:
        yield layer, None


def _unknown(plan: Plan, name: str) -> ConfigError:
    key = _canonical(name)
    hint = _meaning(plan, key)
    if not hint:
        from vgginspect.text.suggest import suggestion

        known = list(islice(layer_names(plan), MAX_COMPARED))
        hint = suggestion(key[:60], known)
    return ConfigError(f"{plan.label} has no layer {printable(name[:60])!r}{hint}\n{_there(plan)}")


def _meaning(plan: Plan, key: str) -> str:
    """What an unknown name probably stands for: an index, a stage, or no module at all."""
    if key in _NO_MODULE:
        return f"; {_NO_MODULE[key]}"
    index = re.fullmatch(r"(features|classifier)\.[-_]?\d+", key)
    if index:
        paths = (layer.path.rpartition(".") for layer in plan.iter_layers())
        inside = [number for parent, _, number in paths if parent == index[1]]
        return f"; {index[1]} has the indices {inside[0]} to {inside[-1]}" if inside else ""
    stage = re.fullmatch(r"(conv|relu|bn)(\d+)", key)
    if stage:
        names = [name for name in layer_names(plan) if name.startswith(f"{key}_")]
        return f"; did you mean {' or '.join(names[:4])}, or all of them: {key}_*?" if names else ""
    return ""


def _there(plan: Plan) -> str:
    known = list(islice(layer_names(plan), MAX_LISTED + 1))
    listed = ", ".join(known[:MAX_LISTED]) + (", …" if len(known) > MAX_LISTED else "")
    return (
        f"  the layers are {listed}\n"
        f"  or a path, such as {next(plan.iter_layers()).path}, or an index in features"
    )
