"""What each PyTorch function does to the dimensions of a tensor: batch, height, width, others.

A function that is not known here makes the result unknown; nothing is guessed.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any, NamedTuple, TypeAlias

from torch import Tensor

from vgginspect.pytorch.receptive import PIXEL, Reach
from vgginspect.shape import Shape

#: The dimension of the images in a batch.
BATCH = "batch"
#: What a dimension is: that of the batch, height or width of a map, or another (None).
Dimension: TypeAlias = str | Reach | None


class Flow(NamedTuple):
    """How a tensor depends on the image.

    ``dims`` has an entry for each dimension. ``whole``: its values depend on the whole image, or on
    more than ``dims`` tell, so it has no receptive field. ``unknown`` names the place and the
    function after which nothing is known; ``flat`` is the shape of the map that was flattened
    into it.
    """

    dims: tuple[Dimension, ...]
    whole: bool = False
    unknown: str = ""
    flat: Shape = ()

    @property
    def field(self) -> tuple[Reach, Reach] | None:
        """Height and width, if it is a map and both are known."""
        sides = {side.axis: side for side in self.dims if isinstance(side, Reach)}
        if self.whole or self.unknown or len(sides) != 2:
            return None
        return sides[0], sides[1]


def listed(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


def image(dimensions: int) -> Flow:
    """The Flow of a batch of images, or of vectors."""
    sides: tuple[Dimension, ...] = (None, PIXEL, PIXEL._replace(axis=1))
    return Flow((BATCH, *(sides if dimensions == 4 else (None,) * (dimensions - 1))))


class Called(NamedTuple):
    """A call of a function: its name without signs, its arguments, the Flow of each tensor."""

    name: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    flow: Callable[[Any], Flow | None]
    overwrites: bool = False

    def get(self, place: int, name: str, default: Any = None) -> Any:
        """An argument by its place or its name."""
        if len(self.arguments) > place:
            return self.arguments[place]
        return self.keywords.get(name, default)

    @property
    def in_place(self) -> bool:
        """Whether it overwrites its input."""
        return self.keywords.get("inplace") is True or self.overwrites

    @property
    def source(self) -> Tensor:
        """The first tensor."""
        found: Tensor = self.get(0, "input")
        return found


class _UnknownError(Exception):
    """The result depends on the image in a way that is not known."""


def flow_after(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    """The Flow of a function's output; ``inputs`` are the tensors that depend on the image."""
    flows = [flow for flow in map(call.flow, inputs) if flow]
    unknown = next((flow.unknown for flow in flows if flow.unknown), "")
    whole = any(flow.whole for flow in flows)
    known = _FUNCTIONS.get(call.name)
    try:
        if known is None:
            raise _UnknownError
        made = known(call, inputs, output)
    except _UnknownError:
        dims = _as_far_as_known(flows[0].dims, tuple(inputs[0].shape), output)
        maps = any(isinstance(side, Reach) for flow in flows for side in flow.dims)
        # Of values of the whole image, there was no receptive field before.
        return Flow(dims, whole or not maps, unknown or (call.name if maps else ""))
    if len(made.dims) != output.dim():
        made = made._replace(dims=_as_far_as_known(made.dims, (), output))
    maps = any(isinstance(side, Reach) for side in made.dims)
    mixed = not unknown and maps and whole and not all(flow.whole for flow in flows)
    return made._replace(
        whole=made.whole or whole, unknown=unknown or made.unknown or (call.name if mixed else "")
    )


def _as_far_as_known(
    dims: Sequence[Dimension], sizes: Shape, output: Tensor
) -> tuple[Dimension, ...]:
    """Only where the batch is."""
    made: list[Dimension] = [None] * output.dim()
    at = dims.index(BATCH) if BATCH in dims else None
    if at is not None and at < output.dim() and (not sizes or output.shape[at] == sizes[at]):
        made[at] = BATCH
    return tuple(made)


def _joined(one: Dimension, other: Dimension) -> Dimension:
    if isinstance(one, Reach) and isinstance(other, Reach):
        if (both := one.joined(other)) is None:
            raise _UnknownError
        return both
    return one if other is None else other


