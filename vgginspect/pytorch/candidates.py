"""The networks that a Python file defines, for a file without a name after it."""

import ast
import inspect
from functools import partial
from types import ModuleType
from typing import Any

from torch import nn

from vgginspect.pytorch.builder_arguments import is_given

#: Functions of these names try a network out.
_TRIALS = ("test", "main", "demo", "run", "check", "train")


def candidates(module: ModuleType) -> list[str]:
    """Names of the networks in a module: of classes, functions and instances of its own.

    What another network is made of is left out: a block, or the class that functions call.
    """
    own = {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(getattr(value, "func", value), "__module__", None) == module.__name__
    }
    instances = [name for name, value in vars(module).items() if isinstance(value, nn.Module)]
    classes = {name for name, value in own.items() if _is_class(value)}
    uses = _uses(module)
    makers: set[str] = set(classes)
    grows = True
    while grows:
        more = {name for name, used in uses.items() if used & makers} - makers
        makers |= more
        grows = bool(more)
    public = [
        name
        for name in own
        if name in classes
        or (name in makers and inspect.isfunction(own[name]) and not name.startswith(_TRIALS))
        or isinstance(own[name], partial)
    ]
    if not public:
        # Such as functions that change a network of a library.
        public = [
            name
            for name, value in own.items()
            if inspect.isfunction(value) and not name.startswith(_TRIALS)
        ]
    inside = {used for name in makers for used in uses.get(name, ()) if used != name}
    outer = [name for name in public if name not in inside] or public
    # A loss compares two images.
    alone = [name for name in outer if not _takes_more(own[name])]
    return [*(alone or outer), *instances]


def _takes_more(value: Any) -> bool:
    """Whether calling the networks of a class needs more than one image."""
    if not _is_class(value):
        return False
    called = value.__call__ if value.__call__ is not nn.Module.__call__ else value.forward
    try:
        _, *parameters = inspect.signature(called).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [p for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    return len(needed) > 1


def _is_class(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, nn.Module)


def _uses(module: ModuleType) -> dict[str, set[str]]:
    """The names that each class and function at the top of a file uses."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError, RecursionError):
        return {}
    kinds = (ast.ClassDef, ast.FunctionDef)
    return {
        node.name: {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
        for node in tree.body
        if isinstance(node, kinds) and not node.name.startswith(_TRIALS)
    }


def ready(module: ModuleType, names: list[str]) -> list[str]:
    """Those that need no argument that cannot be guessed."""
    return [name for name in names if is_given(getattr(module, name))]
