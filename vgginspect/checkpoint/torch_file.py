"""Files of ``torch.save``: the zip format, the legacy format, and a pickle by itself.

Only the pickle is read. The values of the tensors, which are nearly all of a file, are passed over;
that they are there is checked.
"""

import io
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from vgginspect.checkpoint.pickle_machine import PickleMachine
from vgginspect.checkpoint.rebuild import make, storage
from vgginspect.checkpoint.stored_tensor import BITS
from vgginspect.checkpoint.values import Inert, Skipped, Storage, UnreadableFileError
from vgginspect.checkpoint.zip_directory import ZipEntry, zip_content

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
#: The count of elements before each storage of the legacy format.
COUNT_BYTES = 8
#: A storage by itself is described in fewer bytes.
HEAD = 4096
LOAD_BYTES, ENCODE = "torch.storage._load_from_bytes", "_codecs.encode"
#: Characters of a storage's key that a message has.
MAX_KEY = 40
#: Storages whose values are not in the file.
ON_META = "meta"


class TorchContent(NamedTuple):
    """The value in a file, the format's name, and the classes and functions it names."""

    value: object
    format: str
    names: tuple[str, ...]


class _Storages:
    """The storages that a pickle speaks of, once each."""

    def __init__(self) -> None:
        self.found: dict[str, Storage] = {}

    def __call__(self, key: object) -> object:
        value = storage(key)
        if isinstance(value, Storage):
            on_meta = isinstance(key, tuple) and key[3] == ON_META
            if not on_meta:
                self.found.setdefault(value.key, value)
        return value


def read_zip(stream: BinaryIO, entries: dict[str, ZipEntry]) -> TorchContent:
    """Read a file in the zip format, or a TorchScript archive, given its directory.

    Raises:
        UnreadableFileError: it is damaged, or another kind of archive.
    """
    pickles = [name for name in entries if name == "data.pkl" or name.endswith("/data.pkl")]
    if not pickles:
        example = next(iter(entries), "")
        raise UnreadableFileError(
            f"the archive has no data.pkl{f', but {example[:80]}' if example else ''}"
        )
    name = min(pickles, key=len)
    folder = name.removesuffix("data.pkl")
    storages = _Storages()
    machine = PickleMachine(zip_content(stream, entries[name]), make, storages)
    value = machine.load()
    for key, each in storages.found.items():
        _check(each, entries.get(f"{folder}data/{key}"))
    script = f"{folder}constants.pkl" in entries
    return TorchContent(value, "TorchScript" if script else "torch zip", machine.names)


def _check(each: Storage, entry: ZipEntry | None) -> None:
    if entry is None:
        raise UnreadableFileError(f"the values of storage {each.key[:MAX_KEY]} are missing")
    bits = BITS.get(each.dtype or "")
    if bits and each.count is not None and entry.size < each.count * bits // 8:
        raise UnreadableFileError(f"the values of storage {each.key[:MAX_KEY]} are cut off")


def read_pickles(stream: BinaryIO) -> TorchContent:
    """Read a file in the legacy format, or one that a plain ``pickle.dump`` wrote.

    Raises:
        UnreadableFileError: it is damaged.
    """
    storages = _Storages()
    machine = PickleMachine(stream, _with_embedded(stream), storages)
    value = machine.load()
    if value != MAGIC:
        return TorchContent(value, "pickle", machine.names)
    if machine.load() != PROTOCOL:
        raise UnreadableFileError("a protocol that PyTorch never wrote")
    machine.load()
    value = machine.load()
    keys = machine.load()
    if not isinstance(keys, list):
        raise UnreadableFileError("it has no list of storages")
    _check_values(stream, keys, storages.found)
    return TorchContent(value, "torch legacy", machine.names)


def _check_values(stream: BinaryIO, keys: list[object], found: dict[str, Storage]) -> None:
    """Pass over the values of each storage; before them is their count."""
    at = stream.tell()
    end = stream.seek(0, io.SEEK_END)
    for key in keys:
        each = found.get(key if isinstance(key, str) else str(key) if isinstance(key, int) else "")
        bits = BITS.get((each.dtype if each else None) or "")
        if not bits:
            raise UnreadableFileError("a storage that no tensor uses")
        stream.seek(at)
        count = int.from_bytes(stream.read(COUNT_BYTES), "little")
        at += COUNT_BYTES + count * bits // 8
        if at > end:
            raise UnreadableFileError("unexpected end: the values of the last tensors are missing")


def _with_embedded(stream: BinaryIO) -> Callable[[object, object], object]:
    """As ``make``, and storages that stand as bytes in the pickle, as ``pickle.dump`` has them."""

    def made(made_by: object, arguments: object) -> object:
        value = make(made_by, arguments)
        if isinstance(value, Inert) and value.kind == LOAD_BYTES:
            return _embedded(stream, _only(arguments))
        return value

    return made


def _only(arguments: object) -> object:
    return arguments[0] if isinstance(arguments, tuple) and arguments else None


def _embedded(stream: BinaryIO, data: object) -> object:
    """The storage in bytes that are a legacy file of their own."""
    back = stream.tell()
    as_text = isinstance(data, Inert) and data.kind == ENCODE
    if isinstance(data, Inert) and as_text:
        # Protocol 2 has no bytes: it writes each as a character.
        data = _only(data.arguments)
    if isinstance(data, Skipped):
        stream.seek(data.start)
        head = stream.read(min(data.length, HEAD))
        stream.seek(back)
    elif isinstance(data, bytes | str):
        head = data.encode("utf-8", "replace") if isinstance(data, str) else data
    else:
        return Inert(None, None)
    if as_text:
        head = head.decode("utf-8", "ignore").encode("latin-1", "replace")
    machine = PickleMachine(io.BytesIO(head), make, storage)
    for _ in range(3):
        machine.load()
    value = machine.load()
    return Storage(f"at {back}", *_type_and_count(value))


def _type_and_count(value: object) -> tuple[str | None, int | None]:
    return (value.dtype, value.count) if isinstance(value, Storage) else (None, None)
