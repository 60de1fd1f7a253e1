"""Turn recorded calls of modules and functions into steps and layers: names, stages."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from torch import nn

from vgginspect.cfg.tokens import ListEntry, Token
from vgginspect.network.plan import Layer, Step
from vgginspect.pytorch.read_module import ReadModule
from vgginspect.shape import Shape, Sides

#: Kind of module -> branch.
_POOLS = {"MaxPool2d": "maxpool", "AvgPool2d": "avgpool", "LocalResponseNorm": "lrn"}
_CONV = (("Conv2d", "ReLU"), ("Conv2d", "BatchNorm2d", "ReLU"))
#: The paper's first fully connected layer is fc6, after five stages.
FIRST_FC = 6


class LayerCall(NamedTuple):
    """One call of a leaf module, or of a function without one. Shapes are without the batch.

    ``path`` is that of the module, or of the one in which the function ran, and ``module`` is then
    None. ``macs`` is None where they are not known. ``makers`` are the numbers of the calls that
    made its inputs, -1 for the image. ``unknown`` names the place and the function after which
    the receptive field is not known. ``saved_bytes`` is what autograd keeps of it, None if that
    was not measured. ``views`` tells what was done to its inputs since the calls that made them.
    """

    path: str
    module: nn.Module | None
    rule: ReadModule
    input_shape: Shape
    output_shape: Shape
    macs: int | None
    activation_bytes: int
    field: Sides | None
    jump: Sides | None
    makers: tuple[int, ...] = ()
    unknown: str = ""
    saved_bytes: int | None = None
    views: str = ""


class StepCalls(NamedTuple):
    """Recorded calls that form one step, with their tokens (none if unknown)."""

    tokens: tuple[Token | ListEntry, ...]
    branch: str
    seen: Sequence[LayerCall]


def branch_of(run: Sequence[LayerCall]) -> str:
    """The branch of the builder loop that appends these modules; ``other`` if there is none."""
    types = tuple(call.rule.like for call in run)
    if types in _CONV:
        return "conv"
    return _POOLS.get(types[0], "other") if len(types) == 1 else "other" if types else "nothing"


def steps_of(groups: Iterable[StepCalls], input_shape: Shape = ()) -> Iterator[Step]:
    """The steps of groups, with names, stages and receptive fields."""
    index = 0
    stage, conv, norm = 1, 0, 0
    shape = input_shape
    for number, group in enumerate(groups, 1):
        layers = []
        before, first_stage = index, stage
        pooled = False
        for call in group.seen:
            rule = call.rule
            if pooled:
                stage, conv, norm, pooled = stage + 1, 0, 0, False
            conv += rule.stem == "conv"
            norm += rule.stem == "lrn"
            suffix = f"{stage}_{norm if rule.stem == 'lrn' else conv}"
            name = f"pool{stage}" if rule.stem == "pool" else rule.stem + suffix
            layers.append(_layer(call, name, number, stage))
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


def head_of(seen: Iterable[LayerCall]) -> Iterator[Layer]:
    """The layers after the features; fully connected ones are named fc6, fc7 and so on."""
    number = FIRST_FC - 1
    for call in seen:
        stem = call.rule.stem
        number += stem == "fc"
        name = stem if number < FIRST_FC else f"{stem}{number}"
        yield _layer(call, name, None, None)


def _layer(
    call: LayerCall,
    name: str,
    step: int | None,
    stage: int | None,
) -> Layer:
    return Layer(
        call.path,
        name,
        call.rule.reading(call.makers, call.views),
        step,
        stage,
        call.input_shape,
        call.output_shape,
        call.rule.params,
        call.macs,
        call.activation_bytes,
        call.saved_bytes,
        call.field if step is not None else None,
        call.jump if step is not None else None,
    )


#: Functions that belong to the convolution before them, besides the modules of these kinds.
_JOINING = (
    *("relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "celu", "gelu", "silu", "mish"),
    *("hardswish", "hardsigmoid", "hardtanh", "sigmoid", "tanh", "softplus", "dropout"),
    *("feature_dropout", "batch_norm", "instance_norm", "group_norm", "layer_norm"),
)
_JOINING_KINDS = ("activation", "batchnorm", "dropout", "instancenorm", "normalization")


def joins(call: LayerCall) -> bool:
    """Whether a call belongs to the convolution before it: a norm, an activation, a dropout."""
    if call.input_shape != call.output_shape or call.rule.stem == "lrn":
        return False
    if call.module is None:
        return call.rule.type in _JOINING
    kind = type(call.module)
    home, _, name = kind.__module__.rpartition(".")
    own = not kind.__module__.startswith("torch.")
    return (home == "torch.nn.modules" and name in _JOINING_KINDS) or (own and not call.rule.like)


def notes_on(body: Sequence[LayerCall], calls: Sequence[LayerCall]) -> Iterator[str]:
    """What is not known of a network, and from which call on; ``body`` is all before the head."""
    lost = next((call for call in body if call.unknown), None)
    if lost is not None:
        yield (
            f"{lost.unknown} does to the receptive field is not known; receptive "
            "fields are unknown from there on"
        )
    loose = [call for call in calls if call.module is not None and call.rule.line]
    if held := sum(p.numel() for call in loose for p in (call.module or nn.Module()).parameters()):
        first = next(call for call in loose if call.rule.stem in ("conv", "fc") or len(loose) == 1)
        yield (
            f"{first.rule.line}: {first.rule.text} is no part of the network, so its weights are "
            f"not in parameters(), like {held:,} in all; keep modules in nn.ModuleList, not in a "
            "list"
        )
    for call in calls:
        if call.macs is None:
            yield (
                f"{call.rule.line or call.path}: the multiply-accumulates of {call.rule.type} are "
                "not counted, so the total is unknown"
            )
            break
