"""The parts of a network: totals of the features, the average pool, the classifier, and all."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from vgginspect.network.plan import Plan, Totals, total
from vgginspect.report.columns import Column, of_totals, share


class Part(NamedTuple):
    """One part and its totals."""

    part: str
    totals: Totals


PART_COLUMNS: tuple[Column, ...] = (
    Column("part", "word", lambda part, _: part.part),
    *of_totals("layers", "depth", "params"),
    Column("share", "share", lambda part, plan: share(part.totals, plan)),
    *of_totals("macs", "param_bytes", "activation_bytes", "saved_bytes"),
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
    pools = [layer for layer in plan.head if layer.path == "avgpool"]
    head = {"avgpool": total((), pools), "classifier": total((), plan.classifier)}
    rest: Iterator[Any] = (
        None if None in each else each[0] - sum(each[1:])
        for each in zip(plan.totals, *head.values(), strict=True)
    )
    yield Part("features", Totals(*rest))
    yield from (Part(name, totals) for name, totals in head.items() if totals.layers)
    yield Part("total", plan.totals)
