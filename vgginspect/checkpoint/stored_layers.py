"""The layers that the tensors of a file belong to, by the ends of their names."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from vgginspect.shape import Shape

#: What PyTorch, Keras, TF-slim and NumPy files call the tensors of a layer -> PyTorch's name.
PARTS = {
    **dict.fromkeys(("weight", "weights", "kernel", "W", "w", "gamma"), "weight"),
    **dict.fromkeys(("bias", "biases", "b", "beta"), "bias"),
    **dict.fromkeys(("running_mean", "moving_mean"), "running_mean"),
    **dict.fromkeys(("running_var", "moving_variance"), "running_var"),
    "num_batches_tracked": "num_batches_tracked",
}
_KEY = re.compile(rf"(?:(.*?)(?:[./]|_(?=[WwbB]$)))?({'|'.join(PARTS)})(?::0)?", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}")
#: A larger side of a weight is no kernel's.
LARGEST_KERNEL = 16
KINDS = {4: "conv", 2: "linear", 1: "norm"}


class StoredLayer(NamedTuple):
    """A layer of a file: its name, its kind, the shape of its weight, and its keys.

    ``kind`` is ``conv``, ``linear`` or ``norm``. ``shape`` is in PyTorch's order. ``keys`` are
    those of the file, by PyTorch's names of a layer's tensors.
    """

    name: str
    kind: str
    shape: Shape
    keys: Mapping[str, str]

    @property
    def inputs(self) -> int:
        """Channels or features that it takes."""
        return self.shape[1]

    @property
    def outputs(self) -> int:
        """Channels or features that it gives."""
        return self.shape[0]

    @property
    def family(self) -> str:
        """The name with ``#`` for each number, and for nothing else."""
        return _NUMBER.sub("#", self.name.replace("#", "\0"))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in the name."""
        return tuple(map(int, _NUMBER.findall(self.name)))


def stored_layers(tensors: Mapping[str, Shape]) -> tuple[list[StoredLayer], bool]:
    """The layers in the order of the file, and whether their weights are as TensorFlow has them.

    TensorFlow has the channels last: H, W, in, out, where PyTorch has out, in, H, W.
    """
    keys: dict[str, dict[str, str]] = {}
    for key in tensors:
        match = _KEY.fullmatch(key)
        if match:
            keys.setdefault(match[1] or "", {}).setdefault(PARTS[match[2]], key)
    layers = []
    for name, parts in keys.items():
        key = parts.get("weight") or parts.get("running_mean", "")
        shape = tensors.get(key, ())
        kind = KINDS.get(len(shape))
        if kind and ("weight" in parts or kind == "norm"):
            layers.append(StoredLayer(name, kind, shape, parts))
    channels_last = _channels_last(layers)
    if channels_last:
        layers = [layer._replace(shape=_turned(layer.shape)) for layer in layers]
    return layers, channels_last


def _channels_last(layers: list[StoredLayer]) -> bool:
    """Whether the first two sides of every convolution can only be those of its kernel."""
    shapes = [layer.shape for layer in layers if layer.kind == "conv"]
    return any(max(shape[2:]) > LARGEST_KERNEL for shape in shapes) and all(
        height == width and height * width < into * out for height, width, into, out in shapes
    )


def _turned(shape: Shape) -> Shape:
    """A weight's shape in PyTorch's order."""
    return (*shape[::-1][:2], *shape[:-2])
