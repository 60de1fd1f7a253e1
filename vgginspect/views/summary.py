"""The output of ``summary``: the layer table and the totals."""

from collections.abc import Iterable, Iterator
from typing import Any

from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan
from vgginspect.report.columns import (
    LAYER_COLUMNS,
    LAYER_PRIORITY,
    LAYER_TABLE,
    RARE,
    layer_document,
    named,
)
from vgginspect.report.json_document import fields
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.views.part_totals import PART_COLUMNS, PART_PRIORITY, parts
from vgginspect.views.phrases import conventions, depth_arithmetic, heading


def layer_table(plan: Plan, words: Words) -> Table:
    """The per-layer table, grouped by stage."""

    def group(layer: Layer) -> str:
        if layer.stage is None:
            return words("group_head")
        return words("group_stage", stage=layer.stage)

    after = LAYER_TABLE.index("padding") + 1
    names = (*LAYER_TABLE[:after], *_rare_columns(plan), *LAYER_TABLE[after:])
    shown = named(LAYER_COLUMNS, names)
    return Table(
        "layers", LAYER_COLUMNS, LAYER_PRIORITY, plan.iter_layers, plan, group, shown=shown
    )


def _rare_columns(plan: Plan) -> list[str]:
    """The columns that are shown because a layer of this network has a rare value in them."""
    windows: Iterable[Any]
    if plan.config:
        windows = {token for token in plan.config.tokens if token.kind != "lrn"}
    else:
        windows = [layer.rule for layer in plan.iter_layers() if layer.rule.kernel_size]
    rare = RARE.items()
    return [name for name, usual in rare if any(getattr(w, name) != usual for w in windows)]


def part_table(plan: Plan) -> Table:
    """The totals of each part of the network."""
    return Table("totals", PART_COLUMNS, PART_PRIORITY, lambda: parts(plan), plan)


def report(plan: Plan, words: Words, columns: str | None = None) -> Report:
    """The Report of a Plan.

    Raises:
        ConfigError: no table has a column of that name.
    """
    tables = with_columns((layer_table(plan, words), part_table(plan)), columns)

    def body() -> Iterator[Line | Table]:
        yield from heading(plan, words)
        for table in tables:
            yield line()
            yield table
        yield line()
        yield line((words("depth_label"), "faint"), depth_arithmetic(plan, words))
        yield from conventions(words, tables)

    return Report(
        words=words,
        document=fields(plan),
        records=lambda: (layer_document(layer, plan) for layer in plan.iter_layers()),
        tables=tables,
        body=body,
        chosen=columns is not None,
    )
