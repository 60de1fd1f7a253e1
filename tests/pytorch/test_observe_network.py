"""Networks in files as people write them: imports, arguments, input sizes, what is broken."""

import re
import sys
import textwrap

import pytest

from vgginspect.errors import BuilderError, DependencyError, NetworkError
from vgginspect.pytorch.observe_network import Target, observe_network

BLOCK = """
import torch
from torch import nn
import torch.nn.functional as F

class VGG(nn.Module):
    def __init__(self, width=8, num_classes=4, pretrained=True):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1), nn.ReLU(True), nn.MaxPool2d(2, 2)
        )
        self.classifier = nn.Linear(width * 16 * 16, num_classes)
        if pretrained:
            self.load_state_dict(torch.load("weights.pth")["state_dict"])

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write files; return the path of the last one. What was imported is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    known, path = set(sys.modules), list(sys.path)

    def files(text, name="mine.py", **others):
        for other, content in others.items():
            place = tmp_path / f"{other.replace('__', '/')}.py"
            place.parent.mkdir(exist_ok=True, parents=True)
            place.write_text(textwrap.dedent(content))
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(textwrap.dedent(text))
        return name

    yield files
    sys.path[:] = path
    for name in set(sys.modules) - known:
        file = str(getattr(sys.modules[name], "__file__", "") or "")
        if file.startswith(str(tmp_path)):
            del sys.modules[name]


def observe(target, options=None, size=None):
    return observe_network(target, options or {}, size, 20)


def test_the_only_network_of_a_file_is_found_and_a_size_that_it_takes(write):
    seen = observe(write(BLOCK))
    plan = seen.plan
    assert (plan.origin.what, plan.input_shape) == ("mine.py:VGG", (3, 32, 32))
    assert plan.totals.params == 8 * 27 + 8 + 8 * 256 * 4 + 4
    assert plan.origin.as_config == "8,M+input=3x32x32+classes=4+hidden=none+avgpool=none"
    assert plan.origin.arguments == {"pretrained": False}
    assert [note.partition(":")[0] for note in seen.notes] == [
        "pretrained=False was passed",
        "the input is 3×32×32; with 3×224×224 it failed",
    ]


def test_weights_are_neither_read_nor_loaded(write):
    seen = observe(f"{write(BLOCK)}:VGG(pretrained=True)", size=(32, 32))
    assert seen.notes == (
        "torch.load of weights.pth was left out: weights do not change the architecture",
        "load_state_dict was left out: weights do not change the architecture",
    )


def test_arguments_are_written_as_in_python_or_given_as_options(write):
    name = write(BLOCK)
    plan = observe(f"{name}:VGG(16, num_classes=2)", size=(32, 32)).plan
    assert plan.origin.arguments == {"width": 16, "num_classes": 2, "pretrained": False}
    assert plan.label == "mine.py:VGG(width=16, num_classes=2, pretrained=False)"
    plan = observe(f"{name}:VGG", {"num_classes": 7}, (32, 32)).plan
    assert plan.layers[-1].output_shape == (7,)
    with pytest.raises(BuilderError, match=r"has no argument for batch_norm; it takes \(width"):
        observe(f"{name}:VGG", {"batch_norm": True})


IMPORTS = {
    "missing": "import cv2_of_nobody as cv2\nfrom tensorboardX_of_nobody import SummaryWriter as W",
    "name": "from torch.nn.utils import name_that_went\nurl = name_that_went['a'].replace('s', '')",
    "decorator": (
        "from timm_of_nobody import register\n@register\ndef other(): pass\n"
        "@register(1)\ndef another(): pass"
    ),
    "base": "import lightning_of_nobody as pl\nclass Trained(pl.Module):\n    x = 1",
    "data": "lines = open('no/such/file.txt').read()",
    "arguments": "import argparse\nargs = argparse.ArgumentParser().parse_args()",
}


@pytest.mark.parametrize("kind", IMPORTS)
def test_what_the_network_does_not_need_may_be_missing(kind, write):
    seen = observe(write(BLOCK + IMPORTS[kind]) + ":VGG", size=(32, 32))
    assert seen.plan.totals.conv_layers == 1
    stand_ins = {
        "missing": ("cv2_of_nobody", "tensorboardX_of_nobody"),
        "name": ("torch.nn.utils.name_that_went",),
        "decorator": ("timm_of_nobody",),
        "base": ("lightning_of_nobody",),
    }
    assert seen.plan.origin.stand_ins == stand_ins.get(kind, ())
    assert not any(name.endswith("_of_nobody") for name in sys.modules)
    if kind == "data":
        assert seen.notes[-1].startswith("mine.py:18 failed and was left out: FileNotFoundError")


def test_computing_with_a_stand_in_names_the_package(write):
    text = BLOCK.replace("torch.flatten(", "timm_of_nobody.flat(")
    name = write("import timm_of_nobody\n" + text)
    with pytest.raises(DependencyError, match=r"needs timm_of_nobody.flat, which is not installed"):
        observe(f"{name}:VGG")


def test_a_network_that_is_based_on_a_stand_in_names_the_package(write):
    name = write(
        "import lightning_of_nobody as pl\n" + BLOCK.replace("nn.Module)", "pl.LightningModule)")
    )
    with pytest.raises(DependencyError, match=r"needs lightning_of_nobody.LightningModule, which"):
        observe(f"{name}:VGG")


def test_a_file_of_a_package_is_imported_as_part_of_it(write):
    name = write(
        "from .base import width\nfrom ..top import depth\nfrom tools import more\n"
        + BLOCK.replace("width=8", "width=width * depth * more"),
        "net__work/models/mine.py".replace("__", "_"),
        net_work__models__base="width = 2",
        net_work__models____init__="raise RuntimeError('not needed')",
        net_work__top="depth = 4",
        tools="more = 2",
    )
    assert observe(f"{name}:VGG", size=(32, 32)).plan.layers[0].out_channels == 16


def test_a_device_that_is_not_there_is_not_needed(write):
    text = BLOCK.replace("torch.flatten(", "torch.flatten(torch.zeros(1, device='cuda') + ")
    text = text.replace(
        "return self",
        "x = x.cuda().to('cuda').to(device='cuda', dtype=torch.float32)\n"
        "        x = x.type('torch.cuda.FloatTensor')\n"
        "        return self",
    )
    name = write(text + "net = VGG().cuda()\nnet.scale = torch.ones(2).cuda()\n")
    assert observe(f"{name}:net", size=(32, 32)).plan.totals.linear_layers == 1


HOSTILE = {
    "forks": ("import os\nos.fork()", None),
    "prints": ("print('said')", None),
    "exits": ("raise SystemExit(3)", None),
    "exits at once": ("import os\nos._exit(0)", None),
    "exits when made": ("VGG.__init__ = lambda *_: exit(3)", r"called sys\.exit\(3\)"),
    "recurses": ("def again(): again()\nVGG.forward = lambda *_: again()", "recursion"),
    "forward exits": ("import os\nVGG.forward = lambda *_: os._exit(0)", r"called sys\.exit"),
    "not a network": ("def VGG(): return 3", "has no torch module in it"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_code_ends_in_one_message(kind, write, capfd):
    text, said = HOSTILE[kind]
    name = write(BLOCK + text)
    if said is None:
        assert observe(f"{name}:VGG", size=(32, 32)).plan.totals.conv_layers == 1
        assert capfd.readouterr().out == ""
        return
    with pytest.raises(BuilderError, match=said):
        observe(f"{name}:VGG")


MANY = (
    BLOCK
    + """
