"""The package's public names, and what importing and using it must not import."""

import os
import re
import subprocess
import sys

import pytest
from examples import ROOT

import vgginspect

BLOCK_TORCH = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in ('torch', 'torchvision', 'numpy'):
            raise ImportError(name + ' is broken here')
sys.meta_path.insert(0, Refuse())
"""


def run(code, *args, **environment):
    return subprocess.run(
        [sys.executable, "-c", BLOCK_TORCH + code, *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PATH": "", **environment},
    )


@pytest.mark.parametrize("name", vgginspect.__all__)
def test_every_public_name_is_there(name):
    assert getattr(vgginspect, name) is not None
    assert name in dir(vgginspect)
    home = vgginspect._HOMES.get(name)
    if home:
        assert getattr(sys.modules[home], name) is getattr(vgginspect, name)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'vgginspect' has no attribute 'plane'"):
        _ = vgginspect.plane


def test_the_version_is_a_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+", vgginspect.__version__)


def test_without_torch_the_python_api_works():
    done = run("import vgginspect; print(vgginspect.plan('A').totals.params)")
    assert (done.stdout, done.stderr, done.returncode) == ("132863336\n", "", 0)
    done = run("import vgginspect; plan = vgginspect.plan('A'); print(plan._repr_html_()); plan")
    assert (done.stdout.count("<table>"), done.stderr, done.returncode) == (2, "", 0)


@pytest.mark.parametrize(
    "args",
    [
        ("trace", "A"),
        ("trace", "A", "--cumulative"),
        ("trace", "A", "--by", "stage", "--format", "json"),
        ("summary", "D"),
        ("summary", "E", "--batch-norm", "--format", "csv"),
        ("summary", "64,M", "--format", "latex"),
        ("summary", "D", "--input-size", "32", "--explain"),
        ("summary", "D", "--get", "layers.conv4_2.output_shape"),
        ("summary", "@{folder}/lines.txt", "--lines", "--format", "jsonl"),
        ("layer", "vgg19_bn", "conv4_2", "pool5", "avgpool", "fc6"),
        ("compare", "A", "B", "D+bn"),
        ("configs",),
        ("code", "D", "--unrolled"),
        ("man",),
        ("--help",),
        ("summary", "--help"),
        ("--version",),
    ],
    ids=" ".join,
)
def test_without_torch_the_everyday_commands_work(args, tmp_path):
    (tmp_path / "lines.txt").write_text("64,M,128\nD\n")
    args = [arg.format(folder=tmp_path) for arg in args]
    done = run("from vgginspect.cli import main; main()", *args)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout


def test_without_torch_a_shell_gets_its_completion():
    code = "import sys; sys.argv[0] = 'vgginspect'; from vgginspect.cli import main; main()"
    # Typer asks bash for its version.
    done = run(code, _VGGINSPECT_COMPLETE="source_bash", PATH=os.environ["PATH"])
    assert (done.stderr, done.returncode) == ("", 0)
    assert "_vgginspect_completion() {" in done.stdout


@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_without_torch_networks_are_drawn(suffix, tmp_path):
    target = tmp_path / f"a.{suffix}"
    done = run("from vgginspect.cli import main; main()", "draw", "A", "-o", str(target))
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    assert target.stat().st_size > 1000


def test_a_torch_that_is_missing_would_be_noticed():
    assert "torch is broken here" in run("import torch").stderr
