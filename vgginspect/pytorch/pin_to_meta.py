"""Modules that a builder sends to a device, and that stay on the meta device all the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

#: Methods of ``nn.Module`` that move it to a device and do nothing else.
_MOVES = ("cpu", "cuda", "ipu", "mtia", "xpu")


@contextmanager
def pinned() -> Iterator[None]:
    """Within, no module moves. Weights on the meta device could not: they have no numbers."""
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
