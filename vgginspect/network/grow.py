"""Compute a Plan from a Config without PyTorch, in the order of torchvision's ``make_layers``.

Path, name and receptive field are added only when a Layer is requested; totals do not need them.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from vgginspect.cfg.config import Config
from vgginspect.cfg.tokens import MAX_NUMBER, Token
from vgginspect.errors import ConfigError, InputSizeError
from vgginspect.network.plan import Layer, Plan, Source, Step, Totals, totals_of
from vgginspect.network.rules import (
    FLOAT32_BYTES,
    AdaptiveAvgPool2d,
    Axis,
    Linear,
    Rule,
    axes,
    widened,
)
from vgginspect.network.token_modules import appended, cost, head_modules, modules_for, place
from vgginspect.shape import Shape, Sides, pair, sides, sides_text

#: The paper numbers its fully connected layers after its five stages: fc6, fc7, fc8.
FIRST_FC = 6


class Growth(Source):
    """A Source that goes through a Config's tokens at every call, in constant memory."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def totals(self) -> Totals:
        """Sums over the network.

        Raises:
            InputSizeError: the input is too small for a layer.
            ConfigError: there is no convolution, or a number is too large.
        """
        config = self.config
        batch_norm, bias = config.batch_norm, config.bias
        shape = config.input_shape
        layers = convs = params = macs = activation_bytes = saved = 0
        for position, token in enumerate(config.tokens, 1):
            before = shape
            modules = modules_for(token, shape[0], batch_norm, bias)
            shape, count, own_params, own_macs, own_bytes, own_saved = cost(modules, shape)
            layers += count
            if token.kind == "conv":
                convs += 1
            elif not convs:
                # Without parameters before, autograd keeps only what a convolution reads.
                saved, own_saved = 0, own_bytes
            if shape[1] < 1 or shape[2] < 1:
                raise _too_small(config, position, before)
            params += own_params
            macs += own_macs
            activation_bytes += own_bytes
            saved += own_saved
        if not convs:
            raise ConfigError(
                "the cfg list has no convolution; it needs at least one number, such as 64"
            )
        features_params, linears = params, 0
        after = self._after(shape)
        if not modules[-1].keeps_output and not (after and after[0].keeps_input):
            saved -= modules[-1].activation_bytes(shape)
        if after:
            head = cost(after, shape)
            layers += head.layers
            linears = len(config.hidden) + 1
            params += head.params
            macs += head.macs
            activation_bytes += head.activation_bytes
            saved += head.saved_bytes - after[-1].activation_bytes(head.output_shape)
            if config.dropout == 0:
                saved -= FLOAT32_BYTES * sum(config.hidden)
        return totals_of(
            layers, convs, linears, params, params, features_params, macs, activation_bytes, saved
        )

    def steps(self) -> Iterator[Step]:
        """The steps, one per token."""
        config = self.config
        batch_norm, bias = config.batch_norm, config.bias
        shape = config.input_shape
        index = 0
        field: Sides = 1
        jump: Sides = 1
        stage, conv, norm = 1, 0, 0
        tokens, recorded = config.tokens, False
        for number, token in enumerate(tokens, 1):
            kind = token.kind
            if kind == "conv":
                conv += 1
            elif kind == "lrn":
                norm += 1
            suffix = f"{stage}_{norm if kind == 'lrn' else conv}"
            before, length = shape, index
            layers = []
            run = appended(token, shape, batch_norm, bias)
            recorded = recorded or kind == "conv"
            if number == len(tokens):
                after = self._after(run[-1][2])
                needed = bool(after) and after[0].keeps_input
            else:
                needed = recorded or tokens[number].kind == "conv"
            if not (recorded and needed):
                run = tuple(place([placed[0] for placed in run], shape, needed, recorded))
            for placed in run:
                module, _, shape, params, macs, activation_bytes, saved = placed
                field, jump = widened(module, field, jump)
                layers.append(
                    Layer(
                        f"features.{index}",
                        f"pool{stage}" if module.stem == "pool" else module.stem + suffix,
                        module,
                        number,
                        stage,
                        placed[1],
                        shape,
                        params,
                        macs,
                        activation_bytes,
                        saved,
                        field,
                        jump,
                    )
                )
                index += 1
            yield Step(
                number,
                (token,),
                kind,
                stage,
                before[0],
                shape[0],
                length,
                index,
                before,
                shape,
                tuple(layers),
            )
            if kind in ("maxpool", "avgpool"):
                stage, conv, norm = stage + 1, 0, 0

    def head(self) -> Iterator[Layer]:
        """The layers after the features: ``avgpool`` and ``classifier.*``."""
        config = self.config
        shape = config.input_shape
        for token in config.tokens:
            shape = appended(token, shape, config.batch_norm, config.bias)[-1][2]
        number, index = FIRST_FC - 1, 0
        for placed in place(self._after(shape), shape, needed=False):
            module = placed[0]
            if isinstance(module, AdaptiveAvgPool2d):
                path, name = "avgpool", "avgpool"
            else:
                number += isinstance(module, Linear)
                path, name = f"classifier.{index}", f"{module.stem}{number}"
                index += 1
            yield Layer(path, name, module, None, None, *placed[1:], None, None)

    def _after(self, shape: Shape) -> list[Rule]:
        """The modules after features with this output shape."""
        config = self.config
        if config.features_only:
            return []
        return head_modules(
            shape, config.hidden, config.num_classes, config.avgpool, config.dropout
        )


