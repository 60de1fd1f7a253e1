"""Merge the steps of a stage (its convolutions and pool) into one step."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from vgginspect.network.plan import Step


def by_stage(steps: Iterable[Step]) -> Iterator[Step]:
    """Merge the steps of each stage into one, whose branch is ``stage``."""
    for number, (_, run) in enumerate(groupby(steps, key=lambda step: step.stage), 1):
        parts = list(run)
        first, last = parts[0], parts[-1]
        yield last._replace(
            step=number,
            tokens=tuple(token for part in parts for token in part.tokens),
            branch="stage",
            in_channels_before=first.in_channels_before,
            layers_before=first.layers_before,
            input_shape=first.input_shape,
            layers=tuple(layer for part in parts for layer in part.layers),
        )
