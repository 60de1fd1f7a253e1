"""Read a real torch module: its constructor arguments, weights and repr.

Nothing here uses the layer classes of ``network``, so that they can be compared with it.
"""

import inspect
from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

from torch import Tensor, nn

from vgginspect.network.rules import Rule
from vgginspect.report.checks import single
from vgginspect.shape import Shape, Sides
from vgginspect.text.printable import printable

#: Constructor arguments that do not distinguish modules.
_PLACEMENT = {"self", "device", "dtype", "args", "kwargs"}
_NO_DEFAULT = inspect.Parameter.empty
_PLAIN = (bool, int, float, str, type(None))


#: Module class -> prefix of the common layer names; other classes use their own name.
_STEMS = {
    "Conv2d": "conv",
    "BatchNorm2d": "bn",
    "ReLU": "relu",
    "LocalResponseNorm": "lrn",
    "AdaptiveAvgPool2d": "avgpool",
    "Linear": "fc",
    "Dropout": "drop",
}


class ReadModule(Rule):
    """The layer class of a module that was read: only what the module itself shows."""

    type: str
    arguments: tuple[tuple[str, Any], ...]
    printed: str
    tensors: tuple[tuple[str, Shape], ...] = ()
    parameters: int = 0
    frozen: int = 0
    kernel_size: Sides | None = None
    stride: Sides | None = None
    padding: Sides | None = None
    dilation: Sides | None = None
    inplace: bool = False
    stem: str = ""

    @property
    def params(self) -> int:
        """Number of elements in the module's parameters."""
        return self.parameters

    @property
    def text(self) -> str:
        """The module's ``repr``."""
        return self.printed

    @property
    def kwargs(self) -> dict[str, Any]:
        """The constructor arguments that the module keeps as attributes."""
        return dict(self.arguments)

    def state(self) -> Mapping[str, Shape]:
        """Shapes of the tensors in the module's ``state_dict``."""
        return dict(self.tensors)

    def called_again(self) -> "ReadModule":
        """The layer of a module that is called again; its weights were already counted."""
        return ReadModule(**vars(self) | {"tensors": (), "parameters": 0, "frozen": 0})


def read_module(module: nn.Module) -> ReadModule:
    """Read a module's class, arguments, tensors and window."""
    arguments = arguments_of(module)
    window = {name: _sides(arguments.get(name)) for name in ("kernel_size", "stride", "dilation")}
    windowed = window["kernel_size"] is not None
    return ReadModule(
        type=type(module).__name__,
        arguments=tuple(arguments.items()),
        printed=repr_of(module),
        tensors=tuple((key, tuple(value.shape)) for key, value in module.state_dict().items()),
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        frozen=sum(p.numel() for p in module.parameters() if not p.requires_grad),
        kernel_size=window["kernel_size"],
        stride=window["stride"] if windowed else None,
        padding=_padding(arguments) if windowed else None,
        dilation=(window["dilation"] or 1) if windowed else None,
        inplace=getattr(module, "inplace", False) is True,
        stem=_stem(module),
    )


def arguments_of(module: nn.Module) -> dict[str, Any]:
    """The constructor arguments stored on a module, by name; ``bias`` as a bool.

    A pair of equal numbers is returned as one number.
    """
    found = {}
    for name in defaults(type(module)):
        value = getattr(module, name, _NO_DEFAULT)
        if name == "bias" and (value is None or isinstance(value, Tensor)):
            value = value is not None
        value = single(value)
        if isinstance(value, _PLAIN) or (
            isinstance(value, list) and all(isinstance(entry, _PLAIN) for entry in value)
        ):
            found[name] = tuple(value) if isinstance(value, list) else value
    return found


def defaults(kind: type[nn.Module]) -> dict[str, Any]:
    """The constructor arguments of a module class, with their defaults."""
    try:
        parameters = inspect.signature(kind).parameters
    except (TypeError, ValueError):
        return {}
    return {
        name: single(parameter.default)
        for name, parameter in parameters.items()
        if name not in _PLACEMENT
    }


def defaults_of_types(types: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The constructor defaults of the ``torch.nn`` classes with these names.

    Arguments without a default are left out.
    """
    found = {}
    for name in types:
        kind = getattr(nn, name, None)
        if name not in found and isinstance(kind, type):
            given = defaults(kind).items()
            found[name] = {key: value for key, value in given if value is not _NO_DEFAULT}
    return found


def repr_of(module: nn.Module) -> str:
    """A module's repr on one line, in the form of older PyTorch versions."""
    text = repr(module)
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        bias = str(getattr(module, "affine", True))
        text = text.replace(f", bias={bias}", "")
    return " ".join(printable(line.strip()) for line in text.splitlines())


def macs_of(module: nn.Module, inputs: Shape, outputs: Shape) -> int:
    """Multiply-accumulates for one image, from the actual weight and shapes.

    Each convolution weight is used once per output position (per input position for a transposed
    convolution), each linear weight once per vector. Other modules count 0.
    """
    if isinstance(module, nn.modules.conv._ConvTransposeNd):
        return module.weight.numel() * prod(inputs[1:])
    if isinstance(module, nn.modules.conv._ConvNd):
        return module.weight.numel() * prod(outputs[1:])
    if isinstance(module, nn.Linear):
        return module.weight.numel() * prod(outputs[:-1])
    return 0


def _sides(value: Any) -> Sides | None:
    """A number, or a pair for height and width; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, tuple) and len(value) == 2 and all(type(side) is int for side in value):
        return (value[0], value[1])
    return None


def _padding(arguments: Mapping[str, Any]) -> Sides | None:
    padding, kernel = arguments.get("padding", 0), _sides(arguments.get("kernel_size"))
    if padding == "valid":
        return 0
    if padding == "same" and kernel is not None:
        dilation = _sides(arguments.get("dilation")) or 1
        kernels, dilations = ((v, v) if isinstance(v, int) else v for v in (kernel, dilation))
        reach = [d * (k - 1) for k, d in zip(kernels, dilations, strict=True)]
        if any(length % 2 for length in reach):
            return None
        height, width = (length // 2 for length in reach)
        return height if height == width else (height, width)
    return _sides(padding)


def _stem(module: nn.Module) -> str:
    if isinstance(module, nn.modules.pooling._MaxPoolNd | nn.modules.pooling._AvgPoolNd):
        return "pool"
    kind = type(module).__name__
    return _STEMS.get(kind, kind.lower())
