"""Real tensors of every kind are read as PyTorch reads them."""

import io
import pickle
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.checkpoint.reader import read_checkpoint
from vgginspect.checkpoint.rebuild import NumpyArray, make, numpy_type, shape_of, storage
from vgginspect.checkpoint.stored_tensor import StoredTensor
from vgginspect.checkpoint.values import GlobalName, Inert, Storage, UnreadableFileError

NAMES = (
    *("float64", "float32", "float16", "bfloat16", "complex64", "complex128", "bool"),
    *("int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "uint64"),
    *("float8_e4m3fn", "float8_e5m2"),
)
DTYPES = [getattr(torch, name) for name in NAMES if hasattr(torch, name)]
#: Types that the legacy format has no storage class for.
NEW = [dtype for dtype in DTYPES if str(dtype)[6:] in ("uint16", "uint32", "uint64")] + [
    dtype for dtype in DTYPES if "float8" in str(dtype)
]


class Tagged(torch.Tensor):
    """A subclass of Tensor."""


@st.composite
def tensors(draw: Any, dtypes: list[torch.dtype]) -> torch.Tensor:
    """Any tensor: contiguous, a view, expanded, transposed, a parameter, a subclass."""
    shape = draw(st.lists(st.integers(0, 4), max_size=4))
    tensor = torch.zeros(shape, dtype=draw(st.sampled_from(dtypes)))
    way = draw(
        st.sampled_from(["plain", "view", "expanded", "transposed", "parameter", "subclass"])
    )
    if way == "view" and shape and shape[0] > 1:
        tensor = tensor[1:]
    elif way == "expanded":
        tensor = torch.zeros((), dtype=tensor.dtype).expand(shape)
    elif way == "transposed":
        tensor = tensor.permute(list(reversed(range(tensor.dim()))))
    elif way == "parameter":
        tensor = torch.nn.Parameter(tensor, requires_grad=False)
    elif way == "subclass":
        tensor = tensor.as_subclass(Tagged)
    return tensor


def agrees(path: Path, saved: dict[str, torch.Tensor]) -> None:
    found = read_checkpoint(path).tensors
    for key, tensor in saved.items():
        assert found[key].shape == tuple(tensor.shape)
        assert f"torch.{found[key].dtype}" == str(tensor.dtype)
        assert found[key].bytes == tensor.numel() * tensor.element_size()
        assert found[key].offset == tensor.storage_offset()
    assert found.keys() == saved.keys()


@given(saved=st.dictionaries(st.text(), tensors(DTYPES), min_size=1, max_size=6))
def test_the_zip_format(saved: dict[str, torch.Tensor], tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("x") / "x.pth"
    torch.save(saved, path)
    agrees(path, saved)


@given(
    saved=st.dictionaries(
        st.text(), tensors([one for one in DTYPES if one not in NEW]), min_size=1, max_size=6
    )
)
def test_the_legacy_format(saved: dict[str, torch.Tensor], tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("x") / "x.pth"
    torch.save(saved, path, _use_new_zipfile_serialization=False)
    agrees(path, saved)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("size", [3, 100_000])
def test_a_plain_pickle(tmp_path: Path, protocol: int, size: int) -> None:
    saved = {"a": torch.zeros(size, dtype=torch.float16), "b": torch.full((2, 3), 200.0)}
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(saved, protocol))
    agrees(tmp_path / "x.pkl", saved)
    assert read_checkpoint(tmp_path / "x.pkl").format == "pickle"


@pytest.mark.parametrize("zipped", [True, False])
def test_shared_memory_is_seen(tmp_path: Path, zipped: bool) -> None:
    weight = torch.zeros(4, 3)
    saved = {"a": weight, "b": weight.T, "c": weight[2:], "d": torch.zeros(4, 3)}
    torch.save(saved, tmp_path / "x.pth", _use_new_zipfile_serialization=zipped)
    found = read_checkpoint(tmp_path / "x.pth").tensors
    assert found["a"].storage == found["b"].storage == found["c"].storage
    assert found["d"].storage != found["a"].storage
    assert [found[key].offset for key in "abc"] == [0, 0, 6]


def quantised() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tensor = torch.quantize_per_tensor(torch.zeros(2, 3), 0.1, 0, torch.qint8)
        scales = torch.ones(2)
        channels = torch.quantize_per_channel(
            torch.zeros(2, 3), scales, torch.zeros(2), 0, torch.quint8
        )
    return tensor, channels


@pytest.mark.parametrize("zipped", [True, False])
def test_quantised_tensors(tmp_path: Path, zipped: bool) -> None:
    tensor, channels = quantised()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save(
            {"a": tensor, "b": channels},
            tmp_path / "x.pth",
            _use_new_zipfile_serialization=zipped,
        )
    found = read_checkpoint(tmp_path / "x.pth").tensors
    assert [(one.shape, one.dtype, one.bytes) for one in found.values()] == [
        ((2, 3), "qint8", 6),
        ((2, 3), "quint8", 6),
    ]


def test_tensors_without_values(tmp_path: Path) -> None:
    saved = {"a": torch.zeros(2, 3, device="meta", dtype=torch.float16)}
    torch.save(saved, tmp_path / "x.pth")
    agrees(tmp_path / "x.pth", saved)


@pytest.mark.parametrize("layout", ["to_sparse_coo", "to_sparse_csr", "to_sparse_csc"])
def test_sparse_tensors(tmp_path: Path, layout: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save({"a": getattr(torch.eye(3, 4), layout)()}, tmp_path / "x.pth")
    tensor = read_checkpoint(tmp_path / "x.pth").tensors["a"]
    assert (tensor.shape, tensor.dtype) == ((3, 4), "float32")


def test_a_parameter_with_attributes(tmp_path: Path) -> None:
    parameter = torch.nn.Parameter(torch.zeros(2))
    parameter.tag = "x"  # type: ignore[attr-defined]
    tensor = torch.zeros(3)
    tensor.tag = "y"  # type: ignore[attr-defined]
    torch.save({"a": parameter, "b": tensor}, tmp_path / "x.pth")
    assert read_checkpoint(tmp_path / "x.pth").shapes == {"a": (2,), "b": (3,)}


def test_arrays_stand_for_tensors_where_there_are_none(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    arrays = {"a": numpy.zeros((2, 3)), "b": numpy.zeros(4, dtype=numpy.float16)}
    torch.save({"model": arrays, "one": numpy.zeros(1)}, tmp_path / "x.pth")
    found = read_checkpoint(tmp_path / "x.pth")
    assert found.nested == ("model",)
    assert found.tensors == {
        "a": StoredTensor((2, 3), "float64"),
        "b": StoredTensor((4,), "float16"),
    }
    torch.save({"model": arrays, "net": {"w": torch.zeros(1)}}, tmp_path / "x.pth")
    assert read_checkpoint(tmp_path / "x.pth").shapes == {"w": (1,)}


UTILS = "torch._utils."
FLOATS = Storage("0", "float32", 10)
F16 = GlobalName("torch.float16")


@pytest.mark.parametrize(
    ("name", "arguments", "tensor"),
    [
        ("_rebuild_tensor", (FLOATS, 2, (2, 4), (4, 1)), StoredTensor((2, 4), "float32", "0", 2)),
        ("_rebuild_tensor_v2", (FLOATS, 0, (), (), False, {}), StoredTensor((), "float32", "0")),
        ("_rebuild_tensor_v2", (Inert(None, ()), 0, (3,), (1,)), StoredTensor((3,), None)),
        (
            "_rebuild_tensor_v3",
            (FLOATS, 0, (3,), (1,), False, {}, GlobalName("torch.uint16")),
            StoredTensor((3,), "uint16", "0"),
        ),
        (
            "_rebuild_device_tensor_from_cpu_tensor",
            (StoredTensor((3,), "float32"), F16, "xla", False),
            StoredTensor((3,), "float16"),
        ),
        (
            "_rebuild_wrapper_subclass",
            (None, F16, (3,), (1,), 0, None, "cpu", False),
            StoredTensor((3,), "float16"),
        ),
    ],
)
def test_what_a_call_would_make(name: str, arguments: Any, tensor: StoredTensor) -> None:
    assert make(GlobalName(UTILS + name), arguments) == tensor


def test_an_array_on_its_way_to_a_device() -> None:
    array = NumpyArray()
    array.build((1, (2, 3), Inert(GlobalName("numpy.dtype"), ("f4", 0, 1)), False, b""))
    named = GlobalName(UTILS + "_rebuild_device_tensor_from_numpy")
    assert make(named, (array, F16, "xla", False)) == StoredTensor((2, 3), "float16")
    assert isinstance(make(named, (None, F16)), Inert)


def test_parameters_of_the_first_versions() -> None:
    tensor = StoredTensor((3,), "float32")
    assert make(GlobalName("torch.nn.parameter.Parameter"), (tensor, True)) is tensor
    assert make(GlobalName("torch.autograd.variable.Variable"), (tensor,)) is tensor


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("_rebuild_tensor", (), "invalid shape"),
        ("_rebuild_tensor", (FLOATS, 0, (-1,), (1,)), "invalid shape"),
        ("_rebuild_tensor", (FLOATS, 0, ("a",), (1,)), "invalid shape"),
        ("_rebuild_tensor", (FLOATS, 0, (1,) * 65, (1,) * 65), "invalid shape"),
        ("_rebuild_tensor", (FLOATS, 0, (2**40, 2**40), (0, 0)), "invalid shape"),
        ("_rebuild_tensor", (FLOATS, -1, (1,), (1,)), "invalid offset"),
        ("_rebuild_tensor", (FLOATS, 0, (1,), ()), "strides that do not fit"),
        ("_rebuild_tensor", (FLOATS, 0, (11,), (1,)), "larger than its storage"),
        ("_rebuild_tensor", (FLOATS, 7, (2, 2), (2, 1)), "larger than its storage"),
        ("_rebuild_sparse_tensor", (None, ()), "without its parts"),
    ],
)
def test_tensors_that_cannot_be(name: str, arguments: Any, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        make(GlobalName(UTILS + name), arguments)


def test_a_persistent_id_that_names_nothing() -> None:
    for key in ((), ("storage",), ("other", 1), 7):
        with pytest.raises(UnreadableFileError, match="names no storage"):
            storage(key)


def test_modules_that_were_saved_with_their_source() -> None:
    named = GlobalName("models.VGG")
    assert storage(("module", named, "models.py", "class VGG: ...")) is named


def test_types_of_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    for name in [
        "float16",
        "float32",
        "float64",
        "int8",
        "uint8",
        "int64",
        "uint32",
        "complex64",
        "complex128",
        "bool",
    ]:
        assert numpy_type(numpy.dtype(name).str) == name
    assert numpy_type("<U3") is None


def test_shapes() -> None:
    assert shape_of([1, 2]) == (1, 2)
    assert shape_of((0, 2**62)) == (0, 2**62)


def test_arrays_without_a_shape() -> None:
    with pytest.raises(UnreadableFileError, match="without its shape"):
        NumpyArray().build(())


def test_the_calls_are_those_of_the_installed_pytorch(tmp_path: Path) -> None:
    """Each function that PyTorch has to rebuild tensors is read, or known to have no one shape."""
    from vgginspect.checkpoint.rebuild import REBUILD

    there = {f"torch._utils.{name}" for name in dir(torch._utils) if name.startswith("_rebuild")}
    assert there - REBUILD.keys() == {"torch._utils._rebuild_nested_tensor"}
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save({"n": torch.nested.nested_tensor([torch.zeros(1)]), "a": torch.zeros(1)}, stream)
    (tmp_path / "x.pth").write_bytes(stream.getvalue())
    assert read_checkpoint(tmp_path / "x.pth").shapes == {"a": (1,)}
