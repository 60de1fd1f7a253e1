"""What becomes of an input of some size on its way through a network."""

from collections.abc import Iterable, Iterator
from math import prod
from typing import NamedTuple

from vgginspect.analysis.adaptive_windows import Windows
from vgginspect.cfg.config import Config
from vgginspect.errors import InputSizeError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Layer, Plan, Totals
from vgginspect.network.rules import Rule
from vgginspect.shape import Shape

#: Heights and widths that networks of this kind are used at: CIFAR, STL, ImageNet, Inception.
USUAL_SIZES = (32, 64, 96, 128, 224, 299, 448)

#: The size that published figures are for.
REFERENCE = 224


class Pooling(NamedTuple):
    """What one pool makes of the map's height and width.

    ``unread`` are the last rows and columns that no window reaches.
    """

    layer: Layer
    before: tuple[int, int]
    after: tuple[int, int]
    unread: tuple[int, int]


class Size(NamedTuple):
    """A network at one input: the map behind the features, and what it costs.

    ``height`` and ``width`` are the windows of the adaptive average pool, or None without one.
    """

    input_shape: Shape
    map_shape: Shape
    height: Windows | None
    width: Windows | None
    totals: Totals

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the average pool does to rows and columns; one word where it is the same."""
        both = (self.height, self.width)
        return tuple(dict.fromkeys(windows.kind for windows in both if windows))

    @property
    def classifier_inputs(self) -> int:
        """How many numbers the first Linear reads."""
        if self.height is None or self.width is None:
            return prod(self.map_shape)
        return self.map_shape[0] * self.height.output * self.width.output


def size_of(config: Config) -> Size:
    """What a network makes of its own input.

    Raises:
        InputSizeError: a pool would empty the map.
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
    """The same network at other heights and widths, those that its pools can take."""
    for height, width in sizes:
        try:
            yield size_of(config._replace(input_shape=(config.input_shape[0], height, width)))
        except InputSizeError:
            continue


def usual_sizes(config: Config) -> list[tuple[int, int]]:
    """The usual heights and widths and the network's own, the smaller first."""
    _, height, width = config.input_shape
    every = {(size, size) for size in USUAL_SIZES} | {(height, width)}
    return sorted(every, key=lambda size: (prod(size), size))


def poolings(plan: Plan) -> Iterator[Pooling]:
    """The pools of the features in order."""
    for step in plan.iter_steps():
        for layer in step.layers:
            if layer.rule.stem == "pool":
                (_, *before), (_, *after) = layer.input_shape, layer.output_shape
                rows, columns = (
                    _unread(layer.rule, *sizes) for sizes in zip(before, after, strict=True)
                )
                yield Pooling(layer, (before[0], before[1]), (after[0], after[1]), (rows, columns))


def _unread(pool: Rule, size: int, output: int) -> int:
    """How many values at the end lie behind the last window."""
    kernel, stride, padding = pool.kernel_size or 1, pool.stride or 1, pool.padding or 0
    return max(0, size - ((output - 1) * stride - padding + kernel))
