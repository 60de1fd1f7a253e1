"""Stand-ins for modules that are not installed, and for names that a library no longer has.

They let a file be imported that needs them for something else than its network, such as training.
Computing with one is an error that names the package.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from inspect import isclass, isfunction
from types import ModuleType
from typing import Any, NoReturn

from torch import Tensor

from vgginspect.errors import DependencyError

#: Packages that are installed under another name than they are imported by.
_PACKAGES = {
    "cv2": "opencv-python",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "pytorch_lightning": "pytorch-lightning",
}
_NO_NAME = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_NO_ATTRIBUTE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
#: Packages that PyTorch has a copy of, and what of them.
_INSIDE = {"packaging": ("", ".version")}
#: So many names are replaced at most.
MOST = 100


class StandInError(DependencyError):
    """Something was computed with a stand-in."""

    exit_code = 1


def _refuse(name: str) -> NoReturn:
    name = name.partition("[")[0]
    top = name.partition(".")[0]
    if top in sys.modules and not isinstance(sys.modules[top], _StandInModule):
        raise StandInError(f"the network needs {name}, which the installed {top} does not have")
    raise StandInError(
        f"the network needs {name}, which is not installed\n  pip install {_PACKAGES.get(top, top)}"
    )


class StandIn:
    """In place of anything of a missing module: it can be named, called and passed on.

    What the user's code sets on it is kept, as of a configuration that is filled attribute by
    attribute; anything else of it is again a stand-in.
    """

    _name: str

    def __init__(self, name: str) -> None:
        vars(self)["_name"] = name

    def __getattr__(self, name: str) -> "StandIn":
        if name.startswith("__"):
            raise AttributeError(name)
        # The same one when it is asked for again, since something may be set on it.
        made = vars(self)[name] = StandIn(f"{self._name}.{name}")
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A stand-in; as a decorator, what is decorated."""
        if len(args) == 1 and not kwargs and (isfunction(args[0]) or isclass(args[0])):
            return args[0]
        if any(isinstance(value, Tensor) for value in (*args, *kwargs.values())):
            if args and self._name.endswith("_"):
                # Sets values, which do not matter.
                return args[0]
            _refuse(self._name)
        return StandIn(self._name)

    def __setattr__(self, name: str, value: object) -> None:
        if name != "_name":
            vars(self)[name] = value

    def __getitem__(self, key: object) -> Any:
        if isinstance(key, str) and key.isidentifier():
            return getattr(self, key)
        return StandIn(f"{self._name}[{key!r}]")

    def __setitem__(self, key: object, value: object) -> None:
        if isinstance(key, str):
            setattr(self, key, value)

    def __fspath__(self) -> str:
        return self._name

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        name = self._name

        def init(made: Any, *_: Any, **__: Any) -> NoReturn:
            _refuse(name)

        return (type("StandInBase", (), {"__init__": init}),)

    def __enter__(self) -> "StandIn":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    @classmethod
    def __torch_function__(
        cls, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> NoReturn:
        used = [value for value in (*args, *(kwargs or {}).values()) if isinstance(value, StandIn)]
        _refuse(used[0]._name if used else func.__name__)


def _refusing(self: StandIn, *_: object) -> NoReturn:
    _refuse(self._name)


for _method in (
    *("iter", "len", "bool", "contains", "int", "float", "index", "lt", "le"),
    *("gt", "ge", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv"),
    *("rfloordiv", "mod", "rmod", "pow", "rpow", "neg", "matmul", "rmatmul"),
):
    setattr(StandIn, f"__{_method}__", _refusing)


class _StandInModule(ModuleType):
    """A missing module: whatever it is asked for is a stand-in."""

    __path__: list[str] = []  # noqa: RUF012
    __all__: list[str] = []  # noqa: RUF012

    def __getattr__(self, name: str) -> StandIn:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.__name__}.{name}")


class _Finder(MetaPathFinder, Loader):
    """Finds the missing modules, and all in them."""

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """A stand-in, if the module or one that contains it is missing."""
        parts = name.split(".")
        parents = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
        return ModuleSpec(name, self, is_package=True) if parents & self.missing else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module."""
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


@contextmanager
def stand_ins() -> Iterator[Callable[[BaseException], str | None]]:
    """Context manager: a function that makes the stand-in which an exception asks for.

    It returns the name, or None if the exception is about something else. The modules are removed
    afterwards; the objects that were made of them stay what they are.
    """
    finder = _Finder()
    added: list[tuple[ModuleType, str]] = []
    inside: list[str] = []

    def make(error: BaseException) -> str | None:
        if len(finder.missing) + len(added) >= MOST:
            return None
        if isinstance(error, ModuleNotFoundError) and error.name:
            if error.name in finder.missing or error.name in ("torch", "torchvision"):
                return None
            if error.name in _INSIDE:
                made = _from_torch(error.name)
                inside.extend(made)
                return error.name if made else None
            finder.missing.add(error.name)
            return error.name
        found = _NO_NAME.search(str(error)) if isinstance(error, ImportError) else None
        name, module = found.groups() if found else ("", "")
        if found is None and isinstance(error, AttributeError):
            found = _NO_ATTRIBUTE.search(str(error))
            module, name = found.groups() if found else ("", "")
        holder = sys.modules.get(module)
        if holder is None or name in vars(holder) or not _is_library(holder):
            return None
        setattr(holder, name, StandIn(f"{module}.{name}"))
        added.append((holder, name))
        return f"{module}.{name}"

    sys.meta_path.append(finder)
    try:
        yield make
    finally:
        sys.meta_path.remove(finder)
        for holder, name in added:
            vars(holder).pop(name, None)
        for name in [
            name for name, made in sys.modules.items() if isinstance(made, _StandInModule)
        ]:
            del sys.modules[name]
        for name in inside:
            sys.modules.pop(name, None)


def _from_torch(name: str) -> list[str]:
    """The modules of a package that PyTorch has a copy of, under their own names."""
    made = []
    for part in _INSIDE[name]:
        try:
            sys.modules[name + part] = import_module(f"torch._vendor.{name}{part}")
        except ImportError:
            break
        made.append(name + part)
    return made


def _is_library(module: ModuleType) -> bool:
    """Whether a module is installed, so that a missing name is not the user's own mistake."""
    file = getattr(module, "__file__", None) or ""
    return "site-packages" in file or "dist-packages" in file or not file
