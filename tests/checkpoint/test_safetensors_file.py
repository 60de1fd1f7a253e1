"""Headers that the safetensors package writes are read as it reads them."""

import io
import json
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError
from safetensors.torch import load, save

from vgginspect.checkpoint.safetensors_file import read_safetensors
from vgginspect.checkpoint.values import UnreadableFileError

DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8)


@given(
    st.dictionaries(
        st.text(min_size=1).filter(lambda key: key != "__metadata__"),
        st.tuples(st.lists(st.integers(0, 4), max_size=4), st.sampled_from(DTYPES)),
        max_size=5,
    )
)
def test_what_the_package_saves_is_read(saved: dict[str, Any]) -> None:
    tensors = {key: torch.zeros(shape, dtype=dtype) for key, (shape, dtype) in saved.items()}
    found = read_safetensors(io.BytesIO(save(tensors, metadata={"format": "pt"})))
    assert {key: (one.shape, f"torch.{one.dtype}", one.bytes) for key, one in found.items()} == {
        key: (tuple(one.shape), str(one.dtype), one.numel() * one.element_size())
        for key, one in tensors.items()
    }


def written(header: object, values: int = 0) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(values)


def one(shape: object = (2,), place: object = (0, 8), dtype: object = "F32") -> dict[str, Any]:
    return {"a": {"dtype": dtype, "shape": shape, "data_offsets": place}}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\1", "its header is longer than the file"),
        (written(one(), 8)[:-60], "its header is longer than the file"),
        (written(b'{"a": nonsense}'), "its JSON is invalid"),
        (written([1]), "its header is no JSON object"),
        (written({"a": 1}), "no description of a"),
        (written(one(shape="2"), 8), "invalid shape"),
        (written(one(shape=[-2]), 8), "invalid shape"),
        (written(one(place=None), 8), "does not tell where a is"),
        (written(one(place=[0, 8.0]), 8), "does not tell where a is"),
        (written(one(place=[0, 7]), 7), "does not have the size of its shape"),
        (written(one(place=[8, 0]), 8), "does not have the size of its shape"),
        (written(one(), 7), "are cut off"),
        (written(one(), 9), "bytes that belong to no tensor"),
        (written(one(place=[4, 12]), 12), "overlap or leave gaps"),
        (written(one() | {"b": one()["a"]}, 8), "overlap or leave gaps"),
    ],
)
def test_what_the_package_refuses_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(SafetensorError):
        load(data)
    with pytest.raises(UnreadableFileError, match=words):
        read_safetensors(io.BytesIO(data))


def test_a_type_of_a_later_version_has_no_size() -> None:
    found = read_safetensors(io.BytesIO(written(one(dtype="F6_E2M3", place=[0, 2]), 2)))
    assert (found["a"].shape, found["a"].dtype, found["a"].bytes) == ((2,), None, None)
