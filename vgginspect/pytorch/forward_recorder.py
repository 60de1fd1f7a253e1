"""Record everything that computes in a forward pass: modules, functions, methods of tensors.

A ``TorchFunctionMode`` sees each call of PyTorch from Python: in the ``forward`` of a module, as
``F.relu(x)``, and as ``x + y``. Hooks tell which module is running.
"""

import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from math import prod
from os import sep
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules import module as hooks
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

from vgginspect.pytorch.data_flow import (
    BATCH,
    VIEWS,
    Called,
    Flow,
    flow_after,
    image,
    plain_name,
    tensors_in,
)
from vgginspect.pytorch.layers_from_calls import LayerCall
from vgginspect.pytorch.outline import mapped, outline, reserved
from vgginspect.pytorch.pin_to_meta import moves_only, without_device
from vgginspect.pytorch.read_module import ReadModule, read_function, read_module
from vgginspect.pytorch.sandbox import place_of
from vgginspect.pytorch.views_between import joined, view_text
from vgginspect.shape import Shape, Sides, sides

#: With a separator, since the names of other packages begin with the same letters.
_TORCH = f"{Path(torch.__file__).parent}{sep}"
_OURS = f"{Path(__file__).parent.parent}{sep}"
#: Functions that multiply by weights, whose multiply-accumulates are not counted here.
_UNCOUNTED = (
    *("lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell", "rnn_tanh_cell"),
    *("rnn_relu_cell", "einsum", "bilinear", "multi_head_attention_forward"),
    *("scaled_dot_product_attention", "tensordot", "chain_matmul", "addbmm", "addmv"),
    *("addr", "outer", "ger", "inner", "dot", "mv", "kron", "multi_dot"),
)
#: Functions that tell the values of a tensor, or whose result has a shape that depends on them.
_READ_VALUES = (
    *("__bool__", "__float__", "__int__", "__index__", "__complex__", "__array__", "__contains__"),
    *("item", "tolist", "numpy", "nonzero", "argwhere", "masked_select", "unique", "equal"),
    *("unique_consecutive", "bincount", "allclose", "is_nonzero"),
)
#: A module of one's own with more functions of these stems than one is not one layer.
_HEAVY = ("conv", "fc", "pool", "bn")


class ValuesReadError(BaseException):
    """A network reads values of the image, and there are none.

    Not an Exception, so that ``except Exception`` in the user's code does not catch it.
    """


class Running(NamedTuple):
    """A module that is running: its path, its inputs, and the calls inside it if it is a leaf."""

    module: nn.Module
    path: str
    inputs: list[Tensor]
    inside: list[LayerCall] | None


