"""The functions that a pickle calls to make tensors and containers, as what they would make.

None of them is imported or called: from the arguments alone follow shape, type and storage.
"""

from collections.abc import Callable
from math import prod

from vgginspect.checkpoint.stored_tensor import StoredTensor
from vgginspect.checkpoint.values import GlobalName, Inert, Ordered, Storage, UnreadableFileError
from vgginspect.shape import Shape

Arguments = tuple[object, ...]

#: PyTorch allows no more dimensions.
MAX_DIMENSIONS = 64
MAX_SIZE = 2**63 - 1
#: Storage classes, as PyTorch names them: ``torch.FloatStorage``, ``torch.cuda.HalfStorage``.
STORAGE_TYPES = {
    "Double": "float64",
    "Float": "float32",
    "Half": "float16",
    "BFloat16": "bfloat16",
    "Long": "int64",
    "Int": "int32",
    "Short": "int16",
    "Char": "int8",
    "Byte": "uint8",
    "Untyped": "uint8",
    "Bool": "bool",
    "ComplexFloat": "complex64",
    "ComplexDouble": "complex128",
    "QInt8": "qint8",
    "QUInt8": "quint8",
    "QInt32": "qint32",
    "QUInt4x2": "quint4x2",
    "QUInt2x4": "quint2x4",
}
#: NumPy's codes of element types, without the byte order.
NUMPY_TYPES = {
    **{f"f{size}": f"float{8 * size}" for size in (2, 4, 8)},
    **{f"i{size}": f"int{8 * size}" for size in (1, 2, 4, 8)},
    **{f"u{size}": f"uint{8 * size}" for size in (1, 2, 4, 8)},
    "b1": "bool",
    "c8": "complex64",
    "c16": "complex128",
}


class NumpyArray:
    """A NumPy array. The file tells its shape and type after it is made; ``build`` takes them.

    ``objects`` are the entries of an array of Python objects.
    """

    __slots__ = ("objects", "tensor")

    def __init__(self) -> None:
        self.tensor: StoredTensor | None = None
        self.objects: list[object] = []

    def build(self, state: object) -> None:
        """Take version, shape, type, order and data."""
        if not isinstance(state, tuple) or len(state) < 4:
            raise UnreadableFileError("a NumPy array without its shape")
        sizes, kind, _, data = state[-4:]
        code = kind.arguments if isinstance(kind, Inert) else None
        dtype = numpy_type(code[0]) if isinstance(code, tuple) and code else None
        self.tensor = StoredTensor(shape_of(sizes), dtype)
        if isinstance(data, list):
            self.objects = data


def make(made_by: object, arguments: object) -> object:
    """What calling a named function, or making a named class, is read as."""
    if isinstance(made_by, GlobalName) and isinstance(arguments, tuple):
        name = made_by.name
        rebuild = REBUILD.get(name)
        if rebuild is not None:
            return rebuild(arguments)
        if name.rpartition(".")[2] in TENSOR_CLASSES and arguments:
            inner = arguments[0]
            if isinstance(inner, StoredTensor):
                return inner
    return Inert(made_by, arguments)


def storage(key: object) -> object:
    """The storage, or the object with its source code, that a persistent id names."""
    if isinstance(key, tuple) and len(key) >= 2:
        kind = _text(key[0])
        if kind == "module":
            return key[1]
        if kind == "storage" and len(key) >= 5:
            count = key[4] if isinstance(key[4], int) else None
            place = _text(key[2]) or (str(key[2]) if isinstance(key[2], int) else "")
            return Storage(place, storage_type(key[1]), count)
    raise UnreadableFileError("a persistent id that names no storage")


def storage_type(named: object) -> str | None:
    """The element type of a storage class."""
    if not isinstance(named, GlobalName):
        return None
    own = named.name.rpartition(".")[2]
    return STORAGE_TYPES.get(own.removesuffix("Storage"))


def numpy_type(code: object) -> str | None:
    """PyTorch's name of an element type that NumPy writes as ``<f4``."""
    return NUMPY_TYPES.get(_text(code).lstrip("<>=|"))


def shape_of(sizes: object) -> Shape:
    """A shape, checked.

    Raises:
        UnreadableFileError: it is none.
    """
    if isinstance(sizes, tuple | list) and len(sizes) <= MAX_DIMENSIONS:
        shape = tuple(size for size in sizes if isinstance(size, int) and 0 <= size <= MAX_SIZE)
        if len(shape) == len(sizes) and prod(shape) <= MAX_SIZE:
            return tuple(map(int, shape))
    raise UnreadableFileError("a tensor has an invalid shape")


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("ascii", "replace")
    return value if isinstance(value, str) else ""


def _at(arguments: Arguments, index: int) -> object:
    return arguments[index] if index < len(arguments) else None


def _dtype(named: object) -> str | None:
    return named.name.rpartition(".")[2] if isinstance(named, GlobalName) else None


