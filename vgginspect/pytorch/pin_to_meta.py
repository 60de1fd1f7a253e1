"""Keep modules on the meta device even if a builder moves them to another device."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

#: Methods of ``nn.Module`` that only move it to a device.
_MOVES = ("cpu", "cuda", "ipu", "mtia", "xpu")


@contextmanager
def pinned() -> Iterator[None]:
    """Context manager: ``to``, ``cuda`` and so on do not move modules."""
    kept = {name: vars(nn.Module)[name] for name in ("to", *_MOVES) if name in vars(nn.Module)}

    def to(module: nn.Module, *args: Any, **kwargs: Any) -> nn.Module:
        kinds = [value for value in (*args, *kwargs.values()) if isinstance(value, torch.dtype)]
        moved: nn.Module = kept["to"](module, kinds[0]) if kinds else module
        return moved

    def stay(module: nn.Module, *_: Any, **__: Any) -> nn.Module:
        return module

    for name in kept:
        setattr(nn.Module, name, to if name == "to" else stay)
    try:
        yield
    finally:
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
