"""Checkpoints in several files: an ``*.index.json`` that names the file of each tensor."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from vgginspect.checkpoint.json_file import read_json
from vgginspect.checkpoint.stored_tensor import StoredTensor
from vgginspect.checkpoint.values import UnreadableFileError
from vgginspect.text.printable import printable

MAX_FILES = 1000

Tensors = Mapping[str, StoredTensor]


def read_index(
    stream: BinaryIO, length: int, path: Path, read: Callable[[Path], Tensors]
) -> dict[str, StoredTensor]:
    """Read the tensors of all the files that an index names.

    Args:
        stream: the index.
        length: its bytes.
        path: where it is; the files are beside it.
        read: reads one of them.

    Raises:
        UnreadableFileError: it is no index, or a file lacks a tensor that it should have.
    """
    index = read_json(stream, length)
    places = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(places, dict) or not places:
        raise UnreadableFileError("JSON without a weight_map, so no index of a checkpoint")
    files: dict[str, Tensors] = {}
    found = {}
    for key, file in places.items():
        if not isinstance(file, str) or not _is_beside(file):
            raise UnreadableFileError("its weight_map names a file outside its folder")
        if file not in files:
            if len(files) == MAX_FILES:
                raise UnreadableFileError(f"it names more than {MAX_FILES:,} files")
            files[file] = read(path.with_name(file))
        if key not in files[file]:
            raise UnreadableFileError(f"{printable(file)[:80]} has no {printable(key)[:80]}")
        tensor = files[file][key]
        if tensor.storage is not None:
            tensor = tensor._replace(storage=f"{file}:{tensor.storage}")
        found[key] = tensor
    return found


def _is_beside(name: str) -> bool:
    """Whether it is the name of a file, on any system, and no way to another folder."""
    return name not in ("", ".", "..") and not set(name) & set("/\\:\0")
