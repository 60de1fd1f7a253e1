"""The memory of a network in Python: a real training step, with tensors that have no values.

A ``FakeTensor`` of PyTorch has the type, the shape and the storage of a tensor on the CPU, and
takes no memory. The network runs several times. The first run tells which layer each call of a
function belongs to, and may keep its tensors. In the others a dispatch mode sees every operator,
and a weak reference tells when a storage is freed.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NamedTuple
from weakref import ref

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeTensorMode,
)
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from vgginspect.analysis.memory import Steps
from vgginspect.analysis.memory_settings import Settings
from vgginspect.analysis.training_step import (
    Inference,
    LayerMemory,
    Moment,
    Training,
    optimizer_bytes,
    update_bytes,
)
from vgginspect.errors import ConfigError, NetworkError
from vgginspect.network.plan import Layer, Plan
from vgginspect.pytorch.data_flow import VIEWS, listed, plain_name, tensors_in
from vgginspect.pytorch.layers_from_calls import LayerCall
from vgginspect.pytorch.observe import on_device, output_of
from vgginspect.pytorch.observe_builder import Observation
from vgginspect.pytorch.observe_network import as_it_was, recorded_from
from vgginspect.pytorch.pin_to_meta import moves_only, without_device
from vgginspect.pytorch.place_recorder import PlaceRecorder
from vgginspect.pytorch.sandbox import guarded, place_in
from vgginspect.pytorch.saved_tensors import OTHERS_ON_CUDA, as_on_cuda
from vgginspect.text.printable import printable

#: Functions that autocast treats alike on the CPU and on CUDA devices.
_CAST_ALIKE = VIEWS | frozenset(
    listed("""conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d linear matmul
    rmatmul mm bmm addmm relu relu6 leaky_relu elu selu celu silu gelu mish sigmoid tanh hardswish
    hardsigmoid hardtanh dropout feature_dropout alpha_dropout batch_norm instance_norm max_pool1d
    max_pool2d max_pool3d max_pool2d_with_indices avg_pool1d avg_pool2d adaptive_avg_pool1d
    adaptive_avg_pool2d adaptive_max_pool2d add sub mul div radd rsub rmul truediv neg abs square
    maximum minimum clamp mean amax max cat concat concatenate stack size dim shape numel zeros_like
    ones_like pad pixel_shuffle pixel_unshuffle channel_shuffle unfold""")
)


#: Norms whose results after the first are statistics.
_NORMS = ("native_batch_norm", "native_group_norm", "native_layer_norm")


def steps_of_network(observation: Observation) -> Steps:
    """Where the memory of an observed network comes from: the network runs for each setting."""
    return Steps(
        lambda settings: _guarded(_training, observation, settings),
        lambda settings: _guarded(_inference, observation, settings),
    )


def _guarded(run: Any, observation: Observation, settings: Settings) -> Any:
    plan = observation.plan
    assert plan.origin is not None
    if settings.checkpoint_every:
        raise ConfigError(
            "--checkpoint-every describes a CONFIG; in a network in Python it is "
            "torch.utils.checkpoint in its own forward, and is measured"
        )
    kind = torch.float32 if settings.dtype == "amp" else getattr(torch, settings.dtype)
    network = observation.network
    what = f"a training step of {printable(plan.origin.what)}"
    fake = FakeTensorMode(allow_non_fake_inputs=True)
    with as_it_was(network), guarded(what), fake, on_device(network, "cpu", kind):
        images = torch.empty(settings.batch_size, *plan.input_shape, dtype=kind)
        if settings.freeze:
            frozen = {key for layer in plan.features for key in layer.state_dict}
            for name, parameter in network.named_parameters():
                if name in frozen:
                    parameter.requires_grad_(False)
        try:
            return run(_Run(network, plan, settings, images))
        except (DataDependentOutputException, DynamicOutputShapeException) as error:
            raise NetworkError(
                f"{what} failed{place_in(error)}: it depends on the values of a tensor, and is run "
                "with tensors that have none"
            ) from None


class _Run(NamedTuple):
    """A network of fake tensors, and a batch of images."""

    network: nn.Module
    plan: Plan
    settings: Settings
    images: Tensor

    def places(self) -> "_Places":
        """Run the network, and tell which layer each call of a function belongs to."""
        places = _Places(self.network, (self.images,))
        with places, self.autocast():
            output_of(self.network, self.images)
        _, kind, _, device, _, _ = self.settings
        if device == "cpu" and kind in ("float16", "bfloat16"):
            for name in places.names:
                if name == "local_response_norm":
                    raise ConfigError(f"PyTorch has no {name} in {kind} on a CPU")
        if device == "cpu" and kind == "amp":
            for name in ("group_norm", "layer_norm"):
                # Their backward pass makes other tensors than that of fake tensors.
                if name in places.names:
                    raise ConfigError(f"the memory of {name} under amp on the CPU is not known")
        if device == "cuda":
            amp = kind == "amp"
            for name in places.names:
                if name in OTHERS_ON_CUDA or (amp and name not in _CAST_ALIKE):
                    raise ConfigError(
                        f"the memory of {name} on a CUDA device is not known"
                        f"{' under amp' if amp else ''}; with --device cpu it is measured"
                    )
        return places

    @contextmanager
    def autocast(self) -> Iterator[None]:
        """Context manager: autocast, for ``amp``."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.settings.dtype == "amp"):
            yield

    def layers(self, calls: Sequence[LayerCall]) -> Sequence[Layer]:
        """The layers of the calls of a run: those of the Plan, unless it ran others."""
        made = [(call.path, call.rule.type) for call in calls]
        if made == [(layer.path, layer.type) for layer in self.plan.layers]:
            return self.plan.layers
        return Plan(self.plan.of, recorded_from(calls, self.plan.input_shape)).layers


