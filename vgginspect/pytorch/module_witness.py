"""Check the Plan of a network in Python with the network itself, read by other means.

Hooks on its modules tell what each is given and returns, PyTorch's own counter what it multiplies,
and a dispatch mode which convolutions and pools run below, and with which weights. Nothing of the
recorder is used, and the network runs in another way: one image on the meta device.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from vgginspect.network.plan import Layer, Plan
from vgginspect.pytorch.observe import on_device, output_of
from vgginspect.pytorch.observe_network import as_it_was
from vgginspect.pytorch.pin_to_meta import StaysOnMeta, pinned
from vgginspect.pytorch.sandbox import SECONDS, guarded
from vgginspect.report.checks import ABSENT, Fact, WitnessCheck
from vgginspect.shape import Shape

#: Operation below the modules -> stem of the layer that it is.
_OPERATIONS = {
    "convolution": "conv",
    "max_pool2d_with_indices": "pool",
    "max_pool3d_with_indices": "pool",
    "avg_pool2d": "pool",
    "avg_pool3d": "pool",
    "mkldnn_max_pool2d": "pool",
}


class _Below(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes the operations that are one layer each, and every tensor that is read."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.made: dict[str, list[Shape]] = defaultdict(list)
        self.read: set[int] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        for value in args:
            values = value if isinstance(value, (list, tuple)) else (value,)
            self.read.update(id(one) for one in values if isinstance(one, Tensor))
        stem = _OPERATIONS.get(func.overloadpacket.__name__)
        if stem:
            self.made[stem].append(tuple((result[0] if type(result) is tuple else result).shape))
        return result


class _Called(NamedTuple):
    """A call of a module without modules inside; the shapes are with the batch."""

    module: nn.Module
    given: Shape
    returned: Shape
    macs: int


class _Hooked:
    """What each module without modules inside was given, returned and multiplied, by first path."""

    def __init__(self, network: nn.Module, counter: FlopCounterMode) -> None:
        self.calls: dict[str, list[_Called]] = defaultdict(list)
        self._handles: list[Any] = []
        self._counter = counter
        self._before: list[int] = []
        for path, module in network.named_modules():
            if next(module.children(), None) is None and module is not network:
                self._handles.append(module.register_forward_pre_hook(self._entered))
                self._handles.append(module.register_forward_hook(self._left(path)))

    def _entered(self, *_: object) -> None:
        self._before.append(self._counter.get_total_flops())

    def _left(self, path: str) -> Any:
        def hook(module: nn.Module, given: Any, returned: Any) -> None:
            macs = (self._counter.get_total_flops() - self._before.pop()) // 2
            before, after = _shape(given), _shape(returned)
            if before is not None and after is not None:
                self.calls[path].append(_Called(module, before, after, macs))

        return hook

    def remove(self) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()


def _shape(value: Any) -> Shape | None:
    """The shape of the first tensor in what a module was given or returned."""
    if isinstance(value, Tensor):
        return tuple(value.shape)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return next((shape for one in value if (shape := _shape(one)) is not None), None)
    return None


def check_module(plan: Plan, network: nn.Module, seconds: float = SECONDS) -> WitnessCheck:
    """Compare the recorded Plan of a network with what the network does with one image.

    Receptive fields are not among it.

    Raises:
        NetworkError: the network does not run in this way.
    """
    below, counter = _Below(), FlopCounterMode(display=False)
    hooked = _Hooked(network, counter)
    try:
        with (
            as_it_was(network), guarded(plan.label, seconds), pinned(), on_device(network, "meta"),
            torch.no_grad(), torch.device("meta"),
        ):  # fmt: skip
            network.eval()
            kind = next((one.dtype for one in network.parameters()), torch.float32)
            image = torch.empty(1, *plan.input_shape, dtype=kind)
            with counter, below, StaysOnMeta():
                output_of(network, image)
            used = [one for one in network.parameters() if id(one) in below.read]
    finally:
        hooked.remove()
    facts = [
        *_layers(plan, network, hooked),
        *_operations(plan, below),
        Fact("totals", "totals", "macs", plan.totals.macs, counter.get_total_flops() // 2),
        Fact("totals", "totals", "params", plan.totals.params, sum(one.numel() for one in used)),
        Fact(
            *("totals", "totals", "trainable_params", plan.totals.trainable_params),
            sum(one.numel() for one in used if one.requires_grad),
        ),
    ]
    return WitnessCheck(
        "the network itself", tuple(fact for fact in facts if fact.expected is not None)
    )


def _shapes(group: str, where: str, field: str, expected: Shape, found: Shape) -> Fact:
    """A Fact of two shapes, of which one has the batch of one image, wherever it is."""
    same = [side for side in expected if side != 1] == [side for side in found if side != 1]
    return Fact(group, where, field, list(expected), list(expected if same else found[1:]))


def _first_paths(network: nn.Module) -> dict[str, str]:
    """The first path of the module at every path."""
    first = {module: path for path, module in network.named_modules()}
    return {path: first[one] for path, one in network.named_modules(remove_duplicate=False)}


def _layers(plan: Plan, network: nn.Module, hooked: _Hooked) -> Iterator[Fact]:
    """Every module that ran, each time that it did."""
    names = _first_paths(network)
    rest = {path: list(calls) for path, calls in hooked.calls.items()}
    counted: set[nn.Module] = set()
    for layer in plan.layers:
        calls = rest.get(names.get(layer.path, ""), [])
        if layer.line is not None:
            continue
        if not calls:
            yield Fact("layers", f"- {layer.path}", "layer", layer.type, ABSENT)
            continue
        module, given, returned, macs = calls.pop(0)
        params = 0 if module in counted else sum(one.numel() for one in module.parameters())
        counted.add(module)
        yield Fact("layers", layer.path, "type", layer.type, type(module).__name__)
        if layer.rule.stem != "fc":
            # A linear layer shows the map that was flattened for it.
            yield _shapes("layers", layer.path, "input_shape", layer.input_shape, given)
        yield _shapes("layers", layer.path, "output_shape", layer.output_shape, returned)
        yield Fact("layers", layer.path, "params", layer.params, params)
        if layer.macs is not None:
            yield Fact("layers", layer.path, "macs", layer.macs, macs)
    own = {layer.path for layer in plan.layers if layer.line is not None}
    for path, calls in rest.items():
        if calls and path not in own:
            yield Fact("layers", f"+ {path}", "layer", ABSENT, type(calls[0].module).__name__)


def _operations(plan: Plan, below: _Below) -> Iterator[Fact]:
    """The convolutions and pools in the order in which they ran, of modules and of functions."""
    for stem in ("conv", "pool"):
        layers = [layer for layer in plan.layers if layer.rule.stem == stem and _known(layer)]
        found = below.made[stem]
        yield Fact("totals", "totals", f"{stem}_layers", len(layers), len(found))
        for layer, shape in zip(layers, found, strict=False):
            yield _shapes("layers", layer.path or layer.name, "map", layer.output_shape, shape)


def _known(layer: Layer) -> bool:
    return not layer.type.lower().startswith("lp")
