"""The output of ``trace``: one block per step of the builder loop, then the tables."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from vgginspect.cfg.tokens import same_padding
from vgginspect.errors import ConfigError
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan, Step
from vgginspect.report.columns import STEP_COLUMNS, STEP_PRIORITY, step_document
from vgginspect.report.json_document import fields
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.shape import shape_text
from vgginspect.views.phrases import conventions, depth_arithmetic, heading, tokens_text
from vgginspect.views.summary import layer_table, part_table

#: Printed for a step without a token.
NO_TOKEN = "—"

#: Pools, as modules or as functions.
_POOL = re.compile("(avg|max)_?pool")

Steps = Callable[[], Iterable[Step]]

#: Column widths for ``[12]``, ``[classifier.0]`` and ``conv1_1``.
INDEX_WIDTH, HEAD_WIDTH, NAME_WIDTH = 4, 14, 7


def report(
    plan: Plan,
    words: Words,
    columns: str | None = None,
    steps: Steps | None = None,
    cumulative: bool = False,
    only: str | None = None,
    part: str = "",
    span: Sequence[int] | None = None,
) -> Report:
    """The Report of a trace.

    Args:
        plan: the network.
        words: the language.
        columns: the value of ``--columns``.
        steps: the steps to print, if not the Plan's own (for example merged by stage).
        cumulative: print the whole layer list after each step.
        only: the kinds of the layers in the table, as in ``--only``.
        part: ``walk`` for the steps alone, ``table`` for the tables of layers and totals.
        span: the numbers of the steps to print, without what follows the last.

    Raises:
        ConfigError: no table has a column of that name, or there is no such kind or step.
    """
    every_step = steps or plan.iter_steps
    chosen_steps = every_step if span is None else within(every_step, span)
    step_table = Table("steps", STEP_COLUMNS, STEP_PRIORITY, lambda: iter(chosen_steps()), plan)
    layers = layer_table(plan, words, only)
    below = (layers, *([part_table(plan)] if part == "table" else []))
    parts = {"walk": (step_table,), "table": below}
    tables = with_columns(parts.get(part, (step_table, *below)), columns)
    shown_layers = [table for table in tables if table.name == "layers"]

    document = fields(plan, chosen_steps, layers.rows)
    origin = plan.origin
    if origin is not None:
        document["builder"] = lambda: origin.what

    def body() -> Iterator[Line | Table]:
        yield from heading(plan, words)
        if part != "table":
            yield from walk(plan, every_step(), words, cumulative, span)
        if part == "walk" or (part != "table" and span is not None):
            return
        yield line()
        yield line((words("depth_label"), "faint"), (depth_arithmetic(plan, words), "number"))
        printed = [*shown_layers, part_table(plan)] if part != "table" else tables
        for table in printed:
            yield line()
            yield table
        yield line()
        yield from conventions(words, printed)

    return Report(
        words=words,
        document=document,
        records=lambda: (step_document(step, plan) for step in chosen_steps()),
        tables=tables,
        body=body,
        chosen=columns is not None,
    )


def within(steps: Steps, span: Sequence[int]) -> Steps:
    """Only the steps with these numbers.

    Raises:
        ConfigError: there is no such step.
    """
    count = sum(1 for _ in steps())
    if span[-1] > count:
        raise ConfigError(f"--steps: there is no step {span[-1]}; there are {count} steps")
    return lambda: (step for step in steps() if step.step in span)


def walk(
    plan: Plan,
    steps: Iterable[Step],
    words: Words,
    cumulative: bool,
    span: Sequence[int] | None = None,
) -> Iterator[Line]:
    """The blocks of a trace, then the head of the network; of some steps, only their blocks."""
    grown: list[Layer] = []
    for step in steps:
        if span is None or step.step in span:
            yield line()
            yield from block(step, words, grown if cumulative else None)
        if cumulative:
            grown.extend(step.layers)
    if plan.head and span is None:
        yield line()
        yield line((words("walk_head"), "heading"), f"  {head_parts(plan, words)}")
        for layer in plan.head:
            yield entry(layer, True)


def head_parts(plan: Plan, words: Words) -> str:
    """The parts after the features: ``average pool, then fully connected classifier``.

    ReLU, batch norm and dropout belong to the part before them.
    """
    parts: list[str] = []
    for layer in plan.head:
        stem, pool = layer.rule.stem, _POOL.search(layer.type.lower())
        if stem not in ("relu", "bn", "drop"):
            part = words(f"draw_{pool[1]}pool") if pool else layer.type
            parts.append(words(f"head_{stem}") if stem in ("conv", "fc") else part)
    said = words("head_then").join(part for part, _ in groupby(parts))
    return said or ", ".join(layer.type for layer in plan.head)


def block(step: Step, words: Words, grown: list[Layer] | None) -> Iterator[Line]:
    """One step: the token, its branch, the appended layers, and the changes."""
    yield step_title(step, words)
    if grown:
        for layer in grown:
            yield entry(layer, False)
    for layer in step.layers:
        yield entry(layer, True)
    yield changes(step, words)


def step_title(step: Step, words: Words) -> Line:
    """The step's number, its token, and the branch of the builder loop with its reason."""
    token = tokens_text(step.tokens) or NO_TOKEN
    number = words("walk_step", number=step.step)
    return line((number, "heading"), "  ", (token, "token"), "  ", branch_reason(step, words))