class _Places(PlaceRecorder):
    """Tells which layer each call of a function belongs to, and what each layer's output takes."""

    def __init__(self, network: nn.Module, images: Iterable[Tensor]) -> None:
        super().__init__(network, images)
        self.names: list[str] = []
        self.outputs: list[int] = []
        self._places: list[int] = []
        self._start = 0
        self._seen = {tensor.untyped_storage()._cdata for tensor in images}

    def of_calls(self) -> list[int]:
        """For each call of a function, the number of its layer."""
        last = len(self.calls) - 1
        return [min(place, last) for place in self._places]

    def started(self, name: str) -> None:
        self._places.append(self.place)
        self.names.append(name)

    def entered_leaf(self) -> None:
        self._start = len(self._places)

    def left_leaf(self, last: int) -> None:
        self._places[self._start :] = [min(place, last) for place in self._places[self._start :]]

    def _append(self, call: LayerCall, outputs: Iterable[Tensor]) -> None:
        made = 0
        for tensor in outputs:
            storage = tensor.untyped_storage()
            if storage._cdata not in self._seen:
                self._seen.add(storage._cdata)
                made += storage.nbytes()
        self.outputs.append(made)
        super()._append(call, outputs)


class _Piece:
    """A storage in use: its number, the layer that ran when it was made, and its bytes.

    ``owned``: it is one of the weights, or a copy of them that autocast made.
    """

    __slots__ = ("number", "owned", "owner", "reference", "size")

    def __init__(self, number: int, owner: int, size: int, owned: bool) -> None:
        self.number, self.owner, self.size, self.owned = number, owner, size, owned
        self.reference: Any = None


class _Point(NamedTuple):
    """A moment, by the number of the call that runs."""

    phase: str
    place: int
    bytes: int
    saved: int
    gradients: int


