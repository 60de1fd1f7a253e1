"""Read only the tensor names and shapes from a checkpoint.

Weights are not loaded, and unpickling is restricted to tensors, so that no code in a file runs.
"""

import io
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from vgginspect.errors import CheckError, DependencyError, OutputError
from vgginspect.pytorch.import_torch import load
from vgginspect.shape import Shape
from vgginspect.text.printable import printable

ZIP, PICKLE = b"PK\x03\x04", b"\x80"
#: First bytes of files that are often mistaken for checkpoints, with a description.
OTHERS = {
    b"version ht": "a Git LFS pointer; 'git lfs pull' fetches the file itself",
    b"<!DOCTYPE ": "a web page (HTML); the download probably failed",
    b"<html": "a web page (HTML); the download probably failed",
    b"\x89HDF": "an HDF5 file, as Keras saves it",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"GGUF": "a GGUF file",
}
#: Classes that training scripts often save with the weights; they are unpickled as empty objects.
IGNORED_CLASSES = (
    "argparse.Namespace",
    "numpy.dtype",
    "numpy.ndarray",
    *(
        f"numpy.{core}.multiarray.{name}"
        for core in ("core", "_core")
        for name in ("scalar", "_reconstruct")
    ),
)
#: The legacy format stores the element count before each storage.
LENGTH_BYTES = 8
#: Maximum nesting of the tensors: ``{"model": {"state_dict": {...}}}`` is 2.
MAX_DEPTH = 4


class Checkpoint(NamedTuple):
    """The format of a file, the dictionary keys that lead to its tensors, and their shapes."""

    format: str
    nested: tuple[str, ...]
    tensors: Mapping[str, Shape]


def read_checkpoint(path: str | Path) -> Checkpoint:
    """Read the names and shapes of a ``.pth``, ``.pt`` or ``.safetensors`` file.

    Raises:
        OutputError: the file cannot be read.
        CheckError: it is not a checkpoint, is truncated, or contains more than tensors.
        DependencyError: PyTorch, or safetensors for such a file, is missing.
    """
    path = Path(path)
    start = _start(path)
    if not start:
        raise CheckError(f"{_name(path)} is empty")
    if start[:4] == ZIP and path.suffix == ".safetensors":
        raise CheckError(
            f"{_name(path)} is in PyTorch's format but has the suffix .safetensors; "
            "rename it to .pth"
        )
    if start[8:9] == b"{" or path.suffix == ".safetensors":
        return Checkpoint("safetensors", (), _safetensors(path))
    if start[:4] != ZIP and start[:1] != PICKLE:
        what = next((text for magic, text in OTHERS.items() if start.startswith(magic)), None)
        raise CheckError(
            f"{_name(path)} is not a checkpoint: "
            + (f"it is {what}" if what else "neither a PyTorch nor a safetensors file")
        )
    if start[:4] == ZIP and _is_torchscript(path):
        raise CheckError(
            f"{_name(path)} is a TorchScript archive; it contains code and was not loaded\n"
            "  save its weights: torch.save(torch.jit.load(…).state_dict(), …)"
        )
    content = _load(path, mapped=start[:4] == ZIP)
    nested, found = max(_mappings(content), key=lambda pair: len(pair[1]), default=((), {}))
    if not found:
        raise CheckError(f"{_name(path)} has no state_dict: no named tensors found")
    return Checkpoint("torch zip" if start[:4] == ZIP else "torch legacy", nested, found)


def _start(path: Path) -> bytes:
    reason = "it is a pipe or a device, not a file"
    with suppress(OSError, ValueError):
        # Opening a pipe would block until something writes to it.
        if not path.exists() or path.is_file() or path.is_dir():
            reason = ""
    try:
        if not reason:
            with path.open("rb") as stream:
                return stream.read(10)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    raise OutputError(f"cannot read {_name(path)}: {reason}")


def _is_torchscript(path: Path) -> bool:
    """Whether it is an archive of ``torch.jit.save``, recognised as PyTorch does.

    PyTorch before 2.6 would load it even with ``weights_only``.
    """
    from zipfile import ZipFile

    # Errors of a damaged archive are reported later, by PyTorch.
    with suppress(Exception), ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())
    return False


