"""Lists inside a cfg list: what is wrong with them, and which list was meant."""

from collections.abc import Iterable

from vgginspect.cfg.paper import PAPER
from vgginspect.cfg.parser import paper_tokens, tokens_of_entry
from vgginspect.cfg.tokens import Token
from vgginspect.errors import ConfigError

#: The longest list that is written out in a message.
_LONGEST = 4000


def nested_message(entries: Iterable[object], suffix: str = "") -> str:
    """What is wrong with a list of lists, and which list was meant."""
    entries = list(entries)
    stages = [_flat(entry) for entry in entries]
    silent = all(isinstance(entry, (list, tuple)) for entry in entries) and not any(
        _has_pool(stage) for stage in stages
    )
    what = "a cfg list has no lists inside it"
    if silent:
        what = "a list for each stage says nothing of the pools"
        stages = [[*stage, "M"] for stage in stages]
    try:
        tokens = [token for stage in stages for entry in stage for token in _tokens(entry)]
    except ConfigError:
        return f"{what}; write one list"
    text = ",".join(token.text for token in tokens)
    if not tokens or len(text) > _LONGEST:
        return f"{what}; write one list"
    letter = next((name for name in PAPER if paper_tokens(name) == tuple(tokens)), "")
    known = f"\nThis is {letter} of the paper." if letter else ""
    meant = "with a max pool after each stage it is" if silent else "in one list it is"
    return f"{what}; {meant}\n  {text}{suffix}{known}"


def _flat(entry: object) -> list[object]:
    if isinstance(entry, Token) or not isinstance(entry, (list, tuple)):
        return [entry]
    return [inner for each in entry for inner in _flat(each)]


def _tokens(entry: object) -> tuple[Token, ...]:
    return (entry,) if isinstance(entry, Token) else tokens_of_entry(str(entry))


def _has_pool(entries: list[object]) -> bool:
    try:
        return any(token.kind.endswith("pool") for entry in entries for token in _tokens(entry))
    except ConfigError:
        return False
