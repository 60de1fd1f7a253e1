import io
import sys

import pytest

from vgginspect.cfg.config import CONFIGS, make_config
from vgginspect.cli import config_argument
from vgginspect.cli.config_argument import (
    FileArgument,
    config_text,
    read_config,
    read_stream,
)
from vgginspect.errors import ConfigError, OutputError


def stdin(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_options_of_the_command_line_come_last():
    model = {"batch_norm": None, "input_shape": "32", "num_classes": None}
    assert read_config("A+input-size=64", model) == make_config("A", input_shape=32)
    assert read_config("A", dict.fromkeys(model)) is CONFIGS["A"]


@pytest.mark.parametrize(
    ("text", "model", "notes"),
    [
        ("D+bn", {"batch_norm": False}, ["--no-batch-norm overrides bn of D+bn"]),
        ("vgg16_bn", {"batch_norm": False}, ["--no-batch-norm overrides bn of vgg16_bn"]),
        ("D+no-bias", {"bias": True}, ["--bias overrides no-bias of D+no-bias"]),
        ("D+bn", {"batch_norm": True}, []),
        ("D", {"batch_norm": True, "hidden": "none"}, []),
        (
            "D+hidden=9+input=64",
            {"hidden": "none", "input_shape": "1x32x32"},
            [
                "--input-size 1x32x32 overrides input=3x64x64 of D+hidden=9+input=64",
                "--hidden none overrides hidden=9 of D+hidden=9+input=64",
            ],
        ),
    ],
)
def test_an_option_that_is_overridden_is_noted(text, model, notes):
    said = []
    assert read_config(text, model, said.append) == make_config(text, **model)
    assert said == [f"note: {note}" for note in notes]


def test_the_text_of_a_config(monkeypatch, tmp_path):
    assert config_text("64,M") == "64,M"
    stdin(monkeypatch, b"64,M\n")
    assert config_text("-") == "64,M\n"
    path = tmp_path / "a"
    path.write_text("64")
    assert config_text(f"@{path}") == "64"
    assert config_text(f"@{path}+bn").split() == ["64", "+bn"]


def test_a_plus_in_the_name_of_a_file_or_its_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "c++"
    folder.mkdir()
    (folder / "my+own.cfg").write_text("64 # mine")
    assert config_text("@c++/my+own.cfg") == "64 # mine"
    assert config_text("@c++/my+own.cfg+bn+bias=no") == "64 # mine\n+bn+bias=no"
    with pytest.raises(OutputError, match=r"cannot read c\+\+/none.cfg: No such file"):
        config_text("@c++/none.cfg+bn+bias=no")


@pytest.mark.parametrize("stream", [None, "closed"])
def test_standard_input_that_is_closed(stream, monkeypatch):
    if stream:
        stream = io.StringIO()
        stream.close()
    monkeypatch.setattr(sys, "stdin", stream)
    with pytest.raises(OutputError, match="standard input is closed; pass the NETWORK as an arg"):
        config_text("-")


def test_as_much_text_as_allowed_and_a_byte_more(monkeypatch):
    monkeypatch.setattr(config_argument, "MAX_BYTES", 1 << 20)
    assert len(read_stream(io.BytesIO(bytes(1 << 20)), "it")) == 1 << 20
    with pytest.raises(ConfigError, match="it is longer than 1 MiB, too long for a cfg list"):
        read_stream(io.BytesIO(bytes((1 << 20) + 1)), "it")


def test_a_file_that_breaks_while_it_is_read(monkeypatch, tmp_path):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(config_argument, "open_file", lambda name: Broken())
    with pytest.raises(OutputError, match="cannot read disk: Input/output error"):
        config_text("@disk")
    monkeypatch.setattr(config_argument, "standard_input", Broken)
    with pytest.raises(OutputError, match="cannot read standard input: Input/output error"):
        config_text("-")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a.py", ("a.py", None, "")),
        ("a.py:x", ("a.py", "x", "")),
        ("a.py:x+bn+bias=no", ("a.py", "x", "+bn+bias=no")),
        ("a.py+bn", ("a.py", None, "+bn")),
        ("a.py:", ("a.py", "", "")),
        ("a.py:x['b+c']+bn", ("a.py", "x['b+c']", "+bn")),
        ("a.py:local:12", ("a.py", "local:12", "")),
        ("a.py:x/y", ("a.py", "x/y", "")),
        ("a:b+c:d", ("a:b+c", "d", "")),
        ("a:b+c+bn", ("a:b+c", None, "+bn")),
        ("sub:1/none:x+bn", ("sub:1/none", "x", "+bn")),
        ("sub:1/none+bn", ("sub:1/none", None, "+bn")),
        ("sub:1", ("sub:1", None, "")),
        ("none:x", ("none", "x", "")),
        ("none+bn", ("none", None, "+bn")),
        ("", ("", None, "")),
    ],
)
def test_a_file_a_list_and_options(text, parts, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub:1").mkdir()
    for name in ("a.py", "a:b+c", "a"):
        (tmp_path / name).write_text("64")
    assert FileArgument.parse(text) == parts
