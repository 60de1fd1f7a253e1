"""The calculation of every number of a layer, written out: ``3·3·256·512 + 512``.

The costs follow from the shapes of the weights and the output, so no layer type appears here.
"""

import re
from collections.abc import Iterable, Iterator
from math import prod
from re import sub
from typing import NamedTuple

from vgginspect.network.plan import Layer
from vgginspect.network.rules import FLOAT32_BYTES, Axis, Rule, axes
from vgginspect.shape import Shape, Sides, pair

#: The entries of a ``state_dict`` that are parameters; the others are buffers.
PARAMETERS = ("weight", "bias")

#: Dimensions of a weight -> its size in symbols, in the order of the reversed shape.
_SYMBOLS = {1: "out", 2: "in·out", 4: "k·k·in·out"}
#: The last of them, if height and width of the kernel differ.
_RECTANGLE = "k_H·k_W·in·out"


class Figure(NamedTuple):
    """One number of a layer: its formula, and the expression with values filled in.

    ``name`` is the column name, if there is a column. ``expression`` is empty if nothing is
    calculated. ``note`` is the key of an additional message, or empty. Symbols: k, s, p, d are the
    window's kernel size, stride, padding and dilation; in and out the channels; H and W the output
    size, H_in and W_in the input size; r and j the receptive field and jump before the layer.
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


def figures(layer: Layer, previous: Layer | None = None) -> tuple[Figure, ...]:
    """The numbers of a layer, in an order in which each depends only on earlier ones.

    ``previous`` is the layer before it. That can be on another branch of a network in Python; then
    there is no calculation of the receptive field.

    ``in_features`` if a feature map is flattened, ``height`` and ``width`` (pixels) for layers with
    a window, ``params``, ``param_bytes``, ``macs``, ``activation_bytes``, ``saved_bytes`` if it is
    known, and inside the features ``receptive_field`` and ``jump`` (input pixels); where they are
    not the same for height and width, ``receptive_field_height``, ``receptive_field_width``,
    ``jump_height``, ``jump_width``.
    """
    found = _figures(layer)
    if not hasattr(layer.rule, "like"):
        return tuple(found)
    return tuple(_checked(found, _follows(layer, previous)))


def _follows(layer: Layer, previous: Layer | None) -> bool:
    """Whether receptive field and jump follow from those of the layer before."""
    if layer.rule.kernel_size is None or layer.receptive_field is None or layer.jump is None:
        return True
    r, j = (previous.receptive_field, previous.jump) if previous else (1, 1)
    if r is None or j is None:
        return False
    after = layer.receptive_field, layer.jump
    sides = zip(axes(layer.rule), *map(pair, (*after, r, j)), strict=True)
    return all(
        field == field_before + (axis.extent - 1) * jump_before
        and jump == jump_before * axis.stride
        for axis, field, jump, field_before, jump_before in sides
    )


def _checked(found: Iterator[Figure], follows: bool) -> Iterator[Figure]:
    """Figures of a layer that was read from a module: only calculations that give the value.

    ``follows``: whether those of receptive field and jump begin with what the layer before has.
    """
    for figure in found:
        expression = figure.expression.replace(",", "").replace("·", "*").replace("−", "-")
        exact = _value(expression) == figure.value if expression else True
        exact = exact and (follows or not figure.name.startswith(("receptive_field", "jump")))
        yield figure if exact else figure._replace(formula="", expression="", note="note_measured")


def _value(expression: str) -> int:
    """The value of a calculation: sums, products, and a division rounded up or down."""
    text = re.sub(r"⌈(.+) / (\d+)⌉", r"-(-(\1) // \2)", expression)
    text = re.sub(r"⌊(.+) / (\d+)⌋", r"((\1) // \2)", text)
    return int(eval(text, {"__builtins__": {}}))


def _figures(layer: Layer) -> Iterator[Figure]:
    module, before, after = layer.rule, layer.input_shape, layer.output_shape
    if len(before) == 3 and len(after) == 1:
        yield Figure("in_features", "C_in·H_in·W_in", _product(before), layer.in_channels)
    if module.kernel_size is not None:
        height, width = axes(module)
        yield _window("height", "H_in", height, before[1], after[1])
        yield _window("width", "W_in", width, before[2], after[2])
    yield from _weights(layer)
    if module.inplace:
        yield Figure("activation_bytes", "", "", 0, "note_in_place")
    else:
        formula = f"{FLOAT32_BYTES}·{'C·H·W' if len(after) == 3 else 'out'}"
        expression = _product((FLOAT32_BYTES, *after))
        yield Figure("activation_bytes", formula, expression, layer.activation_bytes)
    if layer.saved_bytes is not None:
        yield _saved(layer, layer.saved_bytes)
    if layer.receptive_field is not None and layer.jump is not None:
        yield from _field(module, layer.receptive_field, layer.jump)


def _saved(layer: Layer, saved: int) -> Figure:
    """What autograd keeps: the output, what the rule adds, both, or nothing."""
    module, after = layer.rule, layer.output_shape
    if not saved:
        note = "in_place" if module.inplace else "passes" if module.passes else "not_saved"
        return Figure("saved_bytes", "", "", 0, f"note_{note}")
    more = module.kept(after)
    output = f"{FLOAT32_BYTES}·{'C·H·W' if len(after) == 3 else 'out'}"
    known = {FLOAT32_BYTES * prod(after): [output], more: [module.kept_formula]}
    parts = known.get(saved, [output, module.kept_formula])
    if "" in parts:
        # Of a module that was read; what it keeps was measured.
        return Figure("saved_bytes", "", "", saved, "note_measured")
    formula = " + ".join(parts)
    numbers = dict(zip(("C", "H", "W") if len(after) == 3 else ("out",), after, strict=True))
    numbers["size"] = getattr(module, "size", 0)
    expression = sub("[A-Za-z]+|[0-9]+", lambda n: f"{numbers.get(n[0]) or int(n[0]):,}", formula)
    return Figure("saved_bytes", formula, expression, saved)


def _weights(layer: Layer) -> Iterator[Figure]:
    state = layer.rule.state()
    shapes = [_by_symbol(state[name]) for name in PARAMETERS if name in state]
    if (not shapes and (layer.params or layer.macs)) or any(len(s) not in _SYMBOLS for s in shapes):
        # Weights of a layer that was read from a module, under other names.
        yield Figure("params", "", "", layer.params, "note_measured")
        if layer.macs is not None:
            yield Figure("macs", "", "", layer.macs, "note_measured")
        return
    if not shapes:
        yield Figure("params", "", "", 0, "note_no_weights")
        yield Figure("macs", "", "", 0, "note_no_weights")
        return
    symbols = [_symbols(shape) for shape in shapes]
    formula = " + ".join(symbols)
    yield Figure("params", formula, " + ".join(map(_product, shapes)), layer.params)
    weights = _product((FLOAT32_BYTES, layer.params))
    yield Figure("param_bytes", f"{FLOAT32_BYTES}·params", weights, FLOAT32_BYTES * layer.params)
    weight, places = shapes[0], layer.output_shape[1:]
    if len(weight) == 1:
        yield Figure("macs", "", "", 0, "note_no_macs")
    elif layer.macs is not None:
        formula = symbols[0] + ("·H·W" if places else "")
        yield Figure("macs", formula, _product((*weight, *places)), layer.macs)


def _by_symbol(shape: Shape) -> Shape:
    """A weight's shape in the order of its symbols: kernel, in, out."""
    return (*shape[2:], *shape[1::-1])


