"""Call a function for the shape of its result: memory is reserved, and hardly any value computed.

Most functions treat the rows of dimension 0, the images of a batch, each on its own. They are
called with none of the rows, which runs PyTorch's own code with its checks, and the result gets
the rows again, uninitialised. Memory that nobody writes is not used.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from vgginspect.pytorch.data_flow import POINTWISE, SPATIAL, tensors_in
from vgginspect.shape import Shape

#: Functions along dimensions that an argument gives: its place and name.
_ALONG = {
    **dict.fromkeys(("softmax", "log_softmax", "softmin", "cumsum", "glu", "logsumexp"), 1),
    **dict.fromkeys(("mean", "sum", "amax", "amin", "argmax", "argmin"), 1),
    **dict.fromkeys(("normalize", "norm"), 2),
}


def outline(
    func: Callable[..., Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """What a function returns, with values that mean nothing.

    Raises:
        Exception: whatever the function raises for these shapes.
    """
    source: Any = args[0] if args else kwargs.get("input")
    if name in ("local_response_norm", "dropout", "feature_dropout", "alpha_dropout"):
        # Without rows, they return what they were given.
        training = args[2] if len(args) > 2 else kwargs.get("training", name[0] != "l")
        inplace = args[3] if len(args) > 3 else kwargs.get("inplace", False)
        if name[0] == "l" or (training and not inplace):
            return torch.empty_like(source)
    if name == "contiguous" and len(args) == 1 and not (kwargs or source.is_contiguous()):
        return reserved(tuple(source.shape), source.dtype, source.device.type)
    rows = _rows(name, args, kwargs)
    if len({tensor.shape[0] for tensor in rows}) != 1:
        return func(*args, **kwargs)
    others = tensors_in((*args[1:], *kwargs.values()))
    if name == "batch_norm" and any(one.shape != source.shape[1:2] for one in others):
        # It does not count the channels of no image.
        func(source.new_zeros(2, source.shape[1]), *args[1:], **kwargs)
    none = {id(tensor): tensor[:0] for tensor in rows}
    changed = mapped((args, kwargs), lambda tensor: none.get(id(tensor), tensor))
    made = func(*changed[0], **changed[1])
    same = {id(none[id(tensor)]): tensor for tensor in rows}
    new = [tensor for tensor in tensors_in((made,)) if id(tensor) not in same]
    if any(not tensor.dim() or tensor.shape[0] for tensor in new):
        return func(*args, **kwargs)
    return mapped(made, lambda one: same[id(one)] if id(one) in same else _all(one, rows[0]))


def mapped(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """A value with each tensor in it changed, in lists, tuples and dictionaries too."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(entry, change) for key, entry in value.items()}
    if isinstance(value, (list, tuple)) and tensors_in((value,)):
        return type(value)([mapped(entry, change) for entry in value])
    return value


def reserved(shape: Shape, dtype: torch.dtype, device: str = "cpu") -> Tensor:
    """A tensor that nobody wrote."""
    make = torch.empty if dtype.is_floating_point else torch.zeros
    return make(shape, dtype=dtype, device=device)


def _all(made: Tensor, source: Tensor) -> Tensor:
    """A result of no rows, with as many as the source has."""
    shape = (source.shape[0], *made.shape[1:])
    if shape == source.shape and not source.is_contiguous():
        like = torch.empty_like(source, dtype=made.dtype)
        return like if made.dtype.is_floating_point else like.zero_()
    return reserved(shape, made.dtype, made.device.type)


def _rows(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Sequence[Tensor]:
    """The tensors whose rows a function treats each on its own; none if it may mix them."""
    given = tensors_in((*args, *kwargs.values()))
    source = args[0] if args else kwargs.get("input")
    if name in ("cat", "concat", "concatenate"):
        along = args[1] if len(args) > 1 else kwargs.get("dim", kwargs.get("axis", 0))
        alike = len({tensor.dim() for tensor in given}) == 1 and given[0].dim()
        return given if alike and along % given[0].dim() else ()
    if not isinstance(source, Tensor) or source.dim() < 2:
        return ()
    dims = source.dim()
    if name == "contiguous":
        return ()
    if name in POINTWISE:
        return [tensor for tensor in given if tensor.dim() == max(one.dim() for one in given)]
    if name in SPATIAL:
        return (source,) if dims == SPATIAL[name] else ()
    if name in ("interpolate", "upsample", "group_norm"):
        return (source,) if dims > 2 else ()
    if name == "layer_norm":
        shape = args[1] if len(args) > 1 else kwargs["normalized_shape"]
        return (source,) if dims > len(shape) else ()
    if name == "pad":
        pads = args[1] if len(args) > 1 else kwargs["pad"]
        return (source,) if dims > max(len(pads) // 2, 2) else ()
    if name in _ALONG:
        at = _ALONG[name]
        dim = args[at] if len(args) > at else kwargs.get("dim", kwargs.get("axis"))
        if name == "normalize" and dim is None:
            dim = 1
        listed = [dim] if isinstance(dim, int) else dim
        if not isinstance(listed, (list, tuple)) or not listed:
            return ()
        return (source,) if all(type(one) is int and one % dims for one in listed) else ()
    if name == "linear":
        return (source,)
    if name in ("matmul", "mm", "bmm") and len(given) == 2:
        other = given[1]
        if other.dim() == 2:
            return (source,)
        return given if dims == other.dim() else ()
    return ()
