"""The rules of every kind of layer: one class per torch module, with all its arithmetic.

A class carries the constructor arguments of the ``torch.nn`` module of the same name and
says what that module does to a shape and what it costs. No torch, no terminal: integers.

Shapes are ``(C, H, W)`` for maps and ``(N,)`` for vectors, batch excluded. Parameters follow
``Module.parameters()``; MACs count the multiply-accumulates of convolutions and linear
layers without bias, as torchvision's documented figures do, and are 0 elsewhere.
"""

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn

from vgginspect.shape import Shape, Sides, pair, sides

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Any:
        """For type checkers: what is annotated are the arguments of the constructor."""
        return lambda cls: cls


FLOAT32_BYTES = 4
INT64_BYTES = 8


class Run(NamedTuple):
    """How a network runs, as far as the memory of its layers depends on it.

    ``images`` is the size of the batch, ``element`` and ``weight`` the bytes of one element of a
    feature map and of a weight. ``device`` is ``cuda`` or ``cpu``.
    """

    images: int = 1
    element: int = FLOAT32_BYTES
    weight: int = FLOAT32_BYTES
    device: str = "cuda"
    training: bool = True


#: One image in float32 on a CUDA device: what ``saved_bytes`` counts.
ONE_IMAGE = Run()


@dataclass_transform(frozen_default=True)
class Rule:
    """What every rule answers. Defaults are those of a layer without weights or window.

    What a subclass annotates are its fields, which the constructor takes in their order or by name.
    A rule cannot be changed, and equals those of its class with the same fields.
    """

    _fields: ClassVar[tuple[str, ...]]
    #: Name of the class in ``torch.nn``.
    type: str
    #: Name stem of the field's usual layer names: conv, bn, relu, pool, lrn, fc, drop.
    stem: str = ""
    #: Parameters without ``requires_grad``; a fresh network has none.
    frozen: int = 0
    #: Height and width of the window; None where the layer has none (likewise below).
    kernel_size: Sides | None = None
    #: Step of the window.
    stride: Sides | None = None
    #: Rows and columns of zeros (a pool: of nothing) added on each side.
    padding: Sides | None = None
    #: Distance between the window's points.
    dilation: Sides | None = None
    #: Whether a window may overhang the end.
    ceil_mode: bool = False
    #: Whether the output overwrites the input.
    inplace: bool = False
    #: Whether autograd keeps the layer's input for the backward pass.
    keeps_input: bool = False
    #: Whether it keeps the layer's output.
    keeps_output: bool = False
    #: Whether it keeps more tensors, see ``kept``.
    keeps_more: bool = False
    #: The bytes of these for one image on a CUDA device, as a formula: C, H, W of the output, or
    #: out of a vector.
    kept_formula: str = ""
    #: ``FILE:LINE`` that calls it, for a function without a module.
    line: str | None = None

    def __init_subclass__(cls) -> None:
        cls.type = cls.__name__
        cls._fields = tuple(cls.__annotations__)
        # Written out, it is as fast as a named tuple's; the values go past __setattr__.
        values = ", ".join(f"{name!r}: {name}" for name in cls._fields)
        init = eval(f"lambda self, {', '.join(cls._fields)}: self.__dict__.update({{{values}}})")
        init.__defaults__ = tuple(vars(cls)[name] for name in cls._fields if name in vars(cls))
        init.__qualname__ = cls.__name__
        cls.__init__ = init  # type: ignore[method-assign]

    def __setattr__(self, name: str, value: object = None) -> NoReturn:
        raise AttributeError(f"a rule is immutable, and {name!r} cannot be set")

    __delattr__ = __setattr__

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return (
            f"{self.type}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"
        )

    @property
    def kwargs(self) -> dict[str, Any]:
        """Arguments that make the same module: ``getattr(torch.nn, type)(**kwargs)``."""
        return dict(vars(self))

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
    def passes(self) -> bool:
        """Whether the output is in the input's memory."""
        return self.inplace

    def kept(self, output: Shape, run: Run = ONE_IMAGE) -> int:
        """Bytes of the tensors that autograd keeps besides the layer's input and output."""
        return 0

    def forward_extra(self, output: Shape, run: Run) -> int:
        """Bytes of the tensors that a forward pass without autograd needs for a moment.

        The input and the output are not counted.
        """
        return 0

    def backward_extra(self, output: Shape, run: Run) -> int:
        """Bytes of the tensors that the backward pass needs for a moment, besides gradients."""
        return 0

    @property
    def text(self) -> str:
        """The module's ``repr`` in PyTorch, to the letter."""
        raise NotImplementedError


