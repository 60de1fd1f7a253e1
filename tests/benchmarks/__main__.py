"""Run the benchmark and print it as Markdown: ``python -m tests.benchmarks [--quick] [CASE …]``."""

from __future__ import annotations

import argparse
import inspect
import os
import platform
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.benchmarks.cases import CASES, MEMORY_PEERS, PEERS, clock

PACKAGES = ("torch", "torchvision", "typer", "rich", *dict.fromkeys((*PEERS, *MEMORY_PEERS)))


def main() -> None:
    """Measure the cases asked for, one table each."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("case", nargs="*", choices=[[], *CASES], help="what to measure; else all")
    parser.add_argument("--quick", action="store_true", help="fewer runs, no million tokens")
    chosen = parser.parse_args()
    times = 5 if chosen.quick else 21
    print(_head(times))
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen.case or CASES:
            case = CASES[name]
            print(f"\n## {name}\n\n{inspect.cleandoc(case.__doc__ or '')}\n")
            for number, row in enumerate(case(times, Path(folder))):
                print(f"| {' | '.join(row)} |", flush=True)
                if not number:
                    print(f"|{' --- |' * len(row)}")


def _head(times: int) -> str:
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return (
        f"{clock()}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores; {versions}; medians of {times} runs in turn"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


if __name__ == "__main__":
    main()
