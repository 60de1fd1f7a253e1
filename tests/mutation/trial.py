"""A trial: some tests run on a copy of the project in which one module is changed.

Python, PyTorch and pytest are loaded once; each trial is a fork of that process, which saves most
of its time.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

#: Memory a trial may ask for before it counts as noticed: a mutant may loop, filling a list.
MEMORY = 3 << 30
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

    def limit(self, tests: Sequence[str]) -> float:
        """Seconds of the processor that a trial of these tests may take: thrice their need, and 2.

        Raises:
            RuntimeError: The tests fail as it is.
        """
        if not self.passed(tests, 3600, modules=self.folder / "modules"):
            raise RuntimeError(f"{' '.join(tests)} fail unchanged:\n{self.log.read_text()[-4000:]}")
        self._preload((self.folder / "modules").read_text().split())
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.passed(tests, 3600)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return 3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) + 2

    def _preload(self, modules: Sequence[str]) -> None:
        """Load here what a trial had to load, but for the project itself."""
        for name in modules:
            if name not in sys.modules:
                with contextlib.suppress(Exception):
                    importlib.import_module(name)
        # What is here now is none of a trial's garbage.
        gc.collect()
        gc.freeze()

    def passed(self, tests: Sequence[str], cpu_seconds: float, modules: Path | None = None) -> bool:
        """Whether all tests pass, within so much time of the processor."""
        child = os.fork()
        if not child:
            _run(tests, cpu_seconds, self.log, self.noticed, self.folder / "failed", modules)
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
        failed = self.folder / "failed"
        if status and failed.exists():
            name = failed.read_text(encoding="utf-8")
            self.noticed = [*(test for test in self.noticed if test != name), name][-50:]
            failed.unlink()
        return status == 0


class LikelyFirst:
    """A plugin of pytest: tests that noticed the mutants before come first; notes which fails."""

    def __init__(self, likely: Sequence[str], failed: Path) -> None:
        self._rank = {name: number for number, name in enumerate(reversed(likely))}
        self._failed = failed

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort the tests, all others in their order behind the likely ones."""
        items.sort(key=lambda item: self._rank.get(item.nodeid, len(self._rank)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the test that failed."""
        if report.failed:
            self._failed.write_text(report.nodeid, encoding="utf-8")


def _run(
    tests: Sequence[str],
    cpu_seconds: float,
    log: Path,
    likely: Sequence[str],
    failed: Path,
    modules: Path | None,
) -> None:
    status = 1
    try:
        os.setsid()
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        seconds = int(cpu_seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        status = int(pytest.main([*PYTEST, *tests], [LikelyFirst(likely, failed)]))
        if modules:
            modules.write_text("\n".join(_installed()), encoding="utf-8")
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