def _strided(arguments: Arguments) -> StoredTensor:
    """From a storage, an offset, a shape and strides."""
    memory, offset, sizes, strides = (_at(arguments, index) for index in range(4))
    shape = shape_of(sizes)
    if not isinstance(memory, Storage):
        return StoredTensor(shape, None)
    if not isinstance(offset, int) or not 0 <= offset <= MAX_SIZE:
        raise UnreadableFileError("a tensor has an invalid offset")
    steps = shape_of(strides)
    if len(steps) != len(shape):
        raise UnreadableFileError("a tensor has strides that do not fit its shape")
    last = offset + sum((size - 1) * step for size, step in zip(shape, steps, strict=True))
    if 0 not in shape and memory.count is not None and last >= memory.count:
        raise UnreadableFileError("a tensor is larger than its storage")
    return StoredTensor(shape, memory.dtype, memory.key, offset)


def _strided_typed(arguments: Arguments) -> StoredTensor:
    """From an untyped storage, counted in bytes, and a type."""
    memory, offset, sizes = (_at(arguments, index) for index in range(3))
    key = memory.key if isinstance(memory, Storage) else None
    start = offset if isinstance(offset, int) else 0
    return StoredTensor(shape_of(sizes), _dtype(_at(arguments, 6)), key, start)


def _without_storage(arguments: Arguments) -> StoredTensor:
    return StoredTensor(shape_of(_at(arguments, 1)), _dtype(_at(arguments, 0)))


def _wrapper(arguments: Arguments) -> StoredTensor:
    return StoredTensor(shape_of(_at(arguments, 2)), _dtype(_at(arguments, 1)))


def _sparse(arguments: Arguments) -> object:
    """Its values may be few: the shape is that of the whole, the storage that of the values."""
    data = _at(arguments, 1)
    if not isinstance(data, tuple) or len(data) < 3:
        raise UnreadableFileError("a sparse tensor without its parts")
    compressed = len(data) > 3 and isinstance(data[2], StoredTensor)
    values, sizes = (data[2], data[3]) if compressed else (data[1], data[2])
    dtype = values.dtype if isinstance(values, StoredTensor) else None
    return StoredTensor(shape_of(sizes), dtype, sparse=True)


def _first(arguments: Arguments) -> object:
    """What a Parameter, a ``torch.Size`` or a set is made of."""
    return _at(arguments, 0)


def _contents(arguments: Arguments) -> object:
    inner = _at(arguments, 0)
    return inner if isinstance(inner, tuple | list | dict) else ()


def _from_device(arguments: Arguments) -> object:
    inner = _at(arguments, 0)
    if isinstance(inner, NumpyArray):
        inner = inner.tensor
    if not isinstance(inner, StoredTensor):
        return Inert(None, None)
    return inner._replace(dtype=_dtype(_at(arguments, 1)) or inner.dtype)


def _from_type(arguments: Arguments) -> object:
    """A subclass of Tensor, or a Tensor with attributes: what makes it, and of which arguments."""
    first = _at(arguments, 0)
    nested = isinstance(first, GlobalName) and first.name.endswith("_rebuild_from_type_v2")
    return Inert(None, None) if nested else make(first, _at(arguments, 2))


def _mapping(arguments: Arguments) -> object:
    """An OrderedDict; Python 2 gives it its pairs here."""
    pairs = _at(arguments, 0)
    if isinstance(pairs, dict):
        return pairs
    return Inert(GlobalName(ORDERED), arguments) if pairs else Ordered()


def _empty_mapping(_: Arguments) -> object:
    return {}


ORDERED = "collections.OrderedDict"
#: Classes whose objects are their first argument, if that is a tensor; of any module.
TENSOR_CLASSES = {"Parameter", "Variable", "Buffer", "Tensor"}
REBUILD: dict[str, Callable[[Arguments], object]] = {
    "torch._utils._rebuild_tensor": _strided,
    "torch._utils._rebuild_tensor_v2": _strided,
    "torch._utils._rebuild_tensor_v3": _strided_typed,
    "torch._utils._rebuild_qtensor": _strided,
    "torch._utils._rebuild_parameter": _first,
    "torch._utils._rebuild_parameter_with_state": _first,
    "torch._utils._rebuild_sparse_tensor": _sparse,
    "torch._utils._rebuild_meta_tensor_no_storage": _without_storage,
    "torch._utils._rebuild_wrapper_subclass": _wrapper,
    "torch._utils._rebuild_device_tensor_from_numpy": _from_device,
    "torch._utils._rebuild_device_tensor_from_cpu_tensor": _from_device,
    "torch._utils._rebuild_xla_tensor": _from_device,
    "torch._tensor._rebuild_from_type": _from_type,
    "torch._tensor._rebuild_from_type_v2": _from_type,
    "torch.tensor._rebuild_from_type": _from_type,
    "torch.Size": _contents,
    ORDERED: _mapping,
    "collections.defaultdict": _empty_mapping,
    "collections.Counter": _mapping,
    **{
        f"numpy.{core}.multiarray._reconstruct": lambda _: NumpyArray()
        for core in ("core", "_core")
    },
    **{
        f"{module}.{name}": _contents
        for module in ("builtins", "__builtin__")
        for name in ("set", "frozenset", "list", "tuple")
    },
    **{f"{module}.dict": _mapping for module in ("builtins", "__builtin__")},
}
