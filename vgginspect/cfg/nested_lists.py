"""Lists inside a cfg list: what is wrong with them, and which list was meant."""

from collections.abc import Iterable, Sequence
from typing import TypeGuard

from vgginspect.cfg.paper import PAPER
from vgginspect.cfg.parser import MAX_NAME, paper_tokens, tokens_of_entry
from vgginspect.cfg.tokens import MAX_POOL, Token
from vgginspect.errors import ConfigError
from vgginspect.text.printable import printable

#: The longest list that is written out in a message.
_LONGEST = 4000
#: A longer tuple is no arguments of a layer.
_MOST = 8


def is_inner(entry: object) -> TypeGuard[Sequence[object]]:
    """Whether an entry is a list inside the list; a Token is a tuple, but an entry."""
    return isinstance(entry, (list, tuple)) and not isinstance(entry, Token)


def nested_message(entries: Iterable[object], suffix: str = "") -> str:
    """What is wrong with a list of lists, and which list was meant; ``suffix`` are its options."""
    entries = list(entries)
    arguments = next(filter(None, map(_arguments, entries)), None)
    if arguments:
        return (
            f"{printable(arguments)} is not a token; the arguments of a layer are part of its "
            "token, as in conv3-64s2p1"
        )
    what = "a cfg list has no lists inside it"
    try:
        stages = [_tokens(entry) for entry in entries]
    except ConfigError:
        return f"{what}; write one list"
    tokens = [token for stage in stages for token in stage]
    silent = all(map(is_inner, entries)) and not any("pool" in token.kind for token in tokens)
    if silent:
        what = "a list for each stage says nothing of the pools"
        # The pool after the last stage comes last.
        tokens = [token for stage in stages for token in (*stage, MAX_POOL)]
    text = ",".join(token.text for token in tokens)
    if len(text) > _LONGEST or not any(token.kind == "conv" for token in tokens):
        return f"{what}; write one list"
    letter = next((name for name in PAPER if paper_tokens(name) == tuple(tokens)), "")
    known = f"\nThis is {letter} of the paper." if letter else ""
    if not silent:
        return f"{what}; in one list it is\n  {text}{suffix}{known}"
    between = text.removesuffix(",M")
    return (
        f"{what}; with a max pool between the stages it is\n  {between}{suffix}\n"
        f"and with one after the last stage, too\n  {text}{suffix}{known}"
    )


def _tokens(entry: object) -> list[Token]:
    """The tokens of an entry and of all lists inside it."""
    left = [entry]
    tokens: list[Token] = []
    for _ in range(_LONGEST):
        if not left:
            return tokens
        each = left.pop()
        if is_inner(each):
            left += each[_LONGEST::-1]
        elif isinstance(each, Token):
            tokens.append(each)
        else:
            tokens += tokens_of_entry(str(each)[:MAX_NAME])
    raise ConfigError("too long")


def _arguments(entry: object) -> str:
    """``(64, 3, 1)``: different numbers in a tuple are arguments of one layer, not a stage."""
    if not isinstance(entry, tuple) or isinstance(entry, Token):
        return ""
    numbers = [part.value if isinstance(part, Token) else part for part in entry[:_MOST]]
    whole = all(isinstance(number, int) for number in numbers)
    return repr(tuple(numbers)) if whole and len(set(numbers)) > 1 else ""