def _pointwise(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    """A function of the values at one position, of tensors that are broadcast."""
    padded = []
    for tensor in inputs:
        flow = call.flow(tensor)
        assert flow is not None
        if tensor.dim() > output.dim():
            raise _UnknownError
        padded.append((*(None,) * (output.dim() - tensor.dim()), *flow.dims))
    dims = tuple(reduce(_joined, along) for along in zip(*padded, strict=True))
    return Flow(dims)


def _along(count: int) -> Callable[[Called, Sequence[Tensor], Tensor], Flow]:
    """A function along one dimension, given as argument ``count``, that mixes nothing else."""

    def flow(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
        made = _pointwise(call, inputs[:1], output)
        dim = call.get(count, "dim", 1 if call.name in ("normalize", "local_response_norm") else -1)
        if not isinstance(dim, int) or isinstance(made.dims[dim], Reach):
            raise _UnknownError
        return made

    return flow


def _reduced(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    """A mean, a sum, a maximum over dimensions."""
    if len(inputs) > 1 or isinstance(call.get(1, "other"), Tensor):
        return _pointwise(call, inputs, output)
    (source,) = inputs
    flow = call.flow(source)
    assert flow is not None
    at = 2 if call.name == "norm" else 1
    dim = call.get(at, "dim", call.keywords.get("axis"))
    given = range(source.dim()) if dim is None else [dim] if isinstance(dim, int) else dim
    gone = {place % max(source.dim(), 1) for place in given}
    keeps = output.dim() == source.dim()
    lost = any(isinstance(flow.dims[place], Reach) for place in gone)
    dims = [None if place in gone else side for place, side in enumerate(flow.dims)]
    if not keeps:
        dims = [side for place, side in enumerate(dims) if place not in gone]
    return Flow(tuple(dims), lost)


def _window(
    call: Called,
    output: Tensor,
    slide: Callable[[Reach, int], Reach | None],
    count: int,
) -> Flow:
    """A window over the last ``count`` dimensions."""
    flow = call.flow(call.source)
    assert flow is not None
    dims = list(flow.dims)
    for side in range(count):
        place = len(dims) - count + side
        reach = dims[place]
        if reach == BATCH:
            raise _UnknownError
        if isinstance(reach, Reach):
            if (made := slide(reach, side)) is None:
                raise _UnknownError
            dims[place] = made
    return Flow(tuple(dims))


def _sides(value: Any, count: int) -> list[int]:
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    return [int(entry) for entry in (values * count if len(values) == 1 else values)]


def _convolution(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    kernels = call.get(1, "weight").shape[2:]
    count = len(kernels)
    if len(inputs) > 1:
        raise _UnknownError
    turned = "transpose" in call.name
    stride = _sides(call.get(3, "stride", 1), count)
    padding, dilation = call.get(4, "padding", 0), call.get(7 if turned else 5, "dilation", 1)
    spread = _sides(dilation, count)
    if isinstance(padding, str):
        same = padding == "same"
        pads = [d * (k - 1) // 2 if same else 0 for k, d in zip(kernels, spread, strict=True)]
    else:
        pads = _sides(padding, count)

    def slide(reach: Reach, side: int) -> Reach | None:
        window = reach.transposed if turned else reach.window
        return window(kernels[side], stride[side], pads[side], spread[side])

    return _window(call, output, slide, count)


def _pool(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    count = int(call.name.split("pool")[1][0])
    at = 2 if call.name.startswith("lp_") else 1
    kernel = _sides(call.get(at, "kernel_size"), count)
    stride = _sides(call.get(at + 1, "stride") or kernel, count)
    lp = call.name.startswith("lp_")
    padding = _sides(0 if lp else call.get(3, "padding", 0), count)
    spread = _sides(call.get(4, "dilation", 1) if call.name.startswith("max") else 1, count)
    return _window(
        call,
        output,
        lambda reach, side: reach.window(kernel[side], stride[side], padding[side], spread[side]),
        count,
    )


def _resized(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    """Adaptive pools and interpolation: known where one size is a multiple of the other."""
    mode = call.get(3, "mode", "nearest")
    pools = "pool" in call.name
    if call.name == "upsample_bilinear" or (not pools and call.get(4, "align_corners")):
        mode = "aligned"
    count = min(call.source.dim() - 2, output.dim())

    def slide(reach: Reach, side: int) -> Reach | None:
        size, made = (tensor.shape[tensor.dim() - count + side] for tensor in (call.source, output))
        if size == made:
            return reach
        if size and made % size == 0:
            times = made // size
            if pools or mode.startswith("nearest"):
                return reach.repeated(times)
            return reach.interpolated(times) if mode in ("linear", "bilinear") else None
        if made and size % made == 0 and (pools or mode == "nearest"):
            return reach.window(size // made if pools else 1, size // made, 0)
        return None

    return _window(call, output, slide, count)


def _padded(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    pads = list(call.get(1, "pad"))
    count = len(pads) // 2
    # From the last dimension to the first.
    before = pads[-2::-2]
    return _window(call, output, lambda reach, side: reach.window(1, 1, before[side]), count)


def _shuffled(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    times = call.get(1, "upscale_factor", call.keywords.get("downscale_factor"))
    if call.name == "pixel_shuffle":
        return _window(call, output, lambda reach, _: reach.repeated(times), 2)
    return _window(call, output, lambda reach, _: reach.window(times, times, 0), 2)


def _concatenated(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    dim = call.get(1, "dim", call.keywords.get("axis", 0)) % output.dim()
    flows = [flow for flow in map(call.flow, inputs) if flow]
    dims = [flow.dims for flow in flows]
    if call.name == "stack":
        dims = [(*entry[:dim], _added(dim, entry), *entry[dim:]) for entry in dims]
    if any(len(entry) != output.dim() or isinstance(entry[dim], Reach) for entry in dims):
        raise _UnknownError
    return Flow(tuple(reduce(_joined, along) for along in zip(*dims, strict=True)))


def _split(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    flow = call.flow(call.source)
    assert flow is not None
    at = {"unbind": 1, "narrow": 1, "select": 1, "index_select": 1}.get(call.name, 2)
    dim = call.get(at, "dim", 0) % len(flow.dims)
    dims = list(flow.dims)
    if isinstance(dims[dim], Reach):
        if call.name not in ("unbind", "select"):
            raise _UnknownError
        flow = flow._replace(whole=True)
    if call.name in ("unbind", "select"):
        del dims[dim]
    return Flow(tuple(dims), flow.whole)


def _turned(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    """``permute``, ``transpose`` and the like."""
    flow = call.flow(call.source)
    assert flow is not None
    count = len(flow.dims)
    order = list(range(count))
    if call.name == "permute":
        given = call.arguments[1:] or (call.keywords.get("dims", ()),)
        places = given[0] if isinstance(given[0], (tuple, list)) else given
        order = [place % count for place in places]
    elif call.name == "movedim":
        raise _UnknownError
    elif call.name in ("t", "T", "mT"):
        order = [*order[:-2], *order[-2:][::-1]]
    else:
        one = call.get(1, "dim0", call.keywords.get("axis0")) % count
        other = call.get(2, "dim1", call.keywords.get("axis1")) % count
        order[one], order[other] = other, one
    return Flow(tuple(flow.dims[place] for place in order), flow.whole, flat=())


def _viewed(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    """``view``, ``reshape``, ``flatten``, ``squeeze`` and the like, by the shapes alone."""
    source = call.source
    flow = call.flow(source)
    assert flow is not None
    before, after = source.shape, output.shape
    labels, whole = list(flow.dims), False
    if call.name == "unsqueeze":
        place = call.get(1, "dim") % len(after)
        dims = [*labels[:place], _added(place, labels), *labels[place:]]
    elif call.name == "squeeze":
        given = call.get(1, "dim")
        places = range(len(before)) if given is None else [given] if type(given) is int else given
        gone = {place % len(before) for place in places if before[place] == 1}
        dims = [side for place, side in enumerate(labels) if place not in gone]
        whole = any(isinstance(labels[place], Reach) for place in gone)
    else:
        dims, whole = _regrouped(before, labels, after)
    flat: Shape = ()
    if len(dims) == 2 < len(labels) and labels[0] == dims[0] == BATCH and before[0] == after[0]:
        flat = tuple(before[1:])
    elif flow.flat and not whole and before == after:
        flat = flow.flat
    return Flow(tuple(dims), whole, flat=flat)


def _added(place: int, dims: Sequence[Dimension]) -> Dimension:
    """A new dimension: that of the batch, if it is the first of one image alone."""
    return None if place or BATCH in dims else BATCH


def _regrouped(
    sizes: Sequence[int], labels: Sequence[Dimension], made: Sequence[int]
) -> tuple[list[Dimension], bool]:
    """The dimensions after a view, and whether height or width went into another one."""
    dims: list[Dimension] = []
    lost = False
    old = new = 0
    while old < len(sizes) or new < len(made):
        if old < len(sizes) and new < len(made) and sizes[old] == made[new]:
            dims.append(labels[old])
            old, new = old + 1, new + 1
            continue
        alone = old < len(sizes) and sizes[old] == 1 and labels[old] != BATCH
        if alone and (new >= len(made) or made[new] != 1):
            lost = lost or isinstance(labels[old], Reach)
            old += 1
            continue
        images = old < len(sizes) and labels[old] == BATCH
        if new < len(made) and made[new] == 1 and not images:
            dims.append(None)
            new += 1
            continue
        if old >= len(sizes) or new >= len(made):
            raise _UnknownError
        group, parts = [labels[old]], 1
        left, right = sizes[old], made[new]
        old, new = old + 1, new + 1
        while left != right:
            if left < right and old < len(sizes):
                left *= sizes[old]
                group.append(labels[old])
                old += 1
            elif left > right and new < len(made):
                right *= made[new]
                parts += 1
                new += 1
            else:
                raise _UnknownError
        lost = lost or any(isinstance(label, Reach) for label in group)
        dims += [BATCH if BATCH in group and not number else None for number in range(parts)]
    return dims, lost


def _indexed(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    """``x[…]``."""
    flow = call.flow(call.source)
    assert flow is not None
    index = call.get(1, "")
    entries = list(index) if isinstance(index, tuple) else [index]
    if any(isinstance(entry, (Tensor, list)) for entry in entries):
        raise _UnknownError
    taken = sum(entry is not None and entry is not Ellipsis for entry in entries)
    if Ellipsis not in entries:
        entries.append(Ellipsis)
    dims: list[Dimension] = []
    whole, place = False, 0
    for entry in entries:
        if entry is None:
            dims.append(_added(len(dims), flow.dims))
        elif entry is Ellipsis:
            rest = len(flow.dims) - taken
            dims += flow.dims[place : place + rest]
            place += rest
        else:
            side, size = flow.dims[place], call.source.shape[place]
            place += 1
            if isinstance(entry, slice):
                if isinstance(side, Reach):
                    start, _, step = entry.indices(size)
                    if (side := side.window(1, step, -start)) is None:
                        raise _UnknownError
                dims.append(side)
            else:
                whole = whole or isinstance(side, Reach)
    return Flow(tuple(dims), whole)


def _linear(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    """A product over the last dimension."""
    flow = call.flow(call.source)
    if flow is None or len(inputs) > 1:
        raise _UnknownError
    return Flow((*flow.dims[:-1], None), isinstance(flow.dims[-1], Reach))


def _expanded(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    return _pointwise(call, inputs[:1], output)


def _normed(call: Called, inputs: Sequence[Tensor], output: Tensor) -> Flow:
    """``layer_norm``, which mixes the last dimensions."""
    made = _pointwise(call, inputs[:1], output)
    count = len(call.get(1, "normalized_shape"))
    if any(isinstance(side, Reach) for side in made.dims[-count:]):
        raise _UnknownError
    return made


#: Functions of windows over the last dimensions, and the dimensions of a batch for them.
SPATIAL = {
    **{f"conv{kind}{n}d": n + 2 for kind in ("", "_transpose") for n in (1, 2, 3)},
    **{f"{kind}_pool{n}d": n + 2 for kind in ("max", "avg", "lp") for n in (1, 2, 3)},
    **{f"max_pool{n}d_with_indices": n + 2 for n in (1, 2, 3)},
    **{f"adaptive_{kind}_pool{n}d": n + 2 for kind in ("max", "avg") for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d_with_indices": n + 2 for n in (1, 2, 3)},
}

#: Functions of one position: activations, arithmetic, norms in eval mode.
POINTWISE = listed("""
relu relu6 leaky_relu prelu rrelu elu selu celu gelu silu mish hardswish hardsigmoid hardtanh
sigmoid tanh softplus softsign logsigmoid tanhshrink softshrink hardshrink threshold dropout
dropout1d dropout2d dropout3d alpha_dropout feature_dropout feature_alpha_dropout batch_norm
add sub mul div true_divide floor_divide radd rsub rmul rdiv rtruediv truediv pow rpow square sqrt
rsqrt exp expm1 log log1p log2 log10 abs neg sign clamp clamp_min clamp_max clip maximum minimum
where lerp addcmul addcdiv fmod remainder round floor ceil trunc frac reciprocal sin cos erf
contiguous clone detach to float half double bfloat16 type type_as int long bool data requires_grad
alias cpu cuda nan_to_num masked_fill copy eq ne lt le gt ge logical_not logical_and
logical_or isnan zero fill
""")

_FUNCTIONS: dict[str, Callable[[Called, Sequence[Tensor], Tensor], Flow]] = {
    **dict.fromkeys(POINTWISE, _pointwise),
    **dict.fromkeys(("softmax", "log_softmax", "softmin", "cumsum", "glu"), _along(1)),
    **dict.fromkeys(("gumbel_softmax",), _along(4)),
    "normalize": _along(2),
    "local_response_norm": _along(9),
    "layer_norm": _normed,
    **dict.fromkeys(
        listed(
            "mean sum amax amin max min norm std var prod logsumexp argmax argmin any all median"
        ),
        _reduced,
    ),
    **{
        name: _convolution if "conv" in name else _resized if "adaptive" in name else _pool
        for name in SPATIAL
    },
    **dict.fromkeys(("interpolate", "upsample", "upsample_nearest", "upsample_bilinear"), _resized),
    "pad": _padded,
    **dict.fromkeys(("pixel_shuffle", "pixel_unshuffle"), _shuffled),
    **dict.fromkeys(("cat", "concat", "concatenate", "stack"), _concatenated),
    **dict.fromkeys(("split", "chunk", "unbind", "select", "tensor_split", "narrow"), _split),
    **dict.fromkeys(("permute", "transpose", "swapaxes", "swapdims", "movedim"), _turned),
    **dict.fromkeys(("t", "T", "mT"), _turned),
    **dict.fromkeys(
        listed("view reshape flatten unflatten squeeze unsqueeze view_as reshape_as ravel"), _viewed
    ),
    **dict.fromkeys(("expand", "expand_as", "broadcast_to"), _expanded),
    "getitem": _indexed,
    **dict.fromkeys(("linear", "matmul", "mm", "rmatmul"), _linear),
}


#: Functions that only show a tensor in another way, and compute nothing.
VIEWS = frozenset(
    listed("""
view reshape flatten unflatten squeeze unsqueeze view_as reshape_as ravel permute transpose swapaxes
swapdims movedim t T mT expand expand_as broadcast_to getitem split chunk unbind select tensor_split
narrow contiguous clone detach to float half double bfloat16 type type_as data requires_grad alias
cpu cuda
""")
)


def plain_name(function: Any) -> str:
    """The name of a function: ``add`` of ``Tensor.__iadd__``, ``relu`` of ``Tensor.relu_``."""
    name: str = getattr(function, "__name__", "") or type(function).__name__
    if name == "__get__":
        name = getattr(getattr(function, "__self__", None), "__name__", name)
    if name.startswith("__") and name.endswith("__"):
        name = name.strip("_")
        if name[:1] == "i" and name[1:] in POINTWISE:
            name = name[1:]
    return name.rstrip("_").lstrip("_")


def tensors_in(values: Iterable[Any]) -> list[Tensor]:
    """The tensors in arguments, in lists and tuples among them."""
    found = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found += tensors_in(value)
        elif isinstance(value, dict):
            found += tensors_in(value.values())
    return found