def _symbols(shape: Shape) -> str:
    return _RECTANGLE if len(shape) == 4 and shape[0] != shape[1] else _SYMBOLS[len(shape)]


def _window(name: str, symbol: str, axis: Axis, size: int, output: int) -> Figure:
    kernel, stride, padding, dilation, ceil_mode = axis
    left, right = "⌈⌉" if ceil_mode else "⌊⌋"
    formula = f"{left}({symbol} + 2·p − d·(k − 1) − 1) / s{right} + 1"
    inner = f"{size:,} + 2·{padding:,} − {dilation:,}·({kernel:,} − 1) − 1"
    expression = f"{left}({inner}) / {stride:,}{right} + 1"
    # With s - 1 more, rounding down gives what rounding up would.
    every = axis._replace(ceil_mode=False).output(size + stride - 1)
    if ceil_mode and every != output:
        return Figure(name, f"{formula} − 1", f"{expression} − 1", output, "note_overhang")
    return Figure(name, formula, expression, output)


def _field(module: Rule, field: Sides, jump: Sides) -> Iterator[Figure]:
    """Receptive field and jump, for each axis if the calculations differ."""
    turned = "Transpose" in (getattr(module, "like", "") or module.type)
    windows = (None, None) if turned or module.kernel_size is None else axes(module)
    sides = zip(windows, pair(field), pair(jump), strict=True)
    note = "note_measured" if turned else "note_no_window"
    height, width = (_along(*side, note) for side in sides)
    for of_height, of_width in zip(height, width, strict=True):
        if of_height == of_width:
            yield of_height
        else:
            yield of_height._replace(name=f"{of_height.name}_height")
            yield of_width._replace(name=f"{of_width.name}_width")


def _along(axis: Axis | None, field: int, jump: int, note: str) -> tuple[Figure, Figure]:
    """Receptive field and jump along one axis; ``note`` tells why there is no calculation."""
    if axis is None:
        return (
            Figure("receptive_field", "r", "", field, note),
            Figure("jump", "j", "", jump, note),
        )
    jump_before = jump // axis.stride
    field_before = field - (axis.extent - 1) * jump_before
    spread, symbol = (f"·{axis.dilation:,}", "·d") if axis.dilation != 1 else ("", "")
    return (
        Figure(
            "receptive_field",
            f"r + (k − 1){symbol}·j",
            f"{field_before:,} + ({axis.kernel_size:,} − 1){spread}·{jump_before:,}",
            field,
        ),
        Figure("jump", "j·s", f"{jump_before:,}·{axis.stride:,}", jump),
    )


def _product(numbers: Iterable[int]) -> str:
    return "·".join(f"{number:,}" for number in numbers)
