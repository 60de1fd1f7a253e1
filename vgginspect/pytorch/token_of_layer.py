"""The entry of a cfg list for a layer that was read from a module."""

from collections.abc import Sequence
from typing import Any

from vgginspect.cfg.tokens import ListEntry
from vgginspect.pytorch.read_module import ReadModule


def entry_of(module: ReadModule) -> ListEntry:
    """The entry of a cfg list for a module, written from its arguments alone."""
    if module.like == "LocalResponseNorm":
        return ListEntry("LRN")
    size, stride, padding, dilation = (
        value if isinstance(value, tuple) else (value or 0, value or 0)
        for value in (module.kernel_size, module.stride, module.padding, module.dilation)
    )
    ceil_mode = module.kwargs.get("ceil_mode", False)
    if module.like == "Conv2d":
        channels = module.kwargs["out_channels"]
        # Padding on both sides together that keeps a size: what the window reads, less one.
        keeps = tuple(d * (k - 1) for k, d in zip(size, dilation, strict=True))
        same = all(2 * p == reach for p, reach in zip(padding, keeps, strict=True))
        if (size, stride, dilation, same) == ((3, 3), (1, 1), (1, 1), True):
            return ListEntry(channels)
        given = (("s", stride, stride != (1, 1)), ("p", padding, not same))
        numbers = _spelled((*given, ("d", dilation, dilation != (1, 1))))
        return ListEntry(f"conv{_spelled((('', size, True),))}-{channels}{numbers}")
    usual = size == stride == (2, 2) and padding == (0, 0)
    letter = {("MaxPool2d", False): "M", ("MaxPool2d", True): "C", ("AvgPool2d", False): "A"}
    if usual and (module.like, ceil_mode) in letter:
        return ListEntry(letter[module.like, ceil_mode])
    parts = (
        ("", size, size != (2, 2)),
        ("s", stride, stride != (2, 2)),
        ("p", padding, padding != (0, 0)),
    )
    kind = module.like.lower().removesuffix("2d")
    return ListEntry(kind + _spelled(parts) + ("c" if ceil_mode else ""))


def _spelled(parts: Sequence[tuple[str, Any, bool]]) -> str:
    """The arguments that are not the usual ones, each after its letter."""
    return "".join(
        sign + (str(height) if height == width else f"{height}x{width}")
        for sign, (height, width), given in parts
        if given
    )