def window_output(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int, ceil_mode: bool
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


class Axis(NamedTuple):
    """A window along one axis: height or width."""

    kernel_size: int
    stride: int
    padding: int
    dilation: int
    ceil_mode: bool

    @property
    def extent(self) -> int:
        """Number of pixels from the first to the last that the window reads."""
        return self.dilation * (self.kernel_size - 1) + 1

    def output(self, size: int) -> int:
        """Size after the window has slid over ``size`` pixels; below 1 where it does not fit."""
        return window_output(size, *self)


def axes(rule: Rule) -> tuple[Axis, Axis]:
    """The window of a layer that has one, along the height and the width."""
    sizes = (rule.kernel_size, rule.stride, rule.padding, rule.dilation)
    (k_h, k_w), (s_h, s_w), (p_h, p_w), (d_h, d_w) = (pair(size or 0) for size in sizes)
    return Axis(k_h, s_h, p_h, d_h, rule.ceil_mode), Axis(k_w, s_w, p_w, d_w, rule.ceil_mode)


def widened(rule: Rule, field: Sides, jump: Sides) -> tuple[Sides, Sides]:
    """Receptive field and jump after a layer, in input pixels, from those before it."""
    if rule.kernel_size is None:
        return field, jump
    height, width = (
        (along + (axis.extent - 1) * step, step * axis.stride)
        for axis, along, step in zip(axes(rule), pair(field), pair(jump), strict=True)
    )
    return sides(height[0], width[0]), sides(height[1], width[1])


def _slid(rule: "Conv2d | MaxPool2d | AvgPool2d", channels: int, shape: Shape) -> Shape:
    """Shape after a window of so many channels."""
    window = (rule.kernel_size, rule.stride, rule.padding, rule.dilation, rule.ceil_mode)
    if tuple in map(type, window):
        height, width = axes(rule)
        return (channels, height.output(shape[1]), width.output(shape[2]))
    return (channels, window_output(shape[1], *window), window_output(shape[2], *window))  # type: ignore[arg-type]


def _area(window: Sides) -> int:
    return window * window if isinstance(window, int) else window[0] * window[1]


class Conv2d(Rule):
    """Convolution."""

    stem = "conv"
    keeps_input = True
    in_channels: int
    out_channels: int
    kernel_size: Sides
    stride: Sides = 1
    padding: Sides = 0
    dilation: Sides = 1
    groups: int = 1
    bias: bool = True

    def output_shape(self, shape: Shape) -> Shape:
        # Almost every convolution of a VGG.
        if (self.kernel_size, self.stride, self.padding, self.dilation) == (3, 1, 1, 1):
            return (self.out_channels, shape[1], shape[2])
        return _slid(self, self.out_channels, shape)

    def state(self) -> Mapping[str, Shape]:
        weight = (self.out_channels, self.in_channels // self.groups, *pair(self.kernel_size))
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    @property
    def params(self) -> int:
        weight = _area(self.kernel_size) * (self.in_channels // self.groups) * self.out_channels
        return weight + self.out_channels if self.bias else weight

    def macs(self, output: Shape) -> int:
        return _area(self.kernel_size) * (self.in_channels // self.groups) * prod(output)

    @property
    def text(self) -> str:
        parts = [f"kernel_size={pair(self.kernel_size)}", f"stride={pair(self.stride)}"]
        if self.padding != 0:
            parts.append(f"padding={pair(self.padding)}")
        if self.dilation != 1:
            parts.append(f"dilation={pair(self.dilation)}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if not self.bias:
            parts.append("bias=False")
        return f"Conv2d({self.in_channels}, {self.out_channels}, {', '.join(parts)})"


class BatchNorm2d(Rule):
    """Batch normalisation with PyTorch's defaults: affine, with running statistics."""

    stem = "bn"
    keeps_input = keeps_more = True
    kept_formula = "2·4·C"
    num_features: int

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

    def kept(self, output: Shape, run: Run = ONE_IMAGE) -> int:
        # Mean and 1 / standard deviation of each channel; CUDA computes them in float32.
        return 2 * self.num_features * (FLOAT32_BYTES if run.device == "cuda" else run.weight)

    def forward_extra(self, output: Shape, run: Run) -> int:
        return self.kept(output, run) if run.training else 0

    @property
    def text(self) -> str:
        return (
            f"BatchNorm2d({self.num_features}, eps=1e-05, momentum=0.1, affine=True, "
            "track_running_stats=True)"
        )


class ReLU(Rule):
    """Rectifier, in place as torchvision has it."""

    stem = "relu"
    keeps_output = True
    inplace: bool = True

    @property
    def text(self) -> str:
        return "ReLU(inplace=True)" if self.inplace else "ReLU()"


class MaxPool2d(Rule):
    """Maximum over a window."""

    stem = "pool"
    keeps_input = keeps_more = True
    kept_formula = "8·C·H·W"
    dilation = 1
    kernel_size: Sides
    stride: Sides
    padding: Sides = 0
    ceil_mode: bool = False

    def output_shape(self, shape: Shape) -> Shape:
        return _slid(self, shape[0], shape)

    def kept(self, output: Shape, run: Run = ONE_IMAGE) -> int:
        # Which element was the largest: one index for each element of the output.
        return run.images * INT64_BYTES * prod(output)

    def forward_extra(self, output: Shape, run: Run) -> int:
        return self.kept(output, run)

    @property
    def text(self) -> str:
        return (
            f"MaxPool2d(kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding}, dilation=1, ceil_mode={self.ceil_mode})"
        )


class AvgPool2d(Rule):
    """Mean over a window; padding counts as zeros, as in PyTorch."""

    stem = "pool"
    keeps_input = True
    dilation = 1
    kernel_size: Sides
    stride: Sides
    padding: Sides = 0
    ceil_mode: bool = False

    def output_shape(self, shape: Shape) -> Shape:
        return _slid(self, shape[0], shape)

    @property
    def text(self) -> str:
        return (
            f"AvgPool2d(kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding})"
        )


class LocalResponseNorm(Rule):
    """Local response normalisation with AlexNet's constants, which the VGG paper keeps.

    AlexNet sums squares over n = 5 channels with alpha = 1e-4, beta = 0.75, k = 2; PyTorch
    divides alpha by the window size, so the same function takes alpha = 5e-4 here.
    """

    stem = "lrn"
    keeps_input = keeps_more = True
    kept_formula = "4·(C + size − 1)·H·W + 2·4·C·H·W"
    size: int = 5
    alpha: float = 5e-4
    beta: float = 0.75
    k: float = 2.0

    # F.local_response_norm in PyTorch computes input / (k + alpha * mean)^beta, the mean being that
    # of the squares, padded with channels of zeros. Autograd keeps these padded squares, the base
    # of the power and its result.
    def kept(self, output: Shape, run: Run = ONE_IMAGE) -> int:
        return self._padded(output, run) + 2 * self._map(output, run)

    def forward_extra(self, output: Shape, run: Run) -> int:
        return max(self._padded(output, run), 2 * self._map(output, run))

    def backward_extra(self, output: Shape, run: Run) -> int:
        # The gradient of the divisor, -gradient * (input / divisor / divisor), in four steps.
        return 3 * self._map(output, run)

    def _map(self, output: Shape, run: Run) -> int:
        return run.images * run.element * prod(output)

    def _padded(self, output: Shape, run: Run) -> int:
        channels, height, width = output
        return run.images * run.element * (channels + self.size - 1) * height * width

    @property
    def text(self) -> str:
        return f"LocalResponseNorm({self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k})"


class AdaptiveAvgPool2d(Rule):
    """Mean over windows chosen so that the output has a fixed size, whatever the input."""

    stem = "avgpool"
    output_size: tuple[int, int]

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0], *self.output_size)

    @property
    def keeps_input(self) -> bool:  # type: ignore[override]
        """PyTorch computes an output of one pixel as a mean, which needs only the shape."""
        return self.output_size != (1, 1)

    @property
    def text(self) -> str:
        return f"AdaptiveAvgPool2d(output_size={self.output_size})"


class Linear(Rule):
    """Fully connected layer with bias; a map that reaches it is flattened first."""

    stem = "fc"
    keeps_input = True
    in_features: int
    out_features: int

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


class Dropout(Rule):
    """Dropout, not in place, as torchvision has it."""

    stem = "drop"
    keeps_more = True
    p: float

    @property
    def kept_formula(self) -> str:  # type: ignore[override]
        return "" if self.p == 0 else "4" if self.p == 1 else "out"

    @property
    def passes(self) -> bool:
        return self.p == 0

    def kept(self, output: Shape, run: Run = ONE_IMAGE) -> int:
        # The mask, on a CPU in the type of the map, scaled by 1 / (1 - p); for p = 1 one zero.
        if self.p in (0, 1):
            return int(self.p) * run.element
        return run.images * prod(output) * (1 if run.device == "cuda" else run.element)

    @property
    def text(self) -> str:
        return f"Dropout(p={self.p}, inplace=False)"
