"""The rules of every kind of layer: one class per torch module, with all its arithmetic.

A class carries the constructor arguments of the ``torch.nn`` module of the same name and
says what that module does to a shape and what it costs. No torch, no terminal: integers.

Shapes are ``(C, H, W)`` for maps and ``(N,)`` for vectors, batch excluded. Parameters follow
``Module.parameters()``; MACs count the multiply-accumulates of convolutions and linear
layers without bias, as torchvision's documented figures do, and are 0 elsewhere.
"""

from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

from vgginspect.shape import Shape

FLOAT32_BYTES = 4


class Rule:
    """What every rule answers. Defaults are those of a layer without weights or window."""

    __slots__ = ()
    #: Name stem of the field's usual layer names: conv, bn, relu, pool, lrn, fc, drop.
    stem = ""
    #: Parameters without ``requires_grad``; a fresh network has none.
    frozen = 0

    def __init_subclass__(cls) -> None:
        # As bare tuples, ReLU(True), Dropout(1.0) and BatchNorm2d(1) would all be equal.
        cls.__eq__ = _is_same  # type: ignore[method-assign, assignment]
        cls.__ne__ = _is_other  # type: ignore[method-assign, assignment]

    @property
    def kernel_size(self) -> int | None:
        """Side of the square window; None where the layer has none (likewise below)."""
        return None

    @property
    def stride(self) -> int | None:
        """Step of the window."""
        return None

    @property
    def padding(self) -> int | None:
        """Rows and columns of zeros (a pool: of nothing) added on each side."""
        return None

    @property
    def dilation(self) -> int | None:
        """Distance between the window's points."""
        return None

    @property
    def inplace(self) -> bool:
        """Whether the output overwrites the input."""
        return False

    @property
    def type(self) -> str:
        """Name of the class in ``torch.nn``."""
        return type(self).__name__

    @property
    def kwargs(self) -> dict[str, Any]:
        """Arguments that make the same module: ``getattr(torch.nn, type)(**kwargs)``."""
        return self._asdict()  # type: ignore[attr-defined, no-any-return]

    def output_shape(self, shape: Shape) -> Shape:
        """Shape after the layer, ``(C, H, W)`` or ``(N,)``."""
        return shape

    def state(self) -> Mapping[str, Shape]:
        """Shapes of the tensors in the module's ``state_dict``, parameters and buffers."""
        return {}

    @property
    def params(self) -> int:
        """Number of elements in the module's parameters (buffers are not parameters)."""
        return 0

    def macs(self, output: Shape) -> int:
        """Multiply-accumulates for one image, bias not counted."""
        return 0

    def activation_bytes(self, output: Shape) -> int:
        """Bytes of the output in float32; 0 for a layer that overwrites its input."""
        return 0 if self.inplace else FLOAT32_BYTES * prod(output)

    @property
    def text(self) -> str:
        """The module's ``repr`` in PyTorch, to the letter."""
        raise NotImplementedError


def _is_same(rule: tuple[Any, ...], other: object) -> bool:
    return type(rule) is type(other) and tuple.__eq__(rule, other)


def _is_other(rule: tuple[Any, ...], other: object) -> bool:
    return not _is_same(rule, other)


