"""Checkpoints: the names and shapes of the tensors in a file, and nothing else of it.

Weights stay on disk, and unpickling is restricted to tensors, so that no code in a file runs.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from vgginspect.bridge.torch import load
from vgginspect.errors import CheckError, DependencyError, OutputError
from vgginspect.layers import Shape
from vgginspect.parse import printable

ZIP, PICKLE = b"PK\x03\x04", b"\x80"
#: How deep the tensors may lie: ``{"model": {"state_dict": {...}}}`` is 2.
MAX_DEPTH = 4


class Checkpoint(NamedTuple):
    """What a file holds: its format, the keys that lead to the tensors, and their shapes."""

    format: str
    nested: tuple[str, ...]
    tensors: Mapping[str, Shape]


def read_checkpoint(path: str | Path) -> Checkpoint:
    """Read the names and shapes of a ``.pth``, ``.pt`` or ``.safetensors`` file.

    Raises:
        OutputError: the file cannot be read.
        CheckError: it is no checkpoint, is cut short, or holds more than tensors.
        DependencyError: PyTorch, or safetensors for such a file, is missing.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            start = stream.read(10)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"cannot read {_name(path)}: {reason}") from None
    if not start:
        raise CheckError(f"{_name(path)} is empty, no checkpoint")
    if start[8:9] == b"{" or path.suffix == ".safetensors":
        return Checkpoint("safetensors", (), _safetensors(path))
    if start[:4] != ZIP and start[:1] != PICKLE:
        raise CheckError(
            f"{_name(path)} is no checkpoint: neither PyTorch's format nor safetensors"
        )
    content = _load(path, mapped=start[:4] == ZIP)
    nested, found = max(_mappings(content), key=lambda pair: len(pair[1]), default=((), {}))
    if not found:
        raise CheckError(
            f"{_name(path)} holds no state_dict: there are no tensors under names in it"
        )
    return Checkpoint("torch zip" if start[:4] == ZIP else "torch legacy", nested, found)


def _load(path: Path, mapped: bool) -> Any:
    torch = load()
    try:
        return torch.load(path, map_location="meta", weights_only=True, mmap=mapped or None)
    except MemoryError:
        raise CheckError(f"{_name(path)} asks for more memory than there is") from None
    except Exception as error:
        first = printable(str(error).split("\n")[0])[:200]
        if "Unsupported global" in str(error) or "Weights only load failed" in first:
            raise CheckError(
                f"{_name(path)} holds more than tensors, or is damaged; it was not loaded, since "
                f"that could run code in it{_culprit(str(error))}\n"
                "  save it again with torch.save(model.state_dict(), …)"
            ) from None
        raise CheckError(f"{_name(path)} is damaged, or no checkpoint: {first}") from None


def _culprit(message: str) -> str:
    import re

    found = re.search(r"GLOBAL (\S+) was not", message)
    return f" ({printable(found[1])[:80]})" if found else ""


def _mappings(
    value: Any, nested: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Shape]]]:
    """Every mapping in a loaded file that has tensors, with the keys that lead to it."""
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
    try:
        with safe_open(path, framework="np") as stream:
            return {key: tuple(stream.get_slice(key).get_shape()) for key in stream.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        reason = printable(str(error).split("\n")[0])[:200]
        raise CheckError(f"{_name(path)} is damaged, or no checkpoint: {reason}") from None


def _name(path: Path) -> str:
    return printable(str(path))
