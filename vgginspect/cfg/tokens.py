"""Tokens: the entries of a cfg list, and the grammar to parse and print them.

A new kind of token needs an entry in ``GRAMMAR`` and a layer class in ``network.rules``.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from functools import lru_cache, partial
from operator import index
from typing import Any, NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.shape import Sides, pair, sides, sides_text
from vgginspect.text.printable import printable, shown

#: The largest accepted number of channels or pixels; PyTorch fails far below.
MAX_NUMBER = 2**31 - 1


class Token(NamedTuple):
    """One entry of a cfg list.

    ``kind`` is ``conv``, ``maxpool``, ``avgpool`` or ``lrn``. The other fields are constructor
    arguments of its layer, with PyTorch's names; ``out_channels`` is 0 if the layer keeps the
    number of channels. Sizes are one number, or ``(height, width)`` if the two differ. A Token
    built directly is checked when a Config is made from it: ``text`` must be able to print it.
    """

    kind: str
    out_channels: int = 0
    kernel_size: Sides = 0
    stride: Sides = 1
    padding: Sides = 0
    dilation: Sides = 1
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


def _sides(match: re.Match[str], group: str, usual: str, what: str, least: int = 1) -> Sides:
    """The number or the ``HxW`` of a group of a pattern."""
    height, _, width = (match[group] or usual).lower().partition("x")
    first = _number(height, what, least)
    return sides(first, _number(width, what, least)) if width else first


def same_padding(kernel_size: Sides, dilation: Sides) -> Sides | None:
    """The padding that keeps height and width at stride 1; None if there is none.

    It is d·(k − 1)/2, which must be a whole number.
    """
    if isinstance(kernel_size, int) and isinstance(dilation, int):
        reach = dilation * (kernel_size - 1)
        return None if reach % 2 else reach // 2
    axes = zip(pair(kernel_size), pair(dilation), strict=True)
    height, width = (same_padding(*axis) for axis in axes)
    if height is None or width is None:
        return None
    return sides(height, width)  # type: ignore[arg-type]


def _read_conv(match: re.Match[str]) -> Token:
    kernel = _sides(match, "kernel", "3", "the kernel size")
    channels = _number(match["channels"], "the number of channels")
    stride = _sides(match, "stride", "1", "the stride")
    dilation = _sides(match, "dilation", "1", "the dilation")
    if match["padding"]:
        padding: Sides | None = _sides(match, "padding", "", "the padding", least=0)
    else:
        padding = same_padding(kernel, dilation)
    if padding is None:
        axes = zip(pair(kernel), pair(dilation), strict=True)
        least = sides(*(same_padding(*axis) or 0 for axis in axes))  # type: ignore[arg-type]
        spread = _argument("d", dilation, 1)
        arguments = f"{_argument('s', stride, 1)}p{sides_text(least)}{spread}"
        instead = f"conv{sides_text(kernel)}-{channels}{arguments}"
        raise ConfigError(
            f"kernel size {sides_text(kernel)} is even, so no padding keeps height and width; "
            f"add the padding, as in {instead}"
        )
    return Token("conv", channels, kernel, stride, padding, dilation)


def _argument(letter: str, value: Sides, usual: Sides | None) -> str:
    return f"{letter}{sides_text(value)}" if value != usual else ""


def _write_conv(token: Token) -> str:
    kernel, stride, padding, dilation = token[2:6]
    if (kernel, stride, padding, dilation) == (3, 1, 1, 1):
        return str(token.out_channels)
    return (
        f"conv{sides_text(kernel)}-{token.out_channels}{_argument('s', stride, 1)}"
        f"{_argument('p', padding, same_padding(kernel, dilation))}{_argument('d', dilation, 1)}"
    )


def _read_pool(kind: str, match: re.Match[str]) -> Token:
    if match["short"]:
        return Token(kind, 0, 2, 2, ceil_mode=match["short"] in "Cc")
    kernel = _sides(match, "kernel", "2", "the kernel size")
    stride = _sides(match, "stride", "2", "the stride")
    padding = _sides(match, "padding", "0", "the padding", least=0)
    most = sides(*(side // 2 for side in pair(kernel)))
    if any(side > limit for side, limit in zip(pair(padding), pair(most), strict=True)):
        raise ConfigError(
            f"padding {sides_text(padding)} is more than half of kernel size "
            f"{sides_text(kernel)}, which PyTorch rejects; use at most p{sides_text(most)}"
        )
    return Token(kind, 0, kernel, stride, padding, ceil_mode=bool(match["ceil"]))


def _write_pool(token: Token) -> str:
    kernel, stride, padding = token[2:5]
    if (kernel, stride, padding) == (2, 2, 0):
        short = {("maxpool", False): "M", ("maxpool", True): "C", ("avgpool", False): "A"}
        if (token.kind, token.ceil_mode) in short:
            return short[token.kind, token.ceil_mode]
    size = sides_text(kernel) if kernel != 2 else ""
    arguments = _argument("s", stride, 2) + _argument("p", padding, 0)
    return f"{token.kind}{size}{arguments}{'c' if token.ceil_mode else ''}"


_SIDES = r"\d+(?:x\d+)?"
_STRIDE_PADDING = rf"(?:s(?P<stride>{_SIDES}))?(?:p(?P<padding>{_SIDES}))?"
_POOL = rf"(?P<kernel>{_SIDES})?{_STRIDE_PADDING}(?P<ceil>c)?"

GRAMMAR: tuple[Form, ...] = (
    Form(
        "conv",
        rf"(?:conv(?P<kernel>{_SIDES})-)?(?P<channels>\d+)"
        rf"(?(kernel){_STRIDE_PADDING}(?:d(?P<dilation>{_SIDES}))?|)",
        _read_conv,
        _write_conv,
        "64 or conv1-256 or conv3-512s2p1d2 (convolution)",
    ),
    Form(
        "maxpool",
        rf"(?P<short>[MC])|maxpool{_POOL}",
        partial(_read_pool, "maxpool"),
        _write_pool,
        "M or C or maxpool3s1p1 (max pool)",
    ),
    Form(
        "avgpool",
        rf"(?P<short>A)|avgpool{_POOL}",
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
_DASHES = str.maketrans("‐‑–—−×", "-----x")


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

    instead = hint(plain[:80], parse_token)
    if instead:
        raise ConfigError(f"not a token; {instead}")
    raise ConfigError("not a token; tokens are " + "; ".join(form.example for form in GRAMMAR))
