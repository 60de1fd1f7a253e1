"""Shapes without the batch, ``(C, H, W)`` or ``(N,)``, and the sides of a window."""

from collections.abc import Iterable
from typing import TypeAlias

#: ``(C, H, W)`` of a feature map, ``(N,)`` of a vector.
Shape: TypeAlias = tuple[int, ...]

#: A number for both height and width, or ``(height, width)`` if they differ.
Sides: TypeAlias = int | tuple[int, int]


def pair(sides: Sides) -> tuple[int, int]:
    """``(height, width)``."""
    return sides if isinstance(sides, tuple) else (sides, sides)


def sides(height: int, width: int) -> Sides:
    """One number if height and width are equal."""
    return height if height == width else (height, width)


def sides_text(value: Sides) -> str:
    """``3`` or ``3x1``, as in a token."""
    return f"{value[0]}x{value[1]}" if isinstance(value, tuple) else str(value)


def shape_text(shape: Iterable[int]) -> str:
    """A shape or a spatial size for display: ``512×14×14``."""
    return "×".join(map(str, shape))
