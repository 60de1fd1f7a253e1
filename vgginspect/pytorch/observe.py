"""Record the layers of a real network while it runs.

This module does not use the expected Plan. Types, constructor arguments, weights and shapes are
read from the modules and their tensors; steps, names and receptive fields are derived from them.
"""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from vgginspect.errors import NetworkError
from vgginspect.pytorch.data_flow import tensors_in
from vgginspect.pytorch.forward_recorder import ForwardRecorder, ValuesReadError
from vgginspect.pytorch.layers_from_calls import LayerCall
from vgginspect.pytorch.measured_document import Whole
from vgginspect.pytorch.outline import reserved
from vgginspect.pytorch.sandbox import exception_text, place_in
from vgginspect.shape import Shape, shape_text

#: Containers of these names are the features, as in torchvision's ``VGG``.
FEATURES = "features"
#: Attribute of an exception: the shape that the last layer before it returned.
LAST_SHAPE = "shape_before"


class Ran(NamedTuple):
    """A forward pass: the calls in order, the output shape for one image, notes, and its rows."""

    calls: list[LayerCall]
    output: Shape
    notes: tuple[str, ...] = ()
    rows: int = 1


def run(network: nn.Module, shape: Shape) -> Ran:
    """Run a network on one image and on two, for the shapes alone.

    PyTorch's own CPU kernels run, with all their checks of shapes, but compute hardly any values:
    see ``outline``. A network that reads values of the image runs on a random image with random
    weights.

    Raises:
        Exception: whatever the network raises for one image.
    """
    try:
        # What eval returns depends on a train of the user's own.
        network.eval()
        return _run(network, shape, "cpu")
    except RuntimeError as error:
        if "you tried to allocate" not in str(error):
            raise
        # Its first use makes PyTorch import about as much again.
        return _run(network, shape, "meta")


def _run(network: nn.Module, shape: Shape, device: str) -> Ran:
    try:
        two: _Pass | Exception
        try:
            two = _passed(network, shape, 2, device)
        except Exception as error:
            two = error
        try:
            strange = two.strange if isinstance(two, _Pass) else ()
            one = _passed(network, shape, 1, device, strange)
        except Exception as error:
            if not isinstance(two, _Pass):
                raise
            note = f"with one image it fails{place_in(error)}: {exception_text(error)}"
            return Ran(two.calls, two.output, (f"{note}; it ran with two",))
    except ValuesReadError:
        one = _passed(network, shape, 1, "cpu", computes=True)
        note = f"{one.read}: reads values; the layers are those of a random image and weights"
        return Ran(one.calls, one.output, (note,))
    rows = one.sizes[0] if _differ(one, two) == [0] else 1
    return Ran(one.calls, one.output, tuple(_batch_notes(one, two)), rows)


class _Pass(NamedTuple):
    """A forward pass of a batch; ``sizes`` are those of the output with the batch."""

    calls: list[LayerCall]
    output: Shape
    sizes: Shape
    strange: Sequence[Shape]
    folded: tuple[str, int]
    read: str


def _differ(one: _Pass, two: "_Pass | Exception") -> list[int]:
    """The dimensions in which the outputs of one and of two images differ, if they can be told."""
    if not isinstance(two, _Pass) or len(one.sizes) != len(two.sizes):
        return []
    return [at for at, size in enumerate(one.sizes) if size != two.sizes[at]]


def _batch_notes(one: _Pass, two: "_Pass | Exception") -> Iterator[str]:
    """What a network does to a batch of more images than one."""
    if not isinstance(two, _Pass):
        where = place_in(two)
        yield (
            f"only a batch of one image runs; two fail{where}: {exception_text(two)}; likely the "
            "dimension of the batch is flattened or set to 1"
        )
        return
    if len(one.sizes) != len(two.sizes):
        yield (
            f"the output of one image is {shape_text(one.sizes)}, without the batch: likely by "
            "squeeze() without a dimension"
        )
        return
    differ = _differ(one, two)
    if differ == [0] and one.sizes[0] > 1:
        place, rows = one.folded
        yield (
            f"{place}: makes {rows} rows of each image, and the output has {one.sizes[0]}: "
            "likely a view or reshape was made for another input size"
        )
    elif len(differ) != 1 or one.sizes[differ[0]] != 1:
        yield "the output mixes the images of a batch"
    if len(one.calls) != len(two.calls):
        return
    for call, other in zip(one.calls, two.calls, strict=True):
        if call.macs != other.macs:
            where = call.rule.line or call.path
            yield f"{where}: mixes the images of a batch; the multiply-accumulates are of one alone"
            break


