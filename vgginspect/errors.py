"""User errors: each has an exit code and a readable message."""

from vgginspect.shape import Sides


class VGGInspectError(Exception):
    """Base class of all vgginspect errors.

    ``exit_code`` is the exit code of the command line: 2 for wrong usage or input, 1 for a failed
    check.
    """

    exit_code = 2


class ConfigError(VGGInspectError, ValueError):
    """An invalid configuration, token or model option."""


class InputSizeError(ConfigError):
    """An input that is too small for a layer of the network.

    ``smallest`` is the smallest height and width that work: one number, or ``(height, width)`` if
    they differ.
    """

    def __init__(self, message: str, smallest: Sides) -> None:
        super().__init__(message)
        self.smallest = smallest


class OutputError(VGGInspectError, OSError):
    """A file or stream that cannot be read or written."""


class CheckError(VGGInspectError):
    """A check that failed."""

    exit_code = 1


class DependencyError(VGGInspectError, ImportError):
    """PyTorch, torchvision or another package is missing or fails to import."""


class BuilderError(VGGInspectError):
    """A user's builder or network that cannot be imported, called or traced."""


class NetworkError(BuilderError):
    """A user's builder or network that is broken: it raises an exception, or does not end."""

    exit_code = 1
