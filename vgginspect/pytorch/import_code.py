"""``MODULE:FUNCTION``: import the user's builder from a file or an importable module."""

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from vgginspect.errors import BuilderError
from vgginspect.pytorch.import_torchvision import load as load_torchvision
from vgginspect.pytorch.import_torchvision import needs_operators
from vgginspect.pytorch.sandbox import is_library
from vgginspect.text.printable import printable
from vgginspect.text.suggest import suggestion

#: So many folders above a file are searched for the modules that it imports.
MAX_ABOVE = 5
EXAMPLE = "torchvision.models.vgg:make_layers or ./my_models.py:make_layers"


def load_builder(text: str) -> Callable[..., Any]:
    """Import a builder: a function, a class, or a method of one.

    Args:
        text: ``package.module:function``, ``./file.py:function``, ``./file.py:Class.method``.

    Raises:
        BuilderError: wrong form, no such file or name, or not callable.
        Exception: whatever importing the module raises.
    """
    place, _, path = text.rpartition(":")
    if not place or not path or path.startswith(("/", "\\")):
        raise BuilderError(
            f"a builder must be MODULE:FUNCTION, such as {EXAMPLE}, not {printable(text[:80])!r}"
        )
    found = named(import_module_of(place), path, place)
    if not callable(found):
        kind = type(found).__name__
        raise BuilderError(f"{printable(text)} is a {kind}, not a function or a class")
    builder: Callable[..., Any] = found
    return builder


def named(found: Any, path: str, owner: str) -> Any:
    """What a module has under a name, such as ``VGG`` or ``VGG.make``; ``owner`` is its own name.

    Raises:
        BuilderError: it has no such name.
    """
    for name in path.split("."):
        if not hasattr(found, name):
            raise _missing(found, name, owner)
        found, owner = getattr(found, name), f"{owner}:{name}"
    return found


def _missing(found: Any, name: str, owner: str) -> BuilderError:
    names = [known for known in dir(found) if not known.startswith("__")]
    names = [known for known in names if callable(getattr(found, known, None))]
    hint = suggestion(name, names)
    return BuilderError(f"{printable(owner)} has no {printable(name[:80])!r}{hint}")


def import_module_of(place: str) -> ModuleType:
    """Import a file, or a module by its name.

    Raises:
        BuilderError: there is none.
        Exception: whatever importing it raises.
    """
    is_file = place.endswith(".py") or "/" in place or "\\" in place
    once_more = False
    while True:
        try:
            return _from_file(place) if is_file else _by_name(place)
        except Exception as error:
            # torchvision's own import fails if its operators do not load; load_torchvision works.
            if once_more or not needs_operators(error):
                raise
            load_torchvision("torchvision")
            once_more = True


def _from_file(place: str) -> ModuleType:
    path = Path(place).expanduser()
    if not path.is_file():
        raise BuilderError(f"no such file: {printable(place)!r}")
    path = path.resolve()
    folder = str(path.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    name = ".".join((*_packages(path), path.stem))
    if name in sys.modules or name in sys.stdlib_module_names:
        name += "_builder"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BuilderError(f"{printable(place)!r} is not a Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


class _Package(ModuleType):
    """A package around the user's file; its ``__init__.py`` runs if something in it is needed."""

    def __getattr__(self, name: str) -> Any:
        (folder,) = self.__path__
        start = Path(folder) / "__init__.py"
        inside = Path(folder) / name
        if name.startswith("__") or inside.is_dir() or inside.with_suffix(".py").is_file():
            raise AttributeError(name)
        if "__file__" not in vars(self) and start.is_file():
            self.__file__ = str(start)
            exec(compile(start.read_bytes(), str(start), "exec"), vars(self))
            if name in vars(self):
                return vars(self)[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


def _packages(path: Path) -> list[str]:
    """The packages that a file's own imports need, from the outermost; each is made if new."""
    depth = 0
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            depth = max(depth, node.level)
    folders = list(path.parents)[:depth]
    while folders and (folders[-1] / "__init__.py").is_file() and folders[-1].parent.name:
        folders.append(folders[-1].parent)
    if len(folders) > depth:
        folders.pop()
    names: list[str] = []
    for folder in reversed(folders):
        own = folder.name or "package"
        if not names and (own in sys.stdlib_module_names or _is_installed(own, folder)):
            own += "_package"
        names.append(own)
        name = ".".join(names)
        if name not in sys.modules:
            package = sys.modules[name] = _Package(name)
            package.__path__ = [str(folder)]
    return names


def _is_installed(name: str, folder: Path) -> bool:
    """Whether a module of this name was imported from elsewhere."""
    made = sys.modules.get(name)
    return made is not None and list(getattr(made, "__path__", ())) != [str(folder)]


def found_above(path: Path, name: str) -> bool:
    """Whether a missing module lies in a folder above a file; then it can be imported now."""
    top, _, inside = name.partition(".")
    for folder in list(path.resolve().parents)[:MAX_ABOVE]:
        place = folder.joinpath(*name.split("."))
        if not place.is_dir() and not place.with_suffix(".py").is_file():
            continue
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
            if not inside:
                return True
        made = sys.modules.get(top)
        if inside and made is not None and not any(map(is_library, getattr(made, "__path__", "/"))):
            # Another package of this name is nearer.
            sys.path.remove(str(folder))
            sys.path.insert(0, str(folder))
            for other in [known for known in sys.modules if known.partition(".")[0] == top]:
                del sys.modules[other]
            return True
    return False


def _by_name(place: str) -> ModuleType:
    if not all(part.isidentifier() for part in place.split(".")):
        raise BuilderError(
            f"{printable(place[:80])!r} is not a module; a builder must be MODULE:FUNCTION, such "
            f"as {EXAMPLE}"
        )
    if place.partition(".")[0] == "torchvision":
        return load_torchvision(place)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return import_module(place)
    except ModuleNotFoundError as error:
        if error.name and (place == error.name or place.startswith(error.name + ".")):
            raise BuilderError(
                f"no module named {printable(error.name)!r}; for a file, include its suffix, "
                f"such as ./{printable(place.rpartition('.')[2])}.py:make_layers"
            ) from None
        raise
