"""The modules that a token appends, and those after the features, with shapes and costs.

The result depends only on the token, its input shape and two options, so it is cached.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import prod
from typing import NamedTuple, TypeAlias

from vgginspect.cfg.tokens import GRAMMAR, MAX_NUMBER, Token
from vgginspect.errors import ConfigError
from vgginspect.network.rules import (
    FLOAT32_BYTES,
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Rule,
)
from vgginspect.shape import Shape

RELU = ReLU()

#: A module, the shapes before and after it, its parameters, MACs, activation bytes and saved bytes:
#: the fields of a Layer that do not depend on its position.
Placed: TypeAlias = tuple[Rule, Shape, Shape, int, int, int, int]


class Sums(NamedTuple):
    """The output shape and summed costs of consecutive modules."""

    output_shape: Shape
    layers: int
    params: int
    macs: int
    activation_bytes: int
    saved_bytes: int


def modules_for(token: Token, in_channels: int, batch_norm: bool, bias: bool) -> list[Rule]:
    """The modules that one token appends, as in ``torchvision.models.vgg.make_layers``.

    Raises:
        ConfigError: the token is of an unknown kind.
    """
    if token.kind == "conv":
        _, channels, kernel, stride, padding, dilation, _ = token
        conv = Conv2d(in_channels, channels, kernel, stride, padding, dilation, 1, bias)
        return [conv, BatchNorm2d(channels), RELU] if batch_norm else [conv, RELU]
    if token.kind == "maxpool":
        return [MaxPool2d(token.kernel_size, token.stride, token.padding, token.ceil_mode)]
    if token.kind == "avgpool":
        return [AvgPool2d(token.kernel_size, token.stride, token.padding, token.ceil_mode)]
    if token.kind == "lrn":
        return [LocalResponseNorm()]
    kinds = ", ".join(form.kind for form in GRAMMAR)
    raise ConfigError(f"the kind of a token must be {kinds}, not {token.kind!r}")


def head_modules(
    shape: Shape, hidden: tuple[int, ...], num_classes: int, avgpool: int | None, dropout: float
) -> list[Rule]:
    """The modules after features with this output shape, as in torchvision's ``VGG``.

    Raises:
        ConfigError: the flattened feature map is too large.
    """
    modules: list[Rule] = []
    features = prod(shape)
    if avgpool is not None:
        modules.append(AdaptiveAvgPool2d((avgpool, avgpool)))
        features = shape[0] * avgpool**2
    if features > MAX_NUMBER:
        raise ConfigError(
            f"the first Linear would have {features:,} inputs, more than {MAX_NUMBER:,}; "
            "use a smaller --avgpool, or --features-only"
        )
    for width in hidden:
        modules += [Linear(features, width), RELU, Dropout(dropout)]
        features = width
    modules.append(Linear(features, num_classes))
    return modules


def place(
    modules: Sequence[Rule], shape: Shape, needed: bool = True, recorded: bool = True
) -> list[Placed]:
    """Compute shapes and costs of consecutive modules.

    Args:
        modules: in forward order.
        shape: the input of the first.
        needed: whether autograd keeps the output of the last for what follows.
        recorded: whether autograd records the first; otherwise it does from the first parameter on.
    """
    shapes = [shape]
    for module in modules:
        shapes.append(module.output_shape(shapes[-1]))
    saved = saved_bytes(modules, shapes[1:], needed, recorded)
    return [
        (
            module,
            before,
            output,
            module.params,
            module.macs(output),
            module.activation_bytes(output),
            bytes_,
        )
        for module, before, output, bytes_ in zip(modules, shapes, shapes[1:], saved, strict=False)
    ]


def saved_bytes(
    modules: Sequence[Rule], outputs: Sequence[Shape], needed: bool = True, recorded: bool = True
) -> list[int]:
    """What autograd keeps of each module: its output if a layer needs it, and what the rule adds.

    A module that works in place has no output of its own. The arguments are as for ``place``.
    """
    first = 0
    while not recorded and first < len(modules) and not modules[first].params:
        first += 1
    found = []
    for index in reversed(range(len(modules))):
        module, output = modules[index], outputs[index]
        records = index >= first
        more = module.kept(output) if records else 0
        needed = needed or (records and module.keeps_output)
        if module.passes:
            found.append(more)
            needed = needed or (records and module.keeps_input)
        else:
            found.append(more + FLOAT32_BYTES * prod(output) * needed)
            needed = records and module.keeps_input
    return found[::-1]


def cost(modules: Iterable[Rule], shape: Shape) -> Sums:
    """Sum the costs of consecutive modules, as if autograd kept every output."""
    layers = params = macs = activation_bytes = more = 0
    for module in modules:
        layers += 1
        if module.inplace:
            # An activation: it has the shape of its input, and costs nothing.
            continue
        shape = module.output_shape(shape)
        params += module.params
        macs += module.macs(shape)
        activation_bytes += FLOAT32_BYTES * prod(shape)
        if module.keeps_more:
            more += module.kept(shape)
    return Sums(shape, layers, params, macs, activation_bytes, activation_bytes + more)


@lru_cache(maxsize=4096)
def appended(token: Token, shape: Shape, batch_norm: bool, bias: bool) -> tuple[Placed, ...]:
    """The modules that a token appends for an input of this shape, in the middle of a network."""
    return tuple(place(modules_for(token, shape[0], batch_norm, bias), shape))
