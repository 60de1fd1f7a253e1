"""Whole processes measured from outside: wall time and peak memory, two commands in turn."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple


class Run(NamedTuple):
    """One run of a command: seconds from start to exit, and peak resident MiB."""

    seconds: float
    mebibytes: float


class Pair(NamedTuple):
    """Medians of two commands run in turn, and the medians of their ratios, run by run."""

    first: Run
    second: Run
    time_ratio: float
    memory_ratio: float


def python(*args: str) -> list[str]:
    """A command of the Python at hand."""
    return [sys.executable, *args]


def vgginspect(*args: str) -> list[str]:
    """Our command, as its console script starts it."""
    return python("-c", "from vgginspect.cli import main; main()", *args)


def run(command: list[str], stdin: str | None = None) -> Run:
    """Run a command once, its output thrown away.

    Raises:
        SystemExit: it failed; a benchmark of a failing command means nothing.
    """
    # Bytecode is cached, as in any installation; the variable would measure the compiler.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    with Path(stdin or os.devnull).open("rb") as source:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
        )
        assert process.stderr is not None
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{complaint.decode(errors='replace')}")
    return Run(seconds, usage.ru_maxrss / 1024)


def alternate(first: list[str], second: list[str], times: int) -> Pair:
    """Run two commands in turn, after one run of each that is not counted."""
    run(first), run(second)
    runs = [(run(first), run(second)) for _ in range(times)]
    return Pair(
        Run(median(a.seconds for a, _ in runs), median(a.mebibytes for a, _ in runs)),
        Run(median(b.seconds for _, b in runs), median(b.mebibytes for _, b in runs)),
        median(a.seconds / b.seconds for a, b in runs),
        median(a.mebibytes / b.mebibytes for a, b in runs),
    )


def repeat(command: list[str], times: int, stdin: str | None = None) -> Run:
    """Medians of several runs of one command."""
    runs = [run(command, stdin) for _ in range(times)]
    return Run(median(r.seconds for r in runs), median(r.mebibytes for r in runs))
