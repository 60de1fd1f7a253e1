"""Record the calls of a network, and tell which of them each function belongs to while it runs."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from vgginspect.pytorch.data_flow import VIEWS, plain_name
from vgginspect.pytorch.forward_recorder import ForwardRecorder


class PlaceRecorder(ForwardRecorder):
    """Records calls; ``place`` is the number of the call that the running function belongs to.

    A function in a leaf module belongs to the module, and a view to what made its source.
    """

    def __init__(self, network: nn.Module, images: Iterable[Tensor]) -> None:
        super().__init__(network, images)
        self.place = 0
        self._in_hook = False

    def started(self, name: str) -> None:
        """Called before a function of the network runs."""

    def entered_leaf(self) -> None:
        """Called before a leaf module runs."""

    def left_leaf(self, last: int) -> None:
        """Called after a leaf module ran: no function in it belongs to a call after ``last``."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        if self._in_hook or isinstance(func, torch._ops.OpOverload):
            # Our own, or a property that PyTorch reads, such as the device.
            return func(*args, **(kwargs or {}))
        inside = next((one.inside for one in reversed(self.running) if one.inside is not None), ())
        self.place = len(self.calls) + len(inside)
        name = plain_name(func)
        if name in VIEWS and args and isinstance(args[0], Tensor):
            maker = self._makers.get(id(args[0]), -1)
            self.place = maker if maker >= 0 and not inside else self.place
        self.started(name)
        return super().__torch_function__(func, types, args, kwargs)

    def _entered(self, module: nn.Module, inputs: Any) -> None:
        self._in_hook = True
        super()._entered(module, inputs)
        self._in_hook = False
        if self.running[-1].inside is not None:
            self.entered_leaf()

    def _left(self, module: nn.Module, inputs: Any, result: Any) -> None:
        leaf = self.running[-1].inside is not None
        self._in_hook = True
        super()._left(module, inputs, result)
        self._in_hook = False
        if leaf:
            self.left_leaf(max(len(self.calls) - 1, 0))
