"""Record the layers of a real network with forward hooks while it runs.

This module does not use the expected Plan. Types, constructor arguments, weights and shapes are
read from the modules and their tensors; steps, names and receptive fields are derived from them.
"""

from collections.abc import Iterable
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from vgginspect.pytorch.layers_from_calls import ModuleCall
from vgginspect.pytorch.measured_document import Whole
from vgginspect.pytorch.read_module import ReadModule, macs_of, read_module
from vgginspect.shape import Shape, shape_text

#: Containers of these names are the features, as in torchvision's ``VGG``.
FEATURES = "features"
#: Images and feature maps are ``(N, C, H, W)``; a vector has no receptive field.
MAP_DIMENSIONS = 4


def module_calls(network: nn.Module, shape: Shape) -> tuple[list[ModuleCall], Shape]:
    """Run a network on an empty batch or, if that fails, on one image on the meta device.

    The empty batch runs the CPU kernels, with all their shape checks, and never accesses the
    weights. Using the meta device makes PyTorch import as much again as ``import torch``, so it is
    the fallback, for networks that reshape in a way an empty batch does not allow. In both cases
    all weights are moved to the input's device.

    Returns:
        The recorded calls in order, and the output shape.
    """
    network.eval()
    kind = next((tensor.dtype for tensor in network.parameters()), torch.float32)
    rules = {module: read_module(module) for module in network.modules() if _is_leaf(module)}
    try:
        with on_device(network, "cpu"):
            return _run(network, torch.empty(0, *shape, dtype=kind), rules)
    except Exception:
        with on_device(network, "meta"):
            return _run(network, torch.empty(1, *shape, dtype=kind, device="meta"), rules)


def initialise_lazy(network: nn.Module, shape: Shape) -> None:
    """Initialise lazy modules, such as ``nn.LazyConv2d``, with an input of this shape.

    Raises:
        RuntimeError: or any other exception the network raises for this input.
    """
    if any(is_lazy(tensor) for tensor in (*network.parameters(), *network.buffers())):
        with torch.no_grad(), on_device(network.eval(), "meta"):
            network(torch.empty(1, *shape, device="meta"))


def _is_leaf(module: nn.Module) -> bool:
    return next(module.children(), None) is None


class on_device:  # noqa: N801
    """Context manager: replace parameters and buffers by uninitialised ones on a device."""

    def __init__(self, network: nn.Module, device: str) -> None:
        self._kept: list[tuple[dict[str, Any], str, Any]] = []
        self._network = network
        self._device = device

    def __enter__(self) -> None:
        made: dict[int, Tensor] = {}
        for module in self._network.modules():
            both: tuple[dict[str, Any], ...] = (module._parameters, module._buffers)
            for tensors in both:
                for name, tensor in tensors.items():
                    if tensor is None or is_lazy(tensor) or tensor.device.type == self._device:
                        continue
                    if id(tensor) not in made:
                        empty = torch.empty(tensor.shape, dtype=tensor.dtype, device=self._device)
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


def _run(
    network: nn.Module, images: Tensor, rules: dict[nn.Module, ReadModule]
) -> tuple[list[ModuleCall], Shape]:
    seen: list[ModuleCall] = []
    paths: dict[nn.Module, list[str]] = {}
    for path, module in network.named_modules(remove_duplicate=False):
        if module in rules:
            paths.setdefault(module, []).append(path)
    called: set[nn.Module] = set()
    known: dict[int, Tensor | None] = {}
    last: Tensor | None = None

    def note(module: nn.Module, inputs: Any, output: Any) -> None:
        nonlocal last
        source, result = _tensor(inputs), _tensor(output)
        before, after = _shape(source), _shape(result)
        if isinstance(module, nn.Linear) and _is_flattened(last, source):
            before = _shape(last)
        rule = rules[module].called_again() if module in called else rules[module]
        macs = macs_of(module, _shape(source), after)
        held = 0 if _overwrites(module, source, result) else torch.float32.itemsize * prod(after)
        called.add(module)
        path = _path(paths[module], seen[-1].path if seen else "")
        seen.append(ModuleCall(path, module, rule, before, after, macs, held, follows(source)))
        known.update((id(tensor), tensor) for tensor in (source, result))
        last = result

    def follows(source: Tensor | None) -> bool:
        if source is None or last is None:
            return source is images
        if source is last or source.dim() < MAP_DIMENSIONS:
            return True
        return id(source) not in known and source.shape[2:] == last.shape[2:]

    def enter(module: nn.Module, inputs: Any) -> None:
        running.append((module, _shape(_tensor(inputs))))

    running: list[tuple[nn.Module, Shape]] = []
    hooks = [module.register_forward_pre_hook(enter) for module in paths]
    hooks += [module.register_forward_hook(note) for module in paths]
    try:
        with torch.no_grad():
            output = network(images)
    except Exception as error:
        if len(running) > len(seen):
            module, given = running[-1]
            shape = shape_text(given)
            error.args = (f"{paths[module][0]}, {module!r}, got input {shape}: {error}",)
        raise
    finally:
        for hook in hooks:
            hook.remove()
    return seen, _shape(_tensor(output))


def _path(left: list[str], last: str) -> str:
    """The path of a module with several paths, preferably in the container of the last call."""
    if len(left) == 1:
        return left[0]
    parent = last.rpartition(".")[0]
    beside = [path for path in left if path.rpartition(".")[0] == parent]
    path = beside[0] if beside else left[0]
    left.remove(path)
    return path


def _tensor(value: Any) -> Tensor | None:
    """The first tensor in a module's inputs or output."""
    if isinstance(value, Tensor):
        return value
    entries = value.values() if isinstance(value, dict) else value
    if isinstance(entries, Iterable) and not isinstance(entries, str):
        for entry in entries:
            found = _tensor(entry)
            if found is not None:
                return found
    return None


def _shape(tensor: Tensor | None) -> Shape:
    return (tuple(tensor.shape[1:]) if tensor is not None else ()) or (1,)


def _is_flattened(map_: Tensor | None, vector: Tensor | None) -> bool:
    """Whether a vector is the last feature map, flattened by a function that hooks do not see."""
    if map_ is None or vector is None or vector.dim() != 2 or map_.dim() <= 2:
        return False
    return vector.shape[1:].numel() == map_.shape[1:].numel()


def _overwrites(module: nn.Module, source: Tensor | None, result: Tensor | None) -> bool:
    """Whether a layer allocates no output: it is in-place, or returns a view of its input.

    Dropout returns its input only because the network is in eval mode.
    """
    if getattr(module, "inplace", False) is True:
        return True
    # An empty batch or an evaluation is why these give back what they were given.
    lets_through = nn.modules.dropout._DropoutNd | nn.LocalResponseNorm
    if isinstance(module, lets_through) or source is None or result is None:
        return False
    if isinstance(module, nn.Flatten | nn.Unflatten | nn.Identity):
        return True
    return result is source


def whole_of(network: nn.Module) -> Whole:
    """Properties of the whole network; the output shape is filled in later."""
    parameters = list(network.parameters())
    return Whole(
        sum(parameter.numel() for parameter in parameters),
        sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
        tuple((key, tuple(tensor.shape)) for key, tensor in network.state_dict().items()),
        (),
    )
