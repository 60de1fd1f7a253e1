"""The errors a person can cause, each with an exit code and a message meant to be read."""


class VGGInspectError(Exception):
    """Base of every error that vgginspect raises on purpose.

    ``exit_code`` is what the command line ends with: 2 for wrong usage or input, 1 for a
    check that failed.
    """

    exit_code = 2


class ConfigError(VGGInspectError, ValueError):
    """A configuration, a token or a model option that does not make sense."""


class InputSizeError(ConfigError):
    """An input that some pool of the network would shrink to nothing.

    ``smallest`` is the smallest height and width that work.
    """

    def __init__(self, message: str, smallest: int) -> None:
        super().__init__(message)
        self.smallest = smallest


class OutputError(VGGInspectError, OSError):
    """Something that could not be read or written."""


class CheckError(VGGInspectError):
    """A check that ran and did not hold."""

    exit_code = 1


class DependencyError(VGGInspectError, ImportError):
    """PyTorch, torchvision or another package that is missing, or breaks when imported."""


class BuilderError(VGGInspectError):
    """A builder the user named that cannot be imported, called or made sense of."""
