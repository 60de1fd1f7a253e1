"""Adaptive average pooling in one dimension: which inputs each output averages."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple


class Windows(NamedTuple):
    """The windows of ``AdaptiveAvgPool2d`` in one dimension, from ``size`` values to ``output``."""

    size: int
    output: int

    def spans(self) -> Iterator[tuple[int, int]]:
        """First and last input of each window, counted from 0, as in PyTorch."""
        for place in range(self.output):
            yield place * self.size // self.output, -(-(place + 1) * self.size // self.output) - 1

    @property
    def kind(self) -> str:
        """The kind of pooling.

        ``same``: the input is unchanged. ``copies``: each value is repeated equally often.
        ``parts``: means over windows of equal length without overlap. ``overlaps``: means over
        overlapping windows, possibly of different lengths.
        """
        if self.size == self.output:
            return "same"
        if self.output % self.size == 0:
            return "copies"
        return "parts" if self.size % self.output == 0 else "overlaps"

    @property
    def shared(self) -> int:
        """Number of neighbouring windows that share a value."""
        return sum(last >= first for (_, last), (first, _) in pairwise(self.spans()))

    def text(self, most: int = 16) -> str:
        """The windows as ``0–1 1–2 2–3``, at most ``most`` of them."""
        parts = []
        for place, (first, last) in enumerate(self.spans()):
            if place == most:
                parts.append("…")
                break
            parts.append(str(first) if first == last else f"{first}–{last}")
        return " ".join(parts)
