"""Growth: from a Config to a Plan by arithmetic alone, as torchvision's ``make_layers`` walks.

What a token appends depends only on the token, the shape that reaches it and two options, so
such a ``Block`` is worked out once and shared by all the places where it stands. A position
(path, name, receptive field) is added when a Layer is asked for.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import prod
from typing import NamedTuple

from vgginspect.config import Config
from vgginspect.errors import ConfigError, InputSizeError
from vgginspect.layers import (
    FLOAT32_BYTES,
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Module,
    ReLU,
    Shape,
    window_output,
)
from vgginspect.plans import Layer, Plan, Source, Step, Totals
from vgginspect.tokens import MAX_NUMBER, Token

#: The paper numbers its fully connected layers behind five stages: fc6, fc7, fc8.
FIRST_FC = 6
RELU = ReLU()


class Block(NamedTuple):
    """What one token appends, wherever it stands: modules with their shapes, and the sums."""

    modules: tuple[tuple[Module, Shape, Shape], ...]
    output_shape: Shape
    params: int
    macs: int
    activation_bytes: int


def modules_for(token: Token, in_channels: int, batch_norm: bool, bias: bool) -> list[Module]:
    """The modules that one token stands for, as ``torchvision.models.vgg.make_layers`` has it."""
    if token.kind == "conv":
        _, channels, kernel, stride, padding, dilation, _ = token
        conv = Conv2d(in_channels, channels, kernel, stride, padding, dilation, 1, bias)
        return [conv, BatchNorm2d(channels), RELU] if batch_norm else [conv, RELU]
    if token.kind == "maxpool":
        return [MaxPool2d(token.kernel_size, token.stride, token.padding, token.ceil_mode)]
    if token.kind == "avgpool":
        return [AvgPool2d(token.kernel_size, token.stride, token.padding)]
    return [LocalResponseNorm()]


def chain(modules: list[Module], shape: Shape) -> Block:
    """Send a shape through modules in order and add their costs up."""
    placed = []
    params = macs = activation_bytes = 0
    for module in modules:
        output = module.output_shape(shape)
        placed.append((module, shape, output))
        params += module.params
        macs += module.macs(output)
        activation_bytes += module.activation_bytes(output)
        shape = output
    return Block(tuple(placed), shape, params, macs, activation_bytes)


@lru_cache(maxsize=65536)
def block_of(token: Token, shape: Shape, batch_norm: bool, bias: bool) -> Block:
    """The Block a token makes of an input of this shape."""
    return chain(modules_for(token, shape[0], batch_norm, bias), shape)


@lru_cache(maxsize=4096)
def head_of(
    shape: Shape, hidden: tuple[int, ...], num_classes: int, avgpool: int | None, dropout: float
) -> Block:
    """The Block behind the features: average pool and classifier, as torchvision's ``VGG``."""
    modules: list[Module] = []
    features = prod(shape)
    if avgpool is not None:
        modules.append(AdaptiveAvgPool2d((avgpool, avgpool)))
        features = shape[0] * avgpool**2
    if features > MAX_NUMBER:
        raise ConfigError(
            f"the first Linear would read {features:,} numbers, more than {MAX_NUMBER:,}; "
            "give a smaller --avgpool, or --features-only"
        )
    for width in hidden:
        modules += [Linear(features, width), RELU, Dropout(dropout)]
        features = width
    modules.append(Linear(features, num_classes))
    return chain(modules, shape)


