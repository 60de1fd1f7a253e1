"""Messages if PyTorch is missing or broken."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import vgginspect
print(vgginspect.plan("A").totals.depth)
try:
    vgginspect.build("A")
except vgginspect.DependencyError as error:
    print(error)
"""
HIDE = """
import sys, importlib.abc
class Hide(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            raise ModuleNotFoundError("hidden", name=name)
sys.meta_path.insert(0, Hide())
"""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "PyTorch is needed but not installed\n  pip install torch\n"),
        (
            "raise OSError('libtorch.so: \\x1b[31mcannot open')",
            "PyTorch is installed but 'import torch' fails: "
            "OSError: libtorch.so: \\x1b[31mcannot open\n",
        ),
        (
            "import nothing_of_this_name",
            "PyTorch is installed but 'import torch' fails: "
            "ModuleNotFoundError: No module named 'nothing_of_this_name'\n",
        ),
        (
            "raise SystemExit(5)",
            "PyTorch is installed but 'import torch' fails: SystemExit: 5\n",
        ),
        (
            "",
            "PyTorch is installed but incomplete: 'torch' has no 'nn'\n"
            "  pip install --force-reinstall torch\n",
        ),
    ],
    ids=["absent", "broken", "half", "exits", "hollow"],
)
def test_only_what_needs_torch_fails_without_it(source, said, tmp_path):
    if source is not None:
        (tmp_path / "torch").mkdir()
        (tmp_path / "torch" / "__init__.py").write_text(source)
    program = (HIDE if source is None else "") + PROGRAM
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert (done.stdout, done.stderr) == ("11\n" + said, "")


def test_a_crash_of_pytorch_says_where_it_was(tmp_path):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("import ctypes\nctypes.string_at(0)\n")
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect", "verify", "A"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
    )
    assert done.returncode == -signal.SIGSEGV
    assert done.stderr.startswith("Fatal Python error: Segmentation fault")
    assert str(tmp_path / "torch" / "__init__.py") in done.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("identify", "{folder}/a.safetensors"),
        ("identify", "{folder}/a.pth"),
        ("verify", "8,M", "--input-size", "8"),
    ],
    ids=lambda args: " ".join(args[:1]),
)
def test_no_word_of_numpy_where_there_is_none(args, tmp_path):
    import torch
    from safetensors.torch import save_file

    tensors = {"0.weight": torch.zeros(8, 3, 3, 3), "0.bias": torch.zeros(8)}
    save_file(tensors, tmp_path / "a.safetensors")
    torch.save(tensors, tmp_path / "a.pth")
    code = "import sys; sys.modules['numpy'] = None; from vgginspect.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *(arg.format(folder=tmp_path) for arg in args)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout
