"""What is said where PyTorch is missing or broken."""

import subprocess
import sys

import pytest

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
        (None, "this needs PyTorch, which is not installed\n  pip install torch\n"),
        (
            "raise OSError('libtorch.so: \\x1b[31mcannot open')",
            "PyTorch is installed, but 'import torch' fails: "
            "OSError: libtorch.so: \\x1b[31mcannot open\n",
        ),
        (
            "import nothing_of_this_name",
            "PyTorch is installed, but 'import torch' fails: "
            "ModuleNotFoundError: No module named 'nothing_of_this_name'\n",
        ),
    ],
    ids=["absent", "broken", "half"],
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
