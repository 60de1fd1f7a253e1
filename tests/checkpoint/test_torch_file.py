"""Files of torch.save whose values are missing, or that are packed in another way."""

import io
import zipfile
from pathlib import Path

import pytest
import torch

from vgginspect.checkpoint.torch_file import read_pickles, read_zip
from vgginspect.checkpoint.values import UnreadableFileError
from vgginspect.checkpoint.zip_directory import zip_entries

SMALL = {"a": torch.zeros(2, 3), "b": torch.zeros(5)}


def saved(zipped: bool) -> io.BytesIO:
    stream = io.BytesIO()
    torch.save(SMALL, stream, _use_new_zipfile_serialization=zipped)
    stream.seek(0)
    return stream


def repacked(method: int = zipfile.ZIP_STORED, leave_out: str = "", cut: str = "") -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(saved(True)) as old, zipfile.ZipFile(stream, "w", method) as new:
        for name in old.namelist():
            data = old.read(name)
            if not (leave_out and name.endswith(leave_out)):
                new.writestr(name, data[:-1] if cut and name.endswith(cut) else data)
    return stream


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_that_was_packed_again(method: int) -> None:
    stream = repacked(method)
    content = read_zip(stream, zip_entries(stream))
    assert content.format == "torch zip"
    assert {key: one.shape for key, one in content.value.items()} == {"a": (2, 3), "b": (5,)}


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (repacked(leave_out="data/1"), "the values of storage 1 are missing"),
        (repacked(cut="data/1"), "the values of storage 1 are cut off"),
        (repacked(leave_out="data.pkl"), r"no data\.pkl, but "),
    ],
)
def test_values_that_are_not_there(stream: io.BytesIO, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        read_zip(stream, zip_entries(stream))


def test_the_legacy_format_is_checked_to_its_end() -> None:
    data = saved(False).getvalue()
    assert read_pickles(io.BytesIO(data)).format == "torch legacy"
    for cut in (1, 20, 30, 60, 100, len(data) - 20):
        with pytest.raises(UnreadableFileError):
            read_pickles(io.BytesIO(data[:-cut]))


def test_another_protocol() -> None:
    data = saved(False).getvalue().replace(b"M\xe9\x03.", b"M\xea\x03.", 1)
    with pytest.raises(UnreadableFileError, match="a protocol that PyTorch never wrote"):
        read_pickles(io.BytesIO(data))


def test_only_the_pickle_is_read(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(1 << 20)}, tmp_path / "x.pth")

    class Counting(io.FileIO):
        count = 0

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            count = super().readinto(buffer) or 0
            Counting.count += count
            return count

    stream = io.BufferedReader(Counting(str(tmp_path / "x.pth")), 8192)
    read_zip(stream, zip_entries(stream))
    assert 0 < Counting.count < 200_000