cfgs = {"A": [8, "M"]}
def vgg_a(): return VGG()
def vgg_b(): return VGG(16)
def test(): vgg_a()
class Named(nn.Module):
    def __init__(self, name): super().__init__()
"""
)


def test_the_candidates_are_listed(write):
    with pytest.raises(BuilderError) as raised:
        observe(write(MANY))
    assert str(raised.value).splitlines() == [
        "mine.py defines 3 networks; name one:",
        "  mine.py:vgg_a",
        "  mine.py:vgg_b",
        "  mine.py:Named",
    ]


def test_a_needed_argument_is_asked_for_with_an_example(write):
    name = write(MANY)
    with pytest.raises(BuilderError) as raised:
        observe(f"{name}:Named")
    assert str(raised.value) == (
        "mine.py:Named needs name; give a value, as in \"mine.py:Named(name='A')\""
    )


BROKEN = {
    "channels": (
        BLOCK.replace("nn.ReLU(True),", "nn.Conv2d(3, 8, 3, padding=1),"),
        r"features\.1, Conv2d\(3, 8.*got input 8×224×224",
        "in_channels was not updated",
    ),
    "nothing": (
        BLOCK.replace("return self.classifier", "self.classifier"),
        "forward returns None",
        "return",
    ),
    "raises": (BLOCK.replace("return self", "return self.missing + self"), "mine.py:17", "missing"),
    "syntax": ("class VGG(:\n", "invalid Python", "mine.py:1"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_network_is_told_with_its_layer_and_line(kind, write):
    text, *said = BROKEN[kind]
    with pytest.raises(NetworkError) as raised:
        observe(f"{write(text)}:VGG")
    for part in said:
        assert raised.match(f"(?s){part}")
    assert raised.value.exit_code == 1


WITHOUT = {
    "keys by number": "keys = list(torch.load('a.pth').keys())\nx.conv.weight.data = keys[0]",
    "a list of pairs": "pairs = torch.load('a.pth').items()\nx.conv.weight.data[:] = pairs[0][1]",
}


@pytest.mark.parametrize("kind", WITHOUT)
def test_a_function_that_fails_as_it_reads_weights_is_left_out(kind, write):
    body = textwrap.indent(WITHOUT[kind], "    ")
    text = BLOCK.replace("self.load_state_dict(", "copied(self, ")
    name = write(text + f"def copied(x, pre_train):\n{body}\n")
    seen = observe(f"{name}:VGG(pretrained=True)", size=(32, 32))
    assert seen.plan.totals.linear_layers == 1
    assert any(
        note.startswith("copied, which reads weights, was left out, ") for note in seen.notes
    )


def test_an_image_of_zeros_is_run_through_to_learn_the_size_of_the_map(write):
    name = write(
        BLOCK.replace(
            "nn.Linear(width * 16 * 16,",
            "nn.Linear(self.features(torch.zeros(1, 3, 32, 32)).flatten(1).shape[1],",
        )
    )
    assert observe(f"{name}:VGG", size=(32, 32)).plan.layers[-1].in_channels == 8 * 16 * 16


def test_a_constructor_of_the_gpu_makes_tensors_of_the_cpu(write):
    text = BLOCK.replace("torch.flatten(", "torch.flatten(torch.cuda.FloatTensor([1.0]) + ")
    name = write(text + "scale = torch.cuda.LongTensor([2])\n")
    assert observe(f"{name}:VGG", size=(32, 32)).plan.totals.linear_layers == 1


def test_a_hook_on_a_tensor_has_no_gradients_to_wait_for(write):
    text = BLOCK.replace("return self", "x.register_hook(print).remove()\n        return self")
    assert observe(f"{write(text)}:VGG", size=(32, 32)).plan.totals.linear_layers == 1


def test_arguments_of_forward_besides_the_image_are_none(write):
    text = BLOCK.replace("forward(self, x)", "forward(self, x, text, train=True)")
    seen = observe(f"{write(text)}:VGG", size=(32, 32))
    assert "text=None was passed to forward, which is given one image only" in seen.notes
    with pytest.raises(NetworkError, match=r"(?s)only networks that take one image can be run$"):
        observe(write(text.replace("return self", "x = x + text\n        return self")) + ":VGG")


def test_a_train_of_the_users_own_returns_nothing(write):
    text = BLOCK + "    def train(self, mode=True):\n        super().train(mode)\n"
    assert observe(f"{write(text)}:VGG", size=(32, 32)).plan.totals.linear_layers == 1


def test_a_network_without_forward_is_its_features(write):
    name = write(BLOCK.partition("    def forward")[0])
    seen = observe(f"{name}:VGG", size=(32, 32))
    assert [layer.type for layer in seen.plan.layers] == ["Conv2d", "ReLU", "MaxPool2d"]
    assert "mine.py:VGG has no forward; this is its features" in seen.notes


def test_what_is_set_on_a_stand_in_is_kept(write):
    config = (
        "from easydict_of_nobody import EasyDict\ncfg = EasyDict()\ncfg.NET = EasyDict()\n"
        "cfg.NET.WIDTH = 6\ncfg['LATE'] = 2\n"
    )
    text = BLOCK.replace("width=8", "width=cfg['NET'].WIDTH * cfg.LATE")
    seen = observe(f"{write(config + text)}:VGG", size=(32, 32))
    assert seen.plan.layers[0].out_channels == 12
    with pytest.raises(BuilderError) as raised:
        observe(write(config + text.replace("cfg.LATE", "cfg.OTHER")) + ":VGG")
    assert str(raised.value).splitlines() == [
        "mine.py has no 'VGG'",
        "  mine.py:11 failed and was left out: StandInError: the network needs "
        "easydict_of_nobody.EasyDict.OTHER, which is not installed",
    ]


def test_of_two_packages_of_a_name_the_one_with_the_module_is_imported(write):
    name = write(
        "import utils.shapes\nfrom utils.config import width\n"
        + BLOCK.replace("width=8", "width=width"),
        "model/mine.py",
        model__utils__shapes="",
        utils__config="width = 5",
        utils__shapes="",
    )
    assert observe(f"{name}:VGG", size=(32, 32)).plan.layers[0].out_channels == 5


def test_a_version_is_compared_with_the_copy_of_packaging_that_pytorch_has(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging", None)
    name = write(
        "from packaging import version\nassert version.parse('0.26') > version.parse('0.3')\n"
        + BLOCK
    )
    assert observe(f"{name}:VGG", size=(32, 32)).plan.origin.stand_ins == ("packaging",)


def test_a_loss_that_takes_two_images_is_no_candidate(write):
    name = write(
        BLOCK + "class Loss(nn.Module):\n    def forward(self, one, other): return one - other\n"
    )
    assert observe(name).plan.origin.what == "mine.py:VGG"


def test_the_size_that_a_linear_layer_needs_is_tried(write):
    seen = observe(write(BLOCK.replace("16 * 16", "30 * 30")))
    assert seen.plan.input_shape == (3, 60, 60)
    with pytest.raises(NetworkError, match=r"fits with --input-size 6x10 or --input-size 10x6"):
        observe(write(BLOCK.replace("16 * 16", "3 * 5")))


LISTS = """
cfg = {"A": [8, "M", 16, "M"], "E": [8, 8, "M"], "pairs": [[1, 4], [2, 4]]}
spare = [4, 4]

