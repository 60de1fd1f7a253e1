"""``identify`` and ``weights`` from Python: what the commands print, as immutable data."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from vgginspect import CheckError, build, identify, plan, weights


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    torch.save(build("8,M+hidden=none+classes=3+avgpool=1").state_dict(), "a.pth")
    return "a.pth"


def test_identify_is_the_command(file: str, cli) -> None:
    found = identify(Path(file))
    assert found.document() == json.loads(cli("identify", file, "--format", "json").out)
    assert repr(found) == "<Finding 'a.pth': 8+classes=3+hidden=none+avgpool=1, 4 tensors>"
    assert "last pool" in found._repr_html_()
    with pytest.raises(AttributeError):
        found.file = "b.pth"
    torch.save({"fc.weight": torch.zeros(2, 2)}, "other.pth")
    with pytest.raises(CheckError, match="not a VGG"):
        identify("other.pth")


@pytest.mark.parametrize("network", ["8,M+bn+hidden=none+avgpool=1", "a.pth"])
def test_weights_is_the_command(network: str, file: str, cli) -> None:
    found = weights(network, file)
    assert found.document() == json.loads(cli("weights", network, file, "--format", "json").out)
    assert "features.0.weight" in found._repr_html_()
    assert found.strict == (network == file)


def test_networks_and_sources_of_every_kind(file: str) -> None:
    net = plan([8, "M"], hidden=(), num_classes=3, avgpool=1)
    for own in (net, net.config, file, Path(file), "8,M+hidden=none+classes=3+avgpool=1"):
        assert weights(own, file).strict
        assert weights(file, own).strict
    found = weights([8], net)
    assert found.network.label == "8"
    assert repr(found) == (
        "<Weights of '8,M+classes=3+hidden=none+avgpool=1' for '8': "
        "2 loads, 2 shape, 4 missing, 0 unexpected>"
    )


def test_no_torch_is_imported(file: str) -> None:
    program = "import sys, vgginspect as v; v.identify('a.pth'); v.weights('D', 'a.pth')"
    command = [sys.executable, "-c", f"{program}; assert 'torch' not in sys.modules"]
    subprocess.run(command, check=True)


def test_a_file_with_options_is_the_network_that_it_stands_for(file: str, cli) -> None:
    done = cli("weights", f"{file}+classes=9", file, "--format", "json")
    assert weights(f"{file}+classes=9", file).document() == json.loads(done.out)