def window_output(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int, ceil_mode: bool = False
) -> int:
    """Size of one dimension after a sliding window, as ``torch.nn.MaxPool2d`` documents it.

    With ``ceil_mode`` a window may overhang the end, but must start inside the padded input.
    The result is 0 or negative where the window does not fit.
    """
    span = size + 2 * padding - dilation * (kernel_size - 1) - 1
    if not ceil_mode:
        return span // stride + 1
    output = -(-span // stride) + 1
    return output - 1 if (output - 1) * stride >= size + padding else output


def _pair(value: int) -> str:
    return f"({value}, {value})"


class _Conv2d(NamedTuple):
    in_channels: int
    out_channels: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    bias: bool = True


class Conv2d(_Conv2d, Rule):
    """Convolution with a square kernel."""

    __slots__ = ()
    stem = "conv"

    def output_shape(self, shape: Shape) -> Shape:
        if self.stride == 1 and 2 * self.padding == self.dilation * (self.kernel_size - 1):
            return (self.out_channels, shape[1], shape[2])
        window = (self.kernel_size, self.stride, self.padding, self.dilation)
        return (
            self.out_channels,
            window_output(shape[1], *window),
            window_output(shape[2], *window),
        )

    def state(self) -> Mapping[str, Shape]:
        side = self.kernel_size
        weight = (self.out_channels, self.in_channels // self.groups, side, side)
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    @property
    def params(self) -> int:
        weight = self.kernel_size**2 * (self.in_channels // self.groups) * self.out_channels
        return weight + self.out_channels if self.bias else weight

    def macs(self, output: Shape) -> int:
        return self.kernel_size**2 * (self.in_channels // self.groups) * prod(output)

    @property
    def text(self) -> str:
        parts = [f"kernel_size={_pair(self.kernel_size)}", f"stride={_pair(self.stride)}"]
        if self.padding:
            parts.append(f"padding={_pair(self.padding)}")
        if self.dilation != 1:
            parts.append(f"dilation={_pair(self.dilation)}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if not self.bias:
            parts.append("bias=False")
        return f"Conv2d({self.in_channels}, {self.out_channels}, {', '.join(parts)})"


class _BatchNorm2d(NamedTuple):
    num_features: int


class BatchNorm2d(_BatchNorm2d, Rule):
    """Batch normalisation with PyTorch's defaults: affine, with running statistics."""

    __slots__ = ()
    stem = "bn"

    def state(self) -> Mapping[str, Shape]:
        vector = (self.num_features,)
        return {
            "weight": vector,
            "bias": vector,
            "running_mean": vector,
            "running_var": vector,
            "num_batches_tracked": (),
        }

    @property
    def params(self) -> int:
        return 2 * self.num_features

    @property
    def text(self) -> str:
        return (
            f"BatchNorm2d({self.num_features}, eps=1e-05, momentum=0.1, affine=True, "
            "track_running_stats=True)"
        )


class _ReLU(NamedTuple):
    inplace: bool = True


class ReLU(_ReLU, Rule):
    """Rectifier, in place as torchvision has it."""

    __slots__ = ()
    stem = "relu"

    @property
    def text(self) -> str:
        return "ReLU(inplace=True)" if self.inplace else "ReLU()"


class _MaxPool2d(NamedTuple):
    kernel_size: int
    stride: int
    padding: int = 0
    ceil_mode: bool = False


class MaxPool2d(_MaxPool2d, Rule):
    """Maximum over a square window."""

    __slots__ = ()
    stem = "pool"
    dilation = 1

    def output_shape(self, shape: Shape) -> Shape:
        args = (self.kernel_size, self.stride, self.padding, 1, self.ceil_mode)
        return (shape[0], window_output(shape[1], *args), window_output(shape[2], *args))

    @property
    def text(self) -> str:
        return (
            f"MaxPool2d(kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding}, dilation=1, ceil_mode={self.ceil_mode})"
        )


class _AvgPool2d(NamedTuple):
    kernel_size: int
    stride: int
    padding: int = 0


class AvgPool2d(_AvgPool2d, Rule):
    """Mean over a square window."""

    __slots__ = ()
    stem = "pool"
    dilation = 1

    def output_shape(self, shape: Shape) -> Shape:
        args = (self.kernel_size, self.stride, self.padding, 1)
        return (shape[0], window_output(shape[1], *args), window_output(shape[2], *args))

    @property
    def text(self) -> str:
        return (
            f"AvgPool2d(kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding})"
        )


class _LocalResponseNorm(NamedTuple):
    size: int = 5
    alpha: float = 5e-4
    beta: float = 0.75
    k: float = 2.0


class LocalResponseNorm(_LocalResponseNorm, Rule):
    """Local response normalisation with AlexNet's constants, which the VGG paper keeps.

    AlexNet sums squares over n = 5 channels with alpha = 1e-4, beta = 0.75, k = 2; PyTorch
    divides alpha by the window size, so the same function takes alpha = 5e-4 here.
    """

    __slots__ = ()
    stem = "lrn"

    @property
    def text(self) -> str:
        return f"LocalResponseNorm({self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k})"


class _AdaptiveAvgPool2d(NamedTuple):
    output_size: tuple[int, int]


class AdaptiveAvgPool2d(_AdaptiveAvgPool2d, Rule):
    """Mean over windows chosen so that the output has a fixed size, whatever the input."""

    __slots__ = ()
    stem = "avgpool"

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0], *self.output_size)

    @property
    def text(self) -> str:
        return f"AdaptiveAvgPool2d(output_size={self.output_size})"


class _Linear(NamedTuple):
    in_features: int
    out_features: int


class Linear(_Linear, Rule):
    """Fully connected layer with bias; a map that reaches it is flattened first."""

    __slots__ = ()
    stem = "fc"

    def output_shape(self, shape: Shape) -> Shape:
        return (self.out_features,)

    def state(self) -> Mapping[str, Shape]:
        return {"weight": (self.out_features, self.in_features), "bias": (self.out_features,)}

    @property
    def params(self) -> int:
        return self.in_features * self.out_features + self.out_features

    def macs(self, output: Shape) -> int:
        return self.in_features * self.out_features

    @property
    def text(self) -> str:
        return (
            f"Linear(in_features={self.in_features}, out_features={self.out_features}, bias=True)"
        )


class _Dropout(NamedTuple):
    p: float


class Dropout(_Dropout, Rule):
    """Dropout, not in place, as torchvision has it."""

    __slots__ = ()
    stem = "drop"

    @property
    def text(self) -> str:
        return f"Dropout(p={self.p}, inplace=False)"
