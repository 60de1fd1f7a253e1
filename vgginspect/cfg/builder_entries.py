"""A CONFIG for a builder: entries as they were written, and the options given.

The builder gets the entry itself, whether ``'m'``, ``'64'``, ``(64, 2)`` or ``None``; brackets and
separators are those of ``parser``. A name in a list, such as ``vgg16`` in ``vgg16,512``, stands for
its entries, but a single letter such as ``B`` or ``D`` can be the builder's own.
"""

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import Any, NamedTuple

from vgginspect.cfg.config import (
    CONFIGS,
    CUSTOM,
    config_by_name,
    config_from_text,
    options_given,
)
from vgginspect.cfg.options import names_channels
from vgginspect.cfg.paper import NAMES, name_key
from vgginspect.cfg.parser import (
    ITEM,
    MAX_NAME,
    MAX_TOKENS,
    list_bounds,
    plain,
    tokens_of_entry,
    too_many,
    without_comments,
)
from vgginspect.cfg.python_text import read as read_python
from vgginspect.cfg.python_text import split_options
from vgginspect.cfg.tokens import parse_token
from vgginspect.errors import ConfigError


class BuilderInput(NamedTuple):
    """A CONFIG as a builder gets it.

    ``entries`` are those of the list; ``name`` is the paper's letter if they equal one of its
    lists. ``options`` are only those that were given, by the fields of Config, with ``in_channels``
    if an input size names the channels. ``size`` is the height and width of the input.
    """

    name: str
    entries: list[object]
    options: Mapping[str, Any]
    size: tuple[int, int]


def read(text: str, options: Mapping[str, Any] | None = None) -> BuilderInput:
    """Parse a CONFIG for a builder.

    Args:
        text: as for ``config_from_text``, with entries of any kind in the list.
        options: additional model options, by the fields of Config; None means not given.

    Raises:
        ConfigError: there is no entry, or an option is invalid.
    """
    text, suffixes = split_options(without_comments(text))
    given: dict[str, Any] = {}
    if _is_name(text):
        config = config_from_text(text)
        entries: list[object] = [token.value for token in config.tokens]
        if config.batch_norm:
            given["batch_norm"] = True
    else:
        entries, given = _entries(text)
    given |= options_given(suffixes)
    given |= {name: value for name, value in (options or {}).items() if value is not None}
    config = CONFIGS["A"].with_options(**given)
    asked = {name: getattr(config, name) for name in given if name != "input_shape"}
    channels, height, width = config.input_shape
    if "input_shape" in given and names_channels(given["input_shape"]):
        asked["in_channels"] = channels
    return BuilderInput(_name(entries), entries, asked, (height, width))


def _name(entries: list[object]) -> str:
    """The paper's letter if its list has exactly these entries."""
    for letter, config in CONFIGS.items():
        if [token.value for token in config.tokens] == entries:
            return letter
    return CUSTOM


def _is_name(text: str) -> bool:
    """Whether a text is, or looks like, the name of a configuration."""
    word = text.strip()
    if config_by_name(word) is not None:
        # ``A LRN`` are two entries.
        return len(word.split()) < 2 or not all(map(_is_token, word.split()))
    if not re.fullmatch(r"[A-Za-z][\w-]*", word):
        return False
    try:
        config_from_text(word)
    except ConfigError:
        return True
    return False


def _is_token(word: str) -> bool:
    try:
        parse_token(word)
    except ConfigError:
        return False
    return True


def _entries(text: str) -> tuple[list[object], dict[str, Any]]:
    """The entries, and the options that the text implies."""
    # Positions are the same in both texts.
    plain_text = plain(text)
    start, end = list_bounds(plain_text)
    if plain_text[start:end][:1] in ("[", "("):
        try:
            value = literal_eval(text[start:end])
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            pass
        else:
            return _checked(list(value) if isinstance(value, (list, tuple)) else [value]), {}
    python = read_python(text, for_builder=True) if "[" in text or "(" in text else None
    if python is not None:
        return _checked(python.entries), python.options
    if plain_text[start:end][:1] in ("[", "("):
        closed = plain_text[end - 1] in "])" and end - start > 1
        start, end = start + 1, end - closed
    found = re.compile(ITEM).finditer(plain_text, start, end)
    return _checked([_entry(match, text) for match in found if match[0] != ","]), {}


def _entry(match: re.Match[str], written: str) -> object:
    if match[1]:
        return written[match.start(2) : match.end(2)]
    word = match[0]
    return int(word) if re.fullmatch(r"-?[0-9]{1,12}", word) else word


def _checked(entries: list[object]) -> list[object]:
    if not entries:
        raise ConfigError("the cfg list is empty")
    checked: list[object] = []
    for entry in entries:
        if isinstance(entry, str) and _is_long_name(entry):
            checked += (token.value for token in tokens_of_entry(entry))
        else:
            checked.append(entry)
    if len(checked) > MAX_TOKENS:
        raise too_many()
    return checked


def _is_long_name(entry: str) -> bool:
    key = name_key(entry) if len(entry) < MAX_NAME else ""
    return len(key) > 1 and key in NAMES