class Made(nn.Module):
    def __init__(self, name="A"):
        super().__init__()
        layers, channels = [], 3
        for v in cfg[name]:
            if v == "M":
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(channels, v, 3, padding=1), nn.ReLU()]
                channels = v
        self.features = nn.Sequential(*layers)

    def forward(self, x):
        return self.features(x)
"""


def test_a_list_of_the_files_own_is_recorded_and_compared_with_the_papers(write):
    name = write(BLOCK + LISTS)
    seen = observe(f"{name}:Made", size=(32, 32))
    assert [entry.value for entry in seen.plan.origin.entries] == [8, "M", 16, "M"]
    assert "cfg['A'] is not the paper's A: entry 1 is 8, not 64" in seen.notes
    seen = observe(f"{name}:Made('E')", size=(32, 32))
    assert seen.plan.origin.as_config == "8,8,M+input=3x32x32+features-only"
    assert observe(f"{name}:VGG", size=(32, 32)).plan.origin.entries is None
    text = LISTS.replace("cfg = {", "kept = {").replace("cfg[name]", "dict(kept)[name]")
    assert observe(write(BLOCK + text) + ":Made", size=(32, 32)).plan.origin.entries is not None
    paper = LISTS.replace(
        '"A": [8, "M", 16, "M"]',
        '"vgg11": ' + str([64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]),
    )
    seen = observe(write(BLOCK + paper) + ":Made('vgg11')", size=(32, 32))
    assert not any("paper" in note for note in seen.notes)


def test_what_is_not_installed_is_named_when_a_network_fails(write):
    text = BLOCK.replace("nn.ReLU(True)", "nn.Sequential(blocks_of_nobody.Block())")
    with pytest.raises(NetworkError, match=r"(?s)not installed: blocks_of_nobody$"):
        observe(write("import blocks_of_nobody\n" + text) + ":VGG")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("return self", "while True: pass\n        return self"), "mine.py:VGG was still running"),
        (("class VGG", "while True: pass\nclass VGG"), "importing mine.py was still running"),
    ],
)
def test_what_does_not_end_is_stopped(change, what, write):
    with pytest.raises(NetworkError, match=rf"(?s){what} after 1 s.*longer limit with --timeout"):
        observe_network(write(BLOCK.replace(*change)) + ":VGG", {}, (32, 32), 1)


def test_a_head_for_another_size_names_a_size_that_fits(write):
    with pytest.raises(NetworkError, match=r"(?s)2048 are 8×16×16: .*--input-size 32"):
        observe(f"{write(BLOCK)}:VGG", size=(64, 64))


def test_a_network_of_another_file_than_one_of_ours(write):
    name = write(BLOCK, "vgginspect.py")
    assert observe(f"{name}:VGG", size=(32, 32)).plan.totals.conv_layers == 1


@pytest.mark.parametrize(
    ("text", "place", "path"),
    [
        ("a.py", "a.py", ""),
        ("a.py:VGG", "a.py", "VGG"),
        ("dir/a.py:VGG.make(1, b='x')", "dir/a.py", "VGG.make"),
        ("torchvision.models:vgg11", "torchvision.models", "vgg11"),
    ],
)
def test_a_target_in_parts(text, place, path):
    parts = Target.parse(text)
    assert (parts.place, parts.path) == (place, path)


@pytest.mark.parametrize("text", ["a.py:1", "a.py:VGG(", "a.py:x + y", "a.py:[1]"])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(BuilderError, match="must be a name, or a call"):
        Target.parse(text)


LOOSE = """
import torch
from torch import nn