class Growth(Source):
    """The Source that walks a Config's tokens, anew at every call and in constant memory."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def totals(self) -> Totals:
        """Sums over the network.

        Raises:
            InputSizeError: a pool would empty the map.
            ConfigError: there is no convolution, or a number grows out of range.
        """
        config = self.config
        batch_norm, bias = config.batch_norm, config.bias
        shape = config.input_shape
        layers = convs = params = macs = activation_bytes = 0
        for position, token in enumerate(config.tokens, 1):
            block = block_of(token, shape, batch_norm, bias)
            shape = block.output_shape
            layers += len(block.modules)
            if token.kind == "conv":
                convs += 1
            elif shape[1] < 1 or shape[2] < 1:
                raise _too_small(config, position, block)
            params += block.params
            macs += block.macs
            activation_bytes += block.activation_bytes
        if not convs:
            raise ConfigError(
                "the cfg list has no convolution; it needs at least one number, such as 64"
            )
        features_params, linears = params, 0
        if not config.features_only:
            head = self._head(shape)
            layers += len(head.modules)
            linears = len(config.hidden) + 1
            params += head.params
            macs += head.macs
            activation_bytes += head.activation_bytes
        return Totals(
            layers,
            convs,
            linears,
            convs + linears,
            params,
            params,
            features_params,
            params - features_params,
            macs,
            FLOAT32_BYTES * params,
            activation_bytes,
        )

    def steps(self) -> Iterator[Step]:
        """The steps, one per token."""
        config = self.config
        shape = config.input_shape
        index = 0
        field, jump = 1, 1
        stage, conv, norm = 1, 0, 0
        for number, token in enumerate(config.tokens, 1):
            block = block_of(token, shape, config.batch_norm, config.bias)
            if token.kind == "conv":
                conv += 1
            elif token.kind == "lrn":
                norm += 1
            suffix = f"{stage}_{norm if token.kind == 'lrn' else conv}"
            layers = []
            for module, before, after in block.modules:
                if module.kernel_size is not None:
                    field += (module.kernel_size - 1) * (module.dilation or 1) * jump
                    jump *= module.stride or 1
                layers.append(
                    Layer(
                        f"features.{index}",
                        f"pool{stage}" if module.stem == "pool" else module.stem + suffix,
                        module,
                        number,
                        stage,
                        before,
                        after,
                        module.params,
                        module.macs(after),
                        module.activation_bytes(after),
                        field,
                        jump,
                    )
                )
                index += 1
            yield Step(
                number,
                (token,),
                token.kind,
                stage,
                shape[0],
                block.output_shape[0],
                index - len(layers),
                index,
                shape,
                block.output_shape,
                tuple(layers),
            )
            shape = block.output_shape
            if token.kind in ("maxpool", "avgpool"):
                stage, conv, norm = stage + 1, 0, 0

    def head(self) -> Iterator[Layer]:
        """The layers behind the features: ``avgpool`` and ``classifier.*``."""
        config = self.config
        if config.features_only:
            return
        shape = config.input_shape
        for token in config.tokens:
            shape = block_of(token, shape, config.batch_norm, config.bias).output_shape
        number, index = FIRST_FC - 1, 0
        for module, before, after in self._head(shape).modules:
            if isinstance(module, AdaptiveAvgPool2d):
                path, name = "avgpool", "avgpool"
            else:
                number += isinstance(module, Linear)
                path, name = f"classifier.{index}", f"{module.stem}{number}"
                index += 1
            yield Layer(
                path,
                name,
                module,
                None,
                None,
                before,
                after,
                module.params,
                module.macs(after),
                module.activation_bytes(after),
                None,
                None,
            )

    def _head(self, shape: Shape) -> Block:
        config = self.config
        return head_of(shape, config.hidden, config.num_classes, config.avgpool, config.dropout)


def grow(config: Config) -> Plan:
    """Grow the Plan of a Config.

    Raises:
        InputSizeError: a pool would empty the map; it knows the smallest size that works.
        ConfigError: there is no convolution, or a number grows out of range.
    """
    return Plan(config, Growth(config))


def smallest_input(config: Config) -> int:
    """The smallest height and width that every pool of the network can take.

    A pool's output never shrinks when its input grows, so bisection finds the edge. Where no
    size up to ``MAX_NUMBER`` works, the answer is a larger number that need not work either.
    """
    pools = [token for token in config.tokens if token.kind in ("maxpool", "avgpool")]

    def works(size: int) -> bool:
        for pool in pools:
            size = window_output(
                size, pool.kernel_size, pool.stride, pool.padding, 1, pool.ceil_mode
            )
            if size < 1:
                return False
        return True

    high = 1
    while not works(high):
        high *= 2
        if high > 2 * MAX_NUMBER:
            return high
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return high


def _too_small(config: Config, position: int, block: Block) -> InputSizeError:
    pool, (_, height, width) = block.modules[0][0], block.modules[0][1]
    stage = 1 + sum(token.kind in ("maxpool", "avgpool") for token in config.tokens[: position - 1])
    token = config.tokens[position - 1]
    smallest = smallest_input(config)
    _, given_height, given_width = config.input_shape
    if smallest > MAX_NUMBER:
        way_out = "no input is large enough for so many pools; take some out"
    else:
        way_out = f"the smallest input that works is {smallest}x{smallest}"
    return InputSizeError(
        f"input {given_height}x{given_width} is too small: pool{stage} "
        f"(token {position} of {len(config.tokens)}, {token.text}) gets a map of "
        f"{height}x{width}, less than its {pool.kernel_size}x{pool.kernel_size} window\n"
        f"  {way_out}",
        smallest,
    )
