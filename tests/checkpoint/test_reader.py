"""Real files of every kind, good and bad; nothing in them is ever run."""

import argparse
import gzip
import io
import os
import pickle
import subprocess
import sys
import tarfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import assume, given
from reference import model
from safetensors.torch import save_file
from strategies import configs

from vgginspect import build
from vgginspect.cfg.config import CONFIGS, config_from_text
from vgginspect.checkpoint.identify import identify
from vgginspect.checkpoint.reader import read_checkpoint
from vgginspect.errors import CheckError, OutputError
from vgginspect.network.grow import grow
from vgginspect.pytorch import import_torchvision

SMALL = {"features.0.weight": torch.zeros(2, 3, 3, 3), "features.0.bias": torch.zeros(2)}
SHAPES = {"features.0.weight": (2, 3, 3, 3), "features.0.bias": (2,)}


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize(
    ("content", "nested"),
    [
        (SMALL, ()),
        ({"state_dict": SMALL, "epoch": 7, "lr": 0.1}, ("state_dict",)),
        ({"model": SMALL, "optimizer": {"step": torch.zeros(1)}}, ("model",)),
        ({"a": {"b": {"c": SMALL}}}, ("a", "b", "c")),
    ],
)
def test_a_state_dict_is_found(tmp_path: Path, content: Any, nested: Any, zipped: bool) -> None:
    file = tmp_path / "x.pth"
    torch.save(content, file, _use_new_zipfile_serialization=zipped)
    found = read_checkpoint(file)
    assert found.shapes == SHAPES
    assert found.nested == nested
    assert found.format == ("torch zip" if zipped else "torch legacy")


def test_parameters_half_precision_and_shared_tensors(tmp_path: Path) -> None:
    weight = torch.nn.Parameter(torch.zeros(2, 3, 3, 3, dtype=torch.float16))
    torch.save({"a": weight, "b": weight, "c": torch.tensor(1)}, tmp_path / "x.pt")
    assert read_checkpoint(tmp_path / "x.pt").shapes == {
        "a": (2, 3, 3, 3),
        "b": (2, 3, 3, 3),
        "c": (),
    }


@pytest.mark.parametrize("name", ["x.safetensors", "x.bin"])
def test_safetensors_with_and_without_its_suffix(tmp_path: Path, name: str) -> None:
    save_file(SMALL, tmp_path / name)
    assert read_checkpoint(tmp_path / name).shapes == SHAPES


def test_pytorchs_format_under_the_suffix_of_another(tmp_path: Path) -> None:
    torch.save(SMALL, tmp_path / "x.safetensors")
    with pytest.raises(CheckError, match=r"but has the suffix \.safetensors"):
        read_checkpoint(tmp_path / "x.safetensors")


class Bomb:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (os.mkdir, (str(self.path),))


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_code_in_a_file_is_named_but_not_run(tmp_path: Path, zipped: bool) -> None:
    file, mark = tmp_path / "x.pth", tmp_path / "mark"
    torch.save(SMALL | {"bomb": Bomb(mark)}, file, _use_new_zipfile_serialization=zipped)
    found = read_checkpoint(file)
    assert found.shapes == SHAPES
    assert any(name.endswith(".mkdir") for name in found.objects)
    assert not mark.exists()


