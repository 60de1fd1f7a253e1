"""``--builder``: how the user's builder is called, and what is reported about it."""

import json

import pytest

BUILDER = """
from torch import nn

def make(cfg, batch_norm=False):
    layers, channels = [], 3
    for v in cfg:
        if v == "mp":
            layers.append(nn.MaxPool2d(2))
        else:
            layers.append(nn.Conv2d(channels, v, 3, padding=1))
            layers += [nn.BatchNorm2d(v)] if batch_norm else []
            channels = v
    return nn.Sequential(*layers)
"""


@pytest.fixture
def builder(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(BUILDER)
    return f"{file}:make"


def test_the_heading_says_what_ran_what_it_was_passed_and_what_it_read(builder, cli):
    said = cli("trace", "[64, 'mp']", "--batch-norm", "--input-size", "32", "--builder", builder)
    assert said.out.splitlines()[:3] == [
        f"{builder}(batch_norm=True)",
        "custom  [64, 'mp']  2 tokens",
        "input 3×32×32 · every number is read from the modules that ran",
    ]
    assert said.err == ""


def test_every_number_is_one_that_was_seen(builder, cli):
    said = cli("trace", "[64,'mp',128,'mp']", "--builder", builder, "--format", "json")
    document = json.loads(said.out)
    assert document["layers"][-1]["output_shape"] == [128, 56, 56]
    assert document["totals"]["macs"] == 1_011_548_160
    assert document["builder"] == document["origin"]["what"] == builder
    assert document["config"]["tokens"] == [64, "mp", 128, "mp"]
    assert document["config"]["num_classes"] is None


def test_what_was_given_and_not_passed_is_said(builder, cli):
    said = cli("trace", "8+classes=10", "--hidden", "none", "--builder", builder)
    assert said.code == 0
    assert said.err == (
        f"vgginspect: note: num_classes was not passed: {builder} has no such argument\n"
        "vgginspect: note: hidden was not passed: builders get only batch_norm, in_channels, "
        "num_classes, bias, dropout\n"
    )


def test_what_only_a_config_can_give_is_refused_before_anything_runs(cli):
    said = cli("trace", "8", "--builder", "no_such_module:make", "--explain")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("vgginspect: --explain cannot be combined with --builder")
