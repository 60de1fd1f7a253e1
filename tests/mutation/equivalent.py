"""Mutants that no test can notice, each with the reason: ``equivalent.txt``."""

from __future__ import annotations

from pathlib import Path

#: Paragraphs of four parts: module and definition, ``- `` the line, ``+ `` what became of it, why.
LIST = Path(__file__).with_name("equivalent.txt")

Key = tuple[str, str, str, str]


def equivalents(text: str) -> dict[Key, str]:
    """What names each mutant of the list, and the reason given.

    Raises:
        ValueError: A paragraph lacks a part, or stands there twice.
    """
    found: dict[Key, str] = {}
    for paragraph in text.split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        try:
            (module, *definition), before, after, *reason = lines[0].split(), *lines[1:]
        except ValueError:
            raise ValueError(f"parts are missing:\n{paragraph}") from None
        key = module, "".join(definition), before.removeprefix("- "), after.removeprefix("+ ")
        if before[:2] != "- " or after[:2] != "+ " or not reason or key in found:
            raise ValueError(f"parts are missing, or it stands here twice:\n{paragraph}")
        found[key] = " ".join(" ".join(reason).split())
    return found


def paragraph(key: Key, reason: str) -> str:
    """A mutant as it stands in the list."""
    module, definition, before, after = key
    return f"{' '.join((module, definition)).strip()}\n- {before}\n+ {after}\n{reason}\n"
