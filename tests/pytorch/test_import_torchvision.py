"""torchvision loads beside a PyTorch that its compiled part does not fit."""

import subprocess
import sys

import pytest

from vgginspect import DependencyError

LOAD = "from vgginspect.pytorch.import_torchvision import load\n"


def run(program, folder):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, timeout=120
    )


def test_it_loads_and_its_models_run(tmp_path):
    program = LOAD + (
        "vgg = load(); import torch, torchvision\n"
        "assert load() is vgg is torchvision.models.vgg\n"
        "print(vgg.make_layers([8, 'M'])(torch.rand(1, 3, 4, 4)).shape)"
    )
    done = run(program, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "torch.Size([1, 8, 2, 2])\n"


FAKE = "try: load()\nexcept Exception as error: print(type(error).__name__, error)\n"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            None,
            "DependencyError torchvision is needed but not installed\n  pip install torchvision\n",
        ),
        (
            "import nothing_of_this_name",
            "DependencyError torchvision is installed but 'import torchvision.models.vgg' fails: "
            "ModuleNotFoundError: No module named 'nothing_of_this_name'\n",
        ),
        (
            "raise OSError('libjpeg.so: no such file\\nsecond line')",
            "DependencyError torchvision is installed but 'import torchvision.models.vgg' fails: "
            "OSError: libjpeg.so: no such file\n",
        ),
        (
            "raise RuntimeError('operator torchvision::wild does not exist')",
            "DependencyError torchvision is installed but 'import torchvision.models.vgg' fails: "
            "RuntimeError: operator torchvision::wild does not exist\n",
        ),
    ],
    ids=["absent", "half", "broken", "undeclarable"],
)
def test_what_is_wrong_with_it_is_said(source, said, tmp_path):
    if source is None:
        hide = (
            "import sys, importlib.abc\n"
            "class Hide(importlib.abc.MetaPathFinder):\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        if name == 'torchvision':\n"
            "            raise ModuleNotFoundError('hidden', name=name)\n"
            "sys.meta_path.insert(0, Hide())\n"
        )
    else:
        (tmp_path / "torchvision").mkdir()
        (tmp_path / "torchvision" / "__init__.py").write_text(source)
        hide = ""
    done = run(hide + LOAD + FAKE, tmp_path)
    assert (done.stdout, done.stderr) == (said, "")


def test_its_error_is_an_import_error_with_exit_code_2():
    assert issubclass(DependencyError, ImportError)
    assert DependencyError("x").exit_code == 2


def test_its_vgg_alone_is_imported_and_leaves_nothing_behind(tmp_path):
    program = (
        "import sys, torch\n"
        "from vgginspect.pytorch.import_torchvision import load_vgg\n"
        "vgg, version = load_vgg()\n"
        "assert not any(name.startswith('torchvision') for name in sys.modules)\n"
        "assert 'torch._dynamo' not in sys.modules\n"
        "with torch.device('meta'): print(len(vgg.vgg11(init_weights=False).features))\n"
        "from vgginspect.pytorch.import_torchvision import load\n"
        "assert load('torchvision').__version__ == version\n"
        "assert load().make_layers([8]) is not None\n"
    )
    done = run(program, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "21\n", "")


def test_its_vgg_falls_back_to_the_whole_and_says_what_is_wrong(tmp_path):
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision" / "__init__.py").write_text("raise OSError('half a copy')")
    load_vgg = "from vgginspect.pytorch.import_torchvision import load_vgg as load\n"
    done = run(load_vgg + FAKE, tmp_path)
    assert "fails: OSError: half a copy" in done.stdout