def test_what_trainers_keep_beside_the_weights_is_read_as_nothing(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    beside = {
        "args": argparse.Namespace(lr=0.1, names=["a"]),
        "best": numpy.float64(0.5),
        "curve": numpy.arange(3.0),
    }
    torch.save({"state_dict": SMALL, **beside}, tmp_path / "x.pth")
    assert read_checkpoint(tmp_path / "x.pth").shapes == SHAPES
    with pytest.raises(pickle.UnpicklingError):
        torch.load(tmp_path / "x.pth", weights_only=True)


def test_a_torchscript_archive_is_read_without_its_code(tmp_path: Path) -> None:
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.BatchNorm2d(2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.script(model).save(str(tmp_path / "x.pt"))
    found = read_checkpoint(tmp_path / "x.pt")
    assert found.format == "TorchScript"
    assert found.shapes == {key: tuple(one.shape) for key, one in model.state_dict().items()}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match=r"cannot read .*pipe: it is a pipe or a device"):
        read_checkpoint(tmp_path / "pipe")


def test_a_bare_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    file, mark = tmp_path / "x.pth", tmp_path / "mark"
    file.write_bytes(pickle.dumps(Bomb(mark), protocol=2))
    with pytest.raises(CheckError):
        read_checkpoint(file)
    assert not mark.exists()


def saved(content: Any = SMALL) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def other_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return stream.getvalue()


def tarred(data: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("vgg16.pth")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"hello", "is not a checkpoint: neither a PyTorch nor a safetensors file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\x89HDF\r\n", r"an HDF5 file, as Keras saves it\n  load it in Keras and .*numpy\.savez"),
        (tarred(b"x"), "a tar archive; unpack it first"),
        (b"sys_info\0" + bytes(400), r"in the format of PyTorch before 0\.2\n  if you trust it"),
        (gzip.compress(b"hello", mtime=0), "compressed with gzip"),
        (b"\x89PNG\r\n\x1a\n0000", "is not a checkpoint"),
        (saved()[:-200], "damaged"),
        (saved()[: len(saved()) // 2], "damaged"),
        (saved()[:5], "damaged"),
        (saved()[:-200], "the archive ends too early, without its directory$"),
        (other_zip(), r"not a checkpoint: the archive has no data\.pkl, but readme\.txt$"),
        (b"\x80\x02.", r"damaged or not a checkpoint: \S"),
        (b"\x80", "damaged"),
        (b'\x10\0\0\0\0\0\0\0{"a": nonsense}', "damaged"),
        (b"\xff\xff\xff\xff\xff\xff\xff\x7f{}", "damaged"),
        (saved([1, 2]), "has no state_dict"),
        (saved({"epoch": 3}), "has no state_dict"),
        (saved(torch.zeros(3)), "has no state_dict"),
    ],
)
def test_what_is_no_checkpoint(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "x.pth"
    file.write_bytes(data)
    with pytest.raises(CheckError, match=words):
        read_checkpoint(file)


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize(
    "model",
    [
        torch.nn.Linear(2, 2),
        torch.nn.DataParallel(build("8,M,16", batch_norm=True, hidden=(5,))),
        torch.nn.ModuleDict({"a": torch.nn.ParameterList([torch.zeros(3)]), "b": torch.nn.ReLU()}),
    ],
    ids=["Linear", "VGG", "ModuleDict"],
)
def test_the_state_of_a_whole_model_is_read(
    tmp_path: Path, model: torch.nn.Module, zipped: bool
) -> None:
    torch.save({"net": model}, tmp_path / "x.pth", _use_new_zipfile_serialization=zipped)
    found = read_checkpoint(tmp_path / "x.pth")
    assert found.shapes == {key: tuple(one.shape) for key, one in model.state_dict().items()}
    assert list(found.shapes) == list(model.state_dict())
    assert found.nested == ("net",)
    assert found.model == f"{type(model).__module__}.{type(model).__qualname__}"


def test_buffers_that_are_not_saved_are_left_out(tmp_path: Path) -> None:
    model = torch.nn.Linear(2, 2)
    model.register_buffer("kept", torch.zeros(4))
    model.register_buffer("left", torch.zeros(5), persistent=False)
    torch.save(model, tmp_path / "x.pth")
    assert read_checkpoint(tmp_path / "x.pth").shapes.keys() == {"weight", "bias", "kept"}


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_weights_take_no_memory(tmp_path: Path, zipped: bool) -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("peak memory is read off Linux's /proc")
    weight = torch.zeros(1 << 20, 3, 3, 3)
    torch.save(
        {"features.0.weight": weight}, tmp_path / "x.pth", _use_new_zipfile_serialization=zipped
    )
    code = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from vgginspect.checkpoint.reader import read_checkpoint\n"
        "def peak():\n"
        f"    return int(re.search(r'VmHWM:\\s+(\\d+)', Path('{status}').read_text())[1])\n"
        "before = peak()\n"
        "print(*read_checkpoint(sys.argv[1]).shapes['features.0.weight'], peak() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "x.pth")],
        capture_output=True,
        text=True,
        check=True,
    )
    *shape, grown = map(int, done.stdout.split())
    assert shape == list(weight.shape)
    # The file holds 113 MB.
    assert grown < 4_000


def test_a_legacy_file_without_its_last_weights_is_damaged(tmp_path: Path) -> None:
    torch.save(SMALL, tmp_path / "x.pth", _use_new_zipfile_serialization=False)
    data = (tmp_path / "x.pth").read_bytes()
    (tmp_path / "x.pth").write_bytes(data[:-4])
    with pytest.raises(CheckError, match="the values of the last tensors are missing"):
        read_checkpoint(tmp_path / "x.pth")


@pytest.mark.parametrize("name", ["missing.pth", "", "a\0b"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="cannot read"):
        read_checkpoint(f"{tmp_path}/{name}")


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("letter", ["A", "D"])
def test_real_files_are_identified(tmp_path: Path, letter: str, batch_norm: bool) -> None:
    file = tmp_path / "x.pth"
    options = {"batch_norm": batch_norm, "hidden": (32,), "num_classes": 10}
    torch.save(torch.nn.DataParallel(build(letter, **options)).state_dict(), file)
    finding = identify(read_checkpoint(file).shapes)
    assert finding.config == CONFIGS[letter].with_options(**options)
    assert finding.prefix == "module."


@pytest.mark.parametrize("letter", ["A", "B", "D", "E", "A+bn", "B+bn", "D+bn", "E+bn"])
def test_torchvisions_own_models_are_identified(tmp_path: Path, letter: str) -> None:
    config = config_from_text(letter)
    assert config.model
    with torch.device("meta"):
        model = getattr(import_torchvision.load(), config.model)()
    weights = {
        key: torch.empty(tensor.shape, dtype=torch.int8)
        for key, tensor in model.state_dict().items()
    }
    file = tmp_path / "x.pth"
    torch.save(weights, file)
    finding = identify(read_checkpoint(file).shapes)
    file.unlink()
    assert finding.config == config
    assert (finding.prefix, finding.others) == ("", ())


def run(*args: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "vgginspect", "identify", *args],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "x.pth"
    torch.save(build("8,M,16,M", batch_norm=True, hidden=(5,)).state_dict(), file)
    said = run(str(file))
    assert "[8, 'M', 16, 'M']" in said.stdout
    assert "8,M,16,M+bn+hidden=5" in said.stdout
    assert run(str(file), "--get", "config.batch_norm").stdout == "true\n"
    assert "step 4  'M'" in run(str(file), "--trace").stdout
    assert run(str(file), "--summary", "-f", "csv").stdout.startswith("path,name,type")
    assert run(str(file), "-f", "csv").stdout.startswith("fact,value,certainty,reason\n")
    assert run(str(file), "--summary", "--trace").returncode == 2


def test_the_command_on_what_is_no_vgg(tmp_path: Path) -> None:
    file = tmp_path / "x.pth"
    torch.save(torch.nn.Linear(2, 2).state_dict(), file)
    done = run(str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert "not a VGG: no sequence of convolutions" in done.stderr
    assert run(str(tmp_path / "missing")).returncode == 2


@given(config=configs())
def test_any_network_built_and_saved_is_known_again_by_its_shapes(config, tmp_path_factory):
    """All that shapes can tell: where pools stand and how the map was flattened, they cannot."""
    # Other kernels are not known from a checkpoint.
    kernels = [token.kernel_size for token in config.tokens if token.kind == "conv"]
    assume(all(isinstance(kernel, int) and kernel % 2 for kernel in kernels))
    saved = model(config).state_dict()
    file = tmp_path_factory.mktemp("saved") / "x.pth"
    # One element on the disk, whatever the shape.
    torch.save({key: torch.empty(()).expand(value.shape) for key, value in saved.items()}, file)
    found = identify(read_checkpoint(file).shapes).config
    file.unlink()

    def convolutions(one):
        return [(t.out_channels, t.kernel_size) for t in one.tokens if t.kind == "conv"]

    assert convolutions(found) == convolutions(config)
    for option in ("batch_norm", "bias", "features_only"):
        assert getattr(found, option) == getattr(config, option)
    assert found.input_shape[0] == config.input_shape[0]
    if not config.features_only:
        assert (found.hidden, found.num_classes) == (config.hidden, config.num_classes)
        assert config.avgpool is None or found.avgpool == config.avgpool
    shapes = [shape for layer in grow(found).layers for shape in layer.state_dict.values()]
    assert shapes == [tuple(value.shape) for value in saved.values()]
