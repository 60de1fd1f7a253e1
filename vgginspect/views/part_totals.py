"""The parts of a network: totals of the features, the average pool, the classifier, and all."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vgginspect.network.plan import Layer, Plan
from vgginspect.network.rules import FLOAT32_BYTES
from vgginspect.report.columns import LAYER_COLUMNS, Column, named


class Part(NamedTuple):
    """Sums over the layers of one part."""

    part: str
    layers: int
    depth: int
    params: int
    macs: int
    activation_bytes: int


PART_COLUMNS: tuple[Column, ...] = (
    Column("part", "text", lambda part, _: part.part),
    Column("layers", "count", lambda part, _: part.layers),
    Column("depth", "count", lambda part, _: part.depth),
    Column("params", "count", lambda part, _: part.params),
    *named(LAYER_COLUMNS, ["share"]),
    Column("macs", "millions", lambda part, _: part.macs),
    Column("param_bytes", "megabytes", lambda part, _: FLOAT32_BYTES * part.params),
    Column("activation_bytes", "megabytes", lambda part, _: part.activation_bytes),
)
PART_PRIORITY = (
    "part",
    "params",
    "macs",
    "activation_bytes",
    "param_bytes",
    "depth",
    "layers",
    "share",
)


def parts(plan: Plan) -> Iterator[Part]:
    """The parts of a Plan, then the total. The features are the total minus the other parts."""
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
