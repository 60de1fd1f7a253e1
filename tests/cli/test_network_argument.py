"""A network in Python as the NETWORK of each command."""

import json

import pytest

FILE = """
import torch
from torch import nn
import torch.nn.functional as F

class VGG(nn.Module):
    def __init__(self, num_classes=4, drop=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.drop = nn.Dropout(0.3) if drop else nn.Identity()
        self.fc = nn.Linear(16 * 8 * 8, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(self.drop(x.flatten(1)))

class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.up = nn.ConvTranspose2d(16, 4, 2, stride=2)
        self.rnn = nn.GRU(4 * 32, 5, batch_first=True)

    def forward(self, x):
        x = F.max_pool2d(F.leaky_relu(self.conv1(x)), 2)
        x = self.up(torch.cat([x, F.relu(self.conv2(x))], 1))
        return self.rnn(x.permute(0, 2, 1, 3).flatten(2))[0]

class Broken(VGG):
    def forward(self, x):
        return self.conv1(self.conv2(x))
"""
CONFIG = "8,M,16,M+input=3x32x32+classes=4+hidden=none+avgpool=none"


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(FILE)
    return "mine.py:VGG"


@pytest.fixture
def run(cli):
    """Runs a command line and checks its exit code."""

    def said(*args, code=0):
        done = cli(*args)
        assert done.code == code, done.err
        assert "Traceback" not in done.err
        return done

    return said


def test_summary_prints_modules_and_functions(mine, run):
    said = run("summary", mine, "--format", "json")
    document = json.loads(said.out)
    assert document["origin"]["as_config"] == CONFIG
    assert [layer["type"] for layer in document["layers"]] == [
        *("Conv2d", "relu", "max_pool2d", "Conv2d", "relu", "max_pool2d", "Identity", "Linear"),
    ]
    assert document["layers"][2]["line"] == "mine.py:15"
    assert document["totals"]["depth"] == 3
    assert said.err.startswith("vgginspect: note: the input is 3×32×32; with 3×224×224 it failed: ")


def test_trace_has_a_step_for_each_convolution_and_pool_and_the_list(mine, run):
    lines = run("trace", mine, "--input-size", "32").out.splitlines()
    assert lines[2] == f"as a cfg list: {CONFIG}"
    assert [line[:14].rstrip() for line in lines if line.startswith("step")] == [
        *("step 1  8  num", "step 2  'M'  m", "step 3  16  nu", "step 4  'M'  m"),
    ]
    assert "  + [mine.py:15] relu1_1 relu(inplace=False)" in lines


def test_layer_calculates_only_what_is_calculated(mine, run):
    out = run("layer", mine, "conv2_1", "relu1_1", "fc6", "--input-size", "32").out
    assert "3·3·8·16 + 16 = 1,168" in out
    assert "  line         mine.py:15" in out
    assert "1,024·4 + 4 = 4,100" in out


@pytest.mark.parametrize(
    ("option", "network"), [("--num-classes=7", "mine.py:VGG"), ("+classes=7", "mine.py:VGG")]
)
def test_options_are_passed_under_the_names_of_the_network(option, network, mine, run):
    args = (network, option) if option.startswith("--") else (network + option,)
    said = run("summary", *args, "--get", "layers.fc6.output_shape")
    assert said.out == "[7]\n"


def test_an_option_that_is_overridden_is_noted(mine, run):
    said = run(
        "summary", "mine.py:VGG+classes=7", "--classes", "5", "--get", "layers.fc6.output_shape"
    )
    assert said.out == "[5]\n"
    note = "vgginspect: note: --num-classes overrides the num_classes of mine.py:VGG+classes=7\n"
    assert note in said.err


def test_what_a_network_cannot_take_is_refused(mine, run):
    said = run("summary", mine, "--hidden", "64", code=2)
    assert "--hidden describes a CONFIG; a network in Python takes its own arguments" in said.err
    said = run("summary", mine, "--batch-norm", code=2)
    assert "mine.py:VGG has no argument for batch_norm" in said.err


def test_compare_tells_each_difference_once(mine, run):
    said = run("compare", CONFIG, "mine.py:VGG(9, drop=True)", "--input-size", "32")
    assert (
        said.out.splitlines()[-4:]
        == [
            f"{CONFIG} → mine.py:VGG(9, drop=True)",
            "  renamed: features is called the network (2 layers)",
            "  changed: out_features 4 → 9 (fc6)",
            "  inserted: Dropout (drop)",
        ]
        or "inserted: Dropout (drop)" in said.out
    )
    document = json.loads(run("compare", CONFIG, mine, "-f", "json").out)
    assert document["same"] is True
    assert [one["kind"] for one in document["differences"]] == ["renamed", "renamed"]


def test_verify_compares_with_the_config_that_it_should_be(mine, run):
    assert "renamed" in run("verify", mine, "--against", CONFIG).out
    said = run("verify", "mine.py:VGG(9)", "--against", CONFIG, code=1)
    assert "changed: out_features 4 → 9 (fc6)" in said.out


