"""A Plan as a builder's run gives it, without PyTorch."""

from typing import Any

from vgginspect import plan
from vgginspect.cfg.tokens import ListEntry
from vgginspect.network.plan import Origin, Plan, Recorded


def observed(entries: list[Any] | None, **arguments: Any) -> Plan:
    """What ``mine.py:make`` made of entries: of each 64 or whatever else what 64 stands for."""
    read = None if entries is None else tuple(map(ListEntry, entries))
    grown = plan([64] * len(read or "x"), input_shape=(1, 8, 8))
    steps = [
        step._replace(tokens=(entry,)) for step, entry in zip(grown.steps, read or (), strict=False)
    ]
    origin = Origin("python", "mine.py:make", arguments, read, "custom", (1, 8, 8))
    return Plan(origin, Recorded(steps or grown.steps, grown.head))
