"""A cfg list in a dialect of its own: entries that reach a builder as they were written.

Our grammar reads an entry where it can, for the names and figures; what the builder gets is
the entry itself, be it ``'m'``, ``'64'``, ``(64, 2)`` or ``None``. What stands around and between
the entries is the same in every dialect, and is read as ``parse`` reads it.
"""

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import Any

from vgginspect.cfg.config import Config, config_from_text, config_from_tokens
from vgginspect.cfg.parser import (
    ITEM,
    MAX_TOKENS,
    list_bounds,
    parse_cfg,
    plain,
    without_comments,
)
from vgginspect.cfg.tokens import Token, parse_token
from vgginspect.errors import ConfigError
from vgginspect.text.printable import printable

#: What may stand behind each ``+`` at the end of a CONFIG; an entry may have a ``+`` in it too.
_OPTION = re.compile(r"""\s*[A-Za-z][\w-]*\s*(?:=[^'"]*)?""")


class Foreign(Token):
    """An entry that our grammar has no token for."""

    entry: object

    def __new__(cls, entry: object) -> "Foreign":
        """Keep the entry; as a token it is of the kind ``foreign``."""
        made = super().__new__(cls, "foreign")
        made.entry = entry
        return made

    @property
    def text(self) -> str:
        """The entry in writing."""
        return printable(self.entry if isinstance(self.entry, str) else repr(self.entry))

    @property
    def value(self) -> int | str:
        """The entry as JSON holds it: a number, or a string."""
        if isinstance(self.entry, int) and not isinstance(self.entry, bool):
            return self.entry
        return self.entry if isinstance(self.entry, str) else repr(self.entry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Foreign) and repr(self.entry) == repr(other.entry)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(repr(self.entry))

    def __repr__(self) -> str:
        return f"Foreign({self.entry!r})"


def read(text: str, options: Mapping[str, Any] | None = None) -> tuple[Config, list[object]]:
    """Read a CONFIG for a builder.

    Args:
        text: as for ``config_from_text``, in any dialect.
        options: options of the model on top, by the fields of Config.

    Returns:
        The Config, with a ``Foreign`` token for each entry our grammar does not read, and the
        entries as they were written.

    Raises:
        ConfigError: there is no entry, or an option makes no sense.
    """
    text, suffix = _split(without_comments(text))
    if _is_name(text):
        config = config_from_text(text + suffix)
        entries: list[object] = [token.value for token in config.tokens]
    else:
        entries = _entries(text)
        tokens = tuple(token_of(entry) for entry in entries)
        base = config_from_text("A" + suffix)
        config = base._replace(tokens=tokens, name=config_from_tokens(tokens).name)
    given = {name: value for name, value in (options or {}).items() if value is not None}
    return (config.with_options(**given) if given else config), entries


def token_of(entry: object) -> Token:
    """The token of an entry: ours where it writes as the very same entry, else ``Foreign``."""
    if isinstance(entry, (int, str)) and not isinstance(entry, bool):
        try:
            token = parse_token(str(entry))
        except ConfigError:
            return Foreign(entry)
        if token.value == entry and type(token.value) is type(entry):
            return token
    return Foreign(entry)


def _split(text: str) -> tuple[str, str]:
    """Part a CONFIG from the ``+option`` behind it."""
    parts = text.split("+")
    end = len(parts)
    while end > 1 and _OPTION.fullmatch(parts[end - 1]):
        end -= 1
    return "+".join(parts[:end]), "".join(f"+{part}" for part in parts[end:])


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
