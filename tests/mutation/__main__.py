"""Mutation testing of the core: ``python -m tests.mutation [MODULE …]`` (needs cosmic-ray).

Each module is changed in one small place at a time; the tests of that module, and where those pass
the tests of what is made from it, must fail. A mutant that they let live is named, unless it is
listed in ``tests/mutation/equivalent.txt`` with the reason why no test could notice. Ends with 1
if any is left, or if a listed one is noticed after all or is no longer to be found.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from tests.mutation.core import CORE, FURTHER, own_tests
from tests.mutation.equivalent import LIST, Key, equivalents, paragraph
from tests.mutation.mutants import mutants
from tests.mutation.trial import Trials

PROJECT = Path(__file__).parents[2]


class Score(NamedTuple):
    """What became of a module's mutants: how many were tried, how many noticed, and the rest."""

    module: str
    tried: int
    noticed: int
    equivalent: int
    left: int

    def row(self) -> str:
        """A line of the table: the score counts those that a test could notice."""
        judged = self.tried - self.equivalent
        score = 100 * self.noticed / judged if judged else 100
        return " | ".join(
            (
                f"| `{self.module}`",
                *map(str, (self.tried, self.noticed, self.equivalent, self.left)),
                f"{score:.1f} % |",
            )
        )


def main() -> int:
    """Try every mutant of the modules asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("module", nargs="*", help="such as vgginspect/layers.py; else all")
    parser.add_argument("--own", action="store_true", help="ask each module's own tests alone")
    parser.add_argument("--log", type=Path, help="write what became of each mutant, as JSON lines")
    parser.add_argument("--again", type=Path, help="only what was left in the log of an older run")
    chosen = parser.parse_args()
    unknown = [module for module in chosen.module if module not in CORE]
    if unknown:
        parser.error(f"{unknown[0]} is not in the core: {' '.join(CORE)}")
    again = _left(chosen.again) if chosen.again else None
    log = chosen.log.open("w", encoding="utf-8") if chosen.log else None
    listed = equivalents(LIST.read_text(encoding="utf-8"))
    started = time.monotonic()
    scores, met, problems = [], set(), []
    with tempfile.TemporaryDirectory() as folder:
        trials = Trials(PROJECT, Path(folder))
        modules = chosen.module or CORE
        for module in modules:
            source = (PROJECT / module).read_text(encoding="utf-8")
            stages = [[own_tests(module)], *([] if chosen.own else [list(FURTHER)])]
            limits: dict[int, float] = {}
            tried = noticed = equivalent = left = 0
            for mutant in mutants(module, source):
                if again is not None and mutant.key not in again:
                    continue
                fate = _fate(trials, module, source, mutant.source, stages, limits)
                known = mutant.key in listed
                met.add(mutant.key)
                tried += 1
                noticed += fate != "lives"
                equivalent += known and fate == "lives"
                left += not known and fate == "lives"
                if log:
                    record = {"key": mutant.key, "line": mutant.line, "fate": fate}
                    print(json.dumps(record, ensure_ascii=False), file=log, flush=True)
                if known and fate != "lives":
                    problems.append(f"Listed, but {fate}:\n" + paragraph(mutant.key, ""))
                if not known and fate == "lives":
                    problems.append(f"Line {mutant.line} lives:\n" + paragraph(mutant.key, ""))
            scores.append(Score(module, tried, noticed, equivalent, left))
            print(scores[-1].row(), f"{time.monotonic() - started:.0f} s", flush=True)
    if again is None:
        problems += [
            "Listed, but no such mutant is made:\n" + paragraph(key, reason)
            for key, reason in listed.items()
            if key[0] in modules and key not in met
        ]
    print("\n" + "\n".join(problems))
    _table(scores, time.monotonic() - started)
    return int(bool(problems))


def _fate(
    trials: Trials,
    module: str,
    source: str,
    mutated: str,
    stages: list[list[str]],
    limits: dict[int, float],
) -> str:
    """Who notices: ``own tests``, ``further tests``, or nobody (``lives``)."""
    for number, tests in enumerate(stages):
        if number not in limits:
            trials.write(module, source)
            limits[number] = trials.limit(tests)
        trials.write(module, mutated)
        if not trials.passed(tests, limits[number]):
            return ("own tests", "further tests")[number]
    trials.write(module, source)
    return "lives"


def _left(log: Path) -> set[Key]:
    records = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    return {tuple(record["key"]) for record in records if record["fate"] == "lives"}


def _table(scores: list[Score], seconds: float) -> None:
    total = Score("all", *(sum(column) for column in list(zip(*scores, strict=True))[1:]))
    versions = ", ".join(f"{name} {version(name)}" for name in ("cosmic-ray", "pytest", "torch"))
    print(f"{versions}, Python {platform.python_version()}; {seconds / 60:.0f} minutes\n")
    print("| module | mutants | noticed | equivalent | left | score |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for score in (*scores, total):
        print(score.row())


if __name__ == "__main__":
    sys.exit(main())