def branch_reason(step: Step, words: Words) -> str:
    """The branch of the builder loop that the step takes, and why, with unusual arguments."""
    arguments = ", ".join(_unusual(step)) if step.branch in ("conv", "maxpool", "avgpool") else ""
    return _reason(step, words) + (f" ({arguments})" if arguments else "")


def _unusual(step: Step) -> Iterator[str]:
    """The arguments of the step's window, except the kernel, that a VGG does not usually have."""
    rule = step.layers[0].rule
    usual: dict[str, object] = {"stride": 2, "padding": 0, "dilation": 1, "ceil_mode": False}
    if step.branch == "conv" and rule.kernel_size is not None:
        usual |= {"stride": 1, "padding": same_padding(rule.kernel_size, rule.dilation or 1)}
    for name, value in usual.items():
        given = getattr(rule, name)
        if given is not None and given != value:
            yield f"{name}={given}"


def _reason(step: Step, words: Words) -> str:
    kept = step.in_channels_after
    types = [layer.type for layer in step.layers]
    if step.branch == "conv":
        key = "why_conv_bn" if "BatchNorm2d" in types else "why_conv"
        what = "a_number" if isinstance(step.token, int) else "a_convolution"
        return words(key, token=words(what), channels=kept)
    if step.branch == "stage":
        whole = "Conv2d" in types and types[-1] in ("MaxPool2d", "AvgPool2d")
        key = "why_stage" if whole else "why_stage_part"
        return words(key, stage=step.stage, types=", ".join(dict.fromkeys(types)))
    listed = ", ".join(types)
    token = tokens_text(step.tokens)
    if step.branch == "other" and not token:
        return words("why_no_token", channels=kept, types=listed)
    return words(f"why_{step.branch}", token=token, channels=kept, types=listed)


def changes(step: Step, words: Words) -> Line:
    """``in_channels``, the list's length and the shape, before and after."""
    before, after = map(shape_text, (step.input_shape, step.output_shape))
    same = step.in_channels_before == step.in_channels_after
    return line(
        "    in_channels ",
        f"{step.in_channels_before} → ",
        (f"{step.in_channels_after}", "" if same else "new"),
        f" · {words('walk_layers')} {step.layers_before} → ",
        (f"{step.layers_after}", "new"),
        f" · {words('walk_shape')} {before} → ",
        (after, "" if before == after else "new"),
    )


def entry(layer: Layer, new: bool) -> Line:
    """A line of the layer list: its mark, index, name and repr."""
    style = "new" if new else ""
    mark = "  + " if new else "    "
    label = mark + index_label(layer)
    return line((label, style), f" {layer.name:<{NAME_WIDTH}} ", (layer.repr, style))


def index_label(layer: Layer) -> str:
    """``[12]`` or ``[classifier.0]``, of a function its line; padded."""
    index = layer.path.rpartition(".")[2] if layer.path.startswith("features.") else layer.path
    if layer.line is not None:
        index = layer.line.rpartition("/")[2]
    return f"[{index}]".ljust(INDEX_WIDTH if layer.stage else HEAD_WIDTH)
