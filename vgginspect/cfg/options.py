"""The model options besides the cfg list: names, parsing, limits, defaults.

One table is used by the command line, the ``+option=value`` suffix of a CONFIG, and the Python API.
"""

import math
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from vgginspect.cfg.tokens import MAX_NUMBER, entries_of, is_truth, whole
from vgginspect.errors import ConfigError
from vgginspect.shape import Shape
from vgginspect.text.printable import shown

_SIZE = "an input size must look like 224, 224x320 (H x W) or 3x224x320 (C x H x W)"
_TRUE = {"", "1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def _digits(text: str, what: str, otherwise: str = "") -> int:
    text = text.strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,12}", text):
        raise ConfigError(
            f"{what} must be a whole number from 1 to {MAX_NUMBER}{otherwise}, not {text[:40]!r}"
        )
    return whole(int(text), what)


def _unbracketed(text: str) -> str:
    """The text without surrounding Python or JSON brackets."""
    text = text.strip()
    return text[1:-1] if text[:1] + text[-1:] in ("()", "[]") else text


def _each(value: object) -> list[Any]:
    entries = entries_of(value)
    return [value] if entries is None else list(entries)


def input_shape(value: str | int | Iterable[int]) -> Shape:
    """Read an input size: ``224``, ``224x320`` (H x W), ``3x224x224`` (C x H x W), or numbers.

    Python notation is accepted as well: ``(3, 224, 224)``.

    Returns:
        ``(C, H, W)``; one number means a square; C defaults to 3.

    Raises:
        ConfigError: not one, two or three positive whole numbers.
    """
    numbers = _numbers_of_size(value)
    if len(numbers) == 1:
        return (3, numbers[0], numbers[0])
    if len(numbers) == 2:
        return (3, numbers[0], numbers[1])
    if len(numbers) == 3:
        return (numbers[0], numbers[1], numbers[2])
    raise ConfigError(f"{_SIZE}, not {shown(value)}{_without_batch(numbers)}")


def _without_batch(numbers: list[int]) -> str:
    """What to write instead of a size with the batch in front, NCHW or NHWC."""
    if len(numbers) != 4:
        return ""
    _, *image = numbers
    if image[2] in (1, 3, 4) and image[0] > 4:
        image = [image[2], *image[:2]]
    return f"; without the batch it is {'x'.join(map(str, image))}"


def names_channels(value: str | int | Iterable[int]) -> bool:
    """Whether an input size includes the number of channels."""
    return len(_numbers_of_size(value)) == 3


def _numbers_of_size(value: str | int | Iterable[int]) -> list[int]:
    if isinstance(value, str):
        parts = [part.strip() for part in re.split(r"[xX×*,]", _unbracketed(value))]
        if not all(re.fullmatch(r"[+-]?[0-9]{1,4000}", part) for part in parts):
            raise ConfigError(f"{_SIZE}, not {value[:40]!r}")
        numbers = [int(part) for part in parts]
    else:
        numbers = _each(value)
    return [whole(number, "each number of the input size") for number in numbers]


def hidden_widths(value: str | int | Iterable[int] | None) -> tuple[int, ...]:
    """Parse the sizes of the hidden linear layers: ``4096,4096``, or ``none``.

    Python notation is accepted as well: ``[4096, 4096]``, or ``[]`` for none.

    Raises:
        ConfigError: a size is not a positive whole number.
    """
    if isinstance(value, str):
        if value.strip().lower() in ("none", "[]", "()"):
            return ()
        parts = _unbracketed(value).split(",")
        return tuple(_digits(part, "each hidden size", ", or none") for part in parts)
    if value is None:
        return ()
    return tuple(whole(width, "each hidden size") for width in _each(value))


def avgpool_size(value: str | int | None) -> int | None:
    """Parse the output size of the adaptive average pool: ``7``, or ``none``.

    Raises:
        ConfigError: neither a positive whole number nor ``none``.
    """
    if isinstance(value, str):
        if value.strip().lower() == "none":
            return None
        return _digits(value, "the avgpool size", ", or none")
    return None if value is None else whole(value, "the avgpool size")


def class_count(value: str | int) -> int:
    """Parse the number of classes.

    Raises:
        ConfigError: not a positive whole number.
    """
    what = "the number of classes"
    return _digits(value, what) if isinstance(value, str) else whole(value, what)


def dropout_rate(value: str | float) -> float:
    """Parse the dropout probability, from 0 to 1.

    Raises:
        ConfigError: not a number from 0 to 1.
    """
    try:
        rate = math.nan if is_truth(value) else float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        rate = math.nan
    if not 0 <= rate <= 1:
        raise ConfigError(f"the dropout probability must be between 0 and 1, not {shown(value)}")
    return abs(rate)


def flag(value: str | bool, what: str) -> bool:
    """Parse a flag; the empty string, as in ``D+bn``, means yes.

    Raises:
        ConfigError: not a yes/no value.
    """
    if is_truth(value):
        return bool(value)
    word = value.strip().lower() if isinstance(value, str) else None
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ConfigError(f"{what} must be on or off (True or False), not {shown(value)}")


class Option(NamedTuple):
    """One option: its Config field, names, parser and help."""

    field: str
    names: tuple[str, ...]
    read: Callable[[Any], Any]
    metavar: str
    help: str
    negative: str = ""

    @property
    def is_flag(self) -> bool:
        """Whether the option is a flag, which takes no value."""
        return not self.metavar

    def text(self, value: Any) -> str:
        """A value as written on the command line; flags as yes and no."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, tuple):
            separator = "x" if self.read is input_shape else ","
            return separator.join(map(str, value)) or "none"
        return "none" if value is None else str(value)

    def write(self, value: Any) -> str:
        """The option with this value, as appended to a CONFIG: ``bn``, ``hidden=512``."""
        name = min(self.names, key=len)
        if self.is_flag:
            return name if value else f"no-{name}"
        return f"{name}={self.text(value)}"

    def on_command_line(self, value: Any) -> str:
        """The option with this value, as on the command line: ``--no-bias``, ``--hidden 512``."""
        if self.is_flag:
            return f"--{self.names[0]}" if value else f"--{self.negative}"
        return f"--{self.names[0]} {self.text(value)}"


OPTIONS: tuple[Option, ...] = (
    Option(
        "batch_norm",
        ("batch-norm", "bn"),
        partial(flag, what="batch norm"),
        "",
        "Add a BatchNorm2d after every convolution.",
        "no-batch-norm",
    ),
    Option(
        "bias",
        ("bias",),
        partial(flag, what="the bias"),
        "",
        "Use a bias in every convolution.",
        "no-bias",
    ),
    Option(
        "input_shape",
        ("input-size", "input"),
        input_shape,
        "SIZE",
        "Size of one input image: 224, 224x320 (H x W) or 1x28x28 (C x H x W).",
    ),
    Option("num_classes", ("num-classes", "classes"), class_count, "N", "Number of classes."),
    Option(
        "hidden",
        ("hidden",),
        hidden_widths,
        "N,N…",
        "Sizes of the hidden linear layers, or 'none' for a single Linear.",
    ),
    Option(
        "avgpool",
        ("avgpool",),
        avgpool_size,
        "N",
        "Output size of the AdaptiveAvgPool2d before the classifier, or 'none' to leave it out.",
    ),
    Option("dropout", ("dropout",), dropout_rate, "P", "Dropout probability in the classifier."),
    Option(
        "features_only",
        ("features-only",),
        partial(flag, what="features only"),
        "",
        "Only the features, without average pool and classifier; their options are ignored.",
    ),
)
