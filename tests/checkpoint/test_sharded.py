"""Checkpoints in several files."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from vgginspect.checkpoint.reader import read_checkpoint
from vgginspect.errors import CheckError, OutputError

FIRST = {"features.0.weight": torch.zeros(2, 3, 3, 3)}
SECOND = {"features.0.bias": torch.zeros(2), "b": torch.zeros(4)}


def index(folder: Path, places: Any, name: str = "model.safetensors.index.json") -> Path:
    (folder / name).write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": places}))
    return folder / name


@pytest.mark.parametrize("suffix", ["safetensors", "bin"])
def test_the_files_that_an_index_names(tmp_path: Path, suffix: str) -> None:
    save = save_file if suffix == "safetensors" else torch.save
    save(FIRST, tmp_path / f"1.{suffix}")
    save(SECOND, tmp_path / f"2.{suffix}")
    places = {
        "features.0.bias": f"2.{suffix}",
        "features.0.weight": f"1.{suffix}",
        "b": f"2.{suffix}",
    }
    found = read_checkpoint(index(tmp_path, places, f"model.{suffix}.index.json"))
    assert found.format == "sharded"
    assert list(found.shapes.items()) == [
        ("features.0.bias", (2,)),
        ("features.0.weight", (2, 3, 3, 3)),
        ("b", (4,)),
    ]


def test_storages_of_two_files_are_not_shared(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(1)}, tmp_path / "1.bin")
    torch.save({"b": torch.zeros(1)}, tmp_path / "2.bin")
    found = read_checkpoint(index(tmp_path, {"a": "1.bin", "b": "2.bin"})).tensors
    assert found["a"].storage != found["b"].storage


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot read .*1\.bin: No such file"):
        read_checkpoint(index(tmp_path, {"a": "1.bin"}))


def test_a_tensor_that_is_missing_is_named(tmp_path: Path) -> None:
    torch.save(FIRST, tmp_path / "1.bin")
    with pytest.raises(CheckError, match=r"1\.bin has no a$"):
        read_checkpoint(index(tmp_path, {"a": "1.bin"}))


@pytest.mark.parametrize("name", ["../1.bin", "/etc/passwd", "a/1.bin", "..", "", 7, "a\0", "a\\b"])
def test_files_elsewhere_are_not_opened(tmp_path: Path, name: object) -> None:
    with pytest.raises(CheckError, match="names a file outside its folder"):
        read_checkpoint(index(tmp_path, {"a": name}))


def test_an_index_that_names_itself(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="names an index"):
        read_checkpoint(index(tmp_path, {"a": "model.safetensors.index.json"}))


@pytest.mark.parametrize("text", ["{}", "[]", '{"weight_map": {}}', "nonsense", ""])
def test_json_that_is_no_index(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(CheckError, match="damaged or not a checkpoint"):
        read_checkpoint(tmp_path / "x.json")
