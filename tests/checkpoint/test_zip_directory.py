"""Archives that Python's zipfile writes are read; damaged ones are errors."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.checkpoint import zip_directory
from vgginspect.checkpoint.values import UnreadableFileError
from vgginspect.checkpoint.zip_directory import zip_content, zip_entries

FILES = st.dictionaries(st.text("ab/é.", min_size=1), st.binary(max_size=300), max_size=5)


def archive(
    files: dict[str, bytes], method: int = zipfile.ZIP_STORED, comment: bytes = b""
) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, data in files.items():
            file.writestr(name, data)
        file.comment = comment
    return stream.getvalue()


@given(
    files=FILES,
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    comment=st.binary(max_size=50).filter(lambda text: b"PK" not in text),
)
def test_every_file_is_read_back(files: dict[str, bytes], method: int, comment: bytes) -> None:
    stream = io.BytesIO(archive(files, method, comment))
    entries = zip_entries(stream)
    assert {name: zip_content(stream, one).read() for name, one in entries.items()} == files


def test_sizes_of_64_bits() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file, file.open("a", "w", force_zip64=True) as one:
        one.write(b"hello")
    data = bytearray(stream.getvalue())
    # As in archives of more than 4 GiB: the sizes stand in the extra field of the directory, and
    # the end record refers to one of 64 bits.
    at = data.index(zip_directory.ENTRY)
    entry = data[at : at + 46]
    entry[20:28] = b"\xff" * 8
    entry[30:32] = struct.pack("<H", 20)
    entry += b"a" + struct.pack("<HHQQ", 1, 16, 5, 5)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(entry), at)
    place = struct.pack("<4sIQI", b"PK\x06\x07", 0, at + len(entry), 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    whole = io.BytesIO(bytes(data[:at]) + bytes(entry) + record + place + end)
    with zipfile.ZipFile(whole) as file:
        assert file.read("a") == b"hello"
    entries = zip_entries(whole)
    assert zip_content(whole, entries["a"]).read() == b"hello"


@given(data=st.data())
def test_a_damaged_archive_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(archive({"a": b"hello" * 20, "b/c": b""}, zipfile.ZIP_DEFLATED))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    stream = io.BytesIO(whole[:cut] if data.draw(st.booleans()) else whole)
    try:
        for entry in zip_entries(stream).values():
            zip_content(stream, entry).read()
    except UnreadableFileError as error:
        assert str(error)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO(archive({"a": bytes(3 << 20)}, zipfile.ZIP_DEFLATED))
    entry = zip_entries(stream)["a"]
    assert len(zip_content(stream, entry, head=100).read()) == 100
    monkeypatch.setattr(zip_directory, "MAX_UNPACKED", 1 << 20)
    with pytest.raises(UnreadableFileError, match="unpacks to more than 1 MiB"):
        zip_content(stream, entry)


def test_an_archive_of_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_directory, "MAX_ENTRIES", 2)
    assert len(zip_entries(io.BytesIO(archive({"a": b"", "b": b""})))) == 2
    with pytest.raises(UnreadableFileError, match="more than 2 files"):
        zip_entries(io.BytesIO(archive({"a": b"", "b": b"", "c": b""})))


def altered(place: int, value: bytes) -> bytes:
    """An archive of one file, with bytes of its directory entry changed."""
    data = bytearray(archive({"a": b"hello"}))
    at = data.index(zip_directory.ENTRY) + place
    data[at : at + len(value)] = value
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (altered(8, b"\x01"), "encrypted"),
        (altered(10, b"\x0c"), "packed by method 12"),
        (altered(10, b"\x08"), "cannot be unpacked"),
        (altered(0, b"x"), "directory of the archive is damaged"),
        (altered(42, b"\x05"), "a part lies outside it"),
        (altered(42, b"\xff\xff\xff\x0f"), "a part lies outside it"),
        (archive({"a": b"x"})[:-1], "without its directory"),
        (b"", "without its directory"),
    ],
    # The archives have the time in them.
    ids=map(str, range(8)),
)
def test_what_is_damaged(data: bytes, words: str) -> None:
    stream = io.BytesIO(data)
    with pytest.raises(UnreadableFileError, match=words):
        zip_content(stream, zip_entries(stream)["a"])


def test_a_stored_file_can_be_sought_in() -> None:
    stream = io.BytesIO(archive({"a": b"0123456789", "b": b"x"}))
    content = zip_content(stream, zip_entries(stream)["a"])
    assert content.seek(0, 2) == 10
    assert content.seek(4) == 4
    assert content.read(3) == b"456"
    assert content.seek(1, 1) == 8
    assert content.read() == b"89"
