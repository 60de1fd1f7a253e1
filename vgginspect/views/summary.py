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
    of_kinds,
)
from vgginspect.report.json_document import fields
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.views.part_totals import PART_COLUMNS, PART_PRIORITY, parts
from vgginspect.views.phrases import conventions, depth_arithmetic, heading


def layer_table(plan: Plan, words: Words, only: str | None = None) -> Table:
    """The per-layer table, grouped by stage; ``only`` are kinds of layers, as in ``--only``.

    Raises:
        ConfigError: an unknown kind.
    """
    wanted = of_kinds(only)

    def group(layer: Layer) -> str:
        if layer.stage is None:
            return words("group_head")
        return words("group_stage", stage=layer.stage)

    after = LAYER_TABLE.index("padding") + 1
    names = (*LAYER_TABLE[:after], *_rare_columns(plan), *LAYER_TABLE[after:])
    shown = named(LAYER_COLUMNS, names)

    def rows() -> Iterator[Layer]:
        return filter(wanted, plan.iter_layers())

    return Table("layers", LAYER_COLUMNS, LAYER_PRIORITY, rows, plan, group, shown=shown)


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


def report(plan: Plan, words: Words, columns: str | None = None, only: str | None = None) -> Report:
    """The Report of a Plan; ``only`` are the kinds of the layers in its table.

    Raises:
        ConfigError: no table has a column of that name, or there is no such kind.
    """
    layers = layer_table(plan, words, only)
    tables = with_columns((layers, part_table(plan)), columns)

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
        document=fields(plan, layers=layers.rows),
        records=lambda: (layer_document(layer, plan) for layer in layers.rows()),
        tables=tables,
        body=body,
        chosen=columns is not None,
    )
