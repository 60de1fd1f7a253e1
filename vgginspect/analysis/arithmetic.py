"""Every figure of a layer with the calculation behind it, written out: ``3·3·256·512 + 512``.

What a layer costs follows from the shapes of its weights and of its output, so no kind of
layer is named here.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vgginspect.network.plan import Layer
from vgginspect.network.rules import FLOAT32_BYTES, Rule, window_output

#: The entries of a ``state_dict`` that are parameters; the others are buffers.
PARAMETERS = ("weight", "bias")

#: Dimensions of a weight -> its size in symbols, in the order of the reversed shape.
_SYMBOLS = {1: "out", 2: "in·out", 4: "k·k·in·out"}


class Figure(NamedTuple):
    """One number of a layer, its formula in symbols, and the same with the numbers put in.

    ``name`` is that of the column where there is one. Where nothing is calculated,
    ``expression`` is empty. ``note`` is the key of a message that says more, or empty.
    Symbols: k, s, p, d the window's kernel size, stride, padding and dilation; in and out the
    channels; H and W the output's size, H_in and W_in the input's; r and j the receptive field
    and the jump before the layer.
    """

    name: str
    formula: str
    expression: str
    value: int
    note: str = ""

    @property
    def text(self) -> str:
        """The calculation with its result: ``3·3·256·512 + 512 = 1,180,160``."""
        result = f"{self.value:,}"
        return f"{self.expression} = {result}" if self.expression else result


def figures(layer: Layer) -> tuple[Figure, ...]:
    """The figures of a layer, in the order in which one follows from the other.

    ``in_features`` where a map is flattened, ``height`` and ``width`` (pixels) where a window
    slides, ``params``, ``param_bytes``, ``macs``, ``activation_bytes``, and inside features
    ``receptive_field`` and ``jump`` (pixels of the input).
    """
    return tuple(_figures(layer))


def _figures(layer: Layer) -> Iterator[Figure]:
    module, before, after = layer.rule, layer.input_shape, layer.output_shape
    if len(before) == 3 and len(after) == 1:
        yield Figure("in_features", "C_in·H_in·W_in", _product(before), layer.in_channels)
    if module.kernel_size is not None:
        yield _window("height", "H_in", module, before[1], after[1])
        yield _window("width", "W_in", module, before[2], after[2])
    yield from _weights(layer)
    if module.inplace:
        yield Figure("activation_bytes", "", "", 0, "note_in_place")
    else:
        formula = f"{FLOAT32_BYTES}·{'C·H·W' if len(after) == 3 else 'out'}"
        expression = _product((FLOAT32_BYTES, *after))
        yield Figure("activation_bytes", formula, expression, layer.activation_bytes)
    if layer.receptive_field is not None and layer.jump is not None:
        yield from _field(module, layer.receptive_field, layer.jump)


def _weights(layer: Layer) -> Iterator[Figure]:
    state = layer.rule.state()
    shapes = [state[name][::-1] for name in PARAMETERS if name in state]
    if not shapes:
        yield Figure("params", "", "", 0, "note_no_weights")
        yield Figure("macs", "", "", 0, "note_no_weights")
        return
    formula = " + ".join(_SYMBOLS[len(shape)] for shape in shapes)
    yield Figure("params", formula, " + ".join(map(_product, shapes)), layer.params)
    weights = _product((FLOAT32_BYTES, layer.params))
    yield Figure("param_bytes", f"{FLOAT32_BYTES}·params", weights, FLOAT32_BYTES * layer.params)
    weight, places = shapes[0], layer.output_shape[1:]
    if len(weight) == 1:
        yield Figure("macs", "", "", 0, "note_no_macs")
    else:
        formula = _SYMBOLS[len(weight)] + ("·H·W" if places else "")
        yield Figure("macs", formula, _product((*weight, *places)), layer.macs)


def _window(name: str, symbol: str, module: Rule, size: int, output: int) -> Figure:
    window = (module.kernel_size, module.stride, module.padding, module.dilation)
    kernel, stride, padding, dilation = (number or 0 for number in window)
    left, right = "⌈⌉" if module.ceil_mode else "⌊⌋"
    formula = f"{left}({symbol} + 2·p − d·(k − 1) − 1) / s{right} + 1"
    inner = f"{size:,} + 2·{padding:,} − {dilation:,}·({kernel:,} − 1) − 1"
    expression = f"{left}({inner}) / {stride:,}{right} + 1"
    # With s - 1 more, rounding down gives what rounding up would.
    every = window_output(size + stride - 1, kernel, stride, padding, dilation)
    if module.ceil_mode and every != output:
        return Figure(name, f"{formula} − 1", f"{expression} − 1", output, "note_overhang")
    return Figure(name, formula, expression, output)


def _field(module: Rule, field: int, jump: int) -> Iterator[Figure]:
    kernel = module.kernel_size
    if kernel is None:
        yield Figure("receptive_field", "r", "", field, "note_no_window")
        yield Figure("jump", "j", "", jump, "note_no_window")
        return
    stride, dilation = module.stride or 1, module.dilation or 1
    jump_before = jump // stride
    field_before = field - (kernel - 1) * dilation * jump_before
    spread, spread_symbol = (f"·{dilation:,}", "·d") if dilation != 1 else ("", "")
    yield Figure(
        "receptive_field",
        f"r + (k − 1){spread_symbol}·j",
        f"{field_before:,} + ({kernel:,} − 1){spread}·{jump_before:,}",
        field,
    )
    yield Figure("jump", "j·s", f"{jump_before:,}·{stride:,}", jump)


def _product(numbers: Iterable[int]) -> str:
    return "·".join(f"{number:,}" for number in numbers)