class _Life(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """The storages in use, and the most bytes at once while each layer runs."""

    def __init__(self, run: _Run, kept: Iterable[int] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.in_use = self.casts = self.saved = self.gradients = 0
        self.phase, self.place = "forward", 0
        self.pieces: dict[int, _Piece] = {}
        self.moments: list[_Point] = []
        #: Storages so far, and which of them, by number, autograd keeps.
        self.count, self.kept = 0, frozenset(kept)
        self._cuda, self._amp = run.settings.device == "cuda", run.settings.dtype == "amp"
        #: First node of autograd of each call, and its layer.
        self.nodes: list[int] = []
        self.of_nodes: list[int] = []

    def own(self, tensors: Iterable[Tensor]) -> int:
        """Count weights, buffers or the input; return their bytes."""
        before = self.in_use
        for tensor in tensors:
            self._see(tensor, True)
        return self.in_use - before

    def mark(self) -> None:
        """Note the bytes in use, as those of the layer that runs."""
        if self.phase == "backward" and self.nodes:
            node = torch._C._current_autograd_node()
            if node is not None and node._sequence_nr() < 1 << 62:
                before = bisect_right(self.nodes, node._sequence_nr())
                self.place = self.of_nodes[max(before - 1, 0)]
        now = _Point(self.phase, self.place, self.in_use, self.saved, self.gradients)
        if self.moments and self.moments[-1][:2] == now[:2]:
            now = max(self.moments.pop(), now, key=lambda point: point.bytes)
        self.moments.append(now)

    def accumulated(self, parameter: Tensor) -> None:
        """Note that a weight has its gradient."""
        if parameter.grad is not None:
            self.gradients += parameter.grad.nbytes

    def _see(self, tensor: Tensor, owned: bool = False, size: int | None = None) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self.pieces:
            return
        piece = _Piece(self.count, self.place, storage.nbytes() if size is None else size, owned)
        kept = self.count in self.kept
        self.count += 1
        self.saved += kept * piece.size

        def freed(reference: Any) -> None:
            if self.pieces.get(key) is piece:
                del self.pieces[key]
                self.in_use -= piece.size
                self.saved -= kept * piece.size

        piece.reference = ref(storage, freed)
        self.pieces[key] = piece
        self.in_use += piece.size

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        result = function(*args, **(kwargs or {}))
        if args and function._schema.arguments[len(args) - 1].name == "output_mask":
            # A kernel makes only the gradients that are asked for; fake tensors are made for all.
            result = tuple(
                made if asked else None for made, asked in zip(result, args[-1], strict=True)
            )
        name = function.overloadpacket.__name__
        cast = False
        if self._amp and self.phase == "forward" and name == "_to_copy":
            source = self.pieces.get(args[0].untyped_storage()._cdata)
            cast = source is not None and source.owned and isinstance(args[0], nn.Parameter)
        for place, tensor in enumerate(tree_leaves(result)):
            if isinstance(tensor, Tensor):
                size = None
                if name in _NORMS and place:
                    # CUDA computes the statistics in float32; the CPU in the type of the weights,
                    # which fake tensors do not have.
                    held = (one.dtype for one in args[1:5] if isinstance(one, Tensor))
                    kind = torch.float32 if self._cuda else next(held, args[0].dtype)
                    size = kind.itemsize * tensor.numel()
                before = self.in_use
                self._see(tensor, cast, size)
                if cast and args[0].requires_grad:
                    self.casts += self.in_use - before
        self.mark()
        return result


class _Again(TorchFunctionMode):
    """Runs a network once more, and tells which layer is running."""

    def __init__(self, places: Sequence[int], life: _Life) -> None:
        super().__init__()
        self._places, self._life = places, life
        self._number = 0

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)  # type: ignore[no-untyped-call]
        if error is None and self._number != len(self._places):
            raise NetworkError("it does not run the same functions twice")

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        life, kwargs = self._life, kwargs or {}
        if isinstance(func, torch._ops.OpOverload):
            # A property that PyTorch reads, such as the device.
            return func(*args, **kwargs)
        if self._number < len(self._places):
            life.place = self._places[self._number]
        self._number += 1
        life.nodes.append(torch.autograd._get_sequence_nr())  # type: ignore[attr-defined]
        life.of_nodes.append(life.place)
        name = plain_name(func)
        args, kwargs = without_device(name, args, kwargs)
        if args and isinstance(args[0], Tensor) and moves_only(name, args, kwargs):
            return args[0]
        return (as_on_cuda(func) if life._cuda else func)(*args, **kwargs)


class _NoLoss(torch.autograd.Function):
    """A loss that keeps nothing; the gradients have the sizes of the outputs."""

    @staticmethod
    def forward(ctx: Any, *outputs: Tensor) -> Tensor:
        ctx.like = [(tensor.shape, tensor.dtype) for tensor in outputs]
        return outputs[0].new_zeros(())

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, ...]:
        return tuple(gradient.new_ones(shape, dtype=kind) for shape, kind in ctx.like)


