"""A trial: some tests run on a copy of the project in which one module is changed.

Python, PyTorch and pytest are loaded once; each trial is a fork of that process, which saves most
of its time.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

#: Memory a trial may ask for before it counts as noticed: a mutant may loop, filling a list.
MEMORY = 3 << 30
#: Seconds that a quick test takes at most; slow ones are asked when those let a mutant live.
QUICK = 0.2
#: pytest's exit code where there is no test to run.
NOTHING_TO_RUN = 5
#: How pytest runs: the first failure is enough and need not be explained, every trial draws the
#: same examples, and no plugin is loaded but the one that tests need.
PYTEST = (
    *("-x", "-q", "--tb=no", "--assert=plain", "--hypothesis-profile=mutation"),
    *("-p", "_hypothesis_pytestplugin"),
    *(
        f"-pno:{name}"
        for name in ["cacheprovider", "unraisableexception", "threadexception", "logging"]
    ),
)


class Trials:
    """The copy of the project, and the process that trials are forked from."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        for name in ("vgginspect", "tests", "docs"):
            shutil.copytree(
                project / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(project / name, folder)
        #: Tests that noticed a mutant, the latest last: they are asked first about the next.
        self.noticed: list[str] = []
        #: Test -> seconds.
        self.durations: dict[str, float] = {}
        self.said = folder / "said"
        self._ticks = int(time.time()) - 1_000_000
        os.environ["PYTHONPATH"] = str(folder)
        sys.path.insert(0, str(folder))
        os.chdir(folder)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        import torch  # noqa: F401

    def write(self, module: str, source: str) -> None:
        """Put a module's source in place, never with the time stamp of an earlier one."""
        path = self.folder / module
        path.write_text(source, encoding="utf-8")
        self._ticks += 2
        os.utime(path, (self._ticks, self._ticks))

    def measure(self, tests: Sequence[str]) -> None:
        """Load what these tests load, and note how long each of them takes.

        Raises:
            RuntimeError: The tests fail as it is.
        """
        if not self.passed(tests, 3600):
            raise RuntimeError(f"{' '.join(tests)} fail unchanged:\n{self.log.read_text()[-4000:]}")
        self._preload(self._said()["modules"])
        self.passed(tests, 3600)
        self.durations |= self._said()["durations"]

    def limit(self, tests: Sequence[str], quick: bool | None) -> float:
        """Seconds of the processor that such a trial may take: thrice its need, and 2."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.passed(tests, 3600, quick)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return 3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) + 2

    def _preload(self, modules: Sequence[str]) -> None:
        """Load here what a trial had to load, but for the project itself."""
        for name in modules:
            if name not in sys.modules:
                with contextlib.suppress(Exception):
                    importlib.import_module(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _first_use_of_hypothesis()
        # What is here now is none of a trial's garbage.
        gc.collect()
        gc.freeze()

    def passed(self, tests: Sequence[str], cpu_seconds: float, quick: bool | None = None) -> bool:
        """Whether all tests pass (or the quick ones, or the slow ones), within so much time."""
        self.said.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            chosen = set() if quick is None else self._slow(not quick)
            _run(tests, cpu_seconds, self.log, Order(self.noticed, chosen, self.said))
        patience = time.monotonic() + 60 + 10 * cpu_seconds
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > patience:
                os.killpg(child, signal.SIGKILL)
                _, status = os.waitpid(child, 0)
                break
            time.sleep(0.005)
        if status and self.said.exists():
            name = self._said()["failed"]
            self.noticed = [*(test for test in self.noticed if test != name), name][-50:]
        return status in (0, NOTHING_TO_RUN << 8)

    def _slow(self, quick: bool) -> set[str]:
        """The tests that take long; or, where ``quick``, the others."""
        return {test for test, taken in self.durations.items() if (taken <= QUICK) is quick}

    def _said(self) -> dict[str, Any]:
        return json.loads(self.said.read_text(encoding="utf-8"))


class Order:
    """A plugin of pytest: leaves tests out, puts likely ones first, and says what happened."""

    def __init__(self, likely: Sequence[str], left_out: set[str], said: Path) -> None:
        self._rank = {name: number for number, name in enumerate(reversed(likely))}
        self._left_out = left_out
        self._said = said
        self._durations: dict[str, float] = {}
        self._failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Tests that noticed the mutants before come first, all others in their order."""
        items[:] = [item for item in items if item.nodeid not in self._left_out]
        items.sort(key=lambda item: self._rank.get(item.nodeid, len(self._rank)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how long a test takes, and which one fails."""
        taken = self._durations.get(report.nodeid, 0.0) + report.duration
        self._durations[report.nodeid] = taken
        if report.failed:
            self._failed = report.nodeid

    def pytest_sessionfinish(self) -> None:
        """Write it all down."""
        said = {"failed": self._failed, "durations": self._durations, "modules": _installed()}
        self._said.write_text(json.dumps(said), encoding="utf-8")


@settings(max_examples=5, database=None)
@given(st.text())
def _first_use_of_hypothesis(_: str) -> None:
    """Have hypothesis look through the modules that are loaded, once for all trials."""


def _run(tests: Sequence[str], cpu_seconds: float, log: Path, order: Order) -> None:
    status = 1
    try:
        os.setsid()
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        seconds = int(cpu_seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        status = int(pytest.main([*PYTEST, *tests], [order]))
    finally:
        sys.stdout.flush()
        os._exit(status)


def _installed() -> list[str]:
    """The modules of this process that came from outside the project."""
    return [
        name
        for name, module in sys.modules.items()
        if name.split(".")[0] not in ("vgginspect", "tests", "conftest")
        and not (getattr(module, "__file__", None) or "").startswith(str(Path.cwd()))
        and name == getattr(getattr(module, "__spec__", None), "name", None)
    ]
