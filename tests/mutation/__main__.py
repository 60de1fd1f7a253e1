"""Mutation testing of the core: ``python -m tests.mutation [MODULE …]`` (needs cosmic-ray).

Each module is changed in one small place at a time; a test of that module must fail, or where none
does, a test of what is made from it. A mutant that they let live is named, unless it is listed in
``tests/mutation/equivalent.txt`` with the reason why no test could notice. Ends with 1 if any is
left, or if a listed one is noticed after all or is no longer to be found.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
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
    parser.add_argument("module", nargs="*", help="such as vgginspect/network/rules.py; else all")
    parser.add_argument("--quick", action="store_true", help="ask a module's own quick tests alone")
    parser.add_argument("--log", type=Path, help="write what became of each mutant, as JSON lines")
    parser.add_argument(
        "--known",
        type=Path,
        action="append",
        default=[],
        metavar="LOG",
        help="take what was noticed in the log of an older run as noticed, and do not try it again",
    )
    chosen = parser.parse_args()
    unknown = [module for module in chosen.module if module not in CORE]
    if unknown:
        parser.error(f"{unknown[0]} is not in the core: {' '.join(CORE)}")
    known = {key: fate for path in chosen.known for key, fate in _noticed(path)}
    log = chosen.log.open("w", encoding="utf-8") if chosen.log else None
    listed = equivalents(LIST.read_text(encoding="utf-8"))
    started = time.monotonic()
    scores, met, problems = [], set(), []
    with tempfile.TemporaryDirectory() as folder:
        trials = Trials(PROJECT, Path(folder))
        modules = chosen.module or CORE
        for module in modules:
            source = (PROJECT / module).read_text(encoding="utf-8")
            own = own_tests(module)
            stages = [Stage("quick tests", own, True), Stage("own tests", own, False)]
            stages = (
                stages[:1] if chosen.quick else [*stages, Stage("further tests", FURTHER, None)]
            )
            limits: dict[str, float] = {}
            tried = noticed = equivalent = left = 0
            for mutant in mutants(module, source):
                excused = mutant.key in listed
                asked = stages[:1] if excused else stages
                fate = known.get(mutant.key) or _fate(
                    trials, module, source, mutant.source, asked, limits
                )
                met.add(mutant.key)
                tried += 1
                noticed += fate != "lives"
                equivalent += excused and fate == "lives"
                left += not excused and fate == "lives"
                if log:
                    record = {"key": mutant.key, "line": mutant.line, "fate": fate}
                    print(json.dumps(record, ensure_ascii=False), file=log, flush=True)
                if excused and fate != "lives":
                    problems.append(f"Listed, but {fate}:\n" + paragraph(mutant.key, ""))
                if not excused and fate == "lives":
                    problems.append(f"Line {mutant.line} lives:\n" + paragraph(mutant.key, ""))
            scores.append(Score(module, tried, noticed, equivalent, left))
            print(scores[-1].row(), f"{time.monotonic() - started:.0f} s", flush=True)
    problems += [
        "Listed, but no such mutant is made:\n" + paragraph(key, reason)
        for key, reason in listed.items()
        if key[0] in modules and key not in met
    ]
    print("\n" + "\n".join(problems))
    _table(scores, time.monotonic() - started)
    return int(bool(problems))


class Stage(NamedTuple):
    """Tests that are asked together: the quick ones, the slow ones, or all."""

    name: str
    tests: tuple[str, ...]
    quick: bool | None


def _fate(
    trials: Trials,
    module: str,
    source: str,
    mutated: str,
    stages: list[Stage],
    limits: dict[str, float],
) -> str:
    """Who notices: the name of a stage, or nobody (``lives``)."""
    for stage in stages:
        if stage.name not in limits:
            trials.write(module, source)
            if stage.quick is not False:
                trials.measure(stage.tests)
            limits[stage.name] = trials.limit(stage.tests, stage.quick)
        trials.write(module, mutated)
        if not trials.passed(stage.tests, limits[stage.name], stage.quick):
            trials.write(module, source)
            return stage.name
    trials.write(module, source)
    return "lives"


def _noticed(log: Path) -> Iterator[tuple[Key, str]]:
    for line in log.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["fate"] != "lives":
            yield tuple(record["key"]), record["fate"]


def _table(scores: list[Score], seconds: float) -> None:
    total = Score("all", *(sum(column) for column in list(zip(*scores, strict=True))[1:]))
    versions = ", ".join(f"{name} {version(name)}" for name in ("cosmic-ray", "pytest", "torch"))
    print(f"{versions}, Python {platform.python_version()}; {seconds / 60:.0f} minutes\n")
    print("| module | mutants | killed | equivalent | survived | score |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for score in (*scores, total):
        print(score.row())


if __name__ == "__main__":
    sys.exit(main())
