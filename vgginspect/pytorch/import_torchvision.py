"""Import torchvision's models with any build of PyTorch.

torchvision's compiled operators work with one build of PyTorch only. If they cannot be loaded, the
import of its Python code fails at the first operator it refers to. The models need none of them, so
missing operators are declared without an implementation and the import is tried again.
"""

import re
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from vgginspect.errors import DependencyError
from vgginspect.pytorch.import_torch import broken
from vgginspect.pytorch.import_torch import load as load_torch

_MISSING = re.compile(r"operator torchvision::(\w+) does not exist")
_SCHEMAS = {"nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"}
#: The declarations are removed when the Library object is deleted.
_declared: dict[str, Any] = {}


def load(name: str = "torchvision.models.vgg") -> ModuleType:
    """Import a module of torchvision.

    Raises:
        DependencyError: torchvision or PyTorch is not installed, or cannot be imported.
    """
    torch = load_torch()
    while True:
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            if error.name == "torchvision":
                raise DependencyError(
                    "torchvision is needed but not installed\n  pip install torchvision"
                ) from None
            raise broken("torchvision", name, error) from error
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            missing = _MISSING.search(str(error))
            if missing is None or missing[1] in _declared:
                raise broken("torchvision", name, error) from error
            _declare(torch, missing[1])
            _forget("torchvision")


@cache
def load_vgg() -> tuple[ModuleType, str]:
    """Import ``torchvision.models.vgg`` alone; with torchvision's version.

    The rest of torchvision takes as long to import as torch, and its VGG does not need it: the two
    parent packages are replaced by empty ones, which are removed afterwards, so that a later import
    works.

    Raises:
        DependencyError: torchvision or PyTorch is not installed, or cannot be imported.
    """
    spec = None if "torchvision" in sys.modules else find_spec("torchvision")
    if spec is not None and spec.submodule_search_locations:
        (folder, *_) = spec.submodule_search_locations
        with suppress(Exception):
            try:
                for name, path in (
                    ("torchvision", folder),
                    ("torchvision.models", f"{folder}/models"),
                ):
                    package = sys.modules[name] = ModuleType(name)
                    package.__path__ = [path]
                version: str = import_module("torchvision.version").__version__
                return import_module("torchvision.models.vgg"), version
            finally:
                _forget("torchvision")
    return load(), load("torchvision").__version__


def needs_operators(error: BaseException) -> bool:
    """Whether an error is about a torchvision operator that did not load."""
    return _MISSING.search(str(error)) is not None


def _declare(torch: Any, operator: str) -> None:
    library = torch.library.Library("torchvision", "FRAGMENT")
    library.define(_SCHEMAS.get(operator, f"{operator}(Tensor input) -> Tensor"))
    _declared[operator] = library


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