def test_verify_compares_a_network_with_itself_read_by_other_means(mine, run, monkeypatch):
    for network in (mine, "mine.py:Other"):
        out = run("verify", network, "--input-size", "32").out
        assert out.splitlines()[-1].endswith(" values are equal")
    from vgginspect.pytorch.forward_recorder import ForwardRecorder

    monkeypatch.setattr(ForwardRecorder, "_macs", lambda *_: 1)
    said = run("verify", mine, "--input-size", "32", code=1)
    assert "  macs: 221,184, not 1" in said.out or "macs" in said.out
    assert " values differ\n" in said.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--against", "code"], "--against code needs a CONFIG; what a network in Python should"),
        (["--forward"], "--forward needs a CONFIG, and not a network in Python"),
        (["--builder", "a:b"], "--builder needs a CONFIG, and not a network in Python"),
        (["A"], "verify takes one network in Python at a time"),
    ],
)
def test_what_verify_cannot_do_with_a_network_is_refused(args, message, mine, run):
    assert message in run("verify", mine, *args, code=2).err


def test_lines_can_be_networks(mine, run, tmp_path):
    (tmp_path / "list.txt").write_text(f"A\n{mine}\n{CONFIG}\n")
    rows = run("summary", "@list.txt", "--lines", "-f", "csv", "--columns", "name,params").out
    assert rows.splitlines()[2:] == ["VGG,5492", "custom,5492"]


def test_a_broken_network_is_a_failed_check(mine, run):
    said = run("summary", "mine.py:Broken", code=1)
    assert "conv2, Conv2d(8, 16" in said.err
    assert "likely in_channels was not updated" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("style", "texts"),
    [
        ("blocks", ["conv1_1: Conv2d(3, 8", "convolution + ReLU", "other layer"]),
        ("growth", ["conv1: Conv2d(3, 8", ">cat</text>", "other layer"]),
        ("costs", ["conv1_1: parameters 224"]),
    ],
)
def test_draw_shows_a_network_in_the_order_in_which_it_ran(style, texts, mine, run, tmp_path):
    run("draw", "mine.py:Other", "--input-size", "32", "--style", style, "-o", "a.svg")
    drawn = (tmp_path / "a.svg").read_text()
    for text in (*texts, "layers in the order in which they ran", "mine.py:Other()"):
        assert text in drawn


def test_a_bar_shows_a_sequence_and_a_cost_that_is_not_known_a_question_mark(mine, run, tmp_path):
    run("draw", "mine.py:Other", "--input-size", "32", "-o", "a.svg")
    assert ">32×5</text>" in (tmp_path / "a.svg").read_text()
    run("draw", "mine.py:Other", "--input-size", "32", "--style", "costs", "-o", "b.svg")
    drawn = (tmp_path / "b.svg").read_text()
    assert ">?</text>" in drawn
    assert ">total ?</text>" in drawn


def test_code_prints_the_source_of_the_config_with_the_same_layers(mine, run):
    assert run("code", mine).out == run("code", CONFIG).out


@pytest.mark.parametrize("command", [("code",), ("summary", "--explain"), ("trace", "--explain")])
def test_without_such_a_config_the_layers_are_named_that_are_no_token(mine, run, command):
    name, *options = command
    said = run(name, "mine.py:Other", *options, "--input-size", "32", code=2)
    what = options[0] if options else name
    assert (
        f"{what} needs a CONFIG, and mine.py:Other() has none: no token makes mine.py:" in said.err
    )
    assert ", leaky_relu(negative_slope=0.01, inplace=False); conv2, Conv2d(8, 8" in said.err


def test_explain_calculates_with_the_config_of_the_same_network(mine, run):
    for command in ("summary", "trace"):
        out = run(command, mine, "--explain").out
        assert "  pools           32 → 16 → 8\n" in out


@pytest.mark.parametrize(
    ("made", "ran", "why"),
    [
        ("fc2 = nn.Linear(4, 4)", "self.fc2(self.fc(x.flatten(1)).sigmoid())", "its features are"),
        (
            "pool = nn.AdaptiveMaxPool2d(8)",
            "self.fc(self.pool(x).flatten(1))",
            "layers after it: pool",
        ),
        ("conv1.bias = None", "self.fc(x.flatten(1))", "no CONFIG has conv2, Conv2d(8, 16"),
        ("x = 0", "self.fc(x.flatten(1)) + x.mean()", "mean() does not read just the layer before"),
    ],
)
def test_why_there_is_no_config(made, ran, why, mine, run, tmp_path):
    text = FILE.partition("class Other")[0].replace("self.fc(self.drop(x.flatten(1)))", ran)
    made = f"        self.{made}\n\n    def forward"
    (tmp_path / "mine.py").write_text(text.replace("\n    def forward", made))
    assert why in run("code", mine, code=2).err


def test_a_list_that_was_read_is_in_the_document_and_the_heading(mine, run, tmp_path):
    (tmp_path / "listed.py").write_text(
        "from torch import nn\ncfgs = {'E': [8, 'M']}\n"
        "def made(key='E'):\n"
        "    return nn.Sequential(*[nn.MaxPool2d(2) if v == 'M' else nn.Conv2d(3, v, 3) "
        "for v in cfgs[key]])\n"
    )
    said = run("summary", "listed.py:made", "--input-size", "32", "--get", "config.tokens")
    assert said.out == '[8, "M"]\n'
    assert "cfgs['E'] is not the paper's E: entry 1 is 8, not 64" in said.err
    assert "made  [8, 'M']  2 tokens" in run("trace", "listed.py:made", "--input-size", "32").out
