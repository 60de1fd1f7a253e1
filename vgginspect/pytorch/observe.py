"""Record the layers of a real network while it runs.

This module does not use the expected Plan. Types, constructor arguments, weights and shapes are
read from the modules and their tensors; steps, names and receptive fields are derived from them.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from vgginspect.errors import NetworkError
from vgginspect.pytorch.data_flow import tensors_in
from vgginspect.pytorch.forward_recorder import ForwardRecorder
from vgginspect.pytorch.layers_from_calls import LayerCall
from vgginspect.pytorch.measured_document import Whole
from vgginspect.shape import Shape, shape_text

#: Containers of these names are the features, as in torchvision's ``VGG``.
FEATURES = "features"
#: Attribute of an exception: the shape that the last layer before it returned.
LAST_SHAPE = "shape_before"


def module_calls(network: nn.Module, shape: Shape) -> tuple[list[LayerCall], Shape]:
    """Run a network on an empty batch or, if that fails, on one image on the meta device.

    The empty batch runs the CPU kernels, with all their shape checks, and never accesses the
    weights. Using the meta device makes PyTorch import as much again as ``import torch``, so it is
    the fallback, for networks that reshape in a way an empty batch does not allow. In both cases
    all weights are moved to the input's device.

    Returns:
        The recorded calls in order, and the output shape.
    """
    try:
        return run_once(network, shape, "cpu")
    except Exception:
        return run_once(network, shape, "meta")


def run_once(network: nn.Module, shape: Shape, device: str) -> tuple[list[LayerCall], Shape]:
    """Run a network on an empty batch on the CPU, or on one image on the meta device.

    Returns:
        The recorded calls in order, and the output shape.

    Raises:
        Exception: whatever the network raises for this input.
    """
    network.eval()
    kind = next((tensor.dtype for tensor in network.parameters()), torch.float32)
    with on_device(network, device):
        if device == "cpu":
            return _run(network, torch.empty(0, *shape, dtype=kind))
        with torch.device("meta"):
            return _run(network, torch.empty(1, *shape, dtype=kind))


def initialise_lazy(network: nn.Module, shape: Shape) -> None:
    """Initialise lazy modules, such as ``nn.LazyConv2d``, with an input of this shape.

    Raises:
        RuntimeError: or any other exception the network raises for this input.
    """
    if any(is_lazy(tensor) for tensor in (*network.parameters(), *network.buffers())):
        with torch.no_grad(), on_device(network.eval(), "meta"):
            network(torch.empty(1, *shape, device="meta"))


class on_device:  # noqa: N801
    """Context manager: replace parameters and buffers by uninitialised ones on a device.

    With a type, also those on the device are replaced, and those of floating point have this type.
    """

    def __init__(self, network: nn.Module, device: str, kind: torch.dtype | None = None) -> None:
        self._kept: list[tuple[dict[str, Any], str, Any]] = []
        self._network = network
        self._device, self._kind = device, kind

    def __enter__(self) -> None:
        made: dict[int, Tensor] = {}
        for module in self._network.modules():
            both: tuple[dict[str, Any], ...] = (module._parameters, module._buffers)
            for tensors in both:
                for name, tensor in tensors.items():
                    if tensor is None or is_lazy(tensor):
                        continue
                    if self._kind is None and tensor.device.type == self._device:
                        continue
                    if id(tensor) not in made:
                        kind = self._kind if tensor.is_floating_point() else None
                        empty = torch.empty(
                            tensor.shape, dtype=kind or tensor.dtype, device=self._device
                        )
                        parameter = isinstance(tensor, nn.Parameter)
                        made[id(tensor)] = (
                            nn.Parameter(empty, tensor.requires_grad) if parameter else empty
                        )
                    self._kept.append((tensors, name, tensor))
        for tensors, name, tensor in self._kept:
            tensors[name] = made[id(tensor)]

    def __exit__(self, *_: object) -> None:
        for tensors, name, tensor in self._kept:
            tensors[name] = tensor


def _run(network: nn.Module, images: Tensor) -> tuple[list[LayerCall], Shape]:
    recorder = ForwardRecorder(network, (images,))
    try:
        with torch.no_grad(), recorder:
            output = network(images)
    except Exception as error:
        if recorder.running:
            module, path, given, _ = recorder.running[-1]
            if next(module.children(), None) is None:
                shape = shape_text(given[0].shape[1:]) if given else "nothing"
                error.args = (f"{path}, {module!r}, got input {shape}: {error}",)
        if recorder.calls:
            setattr(error, LAST_SHAPE, recorder.calls[-1].output_shape)
        raise
    tensors = tensors_in((output,))
    if not tensors:
        kind = type(output).__name__
        raise NetworkError(
            f"forward returns {'None' if output is None else f'a {kind} without a tensor'}: "
            "likely a return statement is missing"
        )
    return recorder.calls, recorder.shape(tensors[0])


def whole_of(network: nn.Module) -> Whole:
    """Properties of the whole network; the output shape is filled in later."""
    parameters = list(network.parameters())
    return Whole(
        sum(parameter.numel() for parameter in parameters),
        sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
        tuple((key, tuple(tensor.shape)) for key, tensor in network.state_dict().items()),
        (),
    )
