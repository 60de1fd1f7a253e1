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
_VIEW = re.compile(r"shape '\[-1, (\d+)\]' is invalid for input of size (\d+)")
#: So many sizes that fit are named.
_MOST = 2
_OTHER_MAPS = re.compile(r"\b(?:Conv|MaxPool|AvgPool)([13])d")
_ARGUMENTS = re.compile(r"forward\(\) (?:missing|takes) .*argument")


def explained(
    error: Exception,
    name: str,
    shapes: Sequence[Shape],
    fits: Callable[[Shape], bool],
    needs_more: bool = False,
) -> NetworkError:
    """The error for a network that raised an exception for every shape.

    The message names the line, what PyTorch said, and where it can be told, the likely mistake.
    ``fits`` tells whether the network runs with a shape, ``needs_more`` whether ``forward`` takes
    more than an image.
    """
    first, said = shape_text(shapes[0]), exception_text(error)
    lines = [f"{name} cannot be run with input {first}{place_in(error)}: {said}"]
    lines += [f"  {line}" for line in _likely(error, shapes[0], fits)]
    if needs_more or _ARGUMENTS.search(str(error)):
        lines.append("  only networks that take one image can be run")
    elif len(shapes) > 1:
        tried = ", ".join(dict.fromkeys(shape_text(shape[-2:]) for shape in shapes))
        lines.append(f"  tried were {tried}; --input-size sets another, such as 1x96x64")
    return NetworkError("\n".join(lines))


def _likely(error: Exception, given: Shape, fits: Callable[[Shape], bool]) -> Iterator[str]:
    message = str(error)
    if other := _OTHER_MAPS.search(message):
        maps = "channels x length" if other[1] == "1" else "channels x depth x height x width"
        yield (
            f"{other[0]} takes {maps}; only images, channels x height x width, are supported as "
            "input"
        )
    elif channels := _CHANNELS.search(message):
        yield (
            f"the layer takes {channels[1]} channels and was given {channels[2]}: likely "
            "in_channels was not updated after the layer before it"
        )
    features, view = _FEATURES.search(message), _VIEW.search(message)
    if features:
        yield f"the linear layer takes {features[2]} features and was given {features[1]}"
    if features or view:
        wanted = _wanted(error)
        before: Shape = getattr(error, LAST_SHAPE, ())
        sizes = [size for size in fitting_sizes(error, given) if fits(size)][:_MOST]
        if sizes and sizes[0][1] == sizes[0][2]:
            side = isqrt(wanted // before[0])
            yield (
                f"the map before it is {shape_text(before)}, and {wanted} are "
                f"{shape_text((before[0], side, side))}: likely it was made for "
                f"--input-size {sizes[0][1]}"
            )
        elif sizes:
            listed = " or ".join(f"--input-size {height}x{width}" for _, height, width in sizes)
            yield f"it fits with {listed}"


def fitting_sizes(error: Exception, given: Shape) -> list[Shape]:
    """Inputs for which a linear layer or a view would take what it is given, the squarest first.

    Args:
        error: what the network raised.
        given: the shape of the input that it raised it for.
    """
    before: Shape = getattr(error, LAST_SHAPE, ())
    wanted = _wanted(error)
    if not wanted or len(before) != 3 or len(given) != 3 or wanted % before[0]:
        return []
    places = wanted // before[0]
    found = [
        (given[0], side * given[1] // before[1], places // side * given[2] // before[2])
        for side in range(1, places + 1)
        if places % side == 0
    ]
    return sorted(found, key=lambda shape: abs(shape[1] - shape[2]))


def _wanted(error: Exception) -> int:
    """The features that a linear layer or a view takes for each image; 0 if it is neither."""
    features, view = _FEATURES.search(str(error)), _VIEW.search(str(error))
    return int(features[2]) if features else int(view[1]) if view else 0
