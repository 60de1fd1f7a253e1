"""Shapes: ``(C, H, W)`` of a map, ``(N,)`` of a vector, the batch left out."""

from collections.abc import Iterable

Shape = tuple[int, ...]


def shape_text(shape: Iterable[int]) -> str:
    """A shape or a spatial size as people read it: ``512×14×14``."""
    return "×".join(map(str, shape))
