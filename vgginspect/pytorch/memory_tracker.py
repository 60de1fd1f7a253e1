"""Measure the memory of a real training step and of a forward pass on the CPU, tensor by tensor.

A dispatch mode sees every operator that PyTorch runs, and a weak reference tells when a storage is
freed. Nothing here uses the rules of the layers or the Plan, so that they can be compared with it.
"""

from collections.abc import Iterable
from contextlib import nullcontext
from itertools import islice
from typing import Any, NamedTuple
from weakref import ref

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.checkpoint import checkpoint

from vgginspect.cfg.config import Config
from vgginspect.pytorch.vgg import VGG, modules_by_token
from vgginspect.shape import Shape


class Measured(NamedTuple):
    """Bytes measured in training and in inference, see ``measure``."""

    weights_bytes: int
    buffers_bytes: int
    gradients_bytes: int
    optimizer_bytes: int
    input_bytes: int
    saved_bytes: int
    peak_bytes: int
    inference_peak_bytes: int


class Tracker(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """The storages in use: those that operators return, and those that are shown to it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.in_use = self.peak = 0
        self._known: dict[int, Any] = {}

    def see(self, tensors: Iterable[Any]) -> int:
        """Count the storages of tensors that are not known yet; return their bytes."""
        before = self.in_use
        for tensor in tensors:
            if isinstance(tensor, Tensor):
                self._see(tensor.untyped_storage())
        self.peak = max(self.peak, self.in_use)
        return self.in_use - before

    def _see(self, storage: Any) -> None:
        key, size = storage._cdata, storage.nbytes()
        if key in self._known:
            return

        def freed(reference: Any) -> None:
            if self._known.get(key) is reference:
                del self._known[key]
                self.in_use -= size

        self._known[key] = ref(storage, freed)
        self.in_use += size

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        result = function(*args, **(kwargs or {}))
        self.see(tree_leaves(result))
        return result


class _Loss(torch.autograd.Function):
    """A loss that keeps nothing, whose gradients have the sizes of the outputs."""

    @staticmethod
    def forward(ctx: Any, *outputs: Tensor) -> Tensor:
        ctx.shapes = [output.shape for output in outputs]
        return outputs[0].new_zeros(())

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, ...]:
        return tuple(gradient.new_ones(shape) for shape in ctx.shapes)


def _outputs(output: Any) -> list[Tensor]:
    """The tensors that a network returns and that depend on its weights."""
    found = [one for one in tree_leaves(output) if isinstance(one, Tensor) and one.requires_grad]
    if not found:
        raise ValueError("nothing that the network returns depends on its weights")
    return found


class _Checkpointed(nn.Module):
    """A network whose features run one stage at a time, each checkpointed."""

    def __init__(self, network: VGG, config: Config) -> None:
        super().__init__()
        self.network = network
        modules = iter(network.features)
        self.stages = nn.ModuleList()
        stage: list[nn.Module] = []
        with torch.device("meta"):
            counts = [len(made) for made in modules_by_token(config)]
        for token, count in zip(config.tokens, counts, strict=True):
            stage += islice(modules, count)
            if token.kind in ("maxpool", "avgpool"):
                self.stages.append(nn.Sequential(*stage))
                stage = []
        if stage:
            self.stages.append(nn.Sequential(*stage))

    def forward(self, x: Tensor) -> Tensor:
        for stage in self.stages:
            x = checkpoint(stage, x, use_reentrant=False, preserve_rng_state=False)
        if hasattr(self.network, "avgpool"):
            x = self.network.avgpool(x)
        if hasattr(self.network, "classifier"):
            x = self.network.classifier(torch.flatten(x, 1))
        return x


def measure(
    config: Config,
    batch_size: int = 1,
    dtype: str = "float32",
    optimizer: str = "adam",
    freeze: str | None = None,
    checkpoint_every: str | None = None,
    foreach: bool = False,
) -> Measured:
    """Run a training step and a forward pass on the CPU, and measure the memory of its tensors.

    The second training step is measured: from then on, the optimizer has its state.

    Args:
        config: the network.
        batch_size: number of images.
        dtype: ``float32``, ``float16``, ``bfloat16`` or ``amp``.
        optimizer: ``none``, ``sgd``, ``momentum``, ``adam`` or ``adamw``.
        freeze: ``features`` to train only what follows them.
        checkpoint_every: ``stage`` to checkpoint each stage of the features.
        foreach: whether the optimizer updates all weights together, as it does on CUDA.
    """
    network = VGG(config, init_weights=False)
    if freeze == "features":
        network.features.requires_grad_(False)
    run: nn.Module = _Checkpointed(network, config) if checkpoint_every else network
    return measure_network(run, config.input_shape, batch_size, dtype, optimizer, foreach, network)


def measure_network(
    run: nn.Module,
    shape: Shape,
    batch_size: int = 1,
    dtype: str = "float32",
    optimizer: str = "adam",
    foreach: bool = False,
    inferring: nn.Module | None = None,
) -> Measured:
    """The same of any module; with ``inferring`` in its place for the forward pass."""
    kind = torch.float32 if dtype == "amp" else getattr(torch, dtype)
    run.to(kind).train()
    images = torch.zeros(batch_size, *shape, dtype=kind)
    trained = [p for p in run.parameters() if p.requires_grad]
    update = _optimizer(optimizer, trained, foreach)
    cast = dtype == "amp"
    tracker = Tracker()
    with tracker:
        weights, buffers = tracker.see(run.parameters()), tracker.see(run.buffers())
        given = tracker.see([images])
        for _ in range(2):
            for parameter in trained:
                parameter.grad = None
            before, tracker.peak = tracker.in_use, 0
            with _autocast(cast):
                output = run(images)
            loss = _Loss.apply(*_outputs(output))  # type: ignore[no-untyped-call]
            loss.backward()
            if update is not None:
                update.step()
            peak = tracker.peak
            del output, loss
        gradients = sum(p.grad.nbytes for p in trained if p.grad is not None)
        state = before - weights - buffers - given
        for parameter in trained:
            parameter.grad = None
        with _autocast(cast):
            graph = [one.grad_fn for one in _outputs(run(images))]
        saved = tracker.in_use - before
        del graph
        run.eval()
        tracker.in_use -= state
        tracker.peak = 0
        with torch.no_grad(), _autocast(cast):
            output = (inferring or run)(images)
        del output
        inference = tracker.peak
        tracker.in_use += state
    return Measured(weights, buffers, gradients, state, given, saved, peak, inference)


def _autocast(wanted: bool) -> Any:
    return torch.autocast("cpu", torch.bfloat16) if wanted else nullcontext()


def _optimizer(name: str, parameters: list[nn.Parameter], foreach: bool) -> Any:
    if name == "none":
        return None
    if name in ("sgd", "momentum"):
        momentum = 0.9 if name == "momentum" else 0.0
        return torch.optim.SGD(parameters, lr=0.01, momentum=momentum, foreach=foreach)
    kind = torch.optim.Adam if name == "adam" else torch.optim.AdamW
    return kind(parameters, foreach=foreach)
