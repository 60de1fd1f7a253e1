"""Tokens: the entries of a cfg list, and the grammar to parse and print them.

A new kind of token needs an entry in ``GRAMMAR`` and a layer class in ``network.rules``.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from functools import lru_cache, partial
from operator import index
from typing import Any, NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.text.printable import printable, shown

#: The largest accepted number of channels or pixels; PyTorch fails far below.
MAX_NUMBER = 2**31 - 1


class Token(NamedTuple):
    """One entry of a cfg list.

    ``kind`` is ``conv``, ``maxpool``, ``avgpool`` or ``lrn``. The other fields are constructor
    arguments of its layer, with PyTorch's names; ``out_channels`` is 0 if the layer keeps the
    number of channels. ``padding`` of a convolution is always "same". A Token built directly is
    checked when a Config is made from it: ``text`` must be able to print it.
    """

    kind: str
    out_channels: int = 0
    kernel_size: int = 0
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def text(self) -> str:
        """The canonical spelling; parsing it gives an equal token.

        Raises:
            ConfigError: unknown kind of token, or a number in it is too large.
        """
        try:
            return _FORMS[self.kind].write(self)
        except (KeyError, TypeError, ValueError):
            kinds = ", ".join(_FORMS)
            raise ConfigError(
                f"a token needs a kind ({kinds}) and whole numbers, not {shown(tuple(self))}"
            ) from None

    @property
    def value(self) -> int | str:
        """The entry in a Python cfg list: a number or a string."""
        text = self.text
        return int(text) if text.isdecimal() else text

    @property
    def python(self) -> str:
        """The entry in Python notation: ``64``, ``'M'``."""
        return repr(self.value)

    def __str__(self) -> str:
        return self.text


class ListEntry(NamedTuple):
    """One entry of a cfg list as the builder gets it, whatever it means to the builder."""

    entry: object

    @property
    def text(self) -> str:
        """The entry as text, with control characters escaped."""
        return printable(self.entry) if isinstance(self.entry, str) else self.python

    @property
    def value(self) -> int | str:
        """The entry in JSON: a number or a string."""
        if isinstance(self.entry, (int, str)) and not isinstance(self.entry, bool):
            return self.entry
        return self.python

    @property
    def python(self) -> str:
        """The entry in Python notation: ``64``, ``'m'``, ``(64, 2)``."""
        return printable(repr(self.entry))


class Form(NamedTuple):
    """How tokens of one kind are parsed, printed, and described in errors."""

    kind: str
    pattern: str
    read: Callable[[re.Match[str]], Token]
    write: Callable[[Token], str]
    example: str


def _number(text: str, what: str, least: int = 1) -> int:
    digits = text.lstrip("0")
    value = int(digits or 0) if len(digits) <= 10 else MAX_NUMBER + 1
    if not least <= value <= MAX_NUMBER:
        quoted = text if len(text) <= 12 else f"{text[:6]}… ({len(text)} digits)"
        raise ConfigError(f"{what} must be between {least} and {MAX_NUMBER}, not {quoted}")
    return value


def _read_conv(match: re.Match[str]) -> Token:
    kernel = _number(match["kernel"] or "3", "the kernel size")
    dilation = _number(match["dilation"] or "1", "the dilation")
    if kernel % 2 == 0:
        raise ConfigError(
            f"kernel size {kernel} is even, so no padding keeps height and width; "
            f"write conv{kernel - 1}- or conv{kernel + 1}-"
        )
    channels = _number(match["channels"], "the number of channels")
    return Token("conv", channels, kernel, padding=dilation * (kernel // 2), dilation=dilation)


def _write_conv(token: Token) -> str:
    if token.kernel_size == 3 and token.dilation == 1:
        return str(token.out_channels)
    dilation = f"d{token.dilation}" if token.dilation != 1 else ""
    return f"conv{token.kernel_size}-{token.out_channels}{dilation}"


def _read_pool(kind: str, match: re.Match[str]) -> Token:
    if match["short"]:
        return Token(kind, 0, 2, 2, ceil_mode=match["short"] in "Cc")
    kernel = _number(match["kernel"] or "2", "the kernel size")
    stride = _number(match["stride"] or "2", "the stride")
    padding = _number(match["padding"] or "0", "the padding", least=0)
    if padding > kernel // 2:
        raise ConfigError(
            f"padding {padding} is more than half of kernel size {kernel}, "
            f"which PyTorch rejects; use at most p{kernel // 2}"
        )
    return Token(kind, 0, kernel, stride, padding)


def _write_pool(token: Token) -> str:
    plain = (token.kernel_size, token.stride, token.padding) == (2, 2, 0)
    if plain:
        return {"maxpool": "C" if token.ceil_mode else "M", "avgpool": "A"}[token.kind]
    kernel = token.kernel_size if token.kernel_size != 2 else ""
    stride = f"s{token.stride}" if token.stride != 2 else ""
    padding = f"p{token.padding}" if token.padding else ""
    return f"{token.kind}{kernel}{stride}{padding}"


_WINDOW = r"(?P<kernel>\d+)?(?:s(?P<stride>\d+))?(?:p(?P<padding>\d+))?"

GRAMMAR: tuple[Form, ...] = (
    Form(
        "conv",
        r"(?:conv(?P<kernel>\d+)-)?(?P<channels>\d+)(?(kernel)(?:d(?P<dilation>\d+))?|)",
        _read_conv,
        _write_conv,
        "64 or conv1-256 or conv3-512d2 (convolution)",
    ),
    Form(
        "maxpool",
        rf"(?P<short>[MC])|maxpool{_WINDOW}",
        partial(_read_pool, "maxpool"),
        _write_pool,
        "M or C or maxpool3s1p1 (max pool)",
    ),
    Form(
        "avgpool",
        rf"(?P<short>A)|avgpool{_WINDOW}",
        partial(_read_pool, "avgpool"),
        _write_pool,
        "A or avgpool3s2 (average pool)",
    ),
    Form(
        "lrn",
        "LRN",
        lambda match: Token("lrn"),
        lambda token: "LRN",
        "LRN (local response normalisation)",
    ),
)
_FORMS = {form.kind: form for form in GRAMMAR}
_DASHES = str.maketrans("‐‑–—−", "-----")


def is_truth(value: object) -> bool:
    """Whether a value is a Python, NumPy or PyTorch boolean."""
    return isinstance(value, bool) or str(getattr(value, "dtype", "")).endswith("bool")


def integer(value: object) -> int | None:
    """Convert a Python, NumPy or PyTorch integer to ``int``; None for anything else."""
    # NumPy before 2 and PyTorch accept their booleans as indices.
    if is_truth(value):
        return None
    try:
        return index(value)  # type: ignore[arg-type]
    except TypeError:
        return None


def whole(value: object, what: str) -> int:
    """Check a positive whole number; NumPy and similar integers are accepted.

    Raises:
        ConfigError: ``value`` is not an integer, or is out of range.
    """
    number = integer(value)
    if number is None or not 1 <= number <= MAX_NUMBER:
        huge = number is not None and abs(number) >= 10**12
        quoted = "a huge number" if huge else shown(value)
        raise ConfigError(f"{what} must be a whole number from 1 to {MAX_NUMBER}, not {quoted}")
    return number


def entries_of(value: object) -> Iterator[Any] | None:
    """The entries of a list, tuple, array or iterator; None for text, sets, dicts and others.

    A set has no order, and a dict may contain several lists.
    """
    if isinstance(value, (str, bytes, bytearray, Set, Mapping)):
        return None
    try:
        return iter(value)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        return None


#: ``M``, the token of every pool in the paper.
MAX_POOL = Token("maxpool", 0, 2, 2)


@lru_cache(maxsize=65536)
def parse_token(text: str) -> Token:
    """Parse one token, upper or lower case: ``64``, ``M``, ``conv1-256``, ``maxpool3s1p1``.

    Raises:
        ConfigError: the text is not a token, or a number in it is invalid. ``parse_cfg`` adds the
            position to the message.
    """
    if text.isdecimal() and text.isascii() and len(text) <= 6 and text.strip("0"):
        # The common case, without compiling or matching patterns.
        return Token("conv", int(text), 3, padding=1)
    if text == "M":
        return MAX_POOL
    plain = text.translate(_DASHES)
    for form in GRAMMAR:
        match = re.fullmatch(form.pattern, plain, re.IGNORECASE | re.ASCII)
        if match:
            return form.read(match)
    if plain.lstrip("+-").isdecimal() and plain.startswith("-"):
        raise ConfigError("the number of channels must be positive")
    from vgginspect.cfg.hints import hint

    instead = hint(plain[:40])
    if instead:
        raise ConfigError(f"not a token; {instead}")
    raise ConfigError("not a token; tokens are " + "; ".join(form.example for form in GRAMMAR))