def initialise_lazy(network: nn.Module, shape: Shape) -> None:
    """Initialise lazy modules, such as ``nn.LazyConv2d``, with an input of this shape.

    Raises:
        RuntimeError: or any other exception the network raises for this input.
    """
    lazy = [one for one in (*network.parameters(), *network.buffers()) if is_lazy(one)]
    if lazy:
        # A lazy module makes its weights on its own device.
        device = lazy[0].data.device.type
        network.eval()
        with torch.no_grad(), on_device(network, device):
            output_of(network, torch.empty(1, *shape, device=device))


def further_arguments(network: nn.Module) -> tuple[str, ...]:
    """The arguments that ``forward`` needs besides the image."""
    try:
        _, *others = inspect.signature(network.forward).parameters.values()
    except (TypeError, ValueError):
        return ()
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(one.name for one in others if one.default is one.empty and one.kind in by_place)


def output_of(network: nn.Module, images: Tensor) -> Any:
    """What a network returns for images; None is passed for what else ``forward`` needs."""
    return network(images, *[None] * len(further_arguments(network)))


class on_device:  # noqa: N801
    """Context manager: replace parameters and buffers by uninitialised ones on a device.

    Buffers of whole numbers keep their values. With a type, those of floating point have this type.
    With ``values``, those that have values keep them, and others get random ones.
    """

    def __init__(
        self,
        network: nn.Module,
        device: str,
        kind: torch.dtype | None = None,
        values: bool = False,
    ) -> None:
        self._kept: list[tuple[dict[str, Any], str, Any]] = []
        self._network = network
        self._device, self._kind, self._values = device, kind, values

    def __enter__(self) -> None:
        made: dict[int, Tensor] = {}
        for module in self._network.modules():
            both: tuple[dict[str, Any], ...] = (module._parameters, module._buffers)
            for tensors in both:
                for name, tensor in tensors.items():
                    if tensor is None or is_lazy(tensor):
                        continue
                    if id(tensor) not in made:
                        other = self._other(tensor)
                        parameter = isinstance(tensor, nn.Parameter)
                        made[id(tensor)] = (
                            nn.Parameter(other, tensor.requires_grad) if parameter else other
                        )
                    self._kept.append((tensors, name, tensor))
        for tensors, name, tensor in self._kept:
            tensors[name] = made[id(tensor)]

    def __exit__(self, *_: object) -> None:
        for tensors, name, tensor in self._kept:
            tensors[name] = tensor

    def _other(self, tensor: Tensor) -> Tensor:
        floats = tensor.is_floating_point()
        if not tensor.is_meta and (self._values or not floats):
            return tensor.detach().to(self._device, copy=True)
        kind = (self._kind if floats else None) or tensor.dtype
        other = reserved(tuple(tensor.shape), kind, self._device)
        if self._values and other.dim() > 1:
            return other.normal_(0, (2 / other[0].numel()) ** 0.5)
        return other.uniform_(0, 1) if self._values and floats else other


def _passed(
    network: nn.Module,
    shape: Shape,
    batch: int,
    device: str,
    other: Sequence[Shape] = (),
    computes: bool = False,
) -> _Pass:
    """Run a network on a batch, and record it."""
    kind = next((tensor.dtype for tensor in network.parameters()), torch.float32)
    images = reserved((batch, *shape), kind, device)
    if computes:
        images.uniform_(0, 1)
    with on_device(network, device, values=computes), torch.no_grad():
        recorder = ForwardRecorder(network, (images,), computes, other)
        try:
            with recorder:
                output = output_of(network, images)
        except Exception as error:
            if recorder.running:
                module, path, given, _ = recorder.running[-1]
                if next(module.children(), None) is None:
                    got = shape_text(recorder.shape(given[0])) if given else "nothing"
                    error.args = (f"{path}, {module!r}, got input {got}: {error}",)
            if recorder.calls:
                setattr(error, LAST_SHAPE, recorder.calls[-1].output_shape)
            raise
        tensors = tensors_in((output,))
        if not tensors:
            what = "None" if output is None else f"a {type(output).__name__} without a tensor"
            raise NetworkError(f"forward returns {what}: likely a return statement is missing")
        made = tensors[0]
        recorder.end(made)
        return _Pass(
            recorder.calls,
            recorder.shape(made),
            tuple(made.shape),
            recorder.strange,
            recorder.folded,
            recorder.read,
        )


def whole_of(network: nn.Module) -> Whole:
    """Properties of the whole network; the output shape is filled in later."""
    parameters = list(network.parameters())
    return Whole(
        sum(parameter.numel() for parameter in parameters),
        sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
        tuple((key, tuple(tensor.shape)) for key, tensor in network.state_dict().items()),
        (),
    )
