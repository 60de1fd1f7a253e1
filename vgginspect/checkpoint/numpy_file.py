"""Files of NumPy: an ``.npy``, and an ``.npz``, which is a zip file of them."""

import re
from typing import BinaryIO

from vgginspect.checkpoint.pickle_machine import PickleMachine
from vgginspect.checkpoint.rebuild import make, numpy_type, shape_of
from vgginspect.checkpoint.stored_tensor import StoredTensor
from vgginspect.checkpoint.values import UnreadableFileError
from vgginspect.checkpoint.zip_directory import ZipEntry, zip_content

MAGIC = b"\x93NUMPY"
SUFFIX = ".npy"
#: Bytes of a header, which is a Python dict as text.
MAX_HEADER = 1 << 16
#: Bytes of an array in an ``.npz`` that are unpacked.
HEAD = 4096
_TYPE = re.compile(r"'descr': *'([^']{1,20})'")
_SHAPE = re.compile(r"'shape': *\(([0-9, ]*)\)")
OBJECTS = "|O"


def read_npz(stream: BinaryIO, entries: dict[str, ZipEntry]) -> dict[str, StoredTensor]:
    """The arrays of an ``.npz``, by name.

    Raises:
        UnreadableFileError: it is damaged.
    """
    found = {}
    for name, entry in entries.items():
        if name.endswith(SUFFIX):
            dtype, shape = _header(zip_content(stream, entry, HEAD))
            found[name.removesuffix(SUFFIX)] = StoredTensor(shape_of(shape), numpy_type(dtype))
    return found


def read_npy(stream: BinaryIO) -> object:
    """The value in an ``.npy``: its entries if they are Python objects, else its array.

    Raises:
        UnreadableFileError: it is damaged.
    """
    dtype, shape = _header(stream)
    if dtype == OBJECTS:
        return PickleMachine(stream, make).load()
    return StoredTensor(shape_of(shape), numpy_type(dtype))


def _header(stream: BinaryIO) -> tuple[str, list[int]]:
    start = stream.read(8)
    width = 2 if start[6:7] == b"\x01" else 4
    length = int.from_bytes(stream.read(width), "little")
    if not start.startswith(MAGIC) or length > MAX_HEADER:
        raise UnreadableFileError("it has no header of a NumPy array")
    text = stream.read(length).decode("latin-1")
    dtype, shape = _TYPE.search(text), _SHAPE.search(text)
    if not dtype or not shape or len(shape[1]) > 200:
        raise UnreadableFileError("it has no header of a NumPy array")
    return dtype[1], [int(size) for size in re.findall("[0-9]+", shape[1])]
