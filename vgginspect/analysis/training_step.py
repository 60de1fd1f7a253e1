"""The life of every tensor through a training step and through a forward pass.

Computed from the rules, without PyTorch: what a layer allocates, what autograd keeps, and when each
is freed. Sizes are those of the tensors. The allocator's rounding and the workspace of convolution
kernels are not counted. The loss counts as one number, with a gradient of the output's size.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import prod
from typing import NamedTuple

from vgginspect.analysis.memory_settings import DTYPES, OPTIMIZERS, Settings
from vgginspect.errors import ConfigError
from vgginspect.network.plan import Layer, Plan
from vgginspect.network.rules import (
    FLOAT32_BYTES,
    INT64_BYTES,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Run,
)


class Moment(NamedTuple):
    """One moment of a step: the most bytes in use while a layer runs.

    ``phase`` is ``forward``, ``backward`` or ``step``; ``layer`` is None in the optimizer's step.
    ``saved_bytes`` of them are kept for the backward pass, ``gradients_bytes`` are gradients of
    weights.
    """

    phase: str
    layer: Layer | None
    bytes: int
    saved_bytes: int = 0
    gradients_bytes: int = 0


class LayerMemory(NamedTuple):
    """The memory of one layer in training: its output, and what autograd keeps of it."""

    layer: Layer
    output_bytes: int
    saved_bytes: int


class Training(NamedTuple):
    """The memory of a training step, part by part, and its moments.

    ``casts_bytes`` are the copies of weights that ``amp`` makes for the forward pass; 0 otherwise.
    """

    weights_bytes: int
    buffers_bytes: int
    gradients_bytes: int
    optimizer_bytes: int
    input_bytes: int
    saved_bytes: int
    casts_bytes: int
    peak: Moment
    moments: tuple[Moment, ...]
    layers: tuple[LayerMemory, ...]


class Inference(NamedTuple):
    """The memory of a forward pass without autograd, part by part."""

    weights_bytes: int
    buffers_bytes: int
    input_bytes: int
    peak: Moment


class _Storage:
    """A piece of memory, freed when nothing holds it. ``element`` is the size of its numbers."""

    __slots__ = ("element", "holders", "kept", "owner", "size")

    def __init__(self, size: int, element: int, owner: int = -1) -> None:
        self.size, self.element, self.owner = size, element, owner
        self.holders = 1
        self.kept = False


class _Recorded(NamedTuple):
    """What the backward pass of a layer needs: the tensors it holds until then."""

    place: int
    layer: Layer
    needs_input_gradient: bool
    source: _Storage
    output: _Storage
    held: tuple[_Storage, ...]
    cast: bool


class _Stage(NamedTuple):
    """A checkpointed stage: its input is held, and its layers run again."""

    start: int
    layers: Sequence[Layer]
    source: _Storage


class _Simulation:
    """One pass through the network, with the bytes in use at every moment."""

    def __init__(self, plan: Plan, settings: Settings, training: bool) -> None:
        weight, element = DTYPES[settings.dtype]
        self.settings, self.training = settings, training
        self.amp = settings.dtype == "amp"
        self.weight, self.element = weight, element
        self.layers = plan.layers
        self.in_use = self.kept = self.gradients = 0
        self.moments: list[Moment] = []
        self.phase = "forward"
        #: Copies that autocast holds until the end of the forward pass.
        self.cached: list[_Storage] = []
        self.casts = 0
        self.saved = [0] * len(self.layers)
        self.outputs = [0] * len(self.layers)
        self.trainable = [
            training
            and bool(layer.params)
            and not (settings.freeze == "features" and layer.stage is not None)
            for layer in self.layers
        ]
        #: From which layer on autograd records.
        self.first = self.trainable.index(True) if any(self.trainable) else len(self.layers)

    # Storages.

    def new(self, size: int, element: int, owner: int = -1) -> _Storage:
        self.in_use += size
        return _Storage(size, element, owner)

    def hold(self, storage: _Storage) -> _Storage:
        storage.holders += 1
        return storage

    def drop(self, storage: _Storage) -> None:
        storage.holders -= 1
        if not storage.holders:
            self.in_use -= storage.size
            if storage.kept and storage.owner >= 0:
                self.kept -= storage.size

    def keep(self, storage: _Storage) -> _Storage:
        """Hold a storage for the backward pass; the first time it counts for its layer."""
        if not storage.kept and storage.owner >= 0:
            self.kept += storage.size
            if self.phase == "forward":
                self.saved[storage.owner] += storage.size
        storage.kept = True
        return self.hold(storage)

    def mark(self, layer: Layer | None, more: int = 0) -> None:
        used = self.in_use + more
        self.moments.append(Moment(self.phase, layer, used, self.kept, self.gradients))

    def run(self, element: int) -> Run:
        settings = self.settings
        return Run(settings.batch_size, element, self.weight, settings.device, self.training)

    # The forward pass.

    def forward(
        self,
        start: int,
        layers: Sequence[Layer],
        source: _Storage,
        tape: "list[_Recorded | _Stage] | None",
        stops: bool = False,
    ) -> _Storage:
        """Run layers; with a tape, autograd records them. The source is given up.

        ``stops``: as checkpointing does, stop as soon as the last tensor is kept.
        """
        for index, layer in enumerate(layers, start):
            rule, output = layer.rule, layer.output_shape
            records = tape is not None and index >= self.first
            cast = self.amp and isinstance(rule, Conv2d | Linear)
            if cast:
                held, temporary, reads = self.cast(index, layer, source, records)
                element = self.element
            else:
                held, temporary, reads = [], [], source
                element = source.element
            run = self.run(element)
            if records and rule.keeps_input:
                held.append(self.keep(reads))
            last = stops and layer is layers[-1]
            skipped = last and not (rule.keeps_output or isinstance(rule, MaxPool2d))
            if rule.passes or (isinstance(rule, Dropout) and not self.training):
                result = self.hold(source)
            else:
                size = 0 if skipped else run.images * element * prod(output)
                result = self.new(size, element, index)
                if self.phase == "forward":
                    self.outputs[index] = size
            more = 0
            if records:
                own = rule.kept(output, run)
                if own:
                    held.append(self.keep(self.new(own, element, index)))
                    self.drop(held[-1])
                if rule.keeps_output:
                    held.append(self.keep(result))
                recorded = _Recorded(
                    index, layer, index > self.first, source, result, tuple(held), cast
                )
                assert tape is not None
                if held or not rule.passes:
                    tape.append(recorded)
            else:
                more = rule.forward_extra(output, run)
            self.mark(layer, more)
            for storage in temporary:
                self.drop(storage)
            self.drop(source)
            source = result
        return source

    def cast(
        self, index: int, layer: Layer, source: _Storage, records: bool
    ) -> tuple[list[_Storage], list[_Storage], _Storage]:
        """What autocast copies for a layer: what is recorded, what is temporary, and its input."""
        element, rule = self.element, layer.rule
        held: list[_Storage] = []
        temporary: list[_Storage] = []
        shapes = rule.state()
        frozen = self.settings.freeze == "features" and layer.stage is not None
        for name in ("bias", "weight"):
            if name not in shapes:
                continue
            copy = self.new(element * prod(shapes[name]), element)
            (temporary if frozen else self.cached).append(copy)
            if not frozen and self.phase == "forward":
                self.casts += copy.size
            if name == "weight" and records and (isinstance(rule, Conv2d) or index > self.first):
                held.append(self.hold(copy))
        reads = source
        if source.element != element:
            size = self.settings.batch_size * element * prod(layer.input_shape)
            reads = self.new(size, element, index)
            temporary.append(reads)
        return held, temporary, reads

    def leave_autocast(self) -> None:
        for copy in self.cached:
            self.drop(copy)
        self.cached = []

    def network(self, source: _Storage, tape: "list[_Recorded | _Stage] | None") -> _Storage:
        """Run the whole network on the input, which stays in use."""
        features = [layer for layer in self.layers if layer.stage is not None]
        count = len(features)
        source = self.hold(source)
        if self.settings.checkpoint_every and tape is not None:
            start = 0
            for _, run in groupby(features, key=lambda layer: layer.stage):
                layers = list(run)
                if start + len(layers) > self.first:
                    tape.append(_Stage(start, layers, self.keep(source)))
                else:
                    self.hold(source)
                held = source
                source = self.forward(start, layers, source, None)
                if start + len(layers) <= self.first:
                    self.drop(held)
                start += len(layers)
        else:
            source = self.forward(0, features, source, tape)
        pool = self.layers[count : count + 1]
        if pool and pool[0].path == "avgpool":
            source = self.forward(count, pool, source, tape)
            count += 1
        # The callers hold the classifier's input until it returns.
        held = self.hold(source)
        source = self.forward(count, self.layers[count:], source, tape)
        self.drop(held)
        self.leave_autocast()
        return source

    # The backward pass.

    def backward(self, tape: "Iterable[_Recorded | _Stage]", gradient: _Storage) -> _Storage | None:
        """Go through the records; the gradient of the output is given up."""
        flowing: _Storage | None = gradient
        for entry in reversed(list(tape)):
            assert flowing is not None
            if isinstance(entry, _Stage):
                again: list[_Recorded | _Stage] = []
                self.drop(
                    self.forward(entry.start, entry.layers, self.hold(entry.source), again, True)
                )
                self.leave_autocast()
                # The stage's input is held until the last of what its layers keep is freed.
                for place, one in enumerate(again):
                    if isinstance(one, _Recorded) and one.held:
                        again[place] = one._replace(held=(*one.held, entry.source))
                        break
                flowing = self.backward(again, flowing)
            else:
                flowing = self.backward_layer(entry, flowing)
        return flowing

    def backward_layer(self, entry: _Recorded, gradient: _Storage) -> _Storage | None:
        index, layer, needed, source, _, held, cast = entry
        images = self.settings.batch_size
        element = gradient.element
        result = None
        if needed:
            result = self.new(images * element * prod(layer.input_shape), element)
        weights: list[_Storage] = []
        if self.trainable[index]:
            size = element if cast else self.weight
            shapes = layer.rule.state()
            weights = [
                self.new(size * prod(shapes[name]), size)
                for name in ("weight", "bias")
                if name in shapes
            ]
        if not cast:
            self.gradients += sum(storage.size for storage in weights)
        self.mark(layer, layer.rule.backward_extra(layer.output_shape, self.run(element)))
        self.drop(gradient)
        for storage in held:
            self.drop(storage)
        if cast:
            if result is not None and source.element != element:
                wide = self.new(images * source.element * prod(layer.input_shape), source.element)
                self.mark(layer)
                self.drop(result)
                result = wide
            for storage in weights:
                wide = self.new(storage.size // storage.element * self.weight, self.weight)
                self.gradients += wide.size
                self.mark(layer)
                self.drop(storage)
        return result


def training(plan: Plan, settings: Settings) -> Training:
    """The memory of a training step, once the optimizer has its state.

    The gradients are None before it. The output is in use until the end of the step.
    """
    step = _Simulation(plan, settings, True)
    weights, buffers = _weights(step)
    trained = [
        step.weight * prod(shape)
        for index, layer in enumerate(step.layers)
        if step.trainable[index]
        for name, shape in layer.rule.state().items()
        if name in ("weight", "bias")
    ]
    gradients, optimizer = sum(trained), optimizer_bytes(settings, trained)
    step.in_use = weights + buffers + optimizer
    images = _input(step)
    tape: list[_Recorded | _Stage] = []
    output = step.network(images, tape)
    casts, saved = step.casts, sum(step.saved)
    layers = tuple(map(LayerMemory, step.layers, step.outputs, step.saved))
    # The loss, and its gradient.
    loss = step.new(output.element, output.element)
    step.phase = "backward"
    one = step.new(output.element, output.element)
    gradient = step.new(output.size, output.element)
    step.backward(tape, gradient)
    step.drop(one)
    step.phase = "step"
    step.mark(None, update_bytes(settings, trained))
    step.drop(loss)
    return Training(
        weights,
        buffers,
        gradients,
        optimizer,
        images.size,
        saved,
        casts,
        max(step.moments, key=lambda moment: moment.bytes),
        tuple(step.moments),
        layers,
    )


def inference(plan: Plan, settings: Settings) -> Inference:
    """The memory of a forward pass in evaluation mode, under ``torch.no_grad()``."""
    run = _Simulation(plan, settings, False)
    weights, buffers = _weights(run)
    run.in_use = weights + buffers
    images = _input(run)
    run.network(images, None)
    peak = max(run.moments, key=lambda moment: moment.bytes)
    return Inference(weights, buffers, images.size, peak)


def _weights(run: _Simulation) -> tuple[int, int]:
    """Bytes of the weights and of the buffers."""
    weights = buffers = 0
    for layer in run.layers:
        for name, shape in layer.rule.state().items():
            if name in ("weight", "bias"):
                weights += run.weight * prod(shape)
            else:
                buffers += (run.weight if shape else INT64_BYTES) * prod(shape)
    return weights, buffers


def _input(run: _Simulation) -> _Storage:
    element = run.weight
    size = run.settings.batch_size * element * prod(run.layers[0].input_shape)
    return run.new(size, element)


def optimizer_bytes(settings: Settings, trained: Sequence[int]) -> int:
    """Bytes of the state that an optimizer keeps for parameters of so many bytes each."""
    states = OPTIMIZERS[settings.optimizer]
    # Adam counts its steps, in one number on the CPU for each parameter.
    steps = len(trained) if states == 2 and settings.device == "cpu" else 0
    return states * sum(trained) + FLOAT32_BYTES * steps


def update_bytes(settings: Settings, trained: Sequence[int]) -> int:
    """Bytes that the optimizer needs for a moment, as PyTorch implements it by default.

    Adam takes the root of the second state: on a CUDA device of all parameters together, on a CPU
    of one after another, twice, while the last one's is still there.
    """
    if OPTIMIZERS[settings.optimizer] < 2:
        return 0
    if settings.device == "cuda":
        return sum(trained)
    return max(before + 2 * size for before, size in zip((0, *trained), trained, strict=False))


def check_trainable(plan: Plan, settings: Settings) -> None:
    """Check that PyTorch can train this network in this way, and that its memory is known.

    Raises:
        ConfigError: it cannot, or it is not.
    """
    if plan.origin is not None:
        raise ConfigError(
            f"the memory of a network in Python is measured while it runs, which a Plan cannot; "
            f"pass the network itself, or its text, such as {plan.origin.what!r}"
        )
    config = plan.config_for("memory")
    if settings.freeze and config.features_only:
        raise ConfigError("--freeze features leaves nothing to train with --features-only")
    for layer in plan.layers:
        if settings.dtype == "amp" and isinstance(layer.rule, LocalResponseNorm):
            raise ConfigError(
                f"--dtype amp is not known for {layer.name}: each device converts another part of "
                "a LocalResponseNorm to float32"
            )
        on_cpu = settings.device == "cpu" and settings.dtype in ("float16", "bfloat16")
        if on_cpu and isinstance(layer.rule, LocalResponseNorm):
            raise ConfigError(f"PyTorch has no {layer.type} in {settings.dtype} on a CPU")
        values = settings.batch_size * prod(layer.output_shape[1:])
        if isinstance(layer.rule, BatchNorm2d) and values == 1:
            raise ConfigError(
                f"PyTorch cannot train {layer.name} on one value for each channel; use a batch "
                "size of 2 or more, or a larger input"
            )
