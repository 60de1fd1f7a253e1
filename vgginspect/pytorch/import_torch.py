"""Import PyTorch on demand, with a clear error message if that fails."""

import warnings
from types import ModuleType

from vgginspect.errors import DependencyError
from vgginspect.text.printable import printable


def load() -> ModuleType:
    """Import torch.

    Raises:
        DependencyError: it is not installed, incomplete, or fails to import.
    """
    try:
        with warnings.catch_warnings():
            # NumPy is not needed; PyTorch warns if it is missing.
            warnings.filterwarnings("ignore", "Failed to initialize NumPy")
            import torch
    except ModuleNotFoundError as error:
        if error.name == "torch":
            raise DependencyError(
                "PyTorch is needed but not installed\n  pip install torch"
            ) from None
        raise broken("PyTorch", "torch", error) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise broken("PyTorch", "torch", error) from error
    if not hasattr(torch, "nn"):
        # An interrupted uninstall leaves a folder that Python imports as an empty package.
        raise DependencyError(
            "PyTorch is installed but incomplete: 'torch' has no 'nn'\n"
            "  pip install --force-reinstall torch"
        )
    return torch


def broken(what: str, module: str, error: BaseException) -> DependencyError:
    """The error for a package that is installed but cannot be imported."""
    reason = printable(str(error).strip().partition("\n")[0][:200])
    return DependencyError(
        f"{what} is installed but 'import {module}' fails: {type(error).__name__}: {reason}"
    )
