"""Record everything that computes in a forward pass: modules, functions, methods of tensors.

A ``TorchFunctionMode`` sees each call of PyTorch from Python: in the ``forward`` of a module, as
``F.relu(x)``, and as ``x + y``. Hooks tell which module is running.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from math import prod
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules import module as hooks
from torch.overrides import TorchFunctionMode

from vgginspect.pytorch.data_flow import (
    BATCH,
    VIEWS,
    BatchLostError,
    Called,
    Flow,
    flow_after,
    image,
    plain_name,
    tensors_in,
)
from vgginspect.pytorch.layers_from_calls import LayerCall
from vgginspect.pytorch.pin_to_meta import moves_only, without_device
from vgginspect.pytorch.read_module import ReadModule, read_function, read_module
from vgginspect.pytorch.sandbox import place_of
from vgginspect.shape import Shape, Sides, sides

#: With a separator, since the names of other packages begin with the same letters.
_TORCH = str(Path(torch.__file__).parent) + os.sep
_OURS = str(Path(__file__).parent.parent)
#: Functions that multiply by weights, whose multiply-accumulates are not counted here.
_UNCOUNTED = (
    *("lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell", "rnn_tanh_cell"),
    *("rnn_relu_cell", "einsum", "bilinear", "multi_head_attention_forward"),
    *("scaled_dot_product_attention", "tensordot", "chain_matmul", "baddbmm", "addbmm", "addmv"),
    *("addr", "outer", "ger", "inner", "dot", "mv", "kron", "multi_dot"),
)
#: A module of one's own with more functions of these stems than one is not one layer.
_HEAVY = ("conv", "fc", "pool", "bn")


class Running(NamedTuple):
    """A module that is running: its path, its inputs, and the calls inside it if it is a leaf."""

    module: nn.Module
    path: str
    inputs: list[Tensor]
    inside: list[LayerCall] | None


class ForwardRecorder(TorchFunctionMode):
    """Records the calls of a network while it is active.

    ``calls`` are those that make a layer, in order. ``running`` are the modules that run, which
    after an exception are those that it left.
    """

    def __init__(self, network: nn.Module, images: Iterable[Tensor]) -> None:
        super().__init__()
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
        #: Parameters that a constant was computed from, by key.
        self._sources: dict[int, tuple[str, ...]] = {}
        self._weights = {id(tensor): key for key, tensor in _state(network)}
        self._counted: set[str] = set()
        #: A number is no name while the tensor lives.
        self._alive: list[Tensor] = []
        self._handles: list[Any] = []
        for tensor in images:
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
        known = self._flows.get(id(tensor))
        if (
            known is None
            and tensor.numel() == 0
            and tensor.dim()
            and id(tensor) not in (self._weights)
        ):
            # Only what was computed from an empty batch is empty.
            dims = tuple(BATCH if size == 0 else None for size in tensor.shape)
            known = Flow(dims, False, "a function that is not PyTorch's")
            self._keep(tensor, known, None)
        return known

    def shape(self, tensor: Tensor) -> Shape:
        """Its shape without the batch."""
        flow = self.flow(tensor)
        if flow is None or BATCH not in flow.dims or len(flow.dims) != tensor.dim():
            if 0 in tensor.shape and flow is not None:
                raise BatchLostError
            return tuple(tensor.shape) or (1,)
        at = flow.dims.index(BATCH)
        return tuple(size for place, size in enumerate(tensor.shape) if place != at) or (1,)

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = plain_name(func)
        if name in ("view", "reshape"):
            args = self._with_length(args)
        args, kwargs = without_device(name, args, kwargs)
        if args and isinstance(args[0], Tensor) and moves_only(name, args, kwargs):
            return args[0]
        inputs = tensors_in((*args, *kwargs.values()))
        # Read before the call, which may overwrite one of them.
        depending = [tensor for tensor in inputs if self.flow(tensor) is not None]
        before = [self._flows[id(tensor)] for tensor in depending]
        makers = self._made_by(depending)
        result = func(*args, **kwargs)
        outputs = tensors_in((result,))
        if name == "setitem":
            outputs = inputs[:1]
        if not outputs:
            return result
        if not depending:
            used = tuple(key for tensor in inputs for key in self._keys(tensor))
            for tensor in outputs:
                if used and id(tensor) not in self._weights:
                    self._alive.append(tensor)
                    self._sources[id(tensor)] = used
            return result
        known = {id(tensor): flow for tensor, flow in zip(depending, before, strict=True)}
        overwrites = any(tensor is one for tensor in outputs for one in depending)
        call = Called(name, args, kwargs, lambda tensor: known.get(id(tensor)), overwrites)
        shape = self.shape(depending[0])
        flat = before[0].flat
        for tensor in outputs:
            self._keep(tensor, flow_after(call, depending, tensor), None)
        if name in VIEWS and name != "setitem":
            for tensor in outputs:
                if makers:
                    self._makers[id(tensor)] = makers[-1]
            return result
        self._add(call, inputs, outputs, shape, flat, makers)
        return result

    def _add(
        self,
        call: Called,
        inputs: list[Tensor],
        outputs: list[Tensor],
        before: Shape,
        flat: Shape,
        makers: tuple[int, ...],
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
            self._flows[id(outputs[0])].unknown,
        )
        leaf = next((one for one in reversed(self.running) if one.inside is not None), None)
        if leaf is not None and leaf.inside is not None:
            leaf.inside.append(own)
        else:
            self._counted.update(keys)
            self._append(own, outputs)

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
                name = type(module).__name__
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
        name, after = call.name, self.shape(output)
        if name in _UNCOUNTED:
            return None
        if name.startswith("conv"):
            weight = call.get(1, "weight")
            turned = "transpose" in name
            places = (self.shape(call.source) if turned else after)[-(weight.dim() - 2) :]
            return int(weight.numel() * prod(places))
        if name in ("linear", "matmul", "rmatmul", "mm", "bmm"):
            return int(prod(after) * inputs[0].shape[-1])
        if name == "addmm":
            return int(prod(after) * inputs[1].shape[-1])
        return 0

    def _with_length(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments of ``view``, with the length that -1 stands for in an empty batch."""
        source, *given = args
        if not isinstance(source, Tensor) or source.numel() or not given:
            return args
        listed = isinstance(given[0], (tuple, list))
        shape = list(given[0]) if listed else given
        if not all(isinstance(size, int) for size in shape) or -1 not in shape or 0 not in shape:
            return args
        flow = self.flow(source)
        others = prod(size for size in shape if size > 0)
        if flow is None or BATCH not in flow.dims or shape.count(0) > 1:
            return args
        length, rest = divmod(prod(size for size in source.shape if size), others)
        if rest:
            return args
        shape = [length if size == -1 else size for size in shape]
        return (source, shape) if listed else (source, *shape)

    def _keep(self, tensor: Tensor, flow: Flow, maker: int | None) -> None:
        self._alive.append(tensor)
        self._flows[id(tensor)] = flow
        if maker is not None:
            self._makers[id(tensor)] = maker

    def _made_by(self, tensors: Iterable[Tensor]) -> tuple[int, ...]:
        makers = (self._makers.get(id(tensor), -1) for tensor in tensors)
        return tuple(dict.fromkeys(makers))

    def _keys(self, tensor: Tensor) -> tuple[str, ...]:
        key = self._weights.get(id(tensor))
        return (key,) if key is not None else self._sources.get(id(tensor), ())

    def _tensors(self, keys: Iterable[str]) -> dict[str, Tensor]:
        """The weights with these keys that no layer has counted."""
        state = dict(_state(self._root))
        return {key: state[key] for key in dict.fromkeys(keys) if key not in self._counted}


