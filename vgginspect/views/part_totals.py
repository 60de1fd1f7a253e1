"""The parts of a network: totals of the features, the average pool, the classifier, and all."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vgginspect.network.plan import Layer, Plan
from vgginspect.network.rules import FLOAT32_BYTES
from vgginspect.report.columns import LAYER_COLUMNS, Column


class Part(NamedTuple):
    """Sums over the layers of one part."""

    part: str
    layers: int
    depth: int
    params: int
    macs: int
    activation_bytes: int


_OF_LAYER = {column.name: column for column in LAYER_COLUMNS}

PART_COLUMNS: tuple[Column, ...] = (
    Column("part", "text", lambda part, _: part.part, 100),
    Column("layers", "count", lambda part, _: part.layers, 40),
    Column("depth", "count", lambda part, _: part.depth, 50),
    Column("params", "count", lambda part, _: part.params, 90),
    _OF_LAYER["share"]._replace(importance=30),
    Column("macs", "millions", lambda part, _: part.macs, 80),
    Column("param_bytes", "megabytes", lambda part, _: FLOAT32_BYTES * part.params, 60),
    Column("activation_bytes", "megabytes", lambda part, _: part.activation_bytes, 70),
)


def parts(plan: Plan) -> Iterator[Part]:
    """The parts of a Plan, the whole being the last. The features are what the rest leaves."""
    head = [
        _sum("avgpool", (layer for layer in plan.head if layer.path == "avgpool")),
        _sum("classifier", plan.classifier),
    ]
    whole = Part(
        "total",
        plan.totals.layers,
        plan.totals.depth,
        plan.totals.params,
        plan.totals.macs,
        plan.totals.activation_bytes,
    )
    counts = [
        total - sum(of_head)
        for total, *of_head in zip(whole[1:], *(part[1:] for part in head), strict=True)
    ]
    yield Part("features", *counts)
    yield from (part for part in head if part.layers)
    yield whole


def _sum(name: str, layers: Iterable[Layer]) -> Part:
    layers = tuple(layers)
    return Part(
        name,
        len(layers),
        sum(layer.type in ("Conv2d", "Linear") for layer in layers),
        sum(layer.params for layer in layers),
        sum(layer.macs for layer in layers),
        sum(layer.activation_bytes for layer in layers),
    )
