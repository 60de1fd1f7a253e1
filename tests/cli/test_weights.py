"""``vgginspect weights``: networks and sources of every kind, and exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from vgginspect import build


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    state = build("8,M+hidden=none+classes=3+avgpool=1").state_dict()
    torch.save(state, tmp_path / "a.pth")
    torch.save({"fc.weight": torch.zeros(2, 2)}, tmp_path / "other.pth")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("args", "code", "err"),
    [
        (["a.pth", "a.pth"], 0, ""),
        (["8,M+hidden=none+classes=3+avgpool=1", "a.pth"], 0, ""),
        (["a.pth", "8,M+hidden=none+classes=3+avgpool=1"], 0, ""),
        (["8,M+hidden=none+avgpool=1", "a.pth"], 1, "2 of 4 tensors do not load as they are"),
        (["a.pth", "a.pth", "--num-classes", "4"], 1, "2 of 4 tensors do not load as they are"),
        (["a.pth+classes=4", "a.pth"], 1, "2 of 4 tensors do not load as they are"),
        (["D", "other.pth"], 1, "33 of 33 tensors do not load as they are"),
        (["other.pth", "a.pth"], 1, "5 of 5 tensors do not load as they are"),
        (["D", "none.pth"], 2, "cannot read none.pth: No such file"),
        (["D", "nothing"], 2, "unknown configuration 'nothing'"),
        (["-", "-"], 2, "standard input can be read only once"),
    ],
)
def test_networks_and_sources(args, code, err, folder: Path, cli) -> None:
    done = cli("weights", *args)
    assert done.code == code
    assert err in done.err if err else not done.err
    assert bool(done.out) == (code < 2)


def test_the_document_is_complete_when_it_fails(folder: Path, cli) -> None:
    done = cli("weights", "8,M+hidden=none+avgpool=1", "a.pth", "--format", "json")
    assert (done.code, json.loads(done.out)["totals"]["shape"]) == (1, 2)
    assert cli("weights", "D", "a.pth", "--get", "source_config").out.startswith("8+classes=3")


def test_only_some_statuses(folder: Path, cli) -> None:
    args = ("weights", "8,M+hidden=none+avgpool=1", "a.pth", "--only", "shape,missing")
    assert "features.0.weight" not in cli(*args).out
    rows = cli(*args, "--format", "csv", "--columns", "key").out.split()
    assert rows == ["key", "classifier.0.weight", "classifier.0.bias"]
    some = json.loads(cli(*args, "--format", "json").out)
    assert [one["status"] for one in some["tensors"]] == ["shape", "shape"]
    assert some["totals"]["loads"] == 2
    wrong = cli("weights", "a.pth", "a.pth", "--only", "mising")
    assert (wrong.code, wrong.out) == (2, "")
    assert "unknown status 'mising'; did you mean missing?; choose from loads, shape" in wrong.err


def test_buffers_of_a_network_in_python_are_no_parameters(folder: Path, cli) -> None:
    Path("net.py").write_text(
        "import torch\n"
        "class Net(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.conv = torch.nn.Conv2d(3, 8, 3)\n"
        "        self.register_buffer('mean', torch.zeros(1, 3, 1, 1))\n"
        "    def forward(self, x):\n"
        "        return self.conv(x - self.mean)\n"
    )
    done = cli("weights", "net.py", "a.pth", "--get", "totals.params", "--input-size", "32")
    assert done.out == f"{8 * 3 * 9 + 8}\n"


def test_no_torch_is_imported(folder: Path, unmeasured: None) -> None:
    program = (
        "import sys\nfrom vgginspect.cli import main\n"
        "try: main()\nfinally: assert 'torch' not in sys.modules"
    )
    command = [sys.executable, "-c", program, "weights", "a.pth", "a.pth"]
    subprocess.run(command, check=True, capture_output=True)


def test_the_lines_that_load(folder: Path, cli) -> None:
    done = cli("weights", "8,M+bn+hidden=none+avgpool=1", "a.pth", "--code")
    assert (done.code, done.err) == (0, "")
    names: dict = {}
    exec(done.out, names)
    rest = names["load_weights"](build("8,M+bn+hidden=none+avgpool=1"))
    assert "features.0.weight" not in rest.missing_keys
    assert cli("weights", "8,M", "a.pth", "--code", "-o", "load.py").out == ""
    assert Path("load.py").read_text().startswith('"""Load into 8,M what a.pth has for it')


@pytest.mark.parametrize(
    ("args", "err"),
    [
        (["--format", "json"], "--code cannot be combined with --format"),
        (["--columns", "key"], "--code cannot be combined with --columns"),
        (["--get", "strict"], "--code cannot be combined with --get"),
    ],
)
def test_lines_have_no_format(args, err, folder: Path, cli) -> None:
    done = cli("weights", "8,M", "a.pth", "--code", *args)
    assert (done.code, done.out) == (2, "")
    assert err in done.err


def test_a_file_that_is_no_vgg_is_told(folder: Path, cli) -> None:
    done = cli("weights", "D", "other.pth")
    assert "note: other.pth is not a VGG: no sequence of convolutions found" in done.err
    assert "no tensor of other.pth can be loaded" in done.out
    done = cli("weights", "D", "other.pth", "--code")
    assert (done.code, done.out) == (1, "")
    assert "--code: no tensor of other.pth can be loaded" in done.err


def test_keras_weights_as_the_network_are_a_network_of_pytorch(folder: Path, cli) -> None:
    shapes = {"conv1/kernel": (3, 3, 3, 8), "conv2/kernel": (3, 3, 8, 32)}
    more = {f"conv{at}/kernel": (3, 3, 32, 32) for at in range(3, 7)}
    torch.save({key: torch.zeros(one) for key, one in (shapes | more).items()}, "keras.pth")
    state = build("8,32,32,32,32,32+no-bias+features-only").state_dict()
    torch.save(state, "b.pth")
    assert cli("weights", "keras.pth", "b.pth").code == 0
    assert cli("weights", "b.pth", "keras.pth").code == 1


OWN = """
import torch
from torch import nn

class VGG(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(2)
        )
        self.fc = nn.Linear(32, num_classes)
        self.unused = nn.Linear(3, 2)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.fc(self.body(x).flatten(1)) * self.scale
"""


def test_a_network_in_python_is_compared_with_all_its_tensors(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(OWN)
    scope = {}
    exec(OWN, scope)
    source = scope["VGG"](7).state_dict()
    del source["unused.bias"]
    torch.save(source, "own7.pth")
    network = scope["VGG"]()
    with pytest.raises(RuntimeError) as caught:
        network.load_state_dict(source, strict=False)
    result = cli("weights", "own.py:VGG", "own7.pth", "--format", "json")
    assert result.code == 1
    tensors = {each["key"]: each["status"] for each in json.loads(result.out)["tensors"]}
    assert list(tensors) == list(network.state_dict())
    assert {key for key, status in tensors.items() if status == "shape"} == {
        key for key in tensors if f"size mismatch for {key}:" in str(caught.value)
    }
    assert [key for key, status in tensors.items() if status == "missing"] == ["unused.bias"]
    code = cli("weights", "own.py:VGG", "own7.pth", "--code").out
    loading = {}
    exec(code, loading)
    loading["load_weights"](network, "own7.pth")
    for key in source:
        same = torch.equal(network.state_dict()[key], source[key]) if "fc" not in key else None
        assert same in (True, None), key
