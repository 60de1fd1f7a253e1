"""Shapes without the batch: ``(C, H, W)`` of a feature map, ``(N,)`` of a vector."""

from collections.abc import Iterable

Shape = tuple[int, ...]


def shape_text(shape: Iterable[int]) -> str:
    """A shape or a spatial size for display: ``512×14×14``."""
    return "×".join(map(str, shape))
