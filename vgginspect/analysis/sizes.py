"""Feature-map sizes and costs of a network at a given input size."""

from collections.abc import Iterable, Iterator
from math import prod
from typing import NamedTuple

from vgginspect.analysis.adaptive_windows import Windows
from vgginspect.cfg.config import Config
from vgginspect.errors import InputSizeError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Layer, Plan, Totals
from vgginspect.network.rules import Axis, axes
from vgginspect.shape import Shape

#: Common input sizes: CIFAR, STL, ImageNet, Inception.
COMMON_SIZES = (32, 64, 96, 128, 224, 299, 448)

#: The input size of published numbers.
REFERENCE = 224


class Resizing(NamedTuple):
    """Height and width before and after a pool, or a convolution that changes them.

    ``unread`` counts the trailing rows and columns that no window covers.
    """

    layer: Layer
    before: tuple[int, int]
    after: tuple[int, int]
    unread: tuple[int, int]

    @property
    def is_pool(self) -> bool:
        """Whether it is a pool."""
        return self.layer.rule.stem == "pool"


class Size(NamedTuple):
    """A network at one input size: the output shape of its features, and its costs.

    ``height`` and ``width`` are the windows of the adaptive average pool, or None without one.
    """

    input_shape: Shape
    map_shape: Shape
    height: Windows | None
    width: Windows | None
    totals: Totals

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of average pooling for rows and columns; one entry if both are equal."""
        both = (self.height, self.width)
        return tuple(dict.fromkeys(windows.kind for windows in both if windows))

    @property
    def classifier_inputs(self) -> int:
        """Number of inputs of the first Linear."""
        if self.height is None or self.width is None:
            return prod(self.map_shape)
        return self.map_shape[0] * self.height.output * self.width.output


def size_of(config: Config) -> Size:
    """Compute a network's size and costs at its own input size.

    Raises:
        InputSizeError: the input is too small for a layer.
    """
    plan = grow(config)
    shape = config.input_shape
    for step in plan.iter_steps():
        shape = step.output_shape
    height = width = None
    if config.avgpool is not None and not config.features_only:
        height, width = (Windows(size, config.avgpool) for size in shape[1:])
    return Size(config.input_shape, shape, height, width, plan.totals)


def at_sizes(config: Config, sizes: Iterable[tuple[int, int]]) -> Iterator[Size]:
    """The same network at other heights and widths; sizes too small for a layer are skipped."""
    for height, width in sizes:
        try:
            yield size_of(config._replace(input_shape=(config.input_shape[0], height, width)))
        except InputSizeError:
            continue


def common_sizes(config: Config) -> list[tuple[int, int]]:
    """The common input sizes and the network's own, smallest first."""
    _, height, width = config.input_shape
    every = {(size, size) for size in COMMON_SIZES} | {(height, width)}
    return sorted(every, key=lambda size: (prod(size), size))


def resizings(plan: Plan) -> Iterator[Resizing]:
    """The pools of the features, and the convolutions that change the size, in order."""
    for step in plan.iter_steps():
        for layer in step.layers:
            (_, *before), (_, *after) = layer.input_shape, layer.output_shape
            if layer.rule.stem == "pool" or before != after:
                windows = zip(axes(layer.rule), before, after, strict=True)
                rows, columns = (_unread(*window) for window in windows)
                yield Resizing(layer, (before[0], before[1]), (after[0], after[1]), (rows, columns))


def _unread(axis: Axis, size: int, output: int) -> int:
    """Number of trailing values after the last window."""
    return max(0, size - ((output - 1) * axis.stride - axis.padding + axis.extent))
