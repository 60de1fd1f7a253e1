"""PyTorch itself, imported when it is needed, with a clear message where that fails."""

import warnings
from types import ModuleType

from vgginspect.errors import DependencyError
from vgginspect.text.printable import printable


def load() -> ModuleType:
    """Import torch.

    Raises:
        DependencyError: it is not installed, incomplete, or breaks while being imported.
    """
    try:
        with warnings.catch_warnings():
            # Nothing here needs NumPy, which PyTorch asks for while it is imported.
            warnings.filterwarnings("ignore", "Failed to initialize NumPy")
            import torch
    except ModuleNotFoundError as error:
        if error.name == "torch":
            raise DependencyError(
                "this needs PyTorch, which is not installed\n  pip install torch"
            ) from None
        raise broken("PyTorch", "torch", error) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise broken("PyTorch", "torch", error) from error
    if not hasattr(torch, "nn"):
        # What an uninstallation cut short leaves behind is a folder, which Python imports.
        raise DependencyError(
            "PyTorch is installed, but incomplete: 'torch' has no 'nn'\n"
            "  pip install --force-reinstall torch"
        )
    return torch


def broken(what: str, module: str, error: BaseException) -> DependencyError:
    """The error of a package that is installed, but cannot be imported."""
    reason = printable(str(error).strip().partition("\n")[0][:200])
    return DependencyError(
        f"{what} is installed, but 'import {module}' fails: {type(error).__name__}: {reason}"
    )
