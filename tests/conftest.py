"""How hypothesis runs (``--hypothesis-profile=long`` is for a long search), and fixtures."""

import io
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings

COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    "print_blob": True,
}
settings.register_profile("usual", max_examples=60, **COMMON)
settings.register_profile("quick", max_examples=15, **COMMON)
settings.register_profile("ci", max_examples=60, derandomize=True, **COMMON)
settings.register_profile("long", max_examples=10_000, **COMMON)
settings.register_profile(
    "mutation",
    max_examples=10,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    **COMMON,
)
settings.load_profile("usual")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background of a script; the processes that tests interrupt would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: Tests that start processes, a browser or long runs in PyTorch; the others are marked ``quick``.
NOT_QUICK = (
    "pytorch/",
    "checkpoint/test_loading_code.py",
    "cli/test_bad_input.py",
    "cli/test_checkpoint_argument.py",
    "cli/test_complete.py",
    "cli/test_output.py",
    "cli/test_screens.py",
    "cli/test_summary.py",
    "cli/test_trace_step.py",
    "cli/test_verify.py",
    "analysis/test_activation.py",
    "analysis/test_source_code.py",
    "drawing/test_browser.py",
    "drawing/test_page.py",
    "drawing/test_raster.py",
    "drawing/test_text_size.py",
    "drawing/test_vector.py",
    "lang/test_rendered.py",
    "test_checkpoint_api.py",
    "test_distribution.py",
    "test_docs.py",
    "test_faults.py",
    "test_import_budget.py",
    "test_init.py",
    "test_reference.py",
)

#: What would change the output of a command, and is therefore taken away.
UNSET = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "VGGINSPECT_LANG", "LC_ALL", "LC_MESSAGES")
GOLDEN = Path(__file__).parent / "golden"


def pytest_configure(config: pytest.Config) -> None:
    """Draw fewer examples if only the quick tests run."""
    if config.getoption("markexpr") == "quick" and not config.getoption(
        "--hypothesis-profile", None
    ):
        settings.load_profile("quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the quick tests: ``pytest -m quick``."""
    tests = Path(__file__).parent
    if gone := [name for name in NOT_QUICK if not (tests / name).exists()]:
        raise pytest.UsageError(f"NOT_QUICK in tests/conftest.py: {gone[0]} is not there")
    for item in items:
        if not item.path.relative_to(tests).as_posix().startswith(NOT_QUICK):
            item.add_marker("quick")


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep coverage, which writes files and handles signals, out of the processes started."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)


class Result(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Runs a command line in this process, into pipes: ``cli("trace", "A", stdin="")``."""
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    from vgginspect.cli import main

    def run(*args: str, stdin: str | bytes = "") -> Result:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        capfd.readouterr()
        try:
            main(list(args))
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        out, err = capfd.readouterr()
        return Result(code, out, err)

    return run


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with a file of tests/golden; VGGINSPECT_UPDATE_GOLDEN=1 writes the file."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("VGGINSPECT_UPDATE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare
