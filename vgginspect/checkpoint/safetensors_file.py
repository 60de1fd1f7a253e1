"""Files of safetensors: a header in JSON with names, types, shapes and places, then the values."""

import io
from typing import BinaryIO

from vgginspect.checkpoint.json_file import read_json
from vgginspect.checkpoint.rebuild import shape_of
from vgginspect.checkpoint.stored_tensor import BITS, StoredTensor
from vgginspect.checkpoint.values import UnreadableFileError

LENGTH_BYTES = 8
#: The format's names of element types, and PyTorch's.
TYPES = {
    "BOOL": "bool",
    "BF16": "bfloat16",
    "C64": "complex64",
    "F4": "float4_e2m1fn_x2",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E8M0": "float8_e8m0fnu",
    **{f"F{bits}": f"float{bits}" for bits in (16, 32, 64)},
    **{f"I{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"U{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
}
METADATA = "__metadata__"


def read_safetensors(stream: BinaryIO) -> dict[str, StoredTensor]:
    """Read the header, and check that every tensor lies in the file.

    Raises:
        UnreadableFileError: it is damaged.
    """
    end = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    length = int.from_bytes(stream.read(LENGTH_BYTES), "little")
    room = end - LENGTH_BYTES - length
    if room < 0:
        raise UnreadableFileError("its header is longer than the file")
    header = read_json(stream, length)
    if not isinstance(header, dict):
        raise UnreadableFileError("its header is no JSON object")
    found = {}
    ends = []
    for key, entry in header.items():
        if key != METADATA:
            found[key], place = _tensor(key, entry)
            ends.append(place)
    at = 0
    for first, last in sorted(ends):
        if first != at:
            raise UnreadableFileError("its tensors overlap or leave gaps")
        at = last
    if at != room:
        raise UnreadableFileError("the values of its tensors are cut off" if at > room else EXTRA)
    return found


EXTRA = "it has bytes that belong to no tensor"


def _tensor(key: str, entry: object) -> tuple[StoredTensor, tuple[int, int]]:
    if not isinstance(entry, dict):
        raise UnreadableFileError(f"its header has no description of {key[:80]}")
    code = entry.get("dtype")
    dtype = TYPES.get(code) if isinstance(code, str) else None
    tensor = StoredTensor(shape_of(entry.get("shape")), dtype)
    place = entry.get("data_offsets")
    if not (isinstance(place, list) and [type(one) for one in place] == [int, int]):
        raise UnreadableFileError(f"its header does not tell where {key[:80]} is")
    first, last = place
    size = tensor.bytes
    if first < 0 or last < first or (dtype in BITS and size != last - first):
        raise UnreadableFileError(f"{key[:80]} does not have the size of its shape")
    return tensor, (first, last)
