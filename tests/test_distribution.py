"""What is released: the source archive and the wheel that is built from it."""

import os
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from vgginspect import __version__

ROOT = Path(__file__).parent.parent
RELEASE = f"vgginspect-{__version__}"
INFO = f"{RELEASE}.dist-info"


def files(*folders: str) -> set[str]:
    """Every file of the project in these folders, but for what running it leaves there."""
    return {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and ROOT / "tests" / "fuzz" / "found" not in path.parents
    }


def run(folder: Path, *args: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both, built with what is installed, so that no network is needed."""
    folder = tmp_path_factory.mktemp("dist")
    run(folder, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(dist / f"{RELEASE}-py3-none-any.whl") as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    return message_from_bytes((wheel / INFO / "METADATA").read_bytes())


def test_there_is_one_of_each_and_pypi_would_take_them(dist: Path) -> None:
    built = sorted(path.name for path in dist.iterdir())
    assert built == [f"{RELEASE}-py3-none-any.whl", f"{RELEASE}.tar.gz"]
    said = run(dist, "-m", "twine", "--no-color", "check", "--strict", *built)
    assert said.count("PASSED") == 2


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    held = {path.relative_to(wheel).as_posix() for path in wheel.rglob("*") if path.is_file()}
    information = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/docs/LICENSE"}
    assert held == files("vgginspect") | {f"{INFO}/{name}" for name in information}
    assert {"vgginspect/py.typed", "vgginspect/drawing/assets/page.js"} <= held


def test_the_source_archive_also_holds_tests_and_documents(dist: Path) -> None:
    with tarfile.open(dist / f"{RELEASE}.tar.gz") as archive:
        held = {member.name for member in archive.getmembers() if member.isfile()}
    top = {"README.md", "pyproject.toml", ".gitignore", ".pre-commit-config.yaml"}
    expected = files("vgginspect", "tests", "docs", ".ci", ".github") | top | {"PKG-INFO"}
    assert held == {f"{RELEASE}/{name}" for name in expected}


def test_the_licence_goes_with_it(wheel: Path, metadata: Message) -> None:
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["docs/LICENSE"]
    licence = (wheel / INFO / "licenses" / "docs" / "LICENSE").read_bytes()
    assert licence == (ROOT / "docs" / "LICENSE").read_bytes()


def test_the_readme_is_the_description(metadata: Message) -> None:
    assert metadata["Version"] == __version__
    assert metadata["Description-Content-Type"] == "text/markdown"
    description = metadata.get_payload(decode=True)
    assert description == (ROOT / "README.md").read_bytes()


def test_the_wheel_works_by_itself(wheel: Path) -> None:
    where = run(wheel, "-c", "import vgginspect; print(vgginspect.__file__)")
    assert Path(where.strip()) == wheel / "vgginspect" / "__init__.py"
    run(wheel, "-m", "vgginspect", "draw", "A", "-o", "A.html")
    assert (wheel / "A.html").read_text("utf-8").startswith("<!doctype html>")


def test_the_version_has_its_section_in_the_changelog() -> None:
    changelog = (ROOT / "docs" / "changelog.md").read_text(encoding="utf-8")
    assert f"\n## [{__version__}] - " in changelog


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["trace", "A"], 0, "VGG11"),
        (["summary", "E", "--batch-norm"], 0, "143,678,248"),
        (["summary", "D", "--explain", "--format", "json"], 0, '"adaptations"'),
        (["layer", "D", "conv4_1"], 0, "1,180,160"),
        (["compare", "D", "D+bn"], 0, "batch-norm"),
        (["configs"], 0, "A-LRN"),
        (["code", "D"], 0, "import torch"),
        (["draw", "D", "-o", "D.svg"], 0, ""),
        (["draw", "D", "-o", "D.html"], 0, ""),
        (["--version"], 0, f"vgginspect {__version__}"),
        (["man"], 0, "SYNOPSIS"),
        (["verify", "A"], 2, "PyTorch is needed but not installed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_without_pytorch_everything_but_its_checks_works(
    args: list[str], code: int, said: str, wheel: Path, tmp_path: Path
) -> None:
    absent = "raise ModuleNotFoundError(f'No module named {__name__!r}', name=__name__)"
    for name in ("torch", "torchvision"):
        (tmp_path / f"{name}.py").write_text(absent)
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect", *args],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{wheel}"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, said in (done.stderr if code else done.stdout)) == (code, True), done
