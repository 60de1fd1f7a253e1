"""``vgginspect.memory``."""

import json

import pytest

from vgginspect import ConfigError, Memory, memory, observe, plan


def test_the_function_is_the_command(cli):
    found = memory("D", 8, optimizer="sgd", fits="16GB")
    assert isinstance(found, Memory)
    args = ("D", "--batch-size", "8", "--optimizer", "sgd", "--fits", "16GB", "-f", "json")
    assert found.document() == json.loads(cli("memory", *args).out)


def test_a_plan_or_what_plan_takes():
    assert memory(plan("8,M")) == memory([8, "M"])._replace(plan=plan("8,M"))
    assert memory("D", fits=16 * 10**9).fits == memory("D", fits="16GB").fits


def test_a_network_in_python_is_measured(tmp_path, cli):
    torch = pytest.importorskip("torch")
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.ReLU(True))
    ruled = memory("8+features-only+input=32", 4)
    found = memory(module, 4, input_size=32)
    assert found.training.peak.bytes == ruled.training.peak.bytes
    assert [row.saved_bytes for row in found.training.layers] == [4 * 4 * 8 * 32 * 32, 0]
    with pytest.raises(ConfigError, match="pass the network itself"):
        memory(observe(module, input_size=32))
    with pytest.raises(ConfigError, match="a CONFIG has input_shape"):
        memory("D", input_size=32)
    file = tmp_path / "net.py"
    file.write_text(
        "from torch import nn\n"
        "def net():\n    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(True))\n"
    )
    args = ("--batch-size", "4", "--input-size", "32", "-f", "json")
    document = memory(f"{file}:net", 4, input_size=32).document()
    assert document == json.loads(cli("memory", f"{file}:net", *args).out)
    assert document["training"] == found.document()["training"]


def test_a_notebook_shows_the_tables():
    assert memory("8,M")._repr_html_().count("<table") == 2


def test_unknown_settings():
    with pytest.raises(ConfigError, match="the settings of memory are batch_size, dtype"):
        memory("D", lr=1)
    with pytest.raises(ConfigError, match="--batch-size must be"):
        memory("D", "8")
