"""Tokens: the entries of a cfg list, and the grammar that reads and prints them.

A new kind of token is one line in ``GRAMMAR`` here and one layer rule in ``network.rules``.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from functools import lru_cache, partial
from operator import index
from typing import Any, NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.text.printable import printable, shown

#: The largest number of channels or pixels taken anywhere: PyTorch itself fails far below.
MAX_NUMBER = 2**31 - 1


class Token(NamedTuple):
    """One entry of a cfg list.

    ``kind`` is ``conv``, ``maxpool``, ``avgpool`` or ``lrn``. The other fields are the
    arguments of the layer it stands for, under PyTorch's names; ``out_channels`` is 0 where
    the layer keeps the number of channels. ``padding`` of a convolution is always "same". A Token
    made by hand is checked when a Config is made of it: it must be one that can be written.
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
        """The canonical spelling, which parses back to an equal token.

        Raises:
            ConfigError: there is no such kind of token, or a number in it is far too large.
        """
        try:
            return _FORMS[self.kind].write(self)
        except (KeyError, TypeError, ValueError):
            kinds = ", ".join(_FORMS)
            raise ConfigError(
                f"a token has a kind ({kinds}) and whole numbers, not {shown(tuple(self))}"
            ) from None

    @property
    def value(self) -> int | str:
        """The entry as a Python cfg list holds it: a number, or a string."""
        text = self.text
        return int(text) if text.isdecimal() else text

    @property
    def python(self) -> str:
        """The entry as one writes it in Python: ``64``, ``'M'``."""
        return repr(self.value)

    def __str__(self) -> str:
        return self.text


class ListEntry(NamedTuple):
    """One entry of a cfg list as a builder was given it, whatever it means to the builder."""

    entry: object

    @property
    def text(self) -> str:
        """The entry in writing, harmless on any terminal."""
        return printable(self.entry) if isinstance(self.entry, str) else self.python

    @property
    def value(self) -> int | str:
        """The entry as JSON holds it: a number, or a string."""
        if isinstance(self.entry, (int, str)) and not isinstance(self.entry, bool):
            return self.entry
        return self.python

    @property
    def python(self) -> str:
        """The entry as one writes it in Python: ``64``, ``'m'``, ``(64, 2)``."""
        return printable(repr(self.entry))


class Form(NamedTuple):
    """How tokens of one kind are written, read, and described in an error."""

    kind: str
    pattern: str
    read: Callable[[re.Match[str]], Token]
    write: Callable[[Token], str]
    example: str


def _number(text: str, what: str, least: int = 1) -> int:
    digits = text.lstrip("0")
    value = int(digits or 0) if len(digits) <= 10 else MAX_NUMBER + 1
    if not least <= value <= MAX_NUMBER:
        said = text if len(text) <= 12 else f"{text[:6]}… ({len(text)} digits)"
        raise ConfigError(f"{what} must be between {least} and {MAX_NUMBER}, not {said}")
    return value


def _read_conv(match: re.Match[str]) -> Token:
    kernel = _number(match["kernel"] or "3", "the kernel size")
    dilation = _number(match["dilation"] or "1", "the dilation")
    if kernel % 2 == 0:
        raise ConfigError(
            f"kernel size {kernel} is even, and no padding keeps the map's size then; "
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
            f"which PyTorch refuses; at most p{kernel // 2}"
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
    """Whether it is True or False, be it Python's, NumPy's or PyTorch's."""
    return isinstance(value, bool) or str(getattr(value, "dtype", "")).endswith("bool")


def integer(value: object) -> int | None:
    """An integer, be it NumPy's or PyTorch's, as Python's own; None for all else."""
    # NumPy before 2 and PyTorch let their truth values pass for indices.
    if is_truth(value):
        return None
    try:
        return index(value)  # type: ignore[arg-type]
    except TypeError:
        return None


def whole(value: object, what: str) -> int:
    """Check a positive whole number; integers of NumPy and the like are as good as Python's.

    Raises:
        ConfigError: ``value`` is no integer, or out of range.
    """
    number = integer(value)
    if number is None or not 1 <= number <= MAX_NUMBER:
        huge = number is not None and abs(number) >= 10**12
        said = "a huge number" if huge else shown(value)
        raise ConfigError(f"{what} must be a whole number from 1 to {MAX_NUMBER}, not {said}")
    return number


def entries_of(value: object) -> Iterator[Any] | None:
    """What is in a list, a tuple, an array or an iterator; None for text, sets, dicts and all else.

    A set has no order, and a dict has several things in it.
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
    """Read one token, in any case: ``64``, ``M``, ``conv1-256``, ``maxpool3s1p1``.

    Raises:
        ConfigError: the text is no token, or a number in it makes no sense. The message
            does not know where the token stands; ``parser.parse_cfg`` adds that.
    """
    if text.isdecimal() and text.isascii() and len(text) <= 6 and text.strip("0"):
        # What most tokens are; matching patterns, and compiling them, can wait.
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
    raise ConfigError("not a token; a token is " + "; ".join(form.example for form in GRAMMAR))
