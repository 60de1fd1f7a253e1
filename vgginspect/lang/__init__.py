"""Words: every sentence that people read, by key, in one file for each language.

A further language is a module here with the same ``NAME`` and ``MESSAGES``, and its code in
``LANGUAGES``.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from vgginspect.errors import ConfigError

LANGUAGES = ("en", "ko")


class Words:
    """The messages of one language, and its own name for itself."""

    def __init__(self, language: str, messages: Mapping[str, str], name: str = "") -> None:
        self.language = language
        self.name = name
        self._messages = messages

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and (
            (self.language, self._messages) == (other.language, other._messages)
        )

    def __hash__(self) -> int:
        return hash(self.language)

    def __call__(self, key: str, **values: Any) -> str:
        """The message of that key, with its placeholders filled."""
        message = self._messages[key]
        return message.format(**values) if values else message

    def word(self, text: str) -> str:
        """A word that is a value, such as ``yes``; text that is no such word stays as it is."""
        key = f"word_{text}"
        return self(key) if key in self._messages else text

    def plural(self, key: str, count: int, **values: Any) -> str:
        """The message ``key_one`` or ``key_other``, with ``count`` filled in."""
        form = "one" if count == 1 else "other"
        return self(f"{key}_{form}", count=f"{count:,}", **values)

    def extended(self, messages: Mapping[str, str]) -> "Words":
        """The same words with some more, such as titles that only one table has."""
        return Words(self.language, {**self._messages, **messages}, self.name)

    def matching(self, prefix: str) -> dict[str, str]:
        """All messages whose keys begin with ``prefix``, under the rest of their keys."""
        return {
            key.removeprefix(prefix): message
            for key, message in self._messages.items()
            if key.startswith(prefix)
        }


def words(language: str | None = None) -> Words:
    """The words of a language: as asked, else ``VGGINSPECT_LANG``, else the locale's, else English.

    Raises:
        ConfigError: a language there is no file for.
    """
    from importlib import import_module

    asked = language or os.environ.get("VGGINSPECT_LANG") or ""
    code = _language(asked) if asked else _locale_language()
    if code not in LANGUAGES:
        raise ConfigError(
            f"unknown language {asked[:40]!r}; the languages are {', '.join(LANGUAGES)}"
        )
    found = import_module(f"vgginspect.lang.{code}")
    return Words(code, found.MESSAGES, found.NAME)


def _language(locale: str) -> str:
    """The language in the name of a locale: ``ko`` of ``ko_KR.UTF-8`` and of ``ko-KR``."""
    return re.split("[-_.@]", locale, maxsplit=1)[0].lower()


def _locale_language() -> str:
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    code = _language(next(filter(None, names), ""))
    return code if code in LANGUAGES else "en"
