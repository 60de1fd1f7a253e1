"""Keep modules on the meta device, and need no GPU, whatever the user's code asks for."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

#: Methods of ``nn.Module`` that only move it to a device.
_MOVES = ("cpu", "cuda", "ipu", "mtia", "xpu")
#: Constructors of tensors: ``torch.cuda.FloatTensor`` and so on.
_KINDS = ("Float", "Double", "Half", "Byte", "Char", "Short", "Int", "Long", "Bool")


@contextmanager
def pinned() -> Iterator[None]:
    """Context manager: ``to``, ``cuda`` and so on do not move modules.

    Where there is no GPU, ``torch.cuda.FloatTensor`` and the like are those of the CPU.
    """
    kept = {name: vars(nn.Module)[name] for name in ("to", *_MOVES) if name in vars(nn.Module)}

    def to(module: nn.Module, *args: Any, **kwargs: Any) -> nn.Module:
        kinds = [value for value in (*args, *kwargs.values()) if isinstance(value, torch.dtype)]
        moved: nn.Module = kept["to"](module, kinds[0]) if kinds else module
        return moved

    def stay(module: nn.Module, *_: Any, **__: Any) -> nn.Module:
        return module

    for name in kept:
        setattr(nn.Module, name, to if name == "to" else stay)
    kinds = [] if torch.cuda.is_available() else [f"{kind}Tensor" for kind in _KINDS]
    on_gpu = {kind: getattr(torch.cuda, kind) for kind in kinds}
    for kind in on_gpu:
        setattr(torch.cuda, kind, getattr(torch, kind))
    try:
        yield
    finally:
        for kind, constructor in on_gpu.items():
            setattr(torch.cuda, kind, constructor)
        for name, method in kept.items():
            setattr(nn.Module, name, method)


def without_device(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a function without a device, which need not be there."""
    kwargs = {key: value for key, value in kwargs.items() if key != "device"}
    if name in _MOVES:
        return args[:1], {}
    if name == "type" and "cuda" in str(args[1:2]):
        kind = getattr(torch, str(args[1]).rpartition(".")[2].rstrip("'>"))
        return (args[0], kind.dtype), {}
    if name == "to":
        args = tuple(value for value in args if not isinstance(value, (torch.device, str)))
    return args, kwargs


def moves_only(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a method of a tensor would only move it, given what ``without_device`` returned."""
    alone = len(args) == 1 and not set(kwargs) - {"copy"}
    return name in _MOVES or (name == "to" and alone)


def on_meta(value: Any) -> Any:
    """The value with its tensors on ``meta``."""
    if isinstance(value, Tensor):
        return value if value.is_meta else value.to("meta")
    if isinstance(value, dict):
        return {key: on_meta(entry) for key, entry in value.items()}
    if type(value) in (tuple, list):
        return type(value)(map(on_meta, value))
    return value


class StaysOnMeta(TorchFunctionMode):
    """While it is active, functions compute on ``meta`` whatever device they ask for."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        name = getattr(func, "__name__", "").strip("_")
        args, kwargs = without_device(name, args, kwargs or {})
        if args and isinstance(args[0], Tensor) and moves_only(name, args, kwargs):
            return args[0]
        if name in ("register_hook", "retain_grad"):
            # There are no gradients.
            return RemovableHandle(OrderedDict())
        return func(*on_meta(args), **on_meta(kwargs))
