"""A tensor as a file describes it: shape, element type, bytes, and the storage it shares."""

from math import prod
from typing import NamedTuple

from vgginspect.shape import Shape

#: Bits of an element. PyTorch keeps a bool in one byte, and packs some quantised types.
BITS = {
    **dict.fromkeys(("bool", "uint8", "int8", "qint8", "quint8"), 8),
    **dict.fromkeys(("int16", "uint16", "float16", "bfloat16"), 16),
    **dict.fromkeys(("int32", "uint32", "float32", "qint32", "complex32"), 32),
    **dict.fromkeys(("int64", "uint64", "float64", "complex64"), 64),
    "complex128": 128,
    **{f"float8_{name}": 8 for name in ("e4m3fn", "e4m3fnuz", "e5m2", "e5m2fnuz", "e8m0fnu")},
    "float4_e2m1fn_x2": 8,
    "quint4x2": 4,
    "quint2x4": 2,
}


class StoredTensor(NamedTuple):
    """One tensor of a file, without its values.

    ``dtype`` is PyTorch's name (``float32``), None where the file does not tell. Tensors with the
    same ``storage`` share their memory; None where the file does not tell. ``offset`` is where
    in the storage the tensor begins, in elements. ``sparse``: only some of its elements are kept.
    """

    shape: Shape
    dtype: str | None
    storage: str | None = None
    offset: int = 0
    sparse: bool = False

    @property
    def bytes(self) -> int | None:
        """The size of its elements; None where their type or number is not known."""
        bits = None if self.sparse else BITS.get(self.dtype or "")
        return None if bits is None else -(-prod(self.shape) * bits // 8)

    @property
    def obstacle(self) -> str:
        """What keeps PyTorch from copying it into a parameter: ``sparse`` or ``quantized``."""
        if self.sparse:
            return "sparse"
        return "quantized" if (self.dtype or "").startswith(("qint", "quint")) else ""