def _state(network: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Parameters and buffers by key, those with several keys under the first."""
    yield from network.named_parameters()
    yield from network.named_buffers()


def _nearest(paths: list[str], last: str) -> str:
    """The path of a module with several paths, preferably in the container of the last call."""
    parent = last.rpartition(".")[0]
    return next((path for path in paths if path.rpartition(".")[0] == parent), paths[0])


def _line() -> str:
    """``FILE:LINE`` of the innermost function that is neither PyTorch's nor ours."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        name = frame.f_code.co_filename
        if not name.startswith((_TORCH, _OURS, "<")):
            return place_of(name, frame.f_lineno)
        frame = frame.f_back
    return "?"


def _overwrites(module: nn.Module, source: Tensor | None, result: Tensor) -> bool:
    """Whether a layer allocates no output: it is in-place, or returns a view of its input.

    Dropout returns its input only because the network is in eval mode.
    """
    if getattr(module, "inplace", False) is True:
        return True
    # An empty batch or an evaluation is why these give back what they were given.
    lets_through = nn.modules.dropout._DropoutNd | nn.LocalResponseNorm
    if isinstance(module, lets_through) or source is None:
        return False
    if isinstance(module, nn.Flatten | nn.Unflatten | nn.Identity):
        return True
    return result is source
