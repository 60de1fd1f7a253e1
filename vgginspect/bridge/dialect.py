"""A cfg list in a dialect of its own: entries that reach a builder as they were written.

Our grammar reads an entry where it can, for the names and figures; what the builder gets is
the entry itself, be it ``'m'``, ``'64'``, ``(64, 2)`` or ``None``.
"""

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import Any

from vgginspect.config import Config, config_from_text, config_from_tokens
from vgginspect.errors import ConfigError
from vgginspect.parse import MAX_TOKENS, parse_cfg, printable
from vgginspect.tokens import Token, parse_token

_LABEL = re.compile(r"""\s*(?:[A-Za-z_]\w*\s*=|(['"]).*?\1\s*:)\s*(?=[\[(])""")
_ENTRY = re.compile(r"""(['"])(.*?)\1|[^\s,]+""")


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
    text, suffix = _split(text)
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
    closing = max(text.rfind("]"), text.rfind(")"), text.rfind("'"), text.rfind('"'))
    at = text.find("+", closing + 1)
    return (text, "") if at < 0 else (text[:at], text[at:])


def _is_name(text: str) -> bool:
    word = text.strip()
    if any(char in word for char in ",[(\n'\"") or not word:
        return False
    try:
        return len(config_from_text(word).tokens) > 1 and len(parse_or_none(word)) < 2
    except ConfigError:
        return False


def parse_or_none(text: str) -> tuple[Token, ...]:
    """The tokens of a cfg list, or none where it is none."""
    try:
        return parse_cfg(text)
    except ConfigError:
        return ()


def _entries(text: str) -> list[object]:
    label = _LABEL.match(text)
    inner = text[label.end() :] if label else text
    inner = inner.strip().rstrip(",;")
    if inner[:1] in ("[", "("):
        try:
            value = literal_eval(inner)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            inner = inner[1:].rstrip().removesuffix("]").removesuffix(")")
        else:
            return _checked(list(value) if isinstance(value, (list, tuple)) else [value])
    return _checked([_word(match) for match in _ENTRY.finditer(inner)])


def _word(match: re.Match[str]) -> object:
    if match[1]:
        return match[2]
    word = match[0]
    return int(word) if re.fullmatch(r"-?[0-9]{1,12}", word) else word


def _checked(entries: list[object]) -> list[object]:
    if not entries:
        raise ConfigError("the cfg list is empty")
    if len(entries) > MAX_TOKENS:
        raise ConfigError(f"the cfg list has more than {MAX_TOKENS:,} tokens")
    return entries
