"""A CONFIG for a builder: entries that reach it as they were written, and the options given.

The builder gets the entry itself, be it ``'m'``, ``'64'``, ``(64, 2)`` or ``None``. What stands
around and between the entries is the same in every dialect, and is read as ``parser`` reads it.
"""

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import Any, NamedTuple

from vgginspect.cfg.config import CONFIGS, CUSTOM, config_from_text, options_given
from vgginspect.cfg.options import names_channels
from vgginspect.cfg.parser import (
    ITEM,
    MAX_TOKENS,
    list_bounds,
    parse_cfg,
    plain,
    without_comments,
)
from vgginspect.errors import ConfigError

#: What may stand after each ``+`` at the end of a CONFIG; an entry may have a ``+`` in it too.
_OPTION = re.compile(r"""\s*[A-Za-z][\w-]*\s*(?:=[^'"]*)?""")


class BuilderInput(NamedTuple):
    """What a CONFIG gives a builder.

    ``entries`` are those of the list, ``name`` is the letter of the paper's list that they are.
    ``options`` are those that were given and no others, by the fields of Config;
    ``in_channels`` is among them where an input size names the channels. ``size`` is the height
    and width of the input.
    """

    name: str
    entries: list[object]
    options: Mapping[str, Any]
    size: tuple[int, int]


def read(text: str, options: Mapping[str, Any] | None = None) -> BuilderInput:
    """Read a CONFIG for a builder.

    Args:
        text: as for ``config_from_text``, with entries of any kind in the list.
        options: options of the model on top, by the fields of Config; None for one not given.

    Raises:
        ConfigError: there is no entry, or an option makes no sense.
    """
    text, suffixes = _split(without_comments(text))
    given: dict[str, Any] = {}
    if _is_name(text):
        config = config_from_text(text)
        entries: list[object] = [token.value for token in config.tokens]
        if config.batch_norm:
            given["batch_norm"] = True
    else:
        entries = _entries(text)
    given |= options_given(suffixes)
    given |= {name: value for name, value in (options or {}).items() if value is not None}
    config = CONFIGS["A"].with_options(**given)
    asked = {name: getattr(config, name) for name in given if name != "input_shape"}
    channels, height, width = config.input_shape
    if "input_shape" in given and names_channels(given["input_shape"]):
        asked["in_channels"] = channels
    return BuilderInput(_name(entries), entries, asked, (height, width))


def _name(entries: list[object]) -> str:
    """The letter of the paper's list with just these entries."""
    for letter, config in CONFIGS.items():
        if [token.value for token in config.tokens] == entries:
            return letter
    return CUSTOM


def _split(text: str) -> tuple[str, list[str]]:
    """Part a CONFIG from the options after it, each without its ``+``."""
    parts = text.split("+")
    end = len(parts)
    while end > 1 and _OPTION.fullmatch(parts[end - 1]):
        end -= 1
    return "+".join(parts[:end]), parts[end:]


def _is_name(text: str) -> bool:
    """Whether a text is the name of a configuration, or was probably to be one."""
    word = text.strip()
    if any(char in word for char in ",[(\n'\"") or not word:
        return False
    try:
        return len(config_from_text(word).tokens) > 1 and not _is_list(word)
    except ConfigError:
        return re.fullmatch(r"[A-Za-z][\w-]*", word) is not None


def _is_list(text: str) -> bool:
    try:
        return len(parse_cfg(text)) > 1
    except ConfigError:
        return False


def _entries(text: str) -> list[object]:
    # Places are the same in both.
    plain_text = plain(text)
    start, end = list_bounds(plain_text)
    if plain_text[start:end][:1] in ("[", "("):
        try:
            value = literal_eval(text[start:end])
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            closed = plain_text[end - 1] in "])" and end - start > 1
            start, end = start + 1, end - closed
        else:
            return _checked(list(value) if isinstance(value, (list, tuple)) else [value])
    found = re.compile(ITEM).finditer(plain_text, start, end)
    return _checked([_entry(match, text) for match in found if match[0] != ","])


def _entry(match: re.Match[str], written: str) -> object:
    if match[1]:
        return written[match.start(2) : match.end(2)]
    word = match[0]
    return int(word) if re.fullmatch(r"-?[0-9]{1,12}", word) else word


def _checked(entries: list[object]) -> list[object]:
    if not entries:
        raise ConfigError("the cfg list is empty")
    if len(entries) > MAX_TOKENS:
        raise ConfigError(f"the cfg list has more than {MAX_TOKENS:,} tokens")
    return entries
