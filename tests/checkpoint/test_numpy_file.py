"""Files of NumPy."""

import io
from pathlib import Path
from typing import Any

import pytest

from vgginspect.checkpoint.numpy_file import read_npy
from vgginspect.checkpoint.reader import read_checkpoint
from vgginspect.checkpoint.values import UnreadableFileError
from vgginspect.errors import CheckError

numpy = pytest.importorskip("numpy")


@pytest.mark.parametrize("save", [numpy.savez, numpy.savez_compressed])
def test_an_npz(tmp_path: Path, save: Any) -> None:
    arrays = {
        "conv1_1/kernel": numpy.zeros((3, 3, 3, 64), dtype=numpy.float32),
        "b": numpy.zeros((), dtype=numpy.float16),
        "c": numpy.asfortranarray(numpy.zeros((2, 5000))),
    }
    save(tmp_path / "x.npz", **arrays)
    found = read_checkpoint(tmp_path / "x.npz")
    assert found.format == "npz"
    assert {key: (one.shape, one.dtype) for key, one in found.tensors.items()} == {
        key: (one.shape, one.dtype.name) for key, one in arrays.items()
    }


@pytest.mark.parametrize(
    "entry",
    [
        lambda w, b: [w, b],
        lambda w, b: {"weights": w, "biases": b},
        lambda w, b: {"kernel": w, "bias": b},
    ],
)
def test_a_dict_in_an_npy(tmp_path: Path, entry: Any) -> None:
    layers = {
        "conv1_1": entry(numpy.zeros((3, 3, 3, 8)), numpy.zeros(8)),
        "fc6": entry(numpy.zeros((8, 4)), numpy.zeros(4)),
    }
    numpy.save(tmp_path / "x.npy", layers)
    assert read_checkpoint(tmp_path / "x.npy").shapes == {
        "conv1_1.weight": (3, 3, 3, 8),
        "conv1_1.bias": (8,),
        "fc6.weight": (8, 4),
        "fc6.bias": (4,),
    }


def test_one_array_has_no_names(tmp_path: Path) -> None:
    numpy.save(tmp_path / "x.npy", numpy.zeros((2, 3)))
    with pytest.raises(CheckError, match="no named tensors"):
        read_checkpoint(tmp_path / "x.npy")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x93NUMPY\x01\x00\xff\xff",
        b"\x93NUMPY\x01\x00\x05\x00hello",
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff{",
    ],
)
def test_headers_that_are_none(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="no header of a NumPy array"):
        read_npy(io.BytesIO(data))
