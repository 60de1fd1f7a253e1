"""Import a file without the statements that fail, such as one that reads a data set."""

import ast
import builtins
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any

from vgginspect.pytorch.import_torchvision import needs_operators
from vgginspect.pytorch.sandbox import exception_text, is_library, place_of


@contextmanager
def arguments_of_program(place: str) -> Iterator[None]:
    """Context manager: the command line that the user's code sees has no arguments."""
    kept = sys.argv
    sys.argv = [place]
    added = not hasattr(builtins, "xrange")
    if added:
        setattr(builtins, "xrange", range)  # noqa: B010
    try:
        yield
    finally:
        sys.argv = kept
        if added:
            delattr(builtins, "xrange")


@contextmanager
def skipping(skipped: list[str] | None) -> Iterator[None]:
    """Context manager: modules of the user are imported statement by statement.

    A statement that raises an exception, or would end the program, is left out, with a note in
    ``skipped``; if that is None, nothing is left out.
    """
    if skipped is None:
        yield
        return
    notes: list[str] = skipped
    original = SourceFileLoader.exec_module

    def exec_module(loader: SourceFileLoader, module: ModuleType) -> None:
        if is_library(loader.path):
            original(loader, module)
            return
        tree = ast.parse(loader.get_data(loader.path), loader.path)
        for statement in tree.body:
            code = compile(ast.Module([statement], []), loader.path, "exec")
            try:
                exec(code, vars(module))
            except ImportError as error:
                if isinstance(error, ModuleNotFoundError):
                    raise
                notes.append(_note(loader.path, statement, error))
            except (Exception, SystemExit) as error:
                if needs_operators(error):
                    raise
                notes.append(_note(loader.path, statement, error))

    setattr(SourceFileLoader, "exec_module", exec_module)  # noqa: B010
    try:
        yield
    finally:
        setattr(SourceFileLoader, "exec_module", original)  # noqa: B010


def _note(path: str, statement: Any, error: BaseException) -> str:
    place = place_of(path, statement.lineno)
    return f"{place} failed and was left out: {exception_text(error)}"
