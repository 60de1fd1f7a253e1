"""What each everyday command may import: our own modules, and little that Typer has not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from vgginspect import build

LIST_MODULES = "print(*sys.modules, sep='\\n', file=sys.stderr)"
RUN = f"import sys\nfrom vgginspect.cli import main\ntry: main()\nfinally: {LIST_MODULES}"
HELLO = f"""
import sys, typer
def main() -> None: pass
try: typer.run(main)
finally: {LIST_MODULES}
"""
#: Ours alone, part of the interpreter itself: garbage collection is put off while starting and
#: ending, and a crash of compiled code is reported.
ALWAYS = {"atexit", "faulthandler", "gc"}


def modules(program: str, *args: str) -> set[str]:
    # Measuring coverage in the new process would import much of the standard library there.
    unmeasured = {key: value for key, value in os.environ.items() if "COVERAGE" not in key}
    done = subprocess.run(
        [sys.executable, "-c", program, *args],
        capture_output=True,
        text=True,
        check=True,
        env=unmeasured,
    )
    return set(done.stderr.splitlines())


@pytest.fixture(scope="module")
def hello() -> set[str]:
    return modules(HELLO)


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one network in files of several formats."""
    folder = tmp_path_factory.mktemp("checkpoints")
    model = build("8,M,16", num_classes=3, avgpool=1, hidden=())
    torch.save(model.state_dict(), folder / "a.pth")
    torch.save(model.state_dict(), folder / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(model, folder / "whole.pth")
    save_file(model.state_dict(), folder / "a.safetensors")
    return folder


JSON = {"json", "json.decoder", "json.encoder", "json.scanner", "_json"}
CSV = {"csv", "_csv"}
TABLE = {"unicodedata"}


@pytest.mark.parametrize(
    ("args", "allowed"),
    [
        (["summary", "D"], TABLE),
        (["trace", "A", "--batch-norm"], TABLE),
        (["configs"], TABLE),
        (["layer", "D", "fc6"], TABLE),
        (["compare", "D", "E"], TABLE),
        (["summary", "D", "--explain"], TABLE),
        (["summary", "D", "--format", "json"], JSON),
        (["trace", "A", "--format", "jsonl"], JSON),
        (["summary", "D", "--get", "totals.params"], JSON),
        (["summary", "D", "--format", "csv"], CSV),
        (["summary", "D", "--format", "markdown"], set()),
        (["summary", "D", "--format", "latex"], set()),
        (["identify", "{folder}/a.pth"], TABLE),
        (["identify", "{folder}/legacy.pth", "--format", "csv"], CSV),
        (["identify", "{folder}/whole.pth", "--summary"], TABLE),
        (["identify", "{folder}/a.safetensors"], TABLE | JSON),
        (["summary", "{folder}/a.pth"], TABLE),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "allowed",
)
def test_a_command_imports_little_beyond_the_smallest_typer_application(
    args: list[str], allowed: set[str], hello: set[str], checkpoints: Path
) -> None:
    imported = modules(RUN, *(arg.format(folder=checkpoints) for arg in args))
    beyond = {name for name in imported - hello if not name.startswith("vgginspect")}
    assert beyond <= allowed | ALWAYS


@pytest.mark.parametrize(
    ("args", "most"),
    [
        (["code", "A"], 33),
        (["configs"], 38),
        (["summary", "D", "--format", "json"], 39),
        (["summary", "D", "--get", "totals.params"], 39),
        (["summary", "D"], 43),
        (["trace", "A"], 44),
        (["draw", "A", "-o", "{folder}/a.svg"], 47),
        (["compare", "A", "B"], 43),
        (["layer", "D", "conv4_2"], 48),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_command_loads_few_modules_of_ours(args: list[str], most: int, tmp_path: Path) -> None:
    args = [arg.format(folder=tmp_path) for arg in args]
    own = {name for name in modules(RUN, *args) if name.startswith("vgginspect")}
    assert len(own) <= most, sorted(own)


@pytest.mark.parametrize("absent", ["torch", "numpy", "rich", "dataclasses", "difflib"])
def test_importing_the_package_imports_nothing(absent: str) -> None:
    imported = modules(f"import sys, vgginspect\nvgginspect.plan('D').totals\n{LIST_MODULES}")
    assert absent not in imported


def test_the_json_path_leaves_out_what_only_tables_need() -> None:
    imported = modules(RUN, "summary", "D", "--format", "json")
    assert not imported & {
        "vgginspect.render.layout",
        "vgginspect.render.text",
        "vgginspect.render.terminal",
        "vgginspect.text.suggest",
        "vgginspect.cli.files",
    }
