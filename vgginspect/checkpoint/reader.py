"""Read the names, shapes and types of the tensors in a checkpoint, without PyTorch.

No code in a file is run and no class of it is made; see ``pickle_machine``.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from vgginspect.checkpoint.rebuild import REBUILD, storage_type
from vgginspect.checkpoint.state_dict import FoundTensors, find_tensors
from vgginspect.checkpoint.stored_tensor import StoredTensor
from vgginspect.checkpoint.values import GlobalName, UnreadableFileError
from vgginspect.errors import CheckError, OutputError, VGGInspectError
from vgginspect.shape import Shape
from vgginspect.text.printable import printable

ZIP, PICKLE = b"PK\x03\x04", b"\x80"
NPY = b"\x93NUMPY"
KERAS = (
    "\n  load it in Keras and save its weights as .npz: "
    "numpy.savez('weights.npz', **{w.path: w.numpy() for w in model.weights})"
)
#: First bytes of files that are often mistaken for checkpoints, with a description.
OTHERS = {
    b"version ht": "a Git LFS pointer; 'git lfs pull' fetches the file itself",
    b"<!DOCTYPE ": "a web page (HTML); the download probably failed",
    b"<!doctype ": "a web page (HTML); the download probably failed",
    b"<html": "a web page (HTML); the download probably failed",
    b"\x89HDF": f"an HDF5 file, as Keras saves it{KERAS}",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"GGUF": "a GGUF file",
    b"7z\xbc\xaf": "compressed with 7-Zip; unpack it first",
}
#: A tar archive has this where its first header ends.
TAR, TAR_AT = b"ustar", 257
#: Members of the tar archives that PyTorch wrote before version 0.2.
TAR_NAMES = (b"sys_info\0", b"pickle\0", b"storages\0", b"tensors\0")
START = TAR_AT + len(TAR)
JSON_SUFFIX = ".json"
MAX_OBJECTS = 20
#: Names of checkpoints.
FILE_NAME = re.compile(
    r".+\.(?:pth|pt|pth\.tar|ckpt|bin|safetensors|index\.json|npz|npy|pkl)",
    re.IGNORECASE | re.DOTALL,
)
#: The name of one, and ``+options`` after it.
FILE_ARGUMENT = re.compile(rf"({FILE_NAME.pattern})(\+.*)?", FILE_NAME.flags)


class Checkpoint(NamedTuple):
    """What a file holds.

    ``nested`` are the dictionary keys that lead to the tensors; ``model`` is the class of a whole
    model, or empty. ``objects`` are classes and functions that loading the file would import and
    that are no part of PyTorch's tensors; they were not. ``refused`` are those that
    ``weights_only=True`` refuses. The others are as in ``FoundTensors``.
    """

    format: str
    nested: tuple[str, ...]
    tensors: Mapping[str, StoredTensor]
    model: str = ""
    objects: tuple[str, ...] = ()
    cfg_lists: tuple[tuple[int | str, ...], ...] = ()
    versions: Mapping[str, int] = {}
    arrays: frozenset[str] = frozenset()
    plain: tuple[str, ...] = ()
    access: str | None = ""
    refused: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of each tensor."""
        return {key: tensor.shape for key, tensor in self.tensors.items()}


def read_checkpoint(path: str | Path) -> Checkpoint:
    """Read what is in a ``.pth``, ``.safetensors``, ``.index.json``, ``.npz`` or similar file.

    Values of tensors are not read.

    Raises:
        OutputError: the file cannot be read.
        CheckError: it is not a checkpoint, or is damaged.
    """
    path = Path(path)
    with _opened(path) as stream:
        start = stream.read(START)
        stream.seek(0)
        try:
            if path.suffix == JSON_SUFFIX:
                return _sharded(stream, path)
            return _read(stream, path, start)
        except UnreadableFileError as error:
            raise CheckError(
                f"{_shown(path)} is damaged or not a checkpoint: {printable(str(error))[:300]}"
            ) from None
        except MemoryError:
            raise CheckError(f"{_shown(path)} needs more memory than is available") from None
        except VGGInspectError:
            raise
        except OSError as error:
            raise OutputError(f"cannot read {_shown(path)}: {_reason(error)}") from None


def _opened(path: Path) -> BinaryIO:
    reason = "it is a pipe or a device, not a file"
    with suppress(OSError, ValueError):
        # Opening a pipe would block until something writes to it.
        if not path.exists() or path.is_file() or path.is_dir():
            reason = ""
    try:
        if not reason:
            return path.open("rb")
    except (OSError, ValueError) as error:
        reason = _reason(error)
    raise OutputError(f"cannot read {_shown(path)}: {reason}")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _sharded(stream: BinaryIO, path: Path) -> Checkpoint:
    from vgginspect.checkpoint.sharded import read_index

    parts: list[Checkpoint] = []

    def one(part: Path) -> Mapping[str, StoredTensor]:
        if part.suffix == JSON_SUFFIX:
            raise UnreadableFileError("its weight_map names an index")
        parts.append(read_checkpoint(part))
        return parts[-1].tensors

    tensors = read_index(stream, path.stat().st_size, path, one)
    return Checkpoint(
        "sharded",
        (),
        tensors,
        objects=_all(part.objects for part in parts),
        arrays=frozenset().union(*(part.arrays for part in parts)) & tensors.keys(),
        access="" if all(part.access == "" and not part.model for part in parts) else None,
        refused=_all(part.refused for part in parts),
    )