class Loose(nn.Module):
    def __init__(self, *widths, kernel=3):
        super().__init__()
        before = [3, *widths]
        self.layers = [nn.Conv2d(i, o, kernel) for i, o in zip(before, widths)]

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x

class Viewed(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(8 * 14 * 14, 4)

    def forward(self, x):
        return self.fc(self.pool(self.conv(x)).view(-1, 8 * 14 * 14))

class Deep(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(3, 8, 3)

    def forward(self, x):
        return self.conv(x)
"""


def test_starred_arguments_are_passed(write):
    name = write(LOOSE)
    seen = observe(f"{name}:Loose(*[4, 6], **{{'kernel': 5}})", size=(16, 16))
    assert [layer.rule.kernel_size for layer in seen.plan.features][::2] == [5, 5]
    assert seen.plan.layers[-1].output_shape == (6, 8, 8)


PARTS = """
from torch import nn

class Whole(nn.Module):
    def __init__(self, channels=4):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(3, channels, 3), nn.ReLU())
        self.last = nn.Conv2d(channels, 2, 1)

def both(channels=4):
    return nn.Sequential(nn.Conv2d(3, channels, 3)), nn.Linear(7, 2)
"""


@pytest.mark.parametrize(
    ("target", "part", "channels"),
    [
        ("Whole(5).encoder", ".encoder", [5]),
        ("Whole(channels=6).encoder[0]", ".encoder[0]", [6]),
        ("both()[0]", "[0]", [4]),
        ("Whole().encoder[:1]", None, None),
        ("both()[2]", "[2]: tuple index out of range", None),
        ("Whole().head", ".head: 'Whole' object has no attribute 'head'", None),
    ],
)
def test_a_part_of_what_is_made(write, target, part, channels):
    name = write(PARTS)
    if channels is None:
        with pytest.raises(BuilderError, match=re.escape(part or "after the file must be a name")):
            observe(f"{name}:{target}", size=(16, 16))
        return
    seen = observe(f"{name}:{target}", size=(16, 16))
    convolutions = [layer for layer in seen.plan.layers if layer.rule.stem == "conv"]
    assert [layer.out_channels for layer in convolutions] == channels
    what = f"{name}:{target.partition('(')[0]}"
    assert seen.notes == (f"this is {part} of what {what} makes",)


def test_modules_in_a_list_are_no_part_of_the_network(write):
    seen = observe(f"{write(LOOSE)}:Loose(4, 6)", size=(16, 16))
    (note,) = (note for note in seen.notes if "no part of the network" in note)
    assert note.startswith("mine.py:13: Conv2d(3, 4, ")
    assert f"{3 * 4 * 9 + 4 + 4 * 6 * 9 + 6:,} in all" in note


def test_a_view_that_does_not_fit_names_the_size_that_does(write):
    with pytest.raises(NetworkError, match=r"is invalid for input of size 2048") as error:
        observe(f"{write(LOOSE)}:Viewed", size=(32, 32))
    assert "likely it was made for --input-size 28" in str(error.value)
    assert observe("mine.py:Viewed").plan.input_shape == (3, 28, 28)


def test_other_maps_than_images_are_named(write):
    with pytest.raises(NetworkError, match="Conv3d takes channels x depth x height x width"):
        observe(f"{write(LOOSE)}:Deep", size=(32, 32))


TIED = """
from torch import nn

class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 3, 3, padding=1)
        self.b = nn.Conv2d(3, 3, 3, padding=1)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(self.a(x))
"""


def test_weights_that_layers_share_are_named(write):
    seen = observe(f"{write(TIED)}:Tied", size=(16, 16))
    assert seen.plan.totals.params == 2 * (81 + 3)
    (note,) = seen.notes
    assert note == (
        "layers share weights: the network has 87 parameters, and the totals, which count each "
        "layer's, are 168"
    )