class ForwardRecorder(TorchFunctionMode):
    """Records the calls of a network while it is active.

    ``calls`` are those that make a layer, in order. ``running`` are the modules that run, which
    after an exception are those that it left. ``strange`` are the shapes of the tensors that no
    recorded function made; those that differ from ``other``'s, of a batch of another size, depend
    on the images.

    Args:
        network: the network.
        images: the batch.
        computes: whether values are computed, and not only shapes.
        other: the shapes that were ``strange`` with a batch of another size.
    """

    def __init__(
        self,
        network: nn.Module,
        images: Iterable[Tensor],
        computes: bool = True,
        other: Sequence[Shape] = (),
    ) -> None:
        super().__init__()
        self.strange: list[Shape] = []
        #: Where the images of a batch got more rows than one, and how many.
        self.folded = ("", 0)
        #: Where values of the image were read.
        self.read = ""
        self._computes = computes
        self._other = other
        self._constant: set[int] = set()
        self.calls: list[LayerCall] = []
        self.running: list[Running] = []
        self._root = network
        self._paths: dict[nn.Module, list[str]] = {}
        for path, module in network.named_modules(remove_duplicate=False):
            self._paths.setdefault(module, []).append(path)
        self._rules: dict[nn.Module, ReadModule] = {}
        self._called: set[nn.Module] = set()
        self._flows: dict[int, Flow] = {}
        #: Call that made a tensor.
        self._makers: dict[int, int] = {}
        #: Shape of a layer's output, and the views of it that a tensor is.
        self._views: dict[int, tuple[Shape, tuple[str, ...]]] = {}
        #: Parameters that a constant was computed from, by key.
        self._sources: dict[int, tuple[str, ...]] = {}
        self._state = dict(_state(network))
        self._weights = {id(tensor): key for key, tensor in self._state.items()}
        self._counted: set[str] = set()
        #: A number is no name while the tensor lives.
        self._alive: list[Tensor] = []
        self._handles: list[Any] = []
        for tensor in images:
            self._batch, self._device = tensor.shape[0], tensor.device.type
            self._keep(tensor, image(tensor.dim()), None)

    def __enter__(self) -> "ForwardRecorder":
        self._handles = [
            hooks.register_module_forward_pre_hook(self._entered),
            hooks.register_module_forward_hook(self._left),
        ]
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)  # type: ignore[no-untyped-call]
        for handle in self._handles:
            handle.remove()

    def flow(self, tensor: Any) -> Flow | None:
        """How a tensor depends on the image; None for a constant."""
        if not isinstance(tensor, Tensor):
            return None
        known, key = self._flows.get(id(tensor)), id(tensor)
        if known is None and key not in self._constant and key not in self._weights:
            self._be_constant(tensor)
            self.strange.append(tuple(tensor.shape))
            place = len(self.strange) - 1
            other = self._other[place] if place < len(self._other) else tensor.shape
            if len(other) == tensor.dim() and other != tensor.shape:
                pairs = zip(tensor.shape, other, strict=True)
                dims = tuple(None if one == two else BATCH for one, two in pairs)
                what = f"{_line()}: what a function that is not PyTorch's"
                known = Flow(dims, False, what)
                self._keep(tensor, known, None)
        return known

    def shape(self, tensor: Tensor) -> Shape:
        """Its shape for one image, without the batch."""
        flow, sizes = self.flow(tensor), tuple(tensor.shape)
        if flow is not None and BATCH in flow.dims and len(flow.dims) == len(sizes):
            at = flow.dims.index(BATCH)
            rows, rest = divmod(sizes[at], self._batch)
            if not rest:
                sizes = (*sizes[:at], *((rows,) if rows > 1 else ()), *sizes[at + 1 :])
        return sizes or (1,)

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = plain_name(func)
        args, kwargs = without_device(name, args, kwargs)
        if args and isinstance(args[0], Tensor) and moves_only(name, args, kwargs):
            return args[0]
        if name in ("register_hook", "retain_grad"):
            # There are no gradients.
            return RemovableHandle(OrderedDict())
        inputs = tensors_in((*args, *kwargs.values()))
        # Read before the call, which may overwrite one of them.
        depending = [tensor for tensor in inputs if self.flow(tensor) is not None]
        before = [self._flows[id(tensor)] for tensor in depending]
        makers = self._made_by(depending)
        self._look_for_values(getattr(func, "__name__", ""), inputs, args)
        if any(tensor.device.type != self._device for tensor in inputs):
            args, kwargs = mapped((args, kwargs), self._here)
        result = func(*args, **kwargs) if self._computes else outline(func, name, args, kwargs)
        outputs = tensors_in((result,))
        if name == "setitem":
            outputs = inputs[:1]
        if not outputs:
            return result
        if not depending:
            self._add_constant(Called(name, args, kwargs, self.flow), inputs, outputs)
            return result
        known = {id(tensor): flow for tensor, flow in zip(depending, before, strict=True)}
        overwrites = any(tensor is one for tensor in outputs for one in depending)
        call = Called(name, args, kwargs, lambda tensor: known.get(id(tensor)), overwrites)
        shape = self.shape(depending[0])
        flat = before[0].flat
        for tensor in outputs:
            made = flow_after(call, depending, tensor)
            if made.unknown == name and not any(one.unknown for one in before):
                made = made._replace(unknown=f"{self._place()}: what {name}")
            self._keep(tensor, made, None)
        self._look_for_rows(depending[0], outputs[0])
        if name in VIEWS:
            start, views = self._views.get(id(depending[0]), (shape, ()))
            for number, tensor in enumerate(outputs):
                if makers:
                    self._makers[id(tensor)] = makers[-1]
                part = f"[{number}]" if len(outputs) > 1 else ""
                text = view_text(call, tensor, self.shape(tensor), part)
                self._views[id(tensor)] = (start, (*views, text))
            return result
        views_before = self._views_of(depending)
        for tensor in outputs:
            self._views.pop(id(tensor), None)
        self._add(call, inputs, outputs, shape, flat, makers, views_before)
        return result

    def _add(
        self,
        call: Called,
        inputs: list[Tensor],
        outputs: list[Tensor],
        before: Shape,
        flat: Shape,
        makers: tuple[int, ...],
        views: str = "",
    ) -> None:
        """Record a function that computes."""
        running = self.running[-1] if self.running else None
        keys = [key for tensor in inputs for key in self._keys(tensor)]
        rule = read_function(call, _line(), self._tensors(keys))
        after = self.shape(outputs[0])
        own = LayerCall(
            running.path if running else "",
            None,
            rule,
            flat if flat and rule.stem == "fc" else before,
            after,
            self._macs(call, inputs, outputs[0]),
            0 if call.in_place else torch.float32.itemsize * prod(after),
            *self._field(outputs[0]),
            makers,
            flow.unknown if (flow := self.flow(outputs[0])) else "",
            views=views,
        )
        leaf = self._leaf()
        if leaf is not None and leaf.inside is not None:
            leaf.inside.append(own)
        else:
            self._counted.update(keys)
            self._append(own, outputs)

    def _add_constant(self, call: Called, inputs: list[Tensor], outputs: list[Tensor]) -> None:
        """Record a function of weights alone, if it multiplies."""
        used = tuple(key for tensor in inputs for key in self._keys(tensor))
        for tensor in outputs:
            if id(tensor) not in self._weights:
                self._be_constant(tensor)
                if used:
                    self._sources[id(tensor)] = used
        if used and _macs_of(call, inputs, outputs[0]) != 0:
            self._add(call, inputs, outputs, self.shape(inputs[0]), (), ())

    def _leaf(self) -> Running | None:
        """The leaf module that is running."""
        return next((one for one in reversed(self.running) if one.inside is not None), None)

    def _place(self) -> str:
        """The path of the leaf module that is running, or else the line."""
        leaf = self._leaf()
        return leaf.path if leaf else _line()

    def _append(self, call: LayerCall, outputs: Iterable[Tensor]) -> None:
        for tensor in outputs:
            self._makers[id(tensor)] = len(self.calls)
        self.calls.append(call)

    def _entered(self, module: nn.Module, inputs: Any) -> None:
        known = self._paths.get(module)
        above = self.running[-1].path if self.running else ""
        inside: list[LayerCall] | None = None
        if module is not self._root and next(module.children(), None) is None:
            inside = []
        path = above if known is None else _nearest(known, self._last_path())
        self.running.append(Running(module, path, tensors_in(inputs), inside))

    def _left(self, module: nn.Module, inputs: Any, result: Any) -> None:
        running = self.running.pop()
        outputs = tensors_in((result,))
        depending = [tensor for tensor in running.inputs if self.flow(tensor) is not None]
        for tensor in outputs:
            if depending and self.flow(tensor) is None:
                name = f"{running.path}: what {type(module).__name__}"
                dims = tuple(BATCH if not place else None for place in range(tensor.dim()))
                self._keep(tensor, Flow(dims, False, name), None)
        if running.inside is None or not outputs:
            return
        own = type(module).__module__.startswith("torch.")
        inside = running.inside
        heavy = sum(call.rule.stem in _HEAVY for call in inside)
        based = isinstance(module, nn.modules.conv._ConvNd | nn.Linear)
        if not own and not based and heavy > 1:
            for call in inside:
                again = all(key in self._counted for key, _ in call.rule.tensors)
                rule = call.rule.called_again() if again else call.rule
                self._counted.update(key for key, _ in call.rule.tensors)
                self._append(call._replace(rule=rule), ())
            for tensor in outputs:
                self._makers[id(tensor)] = len(self.calls) - 1
            return
        self._append(self._layer(running, depending, outputs), outputs)
        for tensor in outputs:
            # A layer flattened it, not a view that has no row.
            if (flow := self._flows.get(id(tensor))) and flow.flat:
                self._flows[id(tensor)] = flow._replace(flat=())

    def _layer(self, running: Running, inputs: list[Tensor], outputs: list[Tensor]) -> LayerCall:
        """The call of a leaf module, and of the functions inside it."""
        module, inside = running.module, running.inside or []
        if module not in self._rules:
            main = next((call.rule for call in inside if call.rule.stem in _HEAVY), None)
            self._rules[module] = read_module(module, main)
        rule = self._rules[module]
        if module in self._called:
            rule = rule.called_again()
        if module in self._paths:
            left = self._paths[module]
            # A module with several paths is called by each of them.
            if len(left) > 1:
                left.remove(running.path)
        else:
            rule = rule.placed(_line())
        self._called.add(module)
        self._counted.update(
            f"{running.path}.{key}".lstrip(".") for key, _ in self._rules[module].tensors
        )
        source = inputs[0] if inputs else None
        result = next((one for one in outputs if self.flow(one)), outputs[0])
        before = self.shape(source) if source is not None else (1,)
        if inside and rule.stem == "fc":
            before = inside[0].input_shape
        elif source is not None and rule.stem == "fc" and (flow := self.flow(source)):
            before = flow.flat or before
        after = self.shape(result)
        counts = [call.macs for call in inside]
        flow = self.flow(result)
        return LayerCall(
            running.path,
            module,
            rule,
            before,
            after,
            None if None in counts else sum(filter(None, counts)),
            0 if _overwrites(module, source, result) else torch.float32.itemsize * prod(after),
            *self._field(result),
            self._made_by(inputs),
            flow.unknown if flow else "",
            views=self._views_of(inputs),
        )

    def _last_path(self) -> str:
        return self.calls[-1].path if self.calls else ""

    def _field(self, tensor: Tensor) -> tuple[Sides | None, Sides | None]:
        """Receptive field and jump."""
        flow = self.flow(tensor)
        if flow is None or (both := flow.field) is None:
            return None, None
        field = sides(both[0].field, both[1].field)
        height, width = both[0].jump, both[1].jump
        return field, None if height is None or width is None else sides(height, width)

    def _macs(self, call: Called, inputs: list[Tensor], output: Tensor) -> int | None:
        """Multiply-accumulates of a function for one image, from the shapes of its tensors."""
        macs = _macs_of(call, inputs, output)
        if macs is None or not any(self.flow(tensor) for tensor in inputs):
            return macs
        each, rest = divmod(macs, self._batch)
        return None if rest else each

    def _look_for_values(self, name: str, inputs: list[Tensor], args: tuple[Any, ...]) -> None:
        """Note that values of the image are read.

        Raises:
            ValuesReadError: there are none.
        """
        if name == "__getitem__":
            inputs = [tensor for tensor in tensors_in(args[1:]) if tensor.dtype == torch.bool]
        elif name not in _READ_VALUES:
            return
        if not self.read and any(self.flow(one) or self._keys(one) for one in inputs):
            self.read = _line()
            if not self._computes:
                raise ValuesReadError

    def _look_for_rows(self, source: Tensor, made: Tensor) -> None:
        """Note where the images of a batch are no longer a row each."""
        before, after = self._flows[id(source)].dims, self._flows[id(made)].dims
        if before[:1] == after[:1] == (BATCH,) and made.shape[0] > source.shape[0]:
            self.folded = _line(), made.shape[0] // self._batch

    def _keep(self, tensor: Tensor, flow: Flow, maker: int | None) -> None:
        self._alive.append(tensor)
        self._flows[id(tensor)] = flow
        if maker is not None:
            self._makers[id(tensor)] = maker

    def _be_constant(self, tensor: Tensor) -> None:
        self._alive.append(tensor)
        self._constant.add(id(tensor))

    def _made_by(self, tensors: Iterable[Tensor]) -> tuple[int, ...]:
        makers = (self._makers.get(id(tensor), -1) for tensor in tensors)
        return tuple(dict.fromkeys(makers))

    def _here(self, tensor: Tensor) -> Tensor:
        """A tensor on the device, in place of one that is not, such as a large constant."""
        if tensor.device.type == self._device:
            return tensor
        return reserved(tuple(tensor.shape), tensor.dtype, self._device)

    def end(self, output: Tensor) -> None:
        """Note what was done to the output of the last layer."""
        if self.calls and (views := self._views_of((output,))):
            last = self.calls[-1]
            self.calls[-1] = last._replace(views=f"{last.views} then {views}".lstrip())

    def _views_of(self, tensors: Iterable[Tensor]) -> str:
        """What was done to the tensors since the layers that made them."""
        found = (self._views.get(id(tensor)) for tensor in tensors)
        texts = (joined(views, start) for start, views in filter(None, found))
        return " and ".join(filter(None, texts))

    def _keys(self, tensor: Tensor) -> tuple[str, ...]:
        key = self._weights.get(id(tensor))
        return (key,) if key is not None else self._sources.get(id(tensor), ())

    def _tensors(self, keys: Iterable[str]) -> dict[str, Tensor]:
        """The weights with these keys that no layer has counted."""
        return {key: self._state[key] for key in dict.fromkeys(keys) if key not in self._counted}