def _all(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(names)))[:MAX_OBJECTS]


def _read(stream: BinaryIO, path: Path, start: bytes) -> Checkpoint:
    if not start:
        raise CheckError(f"{_shown(path)} is empty")
    packed = start[:4] == ZIP
    if packed and path.suffix == ".safetensors":
        raise CheckError(
            f"{_shown(path)} is in PyTorch's format but has the suffix .safetensors; "
            "rename it to .pth"
        )
    if start[8:9] == b"{" or path.suffix == ".safetensors":
        from vgginspect.checkpoint.safetensors_file import read_safetensors

        return Checkpoint("safetensors", (), read_safetensors(stream))
    if packed:
        return _zip(stream, path)
    if start.startswith(NPY):
        from vgginspect.checkpoint.numpy_file import read_npy

        return _found(path, find_tensors(read_npy(stream)), "npy", ())
    if start[:1] != PICKLE:
        raise CheckError(f"{_shown(path)} is not a checkpoint: {_other(start)}")
    from vgginspect.checkpoint.torch_file import read_pickles

    content = read_pickles(stream)
    return _found(path, find_tensors(content.value), content.format, content.names)


def _other(start: bytes) -> str:
    what = next((text for magic, text in OTHERS.items() if start.startswith(magic)), None)
    if start[TAR_AT:] == TAR or start.startswith(TAR_NAMES):
        what = "a tar archive; unpack it first"
        if start.startswith(TAR_NAMES):
            what = (
                "in the format of PyTorch before 0.2\n  if you trust it, save it again: "
                "torch.save(torch.load(…, weights_only=False), …)"
            )
    return f"it is {what}" if what else "neither a PyTorch nor a safetensors file"


def _zip(stream: BinaryIO, path: Path) -> Checkpoint:
    from vgginspect.checkpoint.zip_directory import zip_entries

    entries = zip_entries(stream)
    if any(name.endswith(".npy") for name in entries):
        from vgginspect.checkpoint.numpy_file import read_npz

        tensors = read_npz(stream, entries)
        return Checkpoint("npz", (), tensors, arrays=frozenset(tensors))
    if "model.weights.h5" in entries:
        raise CheckError(f"{_shown(path)} is not a checkpoint: it is in Keras's format{KERAS}")
    from vgginspect.checkpoint.torch_file import read_zip

    content = read_zip(stream, entries)
    return _found(path, find_tensors(content.value), content.format, content.names)


def _found(path: Path, found: FoundTensors, format_name: str, names: tuple[str, ...]) -> Checkpoint:
    if not found.tensors:
        raise CheckError(f"{_shown(path)} has no state_dict: no named tensors found")
    others = tuple(name for name in names if not _usual(name))[:MAX_OBJECTS]
    return Checkpoint(
        format_name,
        found.nested,
        found.tensors,
        found.model,
        others,
        found.cfg_lists,
        found.versions,
        found.arrays,
        found.plain,
        found.access,
        tuple(name for name in names if not _allowed(name))[:MAX_OBJECTS],
        found.beside,
    )


def _usual(name: str) -> bool:
    """Whether a name is of PyTorch's tensors, of NumPy's arrays or of plain containers."""
    own = name.rpartition(".")[2]
    return (
        name in REBUILD
        or storage_type(GlobalName(name)) is not None
        or name in USUAL
        or (name == f"torch.{own}" and own.islower())
        or name.startswith(("numpy.", "_codecs.encode"))
    )


USUAL = {"torch.device", "torch.nn.parameter.Parameter", "torch.storage._load_from_bytes"}


def _allowed(name: str) -> bool:
    """Whether ``torch.load`` with ``weights_only=True`` knows a class or function."""
    module, _, own = name.rpartition(".")
    if module in ("builtins", "__builtin__"):
        return own in ("set", "bytearray", "complex")
    return name in ALLOWED or (_usual(name) and module.startswith("torch") and name not in NOT_READ)


ALLOWED = {
    *("_codecs.encode", "collections.OrderedDict", "collections.Counter"),
    *("torch.Tensor", "torch.serialization._get_layout"),
}
NOT_READ = {"torch.storage._load_from_bytes", "torch._utils._rebuild_xla_tensor"}


def _shown(path: Path) -> str:
    return printable(str(path))
