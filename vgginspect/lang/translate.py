"""An error message in another language, line by line, by the English templates of its lines.

Errors are raised in English, so that users can search for them. ``lang/CODE_errors.py`` has
``ERRORS``: English template -> template of that language. In the English one, ``{name}`` stands for
any text and is copied, ``{name!t}`` for nothing or for text that has a template itself, and
``{name!m}`` for text that may have one. Of several templates that fit, one that begins with text of
its own counts, and the one with most of it.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from string import Formatter

#: A longer line is not translated: it quotes too much.
_LONGEST = 6000
#: Placeholders that are tried; a text with more ways to fit the templates is not translated.
_TRIES = 2000

#: Literal text, and the name and the conversion of the placeholder after it.
Part = tuple[str, str | None, str | None]


def with_translation(message: str, language: str) -> str:
    """The message with its first line in that language as its second, and the others translated.

    A message whose first line has no translation stays as it is.
    """
    first, *others = message.split("\n")
    said = translated(first, errors_of(language))
    if said is None:
        return message
    return "\n".join((first, f"  {said}", *(_line(line, language) for line in others)))


def _line(line: str, language: str) -> str:
    text = line.lstrip(" ")
    return line[: len(line) - len(text)] + (translated(text, errors_of(language)) or text)


@cache
def errors_of(language: str) -> Mapping[str, str]:
    """The templates of a language, in the order in which they are tried."""
    errors: dict[str, str] = import_module(f"vgginspect.lang.{language}_errors").ERRORS
    return dict(sorted(errors.items(), key=lambda entry: _order(entry[0])))


def _order(template: str) -> tuple[bool, int]:
    literals = [literal for literal, _, _ in _parts(template)]
    return not literals[0], -sum(map(len, literals))


def translated(text: str, errors: Mapping[str, str]) -> str | None:
    """A line, or a part of one, in another language; None if there is no template for it."""
    if len(text) > _LONGEST:
        return None
    known: dict[str, str | None] = {}
    tries = iter(range(_TRIES))

    def translate(text: str) -> str | None:
        if text not in known:
            known[text] = None  # A template that begins and ends with placeholders ends here.
            known[text] = next(_found(text), None) or listed(text)
        return known[text]

    def _found(text: str) -> Iterator[str]:
        for english, other in errors.items():
            parts = _parts(english)
            if all(literal in text for literal, _, _ in parts):
                for values in _values(parts, text, tries):
                    said = {name: say(value, kind) for name, value, kind in values}
                    if None not in said.values():
                        # A question and what follows it.
                        yield other.format(**said).replace("?. ", "? ")

    def say(value: str, kind: str | None) -> str | None:
        if kind is None or (kind == "t" and not value):
            return value
        return translate(value) or (value if kind == "m" else None)

    def listed(text: str) -> str | None:
        pieces = text.split(", ")
        said = [translate(piece) for piece in pieces] if len(pieces) > 1 else [None]
        return None if None in said else ", ".join(map(str, said))

    return translate(text)


@cache
def _parts(template: str) -> tuple[Part, ...]:
    return tuple((text, name, kind) for text, name, _, kind in Formatter().parse(template))


def _values(
    parts: tuple[Part, ...], text: str, tries: Iterator[int]
) -> Iterator[list[tuple[str, str, str | None]]]:
    """Every way in which a text fits a template: name, text and kind of each placeholder.

    There are none once ``tries``, one for each placeholder, are over.
    """
    (literal, name, kind), rest = parts[0], parts[1:]
    if not text.startswith(literal) or next(tries, None) is None:
        return
    text = text[len(literal) :]
    if name is None:
        if not text:
            yield []
        return
    if not rest:
        if text or kind == "t":
            yield [(name, text, kind)]
        return
    following = rest[0][0]
    end = text.find(following, 0 if kind == "t" else 1)
    while end >= 0 and not (name == "number" and set(text[:end]) & set(" :,")):
        for more in _values(rest, text[end:], tries):
            yield [(name, text[:end], kind), *more]
        end = text.find(following, end + 1) if end < len(text) else -1
