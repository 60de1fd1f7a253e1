"""Observation: a Plan read off a real torch module while it runs, by forward hooks.

Nothing here knows what was meant to be built. Types, constructor arguments, weights and shapes
are read off the modules and their tensors; steps, names and receptive fields follow from those.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from vgginspect.bridge.rules import called_again, macs_of, rule_of
from vgginspect.config import Config
from vgginspect.facts import Whole
from vgginspect.layers import FLOAT32_BYTES, Module, Shape
from vgginspect.plans import Layer, Plan, Recorded, Step
from vgginspect.tokens import Token

#: Containers of these names are the features, as in torchvision's ``VGG``.
FEATURES = "features"
#: Type of the module that decides the branch -> branch.
_POOLS = {"MaxPool2d": "maxpool", "AvgPool2d": "avgpool", "LocalResponseNorm": "lrn"}
_CONV = (("Conv2d", "ReLU"), ("Conv2d", "BatchNorm2d", "ReLU"))
FIRST_FC = 6


class Sighting(NamedTuple):
    """One call of a leaf module, as a forward hook saw it. Shapes are without the batch."""

    path: str
    module: nn.Module
    rule: Module
    input_shape: Shape
    output_shape: Shape
    macs: int
    activation_bytes: int


def observe(network: nn.Module, config: Config) -> tuple[Plan, Whole]:
    """Run a network made on the meta device, and read its Plan off it.

    Args:
        network: has its features under ``features``; all else is its head.
        config: gives the input shape, and what the Plan is called.

    Raises:
        RuntimeError: or anything else the network raises for such an input.
    """
    whole = _whole(network, ())
    seen, output = sightings(network, config.input_shape)
    inside = [sight for sight in seen if sight.path.partition(".")[0] == FEATURES]
    head = [sight for sight in seen if sight.path.partition(".")[0] != FEATURES]
    steps = steps_of(grouped(inside))
    plan = Plan(config, Recorded(steps, head_of(head)))
    return plan, whole._replace(output_shape=output)


def sightings(network: nn.Module, shape: Shape) -> tuple[list[Sighting], Shape]:
    """Send an empty batch, or where that fails one image without values, through a network.

    The empty batch meets the kernels of the CPU, with every check of shapes they make, and
    weights of which no byte is ever touched. On the meta device PyTorch imports as much again
    as it did at first, so it is the second choice; networks that reshape by hand need it.

    Returns:
        The sightings in the order of the calls, and the shape of what comes out.
    """
    network.eval()
    rules = {module: rule_of(module) for module in network.modules() if _is_leaf(module)}
    try:
        with _untouched(network):
            return _run(network, torch.empty(0, *shape), rules)
    except Exception:
        return _run(network, torch.empty(1, *shape, device="meta"), rules)


def _is_leaf(module: nn.Module) -> bool:
    return next(module.children(), None) is None


class _untouched:  # noqa: N801
    """Within: parameters and buffers on the meta device are memory of the CPU, as it comes."""

    def __init__(self, network: nn.Module) -> None:
        self._kept: list[tuple[dict[str, Any], str, Any]] = []
        self._network = network

    def __enter__(self) -> None:
        made: dict[int, Tensor] = {}
        for module in self._network.modules():
            both: tuple[dict[str, Any], ...] = (module._parameters, module._buffers)
            for tensors in both:
                for name, tensor in tensors.items():
                    if tensor is None or not tensor.is_meta:
                        continue
                    if id(tensor) not in made:
                        empty = torch.empty(tensor.shape, dtype=tensor.dtype)
                        parameter = isinstance(tensor, nn.Parameter)
                        made[id(tensor)] = nn.Parameter(empty, False) if parameter else empty
                    self._kept.append((tensors, name, tensor))
        for tensors, name, tensor in self._kept:
            tensors[name] = made[id(tensor)]

    def __exit__(self, *_: object) -> None:
        for tensors, name, tensor in self._kept:
            tensors[name] = tensor


def _run(
    network: nn.Module, images: Tensor, rules: dict[nn.Module, Module]
) -> tuple[list[Sighting], Shape]:
    seen: list[Sighting] = []
    paths: dict[nn.Module, list[str]] = {}
    for path, module in network.named_modules(remove_duplicate=False):
        if module in rules:
            paths.setdefault(module, []).append(path)
    called: set[nn.Module] = set()
    last: Tensor | None = None

    def note(module: nn.Module, inputs: Any, output: Any) -> None:
        nonlocal last
        source, result = _tensor(inputs), _tensor(output)
        before, after = _shape(source), _shape(result)
        if isinstance(module, nn.Linear) and _is_flattened(last, source):
            before = _shape(last)
        rule = called_again(rules[module]) if module in called else rules[module]
        macs = macs_of(module, _shape(source), after)
        held = 0 if _overwrites(module, source, result) else _bytes(after)
        called.add(module)
        path = _path(paths[module], seen[-1].path if seen else "")
        seen.append(Sighting(path, module, rule, before, after, macs, held))
        last = result

    hooks = [module.register_forward_hook(note) for module in paths]
    try:
        with torch.no_grad():
            output = network(images)
    finally:
        for hook in hooks:
            hook.remove()
    return seen, _shape(_tensor(output))


def _path(left: list[str], last: str) -> str:
    """Where a module was called from: of the paths that are left, one beside the last call."""
    if len(left) == 1:
        return left[0]
    parent = last.rpartition(".")[0]
    beside = [path for path in left if path.rpartition(".")[0] == parent]
    path = beside[0] if beside else left[0]
    left.remove(path)
    return path


def _tensor(value: Any) -> Tensor | None:
    """The first tensor in what a module takes or gives."""
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
    """Whether a vector is the map before it, flattened by a function that no hook can see."""
    if map_ is None or vector is None or vector.dim() != 2 or map_.dim() <= 2:
        return False
    return vector.shape[1:].numel() == map_.shape[1:].numel()


def _bytes(shape: Shape) -> int:
    size = FLOAT32_BYTES
    for side in shape:
        size *= side
    return size


def _overwrites(module: nn.Module, source: Tensor | None, result: Tensor | None) -> bool:
    """Whether a layer holds nothing of its own: it works in place, or gives a view of its input.

    A dropout lets its input through only because nothing is trained here.
    """
    if getattr(module, "inplace", False) is True:
        return True
    if isinstance(module, nn.modules.dropout._DropoutNd) or source is None or result is None:
        return False
    if isinstance(module, nn.Flatten | nn.Unflatten | nn.Identity):
        return True
    return result is source and source.numel() > 0


def _whole(network: nn.Module, output: Shape) -> Whole:
    parameters = list(network.parameters())
    return Whole(
        sum(parameter.numel() for parameter in parameters),
        sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
        tuple((key, tuple(tensor.shape)) for key, tensor in network.state_dict().items()),
        output,
    )


class Group(NamedTuple):
    """Sightings that make one step, and the tokens they came of (none where that is unknown)."""

    tokens: tuple[Token, ...]
    branch: str
    seen: Sequence[Sighting]


def grouped(seen: Iterable[Sighting]) -> Iterator[Group]:
    """Group the features by what they are: a convolution with what follows it, a pool alone.

    The token is the one whose arguments the first module of the group has.
    """
    run: list[Sighting] = []
    for sight in seen:
        alone = sight.rule.type in _POOLS
        if run and (alone or sight.rule.type == "Conv2d" or run[0].rule.type in _POOLS):
            yield _group(run)
            run = []
        run.append(sight)
    if run:
        yield _group(run)


def _group(run: list[Sighting]) -> Group:
    token = _token(run[0].rule)
    return Group((token,) if token else (), branch_of(run), tuple(run))


def _token(rule: Module) -> Token | None:
    if rule.type == "LocalResponseNorm":
        return Token("lrn")
    kernel, stride, padding = rule.kernel_size, rule.stride, rule.padding
    if kernel is None or stride is None or padding is None:
        return None
    if rule.type == "Conv2d":
        return Token(
            "conv", rule.kwargs["out_channels"], kernel, stride, padding, rule.dilation or 1
        )
    if rule.type in ("MaxPool2d", "AvgPool2d"):
        ceil_mode = rule.kwargs.get("ceil_mode", False)
        return Token(_POOLS[rule.type], 0, kernel, stride, padding, 1, ceil_mode)
    return None


def branch_of(run: Sequence[Sighting]) -> str:
    """The branch of the builder's loop that appends such modules; ``other`` where ours has none."""
    types = tuple(sight.rule.type for sight in run)
    if types in _CONV:
        return "conv"
    return _POOLS.get(types[0], "other") if len(types) == 1 else "other" if types else "nothing"


