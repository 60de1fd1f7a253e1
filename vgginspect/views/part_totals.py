"""The parts of a network: totals of the features, the average pool, the classifier, and all."""

from collections.abc import Iterator
from typing import NamedTuple

from vgginspect.network.plan import Plan, Totals, total
from vgginspect.report.columns import Column, of_totals, share


class Part(NamedTuple):
    """One part and its totals."""

    part: str
    totals: Totals


PART_COLUMNS: tuple[Column, ...] = (
    Column("part", "text", lambda part, _: part.part),
    *of_totals("layers", "depth", "params"),
    Column("share", "share", lambda part, plan: share(part.totals, plan)),
    *of_totals("macs", "param_bytes", "activation_bytes"),
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
    """The parts of a Plan, the whole being the last. The features are what the rest leaves."""
    pools = [layer for layer in plan.head if layer.path == "avgpool"]
    head = {"avgpool": total((), pools), "classifier": total((), plan.classifier)}
    rest = map(lambda whole, *others: whole - sum(others), plan.totals, *head.values())
    yield Part("features", Totals(*rest))
    yield from (Part(name, totals) for name, totals in head.items() if totals.layers)
    yield Part("total", plan.totals)
