"""Turn recorded calls of leaf modules into steps and layers: names, stages, receptive fields."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from torch import nn

from vgginspect.cfg.tokens import ListEntry, Token
from vgginspect.network.plan import Layer, Step
from vgginspect.pytorch.read_module import ReadModule
from vgginspect.shape import Shape, Sides

#: Module type -> branch.
_POOLS = {"MaxPool2d": "maxpool", "AvgPool2d": "avgpool", "LocalResponseNorm": "lrn"}
_CONV = (("Conv2d", "ReLU"), ("Conv2d", "BatchNorm2d", "ReLU"))
#: The paper's first fully connected layer is fc6, after five stages.
FIRST_FC = 6


class ModuleCall(NamedTuple):
    """One call of a leaf module, as a forward hook saw it. Shapes are without the batch.

    ``follows``: whether its input is the output of the previous call, possibly through a function
    that keeps height and width. Otherwise there is a branch or a functional call between them.
    ``saved_bytes`` is what autograd keeps of it, None if that was not measured.
    """

    path: str
    module: nn.Module
    rule: ReadModule
    input_shape: Shape
    output_shape: Shape
    macs: int
    activation_bytes: int
    follows: bool = True
    saved_bytes: int | None = None


class StepCalls(NamedTuple):
    """Recorded calls that form one step, with their tokens (none if unknown)."""

    tokens: tuple[Token | ListEntry, ...]
    branch: str
    seen: Sequence[ModuleCall]


def branch_of(run: Sequence[ModuleCall]) -> str:
    """The branch of the builder loop that appends these modules; ``other`` if there is none."""
    types = tuple(call.rule.type for call in run)
    if types in _CONV:
        return "conv"
    return _POOLS.get(types[0], "other") if len(types) == 1 else "other" if types else "nothing"


def steps_of(groups: Iterable[StepCalls], input_shape: Shape = ()) -> Iterator[Step]:
    """The steps of groups, with names, stages and receptive fields."""
    index = 0
    stage, conv, norm = 1, 0, 0
    field: Sides | None = 1
    jump: Sides | None = 1
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
            field, jump = _reach(call, field, jump)
            suffix = f"{stage}_{norm if rule.stem == 'lrn' else conv}"
            name = f"pool{stage}" if rule.stem == "pool" else rule.stem + suffix
            layers.append(_layer(call, name, number, stage, field, jump))
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


def head_of(seen: Iterable[ModuleCall]) -> Iterator[Layer]:
    """The layers after the features; fully connected ones are named fc6, fc7 and so on."""
    number = FIRST_FC - 1
    for call in seen:
        stem = call.rule.stem
        number += stem == "fc"
        name = stem if number < FIRST_FC else f"{stem}{number}"
        yield _layer(call, name, None, None, None, None)


def _layer(
    call: ModuleCall,
    name: str,
    step: int | None,
    stage: int | None,
    field: Sides | None,
    jump: Sides | None,
) -> Layer:
    return Layer(
        call.path,
        name,
        call.rule,
        step,
        stage,
        call.input_shape,
        call.output_shape,
        call.rule.params,
        call.macs,
        call.activation_bytes,
        call.saved_bytes,
        field,
        jump,
    )


def _reach(call: ModuleCall, field: Any, jump: Any) -> tuple[Any, Any]:
    """Receptive field and jump after a layer; None from the first layer with an unknown one."""
    if field is None or jump is None or not call.follows:
        return None, None
    rule = call.rule
    if rule.kernel_size is not None and rule.stride is not None:
        numbers = (field, jump, rule.kernel_size, rule.stride, rule.dilation or 1)
        pairs = [number if isinstance(number, tuple) else (number, number) for number in numbers]
        fields, jumps = [], []
        for before, step, kernel, stride, dilation in zip(*pairs, strict=True):
            fields.append(before + (kernel - 1) * dilation * step)
            jumps.append(step * stride)
        return _one_if_equal(fields), _one_if_equal(jumps)
    pixelwise = type(call.module).__module__.startswith("torch.nn.")
    same = call.input_shape[1:] == call.output_shape[1:]
    if hasattr(call.module, "kernel_size") or not (pixelwise and same):
        return None, None
    return field, jump


def _one_if_equal(sides: list[int]) -> Sides:
    height, width = sides
    return height if height == width else (height, width)