def steps_of(groups: Iterable[Group], input_shape: Shape = ()) -> Iterator[Step]:
    """The steps of groups in order: names, stages and receptive fields are worked out here."""
    index = 0
    stage, conv, norm = 1, 0, 0
    field: int | None = 1
    jump: int | None = 1
    shape = input_shape
    for number, group in enumerate(groups, 1):
        layers = []
        before, first_stage = index, stage
        pooled = False
        for sight in group.seen:
            rule = sight.rule
            if pooled:
                stage, conv, norm, pooled = stage + 1, 0, 0, False
            conv += rule.stem == "conv"
            norm += rule.stem == "lrn"
            field, jump = _reach(sight, field, jump)
            suffix = f"{stage}_{norm if rule.stem == 'lrn' else conv}"
            name = f"pool{stage}" if rule.stem == "pool" else rule.stem + suffix
            layers.append(_layer(sight, name, number, stage, field, jump))
            pooled = rule.stem == "pool"
            index += 1
        start = group.seen[0].input_shape if group.seen else shape
        shape = group.seen[-1].output_shape if group.seen else shape
        yield Step(
            number,
            group.tokens,
            group.branch,
            first_stage,
            start[0],
            shape[0],
            before,
            index,
            start,
            shape,
            tuple(layers),
        )
        if pooled:
            stage, conv, norm = stage + 1, 0, 0


def head_of(seen: Iterable[Sighting]) -> Iterator[Layer]:
    """The layers behind the features, fully connected ones named fc6, fc7 and so on."""
    number = FIRST_FC - 1
    for sight in seen:
        stem = sight.rule.stem
        number += stem == "fc"
        name = stem if number < FIRST_FC else f"{stem}{number}"
        yield _layer(sight, name, None, None, None, None)


def _layer(
    sight: Sighting,
    name: str,
    step: int | None,
    stage: int | None,
    field: int | None,
    jump: int | None,
) -> Layer:
    return Layer(
        sight.path,
        name,
        sight.rule,
        step,
        stage,
        sight.input_shape,
        sight.output_shape,
        sight.rule.params,
        sight.macs,
        sight.activation_bytes,
        field,
        jump,
    )


def _reach(sight: Sighting, field: int | None, jump: int | None) -> tuple[int | None, int | None]:
    """Receptive field and jump after a layer; None from the first layer whose window is unknown."""
    if field is None or jump is None:
        return None, None
    rule = sight.rule
    if rule.kernel_size is not None and rule.stride is not None:
        return field + (rule.kernel_size - 1) * (rule.dilation or 1) * jump, jump * rule.stride
    pixelwise = type(sight.module).__module__.startswith("torch.nn.")
    same = sight.input_shape[1:] == sight.output_shape[1:]
    if hasattr(sight.module, "kernel_size") or not (pixelwise and same):
        return None, None
    return field, jump
