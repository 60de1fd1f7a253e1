"""Parse a cfg list in any accepted notation; errors mark the position."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from vgginspect.cfg.paper import NAMES, PAPER, name_key
from vgginspect.cfg.tokens import MAX_NUMBER, Token, entries_of, integer, parse_token, whole
from vgginspect.errors import ConfigError
from vgginspect.text.printable import printable, shown

#: The longest accepted cfg list; about 10 MB of text.
MAX_TOKENS = 2_000_000

WITH_BATCH_NORM = (
    "batch norm is an option of the whole network, not of a part of its list; "
    "write the name without bn here, and +bn after the list"
)
#: A longer text is no name.
MAX_NAME = 40

EMPTY = "the cfg list is empty; it needs at least one convolution, such as 64"
_NAME = r"[A-Za-z_]\w*\s*(?::[^=\n]*)?="
_LABEL = rf"""\s*(?:{_NAME}|(?:(?:{_NAME})?\s*{{\s*)?(['"]).*?\1\s*:)\s*(?=[\[(])"""
_KEYED = r"""(['"])(?P<name>[^'"\n]{1,40})\1\s*:\s*[\[(]"""
_ASSIGNED = r"(?m)(?:^|,)[ \t]*(?P<name>[A-Za-z_]\w*)\s*(?::[^=\n]*)?=\s*[\[(]"
_COMMENT = r"#[^\n]*"
#: An entry, a comma, or a single quote mark; group 2 is the text between quotes.
ITEM = r"""[^\s,'"‘’“”]+|,|(['"‘’“”])([^'"‘’“”\n]*)(['"‘’“”])|['"‘’“”]"""
_QUOTES = tuple("'\"‘’“”")
#: Characters that may trail a list.
_AFTER = " \t\r\n,"
_CLOSING = {"[": "]", "(": ")"}
#: Fullwidth forms of ASCII, and other characters that separate entries.
_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | dict.fromkeys(
    map(ord, "、→⇒"), ","
)
_PARTING = r"[-=]>|[|;]"
_WINDOW = 60


def parse_cfg(text: str) -> tuple[Token, ...]:
    """Parse a cfg list: ``64,M,128,M``, ``[64, 'M', 128, 'M']``, ``conv3-64 maxpool``.

    Entries are separated by commas, arrows, ``|``, ``;`` or white space. An entry can be the name
    of a list, as in ``D,conv1-512``; ``A`` and ``C`` are pools. Also accepted, for pasted
    lists: one pair of brackets, quotes around strings, a leading ``name =``, a trailing comma, a
    dict around a single list, and ``#`` comments.

    Raises:
        ConfigError: an invalid entry; the message gives the position of the first one.
    """
    # The common case: entries separated by commas or blanks, in one pair of brackets.
    inside = text.lstrip().rstrip(_AFTER)
    if inside[:1] + inside[-1:] in ("[]", "()"):
        inside = inside[1:-1].rstrip().removesuffix(",")
    entries = inside.split("," if "," in inside else None, MAX_TOKENS - 1)
    try:
        tokens = tuple(map(_quoted_or_not, entries))
    except ConfigError:
        tokens = ()
    return tokens or _entry_by_entry(text)


@lru_cache(maxsize=65536)
def _quoted_or_not(entry: str) -> Token:
    """Parse one entry, with surrounding blanks and optional quotes."""
    word = entry.strip()
    word = word[1:-1] if word[:1] in ("'", '"') and word[-1] == word[0] else word
    if _named_list(word):
        raise ConfigError("several tokens")
    return parse_token(word)


def _entry_by_entry(text: str) -> tuple[Token, ...]:
    """Parse a list entry by entry, in any accepted notation, keeping track of the position."""
    if "\0" in text:
        raise ConfigError("the cfg list is binary data, not text")
    written, text = text, plain(without_comments(text))
    start, end = _inside_brackets(text, written)
    tokens: list[Token] = []
    previous = ","
    items = re.compile(ITEM)
    for match in items.finditer(text, start, end):
        entry = match[0]
        if entry == ",":
            if previous == ",":
                raise error_at(written, match.start(), 1, None, "an entry is missing here")
            previous = entry
            continue
        if match[1]:
            entry = match[2].strip()
        try:
            tokens += tokens_of_entry(entry)
        except ConfigError as error:
            length = match.end() - match.start()
            # Names are several tokens, but one entry.
            position = sum(item[0] != "," for item in items.finditer(text, start, match.end()))
            what = "this quote is not closed" if entry in _QUOTES else str(error)
            instead = _whole_hint(text, previous.strip(","), match.start(), end)
            if instead:
                what = f"not a token; {instead}"
            raise error_at(written, match.start(), length, position, what) from None
        if len(tokens) > MAX_TOKENS:
            raise too_many()
        previous = entry
    if not tokens:
        raise ConfigError(EMPTY)
    return tuple(tokens)


def _whole_hint(text: str, before: str, start: int, end: int) -> str:
    """A hint for a layer that blanks or commas in brackets separate; ``before`` is an entry."""
    from vgginspect.cfg.hints import layer_hint, spaced_hint

    following = text[start : min(end, start + 80)]
    words = following.partition(",")[0].split()
    return (
        layer_hint(following[: following.find(")") + 1], parse_token)
        or spaced_hint([before, *words], parse_token)
        or spaced_hint(words, parse_token)
    )


@lru_cache(maxsize=65536)
def tokens_of_entry(entry: str) -> tuple[Token, ...]:
    """The token of an entry, or all tokens of a named list.

    Raises:
        ConfigError: neither a token nor a name, or a name with batch norm.
    """
    named = _named_list(entry)
    if named is None:
        return (parse_token(entry),)
    letter, batch_norm = named
    if batch_norm:
        raise ConfigError(WITH_BATCH_NORM)
    return paper_tokens(letter)


def _named_list(entry: str) -> tuple[str, bool] | None:
    """What ``NAMES`` has for an entry; nothing for ``A`` and ``C``, which are pools in a list."""
    if not entry[:1].isalpha() or len(entry) >= MAX_NAME:
        return None
    key = name_key(entry)
    return None if key in ("a", "c") else NAMES.get(key)


@cache
def paper_tokens(letter: str) -> tuple[Token, ...]:
    """The tokens of one of the paper's lists."""
    return tuple(map(parse_token, PAPER[letter].split()))


def too_many() -> ConfigError:
    """The error of a list that is too long."""
    return ConfigError(f"the cfg list has more than {MAX_TOKENS:,} tokens")


def without_comments(text: str) -> str:
    """Replace ``#`` comments by spaces, so that all positions stay the same."""
    if "#" not in text:
        return text
    return re.sub(_COMMENT, lambda match: " " * len(match[0]), text)


def plain(text: str) -> str:
    """Replace separators by commas and fullwidth characters by ASCII; positions stay the same."""
    if not text.isascii():
        text = text.translate(_WIDE)
    if ">" in text or "|" in text or ";" in text:
        text = re.sub(_PARTING, lambda match: ",".ljust(len(match[0])), text)
    return text


def tokens_from(cfg: object) -> tuple[Token, ...]:
    """Parse a cfg list: text, or a Python sequence of numbers, strings and Tokens.

    Raises:
        ConfigError: not a list, or an entry is not a token; the message gives its position, from 1.
    """
    if isinstance(cfg, str):
        return parse_cfg(cfg)
    if isinstance(cfg, Mapping):
        raise ConfigError(
            "a cfg must be a list, not a dict; pass one of its values, such as cfgs['A']"
        )
    entries = entries_of(cfg)
    if entries is None:
        raise ConfigError(f"a cfg must be a name, a cfg list or a Config, not {shown(cfg)}")
    tokens: list[Token] = []
    for position, entry in enumerate(entries, 1):
        try:
            if isinstance(entry, str):
                tokens += tokens_of_entry(entry)
            else:
                tokens.append(_from_entry(entry))
        except ConfigError as error:
            raise ConfigError(f"entry {position}, {shown(entry)}: {error}") from None
    if not tokens:
        raise ConfigError(EMPTY)
    return tuple(tokens)


def _from_entry(entry: object) -> Token:
    if isinstance(entry, Token):
        token = parse_token(entry.text)
        if token != entry:
            raise ConfigError(f"not a token; {token} is {token!r}")
        return token
    number = integer(entry)
    if number is None:
        raise ConfigError("must be a whole number or a string")
    if abs(number) > MAX_NUMBER:
        number = whole(number, "the number of channels")
    return parse_token(str(number))


def _inside_brackets(text: str, written: str) -> tuple[int, int]:
    """Find the list after an optional label, without its brackets; errors quote ``written``."""
    start, end = list_bounds(text)
    if start < end and text[start] in _CLOSING:
        closing = _CLOSING[text[start]]
        if text[end - 1] != closing or end - start < 2:
            after = text.find(closing, start) + 1
            if after:
                length = end - after
                raise error_at(written, after, length, None, "unexpected text after the list")
            raise error_at(written, start, 1, None, f"this bracket is not closed with {closing!r}")
        start, end = start + 1, end - 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start and text[end - 1] == ",":
            end -= 1
    return start, end


def list_bounds(text: str) -> tuple[int, int]:
    """Find the list after a label such as ``cfg =`` or ``{'A':``, without trailing characters.

    Raises:
        ConfigError: there are several named lists.
    """
    label = re.match(_LABEL, text)
    start = label.end() if label else 0
    start = len(text) - len(text[start:].lstrip())
    after = _AFTER
    if label and label[1]:
        _refuse_many(_KEYED, text)
        after += "}"
    elif label:
        _refuse_many(_ASSIGNED, text)
    return start, max(start, len(text.rstrip(after)))


def _refuse_many(pattern: str, text: str) -> None:
    """Raise an error for several named lists, since it is unclear which one is meant."""
    names = [match["name"] for match in re.finditer(pattern, text)]
    if len(names) > 1:
        listed = printable(", ".join(names[:8])) + (", …" if len(names) > 8 else "")
        raise ConfigError(f"{len(names)} cfg lists found: {listed}; give only one")


def error_at(text: str, at: int, length: int, position: int | None, what: str) -> ConfigError:
    """An error that marks ``length`` characters of a text; ``position`` counts entries from 1."""
    from vgginspect.text.width import cell_width

    line_start = text.rfind("\n", 0, at) + 1
    line_end = text.find("\n", at)
    line = text[line_start : len(text) if line_end < 0 else line_end].rstrip("\r")
    column = at - line_start
    entry = printable(text[at : at + min(length, _WINDOW)])
    if length > _WINDOW:
        entry += "…"
    where = f"token {position}, {entry!s}: " if position else ""
    if "\n" in text.rstrip():
        where = f"line {text.count(chr(10), 0, at) + 1}, {where}"
    first = max(0, column - _WINDOW // 2)
    part = line[first : first + _WINDOW + 20]
    before, after = printable(part[: column - first]), printable(part[column - first :])
    lead = "…" if first else ""
    tail = "…" if first + _WINDOW + 20 < len(line) else ""
    pointed = printable(part[column - first : column - first + length])
    caret = " " * cell_width(lead + before) + "^" * max(1, cell_width(pointed))
    return ConfigError(f"{where}{what}\n  {lead}{before}{after}{tail}\n  {caret}")
