"""PyTorch itself, imported when it is needed, with a clear message where that fails."""

from types import ModuleType

from vgginspect.errors import DependencyError
from vgginspect.parse import printable


def load() -> ModuleType:
    """Import torch.

    Raises:
        DependencyError: it is not installed, or breaks while being imported.
    """
    try:
        import torch
    except ModuleNotFoundError as error:
        if error.name == "torch":
            raise DependencyError(
                "this needs PyTorch, which is not installed\n  pip install torch"
            ) from None
        raise broken("PyTorch", "torch", error) from error
    except Exception as error:
        raise broken("PyTorch", "torch", error) from error
    return torch


def broken(what: str, module: str, error: Exception) -> DependencyError:
    """The error of a package that is installed, but cannot be imported."""
    reason = printable(str(error).strip().partition("\n")[0][:200])
    return DependencyError(
        f"{what} is installed, but 'import {module}' fails: {type(error).__name__}: {reason}"
    )
