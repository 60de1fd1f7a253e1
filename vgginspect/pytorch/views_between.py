"""What is done to the output of a layer before the next one reads it, as text: permuted, cut."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from vgginspect.pytorch.data_flow import Called, tensors_in
from vgginspect.shape import Shape, shape_text
from vgginspect.text.printable import printable

#: Views that keep the order of the elements.
_RESHAPES = frozenset(
    ("view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "view_as", "reshape_as")
) | {"ravel"}
#: Functions that change no value, if the type stays.
_SILENT = frozenset(
    ("contiguous", "clone", "alias", "requires_grad", "cpu", "cuda", "to", "float", "type")
) | {"type_as"}
_RESHAPE = "reshape "


def view_text(call: Called, output: Tensor, shape: Shape, part: str) -> str:
    """One view, empty if it changes nothing.

    Args:
        call: the call of the function.
        output: what it returned.
        shape: the shape of that for one image.
        part: number of it among several results.
    """
    name = call.name
    if name in _RESHAPES:
        return f"{_RESHAPE}{shape_text(shape)}"
    if name in _SILENT and output.dtype == call.source.dtype:
        return ""
    if name == "getitem":
        index = call.get(1, "")
        entries = index if isinstance(index, tuple) else (index,)
        return printable(f"[{', '.join(map(_entry, entries))}]")[:80]
    given = [repr(value) for value in call.arguments[1:] if not tensors_in((value,))]
    given += [f"{key}={value!r}" for key, value in call.keywords.items()]
    return printable(f"{name}({', '.join(given)}){part}")[:80]


def joined(views: Sequence[str], before: Shape) -> str:
    """Views one after another; empty if they only flatten, or end in the shape ``before`` them."""
    kept: list[str] = []
    for view in filter(None, views):
        if kept and view.startswith(_RESHAPE) and kept[-1].startswith(_RESHAPE):
            kept.pop()
        kept.append(view)
    if len(kept) == 1 and kept[0].startswith(_RESHAPE):
        shape = kept[0].removeprefix(_RESHAPE)
        if "×" not in shape or shape == shape_text(before):
            return ""
    return ", ".join(kept)


def _entry(entry: Any) -> str:
    if isinstance(entry, slice):
        sides = ("" if side is None else str(side) for side in (entry.start, entry.stop))
        return ":".join(sides) + ("" if entry.step is None else f":{entry.step}")
    return "…" if entry is Ellipsis or isinstance(entry, (Tensor, list)) else str(entry)
