"""Sizes in bytes are PyTorch's."""

import pytest
import torch

from vgginspect.checkpoint.stored_tensor import BITS, StoredTensor


@pytest.mark.filterwarnings("ignore:ComplexHalf")
@pytest.mark.parametrize("name", BITS)
def test_bits_of_an_element(name: str) -> None:
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        pytest.skip("not a type of this PyTorch")
    size = torch.empty(0, dtype=dtype).element_size() if name[:2] != "qu" else 1
    assert BITS[name] in (8 * size, 4, 2)
    assert StoredTensor((), name).bytes == size


def test_bytes() -> None:
    assert StoredTensor((2, 3), "float16").bytes == 12
    assert StoredTensor((0, 3), "float16").bytes == 0
    assert StoredTensor((3,), "quint4x2").bytes == 2
    assert StoredTensor((3,), None).bytes is None
    assert StoredTensor((3,), "unheard of").bytes is None
    assert StoredTensor((3,), "float32", sparse=True).bytes is None
