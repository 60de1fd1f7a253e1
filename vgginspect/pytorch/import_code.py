"""``MODULE:FUNCTION``: import the user's builder from a file or an importable module."""

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
from vgginspect.text.printable import printable
from vgginspect.text.suggest import suggestion

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
    found: Any = _import(place)
    owner = place
    for name in path.split("."):
        if not hasattr(found, name):
            raise _missing(found, name, owner)
        found, owner = getattr(found, name), f"{owner}:{name}"
    if not callable(found):
        kind = type(found).__name__
        raise BuilderError(f"{printable(text)} is a {kind}, not a function or a class")
    builder: Callable[..., Any] = found
    return builder


def _missing(found: Any, name: str, owner: str) -> BuilderError:
    names = [known for known in dir(found) if not known.startswith("__")]
    names = [known for known in names if callable(getattr(found, known, None))]
    hint = suggestion(name, names)
    return BuilderError(f"{printable(owner)} has no {printable(name[:80])!r}{hint}")


def _import(place: str) -> ModuleType:
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
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    taken = path.stem in sys.modules or path.stem in sys.stdlib_module_names
    name = f"{path.stem}_builder" if taken else path.stem
    spec = spec_from_file_location(name, path.resolve())
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
