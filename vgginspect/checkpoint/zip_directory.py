"""The directory of a zip file: where each file in it lies, and its bytes.

Python's ``zipfile`` takes longer to import than a checkpoint takes to read, and unpacks without a
limit.
"""

import io
import struct
from typing import BinaryIO, NamedTuple

from vgginspect.checkpoint.values import UnreadableFileError

#: The end record: its fixed part, and the longest comment that may follow it.
END, END_64, LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
END_SIZE, MAX_COMMENT = 22, 0xFFFF
ENTRY, ENTRY_SIZE = b"PK\x01\x02", 46
LOCAL, LOCAL_SIZE = b"PK\x03\x04", 30
STORED, DEFLATED = 0, 8
ENCRYPTED = 1
#: A directory of more entries or bytes is not read.
MAX_ENTRIES, MAX_DIRECTORY = 500_000, 64 << 20
#: What one compressed file in the archive may unpack to.
MAX_UNPACKED = 64 << 20
#: How much longer than its content a compressed file can be, at its beginning.
MAX_OVERHEAD = 1 << 14
WIDE, WIDE_16 = 0xFFFFFFFF, 0xFFFF


class ZipEntry(NamedTuple):
    """One file in the archive: its sizes in bytes, and where its local header begins."""

    method: int
    flags: int
    packed: int
    size: int
    start: int


def zip_entries(stream: BinaryIO) -> dict[str, ZipEntry]:
    """Read the directory.

    Raises:
        UnreadableFileError: there is none, or it is damaged or too large.
    """
    end = stream.seek(0, io.SEEK_END)
    tail_start = max(0, end - END_SIZE - MAX_COMMENT)
    stream.seek(tail_start)
    tail = stream.read(END_SIZE + MAX_COMMENT)
    at = tail.rfind(END, 0, len(tail) - END_SIZE + len(END))
    if at < 0:
        raise UnreadableFileError("the archive ends too early, without its directory")
    count, length, start = struct.unpack_from("<HII", tail, at + 10)
    if count == WIDE_16 or WIDE in (length, start):
        count, length, start = _end_64(stream, tail, at)
    if count > MAX_ENTRIES or length > MAX_DIRECTORY:
        raise UnreadableFileError(f"an archive of more than {MAX_ENTRIES:,} files")
    if start + length > end:
        raise UnreadableFileError("the directory of the archive lies outside it")
    stream.seek(start)
    return _parsed(stream.read(length), count, end)


def _end_64(stream: BinaryIO, tail: bytes, at: int) -> tuple[int, int, int]:
    """The same numbers for an archive of more than 4 GiB or 65,535 files."""
    locator = at - 20
    if locator < 0 or tail[locator : locator + 4] != LOCATOR_64:
        raise UnreadableFileError("the directory of the archive is damaged")
    (place,) = struct.unpack_from("<Q", tail, locator + 8)
    record = _read_at(stream, place, 56)
    if record[:4] != END_64:
        raise UnreadableFileError("the directory of the archive is damaged")
    count, length, start = struct.unpack_from("<QQQ", record, 32)
    return count, length, start


def _read_at(stream: BinaryIO, place: int, length: int) -> bytes:
    end = stream.seek(0, io.SEEK_END)
    if place + length > end:
        raise UnreadableFileError("the archive is damaged: a part lies outside it")
    stream.seek(place)
    return stream.read(length)


def _parsed(data: bytes, count: int, end: int) -> dict[str, ZipEntry]:
    entries = {}
    at = 0
    for _ in range(count):
        if data[at : at + 4] != ENTRY or at + ENTRY_SIZE > len(data):
            raise UnreadableFileError("the directory of the archive is damaged")
        flags, method = struct.unpack_from("<HH", data, at + 8)
        packed, size, name, extra, comment = struct.unpack_from("<IIHHH", data, at + 20)
        (start,) = struct.unpack_from("<I", data, at + 42)
        at += ENTRY_SIZE
        text = data[at : at + name].decode("utf-8", "replace")
        sizes = [size, packed, start]
        if WIDE in sizes:
            sizes = _wide(sizes, data[at + name : at + name + extra])
        at += name + extra + comment
        size, packed, start = sizes
        if start + packed > end:
            raise UnreadableFileError("the archive is damaged: a part lies outside it")
        entries[text] = ZipEntry(method, flags, packed, size, start)
    return entries


def _wide(sizes: list[int], extra: bytes) -> list[int]:
    """Sizes of 64 bits, which stand in an extra field, in order, where 32 bits are too few."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + length]
            numbers = iter(struct.unpack_from(f"<{len(field) // 8}Q", field))
            return [next(numbers, size) if size == WIDE else size for size in sizes]
        at += 4 + length
    return sizes


def zip_content(stream: BinaryIO, entry: ZipEntry, head: int | None = None) -> BinaryIO:
    """The bytes of a file in the archive, to read and to seek in; a stored one is not copied.

    Args:
        stream: the archive.
        entry: the file in it.
        head: how many bytes of a compressed one are enough; without it, all.

    Raises:
        UnreadableFileError: it is damaged, encrypted, or unpacks to more than is read.
    """
    header = _read_at(stream, entry.start, LOCAL_SIZE)
    if header[:4] != LOCAL:
        raise UnreadableFileError("the archive is damaged: a part lies outside it")
    if entry.flags & ENCRYPTED:
        raise UnreadableFileError("the archive is encrypted")
    name, extra = struct.unpack_from("<HH", header, 26)
    start = entry.start + LOCAL_SIZE + name + extra
    if entry.method == STORED:
        if start + entry.size > stream.seek(0, io.SEEK_END):
            raise UnreadableFileError("the archive is damaged: a part lies outside it")
        return io.BufferedReader(_Section(stream, start, entry.size))
    if entry.method != DEFLATED:
        raise UnreadableFileError(f"the archive is packed by method {entry.method}")
    most = MAX_UNPACKED if head is None else head + MAX_OVERHEAD
    packed = _read_at(stream, start, min(entry.packed, most))
    return io.BytesIO(_inflated(packed, head))


def _inflated(packed: bytes, head: int | None) -> bytes:
    import zlib

    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = unpack.decompress(packed, head or MAX_UNPACKED)
    except zlib.error:
        raise UnreadableFileError("the archive is damaged: a part cannot be unpacked") from None
    if head is None and not unpack.eof:
        too_large = len(data) >= MAX_UNPACKED
        raise UnreadableFileError(
            f"a part of the archive unpacks to more than {MAX_UNPACKED >> 20} MiB"
            if too_large
            else "the archive is damaged: a part of it is missing"
        )
    return data


class _Section(io.RawIOBase):
    """A part of a file, as a file of its own."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream = stream
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._at, self._size)[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = max(0, min(len(buffer), self._size - self._at))
        self._stream.seek(self._start + self._at)
        data = self._stream.read(count)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