def _state(network: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Parameters and buffers by key, those with several keys under the first."""
    yield from network.named_parameters()
    yield from network.named_buffers()


def _nearest(paths: list[str], last: str) -> str:
    """The path of a module with several paths, preferably in the container of the last call."""
    parent = last.rpartition(".")[0]
    return next((path for path in paths if path.rpartition(".")[0] == parent), paths[0])


def _macs_of(call: Called, inputs: list[Tensor], output: Tensor) -> int | None:
    """Multiply-accumulates of a function, from the shapes of its tensors."""
    name = call.name
    if name in _UNCOUNTED:
        return None
    if name.startswith("conv"):
        weight = call.get(1, "weight")
        places = (call.source if "transpose" in name else output).numel()
        return int(places * (weight.numel() // weight.shape[0]))
    if name in ("linear", "matmul", "mm", "bmm"):
        return output.numel() * inputs[0].shape[-1]
    if name == "rmatmul":
        return output.numel() * inputs[0].shape[-2:][0]
    if name in ("addmm", "baddbmm"):
        return output.numel() * inputs[1].shape[-1]
    return 0


def _line() -> str:
    """``FILE:LINE`` of the innermost function that is neither PyTorch's nor ours."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    while frame is not None and not frame.f_code.co_filename.startswith(_OURS):
        name = frame.f_code.co_filename
        if not name.startswith((_TORCH, "<")):
            return place_of(name, frame.f_lineno)
        frame = frame.f_back
    return "?"


def _overwrites(module: nn.Module, source: Tensor | None, result: Tensor) -> bool:
    """Whether a layer allocates no output: it is in-place, or returns a view of its input.

    Dropout returns its input only because the network is in eval mode.
    """
    if getattr(module, "inplace", False) is True:
        return True
    # In eval mode only it gives back what it was given.
    if isinstance(module, nn.modules.dropout._DropoutNd) or source is None:
        return False
    if isinstance(module, nn.Flatten | nn.Unflatten | nn.Identity):
        return True
    return result is source
