"""A checkpoint wherever a CONFIG can be: its network, and a note of what was assumed."""

import json
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from layouts import LAYOUTS, conv
from safetensors.torch import save_file

from vgginspect import build, plan
from vgginspect.analysis.source_code import source
from vgginspect.cli.checkpoint_argument import identified

CONFIG = "8,M,16,M+classes=3+hidden=none+avgpool=1"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with one network in several files."""
    state = build(CONFIG).state_dict()
    for name in ("a.pth", "a.PT", "a.pth.tar", "a.ckpt", "a.bin", "a+b.pth"):
        torch.save({"state_dict": state}, tmp_path / name)
    save_file(state, tmp_path / "a.safetensors")
    index = {"weight_map": dict.fromkeys(state, "a.safetensors")}
    (tmp_path / "a.index.json").write_text(json.dumps(index))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["a.pth", "a.PT", "a.pth.tar", "a.ckpt", "a.bin", "a.safetensors", "a.index.json", "a+b.pth"],
)
def test_a_checkpoint_by_its_suffix(name: str, folder: Path, cli) -> None:
    done = cli("summary", name, "--get", "totals.params")
    assert (done.code, done.out) == (0, f"{plan(CONFIG).totals.params}\n")
    assert done.err == (
        f"vgginspect: note: {name} is taken for {CONFIG}; "
        "assumed: pools, last pool, stride, padding, dilation, avgpool; "
        "unknown: input size (here 224×224), dropout\n"
    )


def test_options_after_a_checkpoint(folder: Path, cli) -> None:
    assert cli("summary", "a.pth+classes=5+bn", "--get", "config.num_classes").out == "5\n"
    assert cli("summary", "a+b.pth+classes=5", "--get", "config.num_classes").out == "5\n"
    assert cli("summary", "a.pth", "--batch-norm", "--get", "config.batch_norm").out == "true\n"
    assert "unknown option '+clases=5'" in cli("summary", "a.pth+clases=5").err


@pytest.mark.parametrize(
    "command",
    [
        ("summary", "{}"),
        ("trace", "{}", "--by", "stage"),
        ("layer", "{}", "conv2_1"),
        ("compare", "{}", "D"),
        ("code", "{}"),
        ("draw", "{}", "-o", "a.svg"),
        ("verify", "{}"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_takes_a_checkpoint_as_its_config(command, folder: Path, cli) -> None:
    done = cli(*(part.format("a.pth") for part in command))
    same = cli(*(part.format(CONFIG) for part in command))
    assert (done.code, same.code) == (0, 0)
    assert done.err.startswith("vgginspect: note: a.pth is taken for 8,M,16,M")
    if command[0] in ("summary", "trace", "layer", "code"):
        assert done.out == same.out


def test_lines_can_be_checkpoints(folder: Path, cli) -> None:
    done = cli("summary", "-", "--lines", "--columns", "params", "--format", "csv", stdin="a.pth\n")
    assert done.out == f"params\n{plan(CONFIG).totals.params}\n"


def test_verify_compares_the_shapes_in_the_file(folder: Path, cli) -> None:
    good = json.loads(cli("verify", "a.pth", "--format", "json").out)
    checked = {check["against"]: check for check in good["checks"]}["a.pth"]
    assert (checked["facts"], checked["held"]) == (7, 7)
    done = cli("verify", "a.pth+classes=4")
    assert done.code == 1
    assert "classifier.0.weight  shape 4×16 → 3×16" in done.out


@pytest.mark.parametrize("name", ["Keras", "TF-slim", "CRAFT", "VGGish"])
def test_verify_compares_files_in_any_layout(name: str, tmp_path: Path, cli) -> None:
    path = tmp_path / "a.pt"
    with torch.device("meta"):
        tensors = {key: torch.empty(shape) for key, shape in LAYOUTS[name].tensors.items()}
    torch.save(OrderedDict(tensors), path)
    done = cli("verify", str(path), "--against", "pytorch", "--format", "json")
    assert done.code == 0, done.out
    assert json.loads(done.out)["checks"][1]["against"] == str(path)


def test_what_is_not_of_the_network_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    tensors = build("8,8,8,8,8,M+features-only").state_dict()
    shapes = conv("extra", 3, 8, 1)
    torch.save(tensors | {key: torch.zeros(shape) for key, shape in shapes.items()}, path)
    notes: list[str] = []
    assert identified(str(path), notes.append)
    assert notes[0].endswith("; not part of it: 2 tensors")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("none.pth", 2, "cannot read none.pth: No such file or directory"),
        ("none.pth+bn", 2, "cannot read none.pth: No such file or directory"),
        ("text.pth", 1, "text.pth is not a checkpoint"),
        ("other.pth", 1, "not a VGG: no sequence of convolutions found"),
        ("@a.pth", 2, "is binary data, not text (byte 64 is not UTF-8); a checkpoint is given"),
        ("64.5", 2, "token 1, 64.5: not a token"),
    ],
)
def test_what_is_wrong_with_a_checkpoint(text, code, words, folder: Path, cli) -> None:
    (folder / "text.pth").write_text("64,M")
    torch.save({"fc.weight": torch.zeros(2, 2)}, folder / "other.pth")
    done = cli("summary", text)
    assert (done.code, done.out) == (code, "")
    assert words in done.err


def test_no_torch_is_imported_for_a_checkpoint(folder: Path, unmeasured: None) -> None:
    program = (
        "import sys\nfrom vgginspect.cli import main\n"
        "try: main()\nfinally: assert 'torch' not in sys.modules"
    )
    commands = ("summary a.pth", "compare D a.pth", "code a.pth", "draw a.pth -o a.svg")
    for command in commands:
        subprocess.run(
            [sys.executable, "-c", program, *command.split()], check=True, capture_output=True
        )


def test_the_code_of_a_checkpoint_loads_it(folder: Path) -> None:
    found = identified("a.pth", lambda _: None)
    assert found is not None
    names: dict = {}
    exec("\n".join(source(found.finding.config, False)), names)
    network = names["VGG"]()
    network.load_state_dict(torch.load("a.pth")["state_dict"])
