"""What is wrong with a network that does not run: the layer, what it got, the likely mistake."""

import re
from collections.abc import Callable, Iterator, Sequence
from math import isqrt

from vgginspect.errors import NetworkError
from vgginspect.pytorch.observe import LAST_SHAPE
from vgginspect.pytorch.sandbox import exception_text, place_in
from vgginspect.shape import Shape, shape_text

_CHANNELS = re.compile(r"to have (\d+) channels, but got (\d+) channels instead")
_FEATURES = re.compile(r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)")
_ARGUMENTS = re.compile(r"forward\(\) (?:missing|takes) .*argument")


def explained(
    error: Exception, name: str, shapes: Sequence[Shape], fits: Callable[[Shape], bool]
) -> NetworkError:
    """The error for a network that raised an exception for every shape.

    The message names the line, what PyTorch said, and where it can be told, the likely mistake.
    ``fits`` tells whether the network runs with a shape.
    """
    tried = shape_text(shapes[0])
    if len(shapes) > 1:
        tried += f" (and {len(shapes) - 1} others)"
    said = exception_text(error)
    lines = [f"{name} cannot be run with input {tried}{place_in(error)}: {said}"]
    lines += [f"  {line}" for line in _likely(error, shapes[0], fits)]
    return NetworkError("\n".join(lines))


def _likely(error: Exception, given: Shape, fits: Callable[[Shape], bool]) -> Iterator[str]:
    message = str(error)
    if channels := _CHANNELS.search(message):
        yield (
            f"the layer takes {channels[1]} channels and was given {channels[2]}: likely "
            "in_channels was not updated after the layer before it"
        )
    if features := _FEATURES.search(message):
        got, wanted = int(features[1]), int(features[2])
        yield f"the linear layer takes {wanted} features and was given {got}"
        before: Shape = getattr(error, LAST_SHAPE, ())
        side = isqrt(wanted // before[0]) if len(before) == 3 else 0
        if len(before) == 3 and len(given) == 3 and before[0] * side * side == wanted:
            size = side * given[1] // before[1]
            if fits((given[0], size, size)):
                yield (
                    f"the map before it is {shape_text(before)}, and {wanted} are "
                    f"{shape_text((before[0], side, side))}: likely it was made for "
                    f"--input-size {size}"
                )
    if _ARGUMENTS.search(message):
        yield "only networks that take one image can be run"
