"""The layers that the tensors of a file belong to, by the ends of their names."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from vgginspect.errors import CheckError
from vgginspect.shape import Shape

#: What PyTorch, Keras, TF-slim and NumPy files call the tensors of a layer -> PyTorch's name.
PARTS = {
    **dict.fromkeys(("weight", "weights", "kernel", "W", "w", "gamma"), "weight"),
    # What PyTorch computes a weight from: it has the shape of the weight.
    **dict.fromkeys(("weight_orig", "weight_v"), "weight"),
    **dict.fromkeys((f"parametrizations.weight.original{n}" for n in ("", "1")), "weight"),
    **dict.fromkeys(("bias", "biases", "b", "beta"), "bias"),
    **dict.fromkeys(("running_mean", "moving_mean"), "running_mean"),
    **dict.fromkeys(("running_var", "moving_variance"), "running_var"),
    "num_batches_tracked": "num_batches_tracked",
}
_KEY = re.compile(rf"(?:(.*?)(?:[./]|_(?=[WwbB]$)))?({'|'.join(PARTS)})(?::0)?", re.DOTALL)
_TENSORFLOW = re.compile(r"(?:^|[./])(?:kernel|weights)(?::0)?\Z|:0\Z")
#: An index in a name.
NUMBER = re.compile(r"[0-9]{1,9}")
#: Most channels of a picture, for the layer that takes it.
PICTURE = 4
#: A larger side of a weight is no kernel's.
LARGEST_KERNEL = 16
KINDS = {4: "conv", 2: "linear", 1: "norm"}


class StoredLayer(NamedTuple):
    """A layer of a file: its name, its kind, the shape of its weight, and its keys.

    ``kind`` is ``conv``, ``linear`` or ``norm``. ``shape`` is in PyTorch's order. ``keys`` are
    those of the file, by PyTorch's names of a layer's tensors. ``stage`` is that of a convolution,
    counted from 1; None where it is not known.
    """

    name: str
    kind: str
    shape: Shape
    keys: Mapping[str, str]
    stage: int | None = None

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
        return NUMBER.sub("#", self.name.replace("#", "\0"))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in the name."""
        return tuple(map(int, NUMBER.findall(self.name)))


def stored_layers(tensors: Mapping[str, Shape]) -> tuple[list[StoredLayer], bool]:
    """The layers in the order of the file, and whether their weights are as TensorFlow has them.

    TensorFlow has the channels last: H, W, in, out, where PyTorch has out, in, H, W.

    Raises:
        CheckError: which of the two it is cannot be told.
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
    """Whether the first two sides of every convolution are those of its kernel.

    Raises:
        CheckError: neither shapes nor names tell.
    """
    convolutions = [layer for layer in layers if layer.kind == "conv"]
    shapes = [layer.shape for layer in convolutions]
    if not shapes or any(shape[0] != shape[1] for shape in shapes):
        return False
    if any(max(shape[2:]) > LARGEST_KERNEL for shape in shapes):
        return all(height * width < into * out for height, width, into, out in shapes)
    if all(_TENSORFLOW.search(layer.keys["weight"]) for layer in convolutions):
        return True
    if all(height == width for _, _, height, width in shapes):
        return False
    raise CheckError(
        "not a VGG as it is: it is not clear whether the weights have PyTorch's order of the "
        "sides (out, in, height, width) or TensorFlow's (height, width, in, out)"
    )


def _turned(shape: Shape) -> Shape:
    """A weight's shape in PyTorch's order."""
    return (*shape[::-1][:2], *shape[:-2])
