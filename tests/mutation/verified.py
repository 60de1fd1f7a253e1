"""Does ``verify`` alone notice a mutant of what makes the numbers?

    python -m tests.mutation.verified vgginspect/network/rules.py [PART PARTS]

Each mutant gets a fork of a process that has PyTorch loaded and nothing of the project. A mutant
counts as *changed* where it changes the JSON of a walk of A to E, with or without batch norm, or
the constructor arguments of a layer. ``verify`` of the first network it changes must exit with 1.
One that makes a network impossible ends every command with a message, and counts as *refused*.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
from collections import Counter
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from typing import Any

from tests.mutation.mutants import Mutant, mutants

PROJECT = Path(__file__).parents[2]
#: What makes every printed number, shape and constructor argument.
MODULES = tuple(f"vgginspect/network/{name}.py" for name in ("rules", "token_modules", "grow"))
NETWORKS = tuple(letter + norm for letter in ("A", "B", "C", "D", "E") for norm in ("", "+bn"))
#: A mutant may loop for ever.
SECONDS = 60


class _Mutated(SourceFileLoader):
    """Loads one module of the project from other source."""

    def __init__(self, module: str, source: str) -> None:
        self._name = module.removesuffix(".py").replace("/", ".")
        self._source = source
        super().__init__(self._name, str(PROJECT / module))

    def find_spec(self, name: str, *_: Any) -> Any:
        return spec_from_loader(name, self) if name == self._name else None

    def get_code(self, name: str) -> Any:
        return compile(self._source, self.path, "exec")


def printed() -> dict[str, str]:
    """What is printed of each network, and the arguments of its layers; or the error's class."""
    from vgginspect.cfg.config import config_from_text
    from vgginspect.network.grow import grow
    from vgginspect.report.json_document import document

    found = {}
    for text in NETWORKS:
        try:
            plan = grow(config_from_text(text))
            arguments = [(layer.type, layer.rule.kwargs) for layer in plan.layers]
            found[text] = json.dumps([document(plan), arguments], default=repr)
        except Exception as error:
            found[text] = f"error {type(error).__name__}"
    return found


def verdict(right: dict[str, str]) -> str:
    """What becomes of a mutant, in the process that has loaded it."""
    found = printed()
    changed = [text for text in NETWORKS if found[text] != right[text]]
    if not changed:
        return "unchanged"
    from vgginspect.cli import main

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            main(["verify", changed[0]])
        except SystemExit as end:
            code = end.code
        except Exception:
            # Python ends with 1 and a traceback.
            return "noticed"
    if code == 2 and found[changed[0]].startswith("error "):
        return "refused"
    return "noticed" if code == 1 else f"missed (exit {code})"


def trial(mutant: Mutant | None, right: dict[str, str]) -> Any:
    """The verdict on a mutant; without one, what is printed unchanged."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        signal.alarm(SECONDS)
        try:
            if mutant:
                sys.meta_path.insert(0, _Mutated(mutant.module, mutant.source))  # type: ignore[arg-type]
            said = json.dumps(verdict(right) if mutant else printed())
        except BaseException as error:
            said = json.dumps("noticed" if mutant else repr(error))
        with os.fdopen(writer, "w") as stream:
            stream.write(said)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        said = stream.read()
    os.waitpid(child, 0)
    # A mutant that neither ends nor answers is noticed by whoever waits for it.
    return json.loads(said) if said else "noticed"


def run(module: str, part: int = 0, parts: int = 1) -> tuple[Counter[str], list[Mutant]]:
    """The verdicts on every mutant of a module, or on each so-manieth; and those missed."""
    import torch  # noqa: F401
    import typer  # noqa: F401

    source = (PROJECT / module).read_text(encoding="utf-8")
    right = trial(None, {})
    counts: Counter[str] = Counter()
    missed = []
    for number, mutant in enumerate(mutants(module, source)):
        if number % parts == part:
            said = trial(mutant, right)
            counts[said] += 1
            if said.startswith("missed"):
                missed.append(mutant)
    return counts, missed


if __name__ == "__main__":
    module, *numbers = sys.argv[1:]
    counts, missed = run(module, *map(int, numbers))
    json.dump({"counts": counts, "missed": [one.key for one in missed]}, sys.stdout, indent=1)
