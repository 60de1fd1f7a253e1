"""Measure what autograd keeps for the backward pass, layer by layer, in a real network.

Nothing here uses the rules of the layers or the Plan, so that they can be compared with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from vgginspect.pytorch.observe import on_device
from vgginspect.shape import Shape

#: Modules that an empty batch passes by.
_ALONE = (nn.BatchNorm2d, nn.Dropout, nn.LocalResponseNorm)


class _Storage:
    """A storage: the layer that made it, its bytes for an image, and whether autograd keeps it."""

    def __init__(self, layer: int, size: int, kept: bool = False) -> None:
        self.layer, self.size, self.kept = layer, size, kept


def saved_bytes(network: nn.Module, shape: Shape) -> list[int]:
    """For each leaf module, in the order of its call, the bytes that autograd keeps for one image.

    A storage counts once, for the layer that made it; weights, buffers and the image do not count.
    A dropout mask counts one byte an element, as on a CUDA device.

    The network runs in training on an empty batch, which computes nothing, but shows the shape of
    every tensor that is saved. Dropout and both normalisations do nothing to an empty batch; they
    run on two pixels, and what they keep of these is multiplied.

    Args:
        network: the network. Meanwhile it has uninitialised weights on the CPU, or on the meta
            device if there is no memory for them.
        shape: ``(C, H, W)`` of an image.
    """
    try:
        with on_device(network, "cpu"):
            return _measured(network.train(), torch.empty(0, *shape))
    except RuntimeError:
        with on_device(network, "meta"):
            return _measured(network.train(), torch.empty(0, *shape, device="meta"))


def _measured(network: nn.Module, images: Tensor) -> list[int]:
    owned = [*network.parameters(), *network.buffers(), images]
    ignored = {_key(tensor) for tensor in owned}
    seen: dict[int, _Storage] = {}
    alive: list[Tensor] = []
    calls: list[nn.Module] = []

    def store(tensor: Tensor, kept: bool) -> Tensor:
        key = _key(tensor)
        if key not in ignored:
            alive.append(tensor)
            storage = seen.setdefault(key, _Storage(len(calls) - 1, _size(tensor)))
            storage.kept |= kept
        return tensor

    def enter(module: nn.Module, _: Any) -> None:
        calls.append(module)

    def leave(module: nn.Module, _: Any, output: Tensor) -> None:
        store(output, False)

    def alone(module: nn.Module, source: Tensor) -> Tensor:
        """What the module keeps of two pixels, for every pixel of the source."""
        _, channels, *sides = source.shape
        few = torch.zeros(1, channels, *(1, 2)[: len(sides)], device=source.device)
        few.requires_grad_(source.requires_grad)
        times = prod(sides) / prod(few.shape[2:])
        found: dict[int, Tensor] = {}
        with _saving(lambda tensor: found.setdefault(_key(tensor), tensor)):
            result = type(module).forward(module, few)
        if found.pop(_key(few), None) is not None:
            store(source, True)
        for key in found.keys() - ignored:
            tensor = found[key]
            whole = tensor.dim() > 1  # Otherwise it has no batch, such as the mean of a channel.
            one = 1 if whole and isinstance(module, nn.Dropout) else tensor.itemsize
            size = round(one * tensor.numel() * (times if whole else 1))
            seen[key] = _Storage(len(calls) - 1, size, True)
            alive.append(tensor)
        if result is few:
            return source
        return (source * 1).requires_grad_(result.requires_grad)

    hooks = []
    for module in network.modules():
        if next(module.children(), None) is None:
            hooks.append(module.register_forward_pre_hook(enter))
            hooks.append(module.register_forward_hook(leave))
            if isinstance(module, _ALONE):
                module.forward = partial(alone, module)  # type: ignore[method-assign]
    try:
        with _saving(lambda tensor: store(tensor, True)):
            alive.append(network(images))
    finally:
        for hook in hooks:
            hook.remove()
        for module in network.modules():
            vars(module).pop("forward", None)
    sizes = [0] * len(calls)
    for storage in seen.values():
        sizes[storage.layer] += storage.size * storage.kept
    return sizes


def _key(tensor: Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)


def _size(tensor: Tensor) -> int:
    """Bytes of a tensor if the batch had one image; a vector without a batch counts as it is."""
    batch = tensor.shape[1:] if tensor.shape[:1] == (0,) else tensor.shape
    return tensor.itemsize * prod(batch)


@contextmanager
def _saving(note: Any) -> Iterator[None]:
    """Context manager: show every tensor that autograd saves to a function."""

    def pack(tensor: Tensor) -> Tensor:
        note(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        yield