def _load(path: Path, mapped: bool) -> Any:
    torch = load()
    try:
        with warnings.catch_warnings(), _ignoring_classes(torch, IGNORED_CLASSES):
            warnings.simplefilter("ignore")
            if mapped:
                # PyTorch before 2.2 accepts only a str path for mmap.
                return torch.load(str(path), map_location="meta", weights_only=True, mmap=True)
            with path.open("rb") as stream:
                return torch.load(_WithoutWeights(stream), map_location="cpu", weights_only=True)
    except MemoryError:
        raise CheckError(f"{_name(path)} needs more memory than is available") from None
    except Exception as error:
        text = str(error)
        if "GLOBAL" in text or "Weights only load failed" in text:
            raise CheckError(
                f"{_name(path)} contains more than tensors{_culprit(text)}; it was not loaded, "
                "because loading could run code in it\n"
                "  save it again with torch.save(model.state_dict(), …)"
            ) from None
        first = printable(_sentence(text))[:200] or type(error).__name__
        raise CheckError(f"{_name(path)} is damaged or not a checkpoint: {first}") from None


class _WithoutWeights:
    """A file in PyTorch's legacy format, which cannot be memory-mapped, without its weights.

    PyTorch reads values into memory it allocated; here only the length fields are read, and
    untouched memory takes no space.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        self.read = stream.read
        self.readline = stream.readline
        self.seek = stream.seek
        self.tell = stream.tell

    def readinto(self, buffer: Any) -> int:
        """Report a buffer as filled, without reading weights."""
        if len(buffer) <= LENGTH_BYTES:
            found = self._stream.read(len(buffer))
            buffer[: len(found)] = found
            return len(found)
        count = min(len(buffer), self._size - self.tell())
        self.seek(count, io.SEEK_CUR)
        return count


def _sentence(text: str) -> str:
    """The first sentence of an error's text, without the position in PyTorch's source."""
    import re

    text = re.sub(r"^\[enforce fail at [^]]*\][ .]*", "", text)
    return text.split("\n")[0].split(". ")[0].removesuffix(".")


def _ignoring_classes(torch: Any, names: Iterable[str]) -> AbstractContextManager[Any]:
    """Context manager: unpickle these classes and functions as an empty object.

    They are matched by name and never imported. PyTorch before 2.5 rejects them.
    """
    allow = getattr(torch.serialization, "safe_globals", None)
    if allow is None:
        return nullcontext()
    classes = []
    for name in names:
        module, _, own = name.rpartition(".")
        classes.append(type(own, (_Ignored,), {"__module__": module}))
    context: AbstractContextManager[Any] = allow(classes)
    return context


class _Ignored:
    def __new__(cls, *_: object) -> "_Ignored":
        return super().__new__(cls)

    def __setstate__(self, _: object) -> None:
        return


def _culprit(message: str) -> str:
    import re

    found = re.search(r"(?:GLOBAL|Unsupported class) (\S+)", message)
    return f" (such as {printable(found[1])[:80]})" if found else ", or is damaged"


def _mappings(
    value: Any, nested: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Shape]]]:
    """Every mapping with tensors in a loaded file, with the keys that lead to it."""
    if not isinstance(value, Mapping) or len(nested) > MAX_DEPTH:
        return
    tensors = {
        str(key): tuple(int(size) for size in entry.shape)
        for key, entry in value.items()
        if hasattr(entry, "shape") and hasattr(entry, "dtype")
    }
    if tensors:
        yield nested, tensors
    for key, entry in value.items():
        yield from _mappings(entry, (*nested, str(key)))


def _safetensors(path: Path) -> dict[str, Shape]:
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError:
        raise DependencyError(
            "reading a .safetensors file needs safetensors\n  pip install 'vgginspect[safetensors]'"
        ) from None
    # NumPy is faster, but only PyTorch is always installed.
    framework = "np" if find_spec("numpy") else "pt"
    if framework == "pt":
        load()
    try:
        with safe_open(path, framework=framework) as stream:
            return {key: tuple(stream.get_slice(key).get_shape()) for key in stream.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        reason = printable(str(error).split("\n")[0])[:200]
        raise CheckError(f"{_name(path)} is damaged or not a checkpoint: {reason}") from None


def _name(path: Path) -> str:
    return printable(str(path))
