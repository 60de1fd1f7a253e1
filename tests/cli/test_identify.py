import json

import pytest
import torch

from vgginspect import build, plan

CFG = "8,M,16,M+bn+classes=4+hidden=9+avgpool=2"


@pytest.fixture
def file(tmp_path):
    torch.save(build(CFG).state_dict(), tmp_path / "net.pth")
    return str(tmp_path / "net.pth")


def test_the_network_of_a_file_is_found(file, cli):
    done = cli("identify", file, "--format", "json")
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.out)
    assert document["argument"] == CFG
    assert document["totals"]["params"] == plan(CFG).totals.params


@pytest.mark.parametrize("command", ["trace", "summary"])
def test_its_trace_and_its_summary_are_those_of_the_network(command, file, cli):
    done = cli("identify", file, f"--{command}", "--format", "json")
    assert json.loads(done.out) == json.loads(cli(command, CFG, "--format", "json").out)


def test_one_of_them_at_a_time(file, cli):
    refused = cli("identify", file, "--trace", "--summary")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "vgginspect: --trace cannot be combined with --summary\n"


def test_what_is_no_vgg_is_1(cli, tmp_path):
    torch.save(torch.nn.Linear(3, 4).state_dict(), tmp_path / "line.pth")
    refused = cli("identify", str(tmp_path / "line.pth"))
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("vgginspect: not a VGG: no sequence of convolutions found")