def grow(config: Config) -> Plan:
    """Compute the Plan of a Config.

    Raises:
        InputSizeError: the input is too small for a layer; ``smallest`` is the smallest size that
            works.
        ConfigError: there is no convolution, or a number is too large.
    """
    return Plan(config, Growth(config))


def smallest_input(config: Config, output: int = 1) -> Sides:
    """The smallest input that every layer of the features can take, for height and width.

    The features then give at least ``output`` rows and columns. If no size up to ``MAX_NUMBER``
    works, a larger number is returned, which may not work either.
    """
    windows = [_window(config, token) for token in dict.fromkeys(config.tokens)]
    known = dict(zip(dict.fromkeys(config.tokens), windows, strict=True))
    heights, widths = zip(*(known[token] for token in config.tokens), strict=True)
    return sides(_smallest(heights, output), _smallest(widths, output))


def _window(config: Config, token: Token) -> tuple[Axis | None, Axis | None]:
    """The window of a token's first module along each axis; None where it keeps every size."""
    rule = modules_for(token, config.input_shape[0], config.batch_norm, config.bias)[0]
    if rule.kernel_size is None:
        return None, None
    height, width = (
        None if axis.stride == 1 and axis.extent == 2 * axis.padding + 1 else axis
        for axis in axes(rule)
    )
    return height, width


def _smallest(windows: Sequence[Axis | None], least: int) -> int:
    """The smallest size that all windows can take, one after another, to give at least ``least``.

    The output of a window is monotonic in its input, so bisection finds the limit.
    """
    resizing = [window for window in windows if window]

    def works(size: int) -> bool:
        for window in resizing:
            size = window.output(size)
            if size < 1:
                return False
        return size >= least

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


def _too_small(config: Config, position: int, shape: Shape) -> InputSizeError:
    layer = next(islice(Growth(config).steps(), position - 1, None)).layers[0]
    height, width = axes(layer.rule)
    reach = f"its {height.extent}x{width.extent} window"
    if layer.rule.padding:
        needed = f"{_smallest((height,), 1)}x{_smallest((width,), 1)}"
        reach = f"the {needed} that {reach} with padding {sides_text(layer.rule.padding)} needs"
    smallest = smallest_input(config)
    if max(pair(smallest)) > MAX_NUMBER:
        way_out = "no input is large enough for so many layers; remove some"
    else:
        way_out = f"the smallest input that works is {'x'.join(map(str, pair(smallest)))}"
    channels, rows, columns = config.input_shape
    if columns in (1, 3, 4) and channels > 4:
        way_out += (
            f"\n  a size with channels is CxHxW: {columns}x{channels}x{rows}, not "
            f"{channels}x{rows}x{columns}"
        )
    token = config.tokens[position - 1]
    return InputSizeError(
        f"input {config.input_shape[1]}x{config.input_shape[2]} is too small: {layer.name} "
        f"(token {position} of {len(config.tokens)}, {token.text}) gets a {shape[1]}x{shape[2]} "
        f"feature map, smaller than {reach}\n  {way_out}",
        smallest,
    )
