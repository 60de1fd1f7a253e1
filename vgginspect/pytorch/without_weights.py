"""Build a network without its weights: nothing is allocated, downloaded, read or drawn."""

import dis
import gc
import socket
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from math import prod
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from vgginspect.pytorch.data_flow import tensors_in
from vgginspect.pytorch.pin_to_meta import moves_only, on_meta, pinned, without_device
from vgginspect.pytorch.sandbox import exception_text, is_library, place_of
from vgginspect.text.printable import printable

#: Methods that only set the values of a tensor; on ``meta`` some import PyTorch's compiler.
_SET_VALUES = frozenset(
    f"{name}_"
    for name in (
        *("normal", "uniform", "zero", "fill", "copy", "add", "sub", "mul", "div", "clamp", "pow"),
        *("clamp_min", "clamp_max", "erfinv", "exponential", "random", "bernoulli", "log_normal"),
        *("sqrt", "exp", "cauchy", "geometric", "tril", "triu", "abs", "neg", "sign"),
    )
)


#: Functions that make a tensor of a given size, and so large a one that it goes to ``meta``.
_FACTORIES = ("empty", "zeros", "ones", "full", "rand", "randn")
_LARGE = 1 << 20
_MODULES = str(Path(nn.__file__).parent)


class _WithoutValues(TorchFunctionMode):
    """Weights are made on ``meta``, and setting the values of a tensor there does nothing.

    A small tensor that the user's own code makes is a real one: it may read its values.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        name, kwargs = getattr(func, "__name__", ""), kwargs or {}
        if name in _FACTORIES:
            of_module = sys._getframe(1).f_code.co_filename.startswith(_MODULES)
            if of_module or _count(args) > _LARGE:
                return func(*args, **kwargs | {"device": "meta"})
        args, kwargs = without_device(name, args, kwargs)
        sets = name in _SET_VALUES or getattr(func, "__module__", "") == "torch.nn.init"
        target = args[0] if args else kwargs.get("tensor")
        if isinstance(target, Tensor):
            if sets and (target.is_meta or isinstance(target, nn.Parameter)):
                return target
            if moves_only(name, args, kwargs):
                return target
        if any(tensor.is_meta for tensor in tensors_in((*args, *kwargs.values()))):
            # An image of zeros that is run through layers to learn the size of the map.
            args, kwargs = on_meta(args), on_meta(kwargs)
        return func(*args, **kwargs)


def _count(sizes: Iterable[Any]) -> int:
    """Elements of a tensor of these sizes; 0 if they are no sizes."""
    flat = [size for entry in sizes for size in (entry if isinstance(entry, tuple) else (entry,))]
    return prod(flat) if flat and all(isinstance(size, int) for size in flat) else 0


class _NoWeights(dict[Any, Any]):
    """In place of a checkpoint: whatever is looked up in it is again one."""

    def __missing__(self, key: object) -> "_NoWeights":
        return _NoWeights()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _NoWeights()

    def __call__(self, *_: object, **__: object) -> "_NoWeights":
        return self


@contextmanager
def without_weights() -> Iterator[list[str]]:
    """Context manager: new weights are on ``meta``; weights are neither read nor downloaded.

    Yields the notes on what was left out, which grow as the code runs.
    """
    notes: list[str] = []
    active = True

    def left_out(what: str, original: Callable[..., Any], home: Any) -> Callable[..., Any]:
        def nothing(source: Any = "", *args: Any, **kwargs: Any) -> Any:
            if not active:
                # A library that was imported meanwhile keeps this function.
                now = getattr(home, original.__name__)
                return (original if now is nothing else now)(source, *args, **kwargs)
            name = printable(str(source)[:120])
            _note(notes, f"{what} {name} was left out: weights do not change the architecture")
            return _NoWeights()

        return nothing

    def load_state_dict(network: nn.Module, *_: Any, **__: Any) -> Any:
        _note(notes, "load_state_dict was left out: weights do not change the architecture")
        return nn.modules.module._IncompatibleKeys([], [])

    def refuse(sock: socket.socket, address: Any, *_: Any) -> NoReturn:
        raise OSError(f"nothing is downloaded, but {printable(str(address)[:80])} was requested")

    with ExitStack() as stack:
        downloads = (torch.hub.load_state_dict_from_url, torch.hub.download_url_to_file)
        for original in downloads:
            replacement = left_out("the download of", original, torch.hub)
            for module in list(sys.modules.values()):
                for name in (original.__name__, "load_url"):
                    if getattr(module, "__dict__", {}).get(name) is original:
                        stack.enter_context(_replaced(module, name, replacement))
        stack.enter_context(_replaced(torch, "load", left_out("torch.load of", torch.load, torch)))
        stack.enter_context(_replaced(nn.Module, "load_state_dict", load_state_dict))
        stack.enter_context(_replaced(socket.socket, "connect", refuse))
        stack.enter_context(pinned())
        stack.enter_context(_WithoutValues())
        try:
            yield notes
        finally:
            active = False


def leave_out_reader(error: BaseException) -> str | None:
    """Make a function do nothing that failed because it reads weights that are not there.

    Only a function that returns nothing, and is not ``__init__``. Returns a note; None if the error
    is another.
    """
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if is_library(code.co_filename) or code.co_name in ("__init__", "<module>"):
            continue
        reads = any(isinstance(value, _NoWeights) for value in frame.f_locals.values())
        if reads and _returns_nothing(code):
            idle = _idle.__code__.replace(co_freevars=code.co_freevars)
            for function in gc.get_referrers(code):
                if isinstance(function, FunctionType):
                    function.__code__ = idle
            place = place_of(code.co_filename, line)
            return f"{printable(code.co_name)}, which reads weights, was left out, {place}: " + (
                exception_text(error)
            )
    return None


def _idle(*_: object, **__: object) -> None:
    """Do nothing."""


def _returns_nothing(code: CodeType) -> bool:
    before = None
    for instruction in dis.get_instructions(code):
        returned = before if instruction.opname == "RETURN_VALUE" else instruction
        if instruction.opname.startswith("RETURN_") and (
            returned is None or returned.argval is not None or "CONST" not in returned.opname
        ):
            return False
        before = instruction
    return True


def _note(notes: list[str], text: str) -> None:
    if text not in notes:
        notes.append(text)


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    own = name in vars(owner)
    kept = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if own:
            setattr(owner, name, kept)
        else:
            delattr(owner, name)