def _training(run: _Run) -> Training:
    settings, network = run.settings, run.network.train()
    places = run.places()
    order, layers = places.of_calls(), run.layers(places.calls)
    outputs = places.outputs
    del places
    pieces = _saved(run, order)
    saved = [0] * len(layers)
    for piece in pieces:
        saved[piece.owner] += piece.size
    life = _Life(run, [piece.number for piece in pieces])
    for parameter in network.parameters():
        if parameter.requires_grad:
            parameter.register_post_accumulate_grad_hook(life.accumulated)  # type: ignore[no-untyped-call]
    weights, buffers = life.own(network.parameters()), life.own(network.buffers())
    given = life.own([run.images])
    with life:
        with _Again(order, life), run.autocast():
            output = output_of(network, run.images)
        trained_outputs = [tensor for tensor in tensors_in((output,)) if tensor.requires_grad]
        if not trained_outputs:
            raise ConfigError(f"{run.plan.label} has nothing to train")
        life.phase = "end"
        loss = _NoLoss.apply(*trained_outputs)  # type: ignore[no-untyped-call]
        del trained_outputs
        life.phase = "backward"
        loss.backward()
    trained = [p.grad.nbytes for p in network.parameters() if p.grad is not None]
    state = optimizer_bytes(settings, trained)
    moments = [
        Moment("backward" if phase == "end" else phase, layers[place], most + state, kept, grown)
        for phase, place, most, kept, grown in life.moments
    ]
    step = life.in_use + state + update_bytes(settings, trained)
    moments.append(Moment("step", None, step, life.saved, life.gradients))
    del loss, output
    return Training(
        weights,
        buffers,
        sum(trained),
        state,
        given,
        sum(saved),
        life.casts,
        max(moments, key=lambda moment: moment.bytes),
        tuple(moments),
        tuple(map(LayerMemory, layers, outputs, saved)),
    )


def _saved(run: _Run, order: Sequence[int]) -> list[_Piece]:
    """The storages that autograd keeps after the forward pass."""
    life = _Life(run)
    life.own([*run.network.parameters(), *run.network.buffers(), run.images])
    with life, _Again(order, life), run.autocast():
        output = output_of(run.network, run.images)
    graph = [tensor.grad_fn for tensor in tensors_in((output,))]
    del output
    saved = [piece for piece in life.pieces.values() if not piece.owned]
    del graph
    return saved


def _inference(run: _Run) -> Inference:
    network = run.network
    network.eval()
    with torch.no_grad():
        places = run.places()
        order, layers = places.of_calls(), run.layers(places.calls)
        del places
        life = _Life(run)
        weights, buffers = life.own(network.parameters()), life.own(network.buffers())
        given = life.own([run.images])
        with life, _Again(order, life), run.autocast():
            output = output_of(network, run.images)
    del output
    most = max(life.moments, key=lambda point: point.bytes)
    return Inference(weights, buffers, given, Moment(most.phase, layers[most.place], most.bytes))
