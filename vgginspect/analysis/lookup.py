"""Find layers by any of their common names.

``conv4_2``, ``relu3_3``, ``pool5``, ``fc6`` (the paper's and Caffe's names), ``features.19``
and ``features[19]`` (PyTorch), ``19`` (an index in ``features``), ``features.19.weight`` (a key
of the ``state_dict``), ``block4_conv2`` and ``predictions`` (Keras), in any case.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.network.plan import Layer, Plan, Step
from vgginspect.text.printable import printable

#: How many names an error lists, and how many are searched for a similar one.
MAX_LISTED, MAX_COMPARED = 60, 2000

_KERAS = re.compile(r"block(\d+)_(conv|pool)(\d*)")
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
    wanted: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        wanted.setdefault(_canonical(name), []).append(position)
    found: dict[int, Found] = {}
    for entry in _placed(plan):
        for position in _matches(entry.layer, wanted):
            found.setdefault(position, entry)
        if len(found) == len(names):
            return [found[position] for position in range(len(names))]
    missing = next(name for position, name in enumerate(names) if position not in found)
    raise _unknown(plan, missing)


def layer_names(plan: Plan) -> Iterator[str]:
    """The common name of every layer, in forward order."""
    return (layer.name for layer in plan.iter_layers())


def _canonical(name: str) -> str:
    key = name.strip().lower().replace("-", "_")
    key = key.removeprefix("module.").removeprefix("model.").replace("[", ".").replace("]", "")
    keras = _KERAS.fullmatch(key)
    if keras:
        stage, kind, number = keras.groups()
        return f"{kind}{stage}_{number}" if number else f"{kind}{stage}"
    if key.isdecimal() and len(key) < 16:
        return f"features.{int(key)}"
    return _KERAS_HEAD.get(key, key)


def _matches(layer: Layer, wanted: dict[str, list[int]]) -> Iterator[int]:
    for key in {layer.name.lower(), layer.path.lower(), *layer.state_dict}:
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
    from vgginspect.text.suggest import suggestion

    known = list(islice(layer_names(plan), MAX_COMPARED))
    hint = suggestion(name[:60], known, _canonical)
    return ConfigError(f"{plan.label} has no layer {printable(name[:60])!r}{hint}\n{_there(plan)}")


def _there(plan: Plan) -> str:
    known = list(islice(layer_names(plan), MAX_LISTED + 1))
    listed = ", ".join(known[:MAX_LISTED]) + (", …" if len(known) > MAX_LISTED else "")
    return (
        f"  the layers are {listed}\n"
        f"  or a path, such as {next(plan.iter_layers()).path}, or an index in features"
    )
