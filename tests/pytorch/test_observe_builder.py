"""Builders with every kind of list, recorded: the modules of each token, and their shapes."""

import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from vgginspect import BuilderError, Plan, plan
from vgginspect.cfg.builder_entries import read
from vgginspect.cfg.config import make_config
from vgginspect.cfg.tokens import ListEntry
from vgginspect.network.plan import Origin, Recorded
from vgginspect.pytorch.observe_builder import observe_builder
from vgginspect.pytorch.verify import check_observed

DIALECTS = Path(__file__).parent / "dialects.py"
NETWORKS = Path(__file__).parent / "networks.py"


def recorder(name, cfg, **options):
    target = name if ":" in name else f"{DIALECTS}:{name}"
    return observe_builder(target, read(cfg, options))


def as_grown(seen):
    """The Plan as if it had been grown from a list of ours, to be compared with one that was."""
    read = seen.plan
    config = make_config([entry.value for entry in read.origin.entries])
    steps = [step._replace(tokens=make_config([step.token]).tokens) for step in read.steps]
    config = config.with_options(
        input_shape=read.input_shape,
        features_only=not read.head,
        batch_norm=any(layer.type == "BatchNorm2d" for layer in read.features),
    )
    return Plan(config, Recorded(steps, read.head))


def story(seen):
    """Each step as its token and its modules' types."""
    return [
        f"{step.token}: {' '.join(layer.type for layer in step.layers)}".rstrip()
        for step in seen.plan.steps
    ]


@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "bn"])
@pytest.mark.parametrize("letter", "ABDE")
def test_torchvisions_builder_takes_the_steps_of_the_grown_walk(letter, batch_norm):
    seen = recorder("torchvision.models.vgg:make_layers", letter, batch_norm=batch_norm)
    grown = plan(letter, batch_norm=batch_norm, features_only=True)
    assert check_observed(grown, seen.plan, seen.whole, "theirs").differences == []
    assert seen.notes == ()


CONV, BN = "Conv2d ReLU", "Conv2d BatchNorm2d ReLU"
CASES = {
    "ssd": (
        "[8, 'M', 16, 'C']",
        {"input_shape": "3x30x30"},
        [
            f"8: {CONV}",
            "M: MaxPool2d",
            f"16: {CONV}",
            "C: MaxPool2d",
            "None: MaxPool2d Conv2d ReLU Conv2d ReLU",
        ],
        [],
        (32, 8, 8),
    ),
    "SmallImages": (
        "8 M 16 M 16 M",
        {"input_shape": "8", "num_classes": "5"},
        [
            f"8: {BN}",
            "M: MaxPool2d",
            f"16: {BN}",
            "M: MaxPool2d",
            f"16: {BN}",
            "M: MaxPool2d",
            "None: AvgPool2d",
        ],
        ["classifier Linear (16, 1, 1)"],
        (5,),
    ),
    "SmallImages._make_layers": (
        "8,M",
        {},
        [f"8: {BN}", "M: MaxPool2d", "None: AvgPool2d"],
        [],
        (8, 112, 112),
    ),
    "average": (
        "[4, 'A', 8, 'avg']",
        {"input_shape": 12},
        [f"4: {CONV}", "A: AvgPool2d", f"8: {CONV}", "avg: AvgPool2d"],
        [],
        (8, 3, 3),
    ),
    "dilated": (
        "4,M,8",
        {"input_shape": "1x20x10"},
        [f"4: {CONV}", "M: MaxPool2d", f"8: {CONV}"],
        [],
        (8, 10, 5),
    ),
    "pairs": (
        "[(4, 1), (8, 2)]",
        {"input_shape": "2x9x9"},
        ["(4, 1): Conv2d LeakyReLU", "(8, 2): Conv2d LeakyReLU"],
        [],
        (8, 5, 5),
    ),
    "words": (
        "c8, p, skip, c16, drop",
        {"input_shape": 8},
        ["c8: Conv2d ELU", "p: MaxPool2d", "skip:", "c16: Conv2d ELU", "drop: Dropout2d"],
        [],
        (16, 4, 4),
    ),
    "Blocks": (
        "8,M,16",
        {"input_shape": 8, "num_classes": 7},
        ["None: Identity", f"8: {BN}", "M: MaxPool2d", f"16: {BN}"],
        ["dropout Dropout (16, 4, 4)", "classifier Conv2d (16, 4, 4)", " mean (7, 4, 4)"],
        (7,),
    ),
    "Holder": (
        "8,M",
        {"input_shape": "2x8x8"},
        [f"8: {CONV}", "M: MaxPool2d"],
        [],
        (8, 4, 4),
    ),
    "by_number": (
        "8,8,M,8,8,8,8,8,8,8,8,8,8,M",
        {"input_shape": 8},
        [
            f"8: {CONV}",
            "8: Conv2d",
            "M: MaxPool2d",
            *[f"8: {CONV}"] * 9,
            "8: Conv2d",
            "M: MaxPool2d",
            "None: AdaptiveAvgPool2d",
        ],
        [],
        (8, 1, 1),
    ),
    "by_popping": (
        "8,M,16",
        {"input_shape": 8},
        ["8: Conv2d", "M: MaxPool2d", "16: Conv2d", "None: ReLU"],
        [],
        (16, 4, 4),
    ),
    "by_pairs": (
        "8,4,16",
        {"input_shape": 8},
        ["8: Conv2d", "4: Conv2d", "16: Conv2d"],
        [],
        (16, 8, 8),
    ),
    "twice": (
        "8,M,16",
        {"input_shape": 8},
        ["None: Identity", "8: Conv2d", "M: MaxPool2d", "16: Conv2d"],
        [],
        (16, 4, 4),
    ),
    "recursive": (
        "8,M,16",
        {"input_shape": 8},
        ["8: Conv2d", "M: MaxPool2d", "16: Conv2d"],
        [],
        (16, 4, 4),
    ),
    "yielding": (
        "8,M,16",
        {"input_shape": 8},
        [f"8: {CONV}", "M: MaxPool2d", f"16: {CONV}"],
        [],
        (16, 4, 4),
    ),
    "partial": (
        "['8', 8, 'end', 16]".replace("'8', ", ""),
        {"input_shape": 8},
        ["8: Conv2d", "end:", "16:", "None: Flatten"],
        [],
        (512,),
    ),
    "reversed_and_popped": (
        "8,M,16,M",
        {"input_shape": 8},
        [f"8: {CONV}", "M: MaxPool2d", f"16: {CONV}", "M: MaxPool2d"],
        [],
        (16, 2, 2),
    ),
    "with_a_stem": (
        "8,M,8",
        {"input_shape": 8},
        [f"None: {CONV}", f"8: {CONV}", "M: MaxPool2d", f"8: {CONV}"],
        [],
        (8, 4, 4),
    ),
    "without_the_last_pool": (
        "8,M,16,M,4,M",
        {"input_shape": 8},
        [f"8: {CONV}", "M:", f"16: {CONV}", "M: MaxPool2d", f"4: {CONV}", "M:"],
        [],
        (4, 4, 4),
    ),
    "doubled": (
        "8,M",
        {"input_shape": 8},
        [f"8: {CONV}", "M: MaxPool2d"] * 2,
        [],
        (8, 2, 2),
    ),
    "multiplied": (
        "8,M,4,M",
        {"input_shape": 8},
        [f"4: {CONV}", f"8: {CONV}", "M: MaxPool2d", "M: MaxPool2d"],
        [],
        (8, 2, 2),
    ),
    "decoder": (
        "8,M,16,4",
        {"input_shape": 8},
        ["4: Conv2d", "16: Conv2d", "M:", "8: Conv2d"],
        [],
        (8, 8, 8),
    ),
    "in_blocks": (
        "8,4",
        {"input_shape": 8},
        ["8: Conv2d", "4: Conv2d", "None: AvgPool2d"],
        [],
        (4, 4, 4),
    ),
    "Twins": (
        "2,3",
        {"input_shape": 36},
        ["2: MaxPool2d", "3: MaxPool2d", "2: AvgPool2d", "3: AvgPool2d"],
        [],
        (3, 1, 1),
    ),
    "slice_loops": (
        "1,2,3,4",
        {"input_shape": 8},
        [f"{n}: Conv2d" for n in (1, 2, 3, 4)],
        [],
        (4, 8, 8),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_dialect_is_walked(name):
    cfg, options, steps, head, shape = CASES[name]
    seen = recorder(name, cfg, **options)
    assert story(seen) == steps
    assert [f"{x.path} {x.type} {x.input_shape}" for x in seen.plan.head] == head
    assert seen.whole.output_shape == shape
    assert seen.plan.totals.params == seen.whole.params
    assert seen.notes == ()
    indices = [(step.layers_before, step.layers_after) for step in seen.plan.steps]
    assert all(end == start for (_, end), (start, _) in pairwise(indices))
    shapes = [(step.input_shape, step.output_shape) for step in seen.plan.steps]
    assert all(end == start for (_, end), (start, _) in pairwise(shapes))


def test_receptive_fields_follow_the_order_in_which_modules_run():
    seen = recorder("Twins", "2,3", input_shape=36)
    assert [layer.receptive_field for layer in seen.plan.layers] == [2, 6, 12, 36]


def test_a_builder_that_turns_its_list_round_and_back_makes_what_ours_does(cli):
    target = f"{DIALECTS}:reversed_and_popped"
    args = ("verify", "A", "--features-only", "--builder", target, "--get", "ok")
    assert cli(*args).out == "true\n"


SMALL = [f"8: {CONV}", "M: MaxPool2d", f"16: {CONV}", "M: MaxPool2d"]
WHOLE = {
    "ByName": ("8,M,16,M", {}, SMALL, [" mean (16, 2, 2)", "classifier Linear (16,)"], (10,)),
    "by_key": ("8,M,16,M", {}, SMALL, [], (16, 2, 2)),
    "by_depth": ("4,M,8", {}, [f"4: {CONV}", "M: MaxPool2d", f"8: {CONV}"], [], (8, 4, 4)),
    "tiny": ("8,M", {}, [f"8: {CONV}", "M: MaxPool2d"], [], (8, 4, 4)),
    "OfItsOwn.make": ("4,M,4", {}, [f"4: {CONV}", "M: MaxPool2d", f"4: {CONV}"], [], (4, 4, 4)),
    "Lazy": (
        "[(1, 8), (2, 16)]",
        {"num_classes": 5},
        [
            f"(1, 8): {CONV} MaxPool2d",
            f"(2, 16): {CONV} {CONV} MaxPool2d",
        ],
        ["net.2 Flatten (16, 2, 2)", "net.3 Linear (64,)"],
        (5,),
    ),
    "Detector": (
        "8,M,16,M",
        {},
        SMALL,
        ["norm Scale (16, 2, 2)", "loc.0 Conv2d (16, 2, 2)"],
        (8, 4),
    ),
    "Slices": ("8,M,16,M", {}, ["None: sub", *SMALL], [], (8, 8, 8)),
    "Discriminator": (
        "8,M,16",
        {"input_shape": "2x8x8"},
        [
            "8: Conv2d BatchNorm2d LeakyReLU",
            "M: AvgPool2d",
            "16: Conv2d BatchNorm2d LeakyReLU",
        ],
        [],
        (16, 4, 4),
    ),
    "parallel": ("8,M,16,M", {}, SMALL, [], (16, 2, 2)),
    "compiled": ("8,M,16,M", {}, SMALL, [], (16, 2, 2)),
    "half": ("8,M,16,M", {}, SMALL, [], (16, 2, 2)),
    "moved": ("8,M,16,M", {}, SMALL, [], (16, 2, 2)),
    "folded": ("8,M,16,M", {}, SMALL, [], (16, 2, 2)),
    "first_alone": (
        "8,M,16,M",
        {"input_shape": "1x8x8"},
        ["8: Conv2d", "M: MaxPool2d", "16: Conv2d", "M: AdaptiveMaxPool2d"],
        [],
        (16, 1, 1),
    ),
    "two_loops": (
        "1,2,3,4",
        {},
        ["1: Conv2d", "2: Conv2d Tanh", "3: Conv2d", "4: Conv2d"],
        [],
        (4, 8, 8),
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_each_network_is_walked(name):
    if name == "parallel" and torch.cuda.is_available():
        pytest.skip("devices take it away from where it was made")
    if name == "compiled" and sys.version_info >= (3, 12) and torch.__version__ < "2.6":
        pytest.skip("this PyTorch does not compile under this Python")
    cfg, options, steps, head, shape = WHOLE[name]
    seen = recorder(f"{NETWORKS}:{name}", cfg, **{"input_shape": 8, **options})
    assert story(seen) == steps
    assert [f"{x.path} {x.type} {x.input_shape}" for x in seen.plan.head] == head
    assert seen.whole.output_shape == shape
    assert seen.plan.totals.params == seen.whole.params
    assert seen.notes == ()
    assert not any("module" in layer.path or "_orig" in layer.path for layer in seen.plan.layers)


def test_a_list_of_ones_own_is_put_among_those_a_builder_looks_up():
    seen = recorder(f"{NETWORKS}:ByName", "4,4,16", input_shape=8, num_classes=3)
    assert story(seen) == [f"4: {CONV}", f"4: {CONV}", f"16: {CONV}"]


def test_the_lists_of_a_module_are_afterwards_what_they_were(monkeypatch):
    monkeypatch.syspath_prepend(str(NETWORKS.parent))
    import networks

    cfgs, tiny = {**networks.CFGS}, networks.TINY
    for name, cfg in (("ByName", "4,16"), ("by_key", "8,M,M"), ("tiny", "8,M")):
        recorder(f"networks:{name}", cfg, input_shape=8)
    assert cfgs == networks.CFGS
    assert all(networks.CFGS[key] is cfgs[key] for key in cfgs)
    assert networks.TINY is tiny


def test_a_classifier_in_the_same_container_is_the_head():
    plan = recorder(f"{NETWORKS}:Lazy", "[(1, 8)]", input_shape=8, num_classes=5).plan
    assert [layer.name for layer in plan.head] == ["flatten", "fc6"]
    assert plan.totals.classifier_params == 8 * 16 * 5 + 5


def test_torchvisions_models_are_watched_by_their_names():
    for name, letter in (("vgg11", "A"), ("vgg16_bn", "D+bn")):
        seen = recorder(f"torchvision.models.vgg:{name}", letter)
        assert check_observed(plan(letter), seen.plan, seen.whole, name).differences == []


def test_functions_without_a_module_and_branches_are_followed():
    layers = recorder(f"{NETWORKS}:Functional", "8,M,16", input_shape=8).plan.layers
    assert [(layer.type, layer.receptive_field) for layer in layers] == [
        ("Conv2d", 3),
        ("relu", 3),
        ("max_pool2d", 4),
        ("Conv2d", 8),
        ("relu", 8),
    ]
    assert [layer.name for layer in layers] == ["conv1_1", "relu1_1", "pool1", "conv2_1", "relu2_1"]
    layers = recorder(f"{NETWORKS}:Residual", "8,16", input_shape=8).plan.layers
    assert [layer.receptive_field for layer in layers] == [3, 1, 3, 3, 5, 3, 5, 5]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("name", "cfg", "said"),
    [
        (
            "by_depth",
            "8,8",
            r":by_depth has no parameter for a cfg list, and no list in its module equals "
            r"the CONFIG: "
            r"CFGS\['small'\], CFGS\['pooled'\], CFGS\[5\], TINY$",
        ),
        (
            "tiny",
            "8,M,M",
            r":tiny has no parameter for a cfg list and does not read CFGS\['pooled'\]$",
        ),
        (
            "Elsewhere",
            "4,M,4",
            r":Elsewhere takes the name of a list but does not read CFGS\['custom'\]$",
        ),
        ("scripted", "8,M", r":scripted returned a scripted module, which cannot be traced"),
    ],
)
def test_networks_that_cannot_be_watched(name, cfg, said):
    with pytest.raises(BuilderError, match=said):
        recorder(f"{NETWORKS}:{name}", cfg, input_shape=8)


def test_branches_say_what_happened():
    seen = recorder("partial", "[8, 'end', 16]", input_shape=8)
    assert [step.branch for step in seen.plan.steps] == ["other", "nothing", "unread", "after"]
    assert [step.branch for step in recorder("twice", "8,M", input_shape=8).plan.steps] == [
        "before",
        "other",
        "maxpool",
    ]


OWN = {"batch_norm": True, "in_channels": 1, "num_classes": 7, "dropout": 0.0}
TAKES_NOT = ": (.*{} has no such argument|builders get only batch_norm, .*, dropout)$"


def made_with(seen):
    """The options of the network that was made, as far as its layers show them."""
    layers = {layer.type: layer for layer in seen.plan.layers}
    return {
        "batch_norm": "BatchNorm2d" in layers,
        "in_channels": seen.plan.input_shape[0],
        "num_classes": layers["Linear"].out_channels,
        "dropout": layers["Dropout"].rule.kwargs["p"],
    }


@pytest.mark.parametrize(
    ("name", "given", "passed", "left"),
    [
        ("WithDefaults", "", {}, []),
        ("WithDefaults", "+no-bn", {"batch_norm": False}, []),
        ("WithDefaults", "+classes=7+dropout=0.5", {"num_classes": 7, "dropout": 0.5}, []),
        ("WithDefaults", "+input=3x8x8", {"in_channels": 3}, []),
        ("WithDefaults", "+hidden=none+avgpool=1", {}, ["hidden", "avgpool"]),
        ("through_kwargs", "", {}, []),
        (
            "through_kwargs",
            "+no-bn+bias+classes=2",
            {"batch_norm": False, "num_classes": 2},
            ["bias"],
        ),
        ("with_seven_classes", "+classes=2+input=2x8x8", {"in_channels": 2}, ["num_classes"]),
    ],
)
def test_a_builder_is_called_as_its_own_code_calls_it(name, given, passed, left):
    seen = recorder(name, f"[8, 'mp', 4]{given}")
    assert made_with(seen) == OWN | passed
    assert seen.plan.origin.arguments == passed
    assert len(seen.notes) == len(left)
    for option, note in zip(left, seen.notes, strict=True):
        assert re.match(f"{option} was not passed{TAKES_NOT.format(name)}", note)
    assert seen.plan.totals.params == seen.whole.params
    assert [step.token for step in seen.plan.steps] == [8, "mp", 4]


def test_a_builder_that_takes_anything_is_passed_what_was_given_and_may_ignore_it():
    seen = recorder("swallowing", "8+classes=2+bias")
    assert seen.plan.origin.arguments == {"num_classes": 2, "bias": True}
    assert (made_with(seen), seen.notes) == (OWN, ())


def test_what_a_builder_cannot_do_without_is_the_usual():
    seen = recorder("needing", "8")
    usual = {"batch_norm": False, "in_channels": 3, "num_classes": 1000}
    assert seen.plan.origin.arguments == usual
    assert made_with(seen) == OWN | usual


def test_arguments_by_position_are_those_they_are_meant_for():
    seen = recorder("by_position", "8+bn")
    assert made_with(seen) == OWN | {"batch_norm": True, "dropout": 0.1}
    assert seen.plan.origin.arguments == {"batch_norm": True}


def test_the_input_has_the_channels_of_the_first_convolution_that_runs():
    assert recorder("stemmed", "8,4").plan.input_shape == (1, 224, 224)
    assert recorder("stemmed", "8,4+input=9x7").plan.input_shape == (1, 9, 7)
    assert recorder("Blocks", "8,M,16+input=8").plan.input_shape == (3, 8, 8)
    seen = recorder("stemmed", "8,4+input=2x9x7")
    assert seen.plan.input_shape == (1, 9, 7)
    assert seen.notes[0].startswith("in_channels was not passed")


def test_a_plan_knows_what_ran_on_what():
    origin = recorder(f"{NETWORKS}:ByName", "8,M,16,M+classes=3", input_shape=8).plan.origin
    assert origin == Origin(
        kind="python",
        what=f"{NETWORKS}:ByName",
        arguments={"vgg_name": "small", "num_classes": 3},
        entries=tuple(map(ListEntry, [8, "M", 16, "M"])),
        name="custom",
        input_shape=(3, 8, 8),
    )


def test_options_reach_torchvisions_models_through_their_keywords():
    seen = recorder("torchvision.models.vgg:vgg16_bn", "D+bn+classes=10")
    assert seen.plan.totals.params == 134_309_962
    assert seen.plan.origin.arguments == {"num_classes": 10}


def test_a_whole_network_of_torchvision_is_walked(tmp_path):
    file = tmp_path / "whole.py"
    file.write_text(
        "from torchvision.models.vgg import VGG, make_layers\n"
        "def make(cfg, batch_norm): return VGG(make_layers(cfg, batch_norm), init_weights=False)\n"
    )
    seen = recorder(f"{file}:make", "D+bn")
    assert check_observed(plan("D+bn"), seen.plan, seen.whole, "whole").differences == []


def test_what_is_made_and_not_used_is_noted():
    notes = recorder("wasteful", "4,8".replace(",8", ""), input_shape=8).notes
    assert notes[0] == (
        "made and in the network but not run: Linear(in_features=2, out_features=2, bias=True)"
    )
    assert notes[1] == "made and not in the network: Tanh()"
    assert notes[2].startswith("the network has 27 parameters, the layers that ran have 21;")


BAD = """
import os, sys, time
from torch import nn

def ignores(cfg): return nn.Sequential(nn.Conv2d(3, 8, 3))
def copies(cfg): return nn.Sequential(*[nn.Conv2d(3, 3, 3) for v in [w for w in cfg]])
def nothing(cfg): return sum(cfg)
def empty(cfg):
    for v in cfg: nn.Conv2d(3, v, 3)
    return nn.Sequential(nn.ReLU())
def raises(cfg):
    for v in cfg:
        nn.Conv2d(3, v, 3)
        raise KeyError('what\\x1b[31m')
def torch_raises(cfg):
    return [nn.Conv2d(3, v, 3, groups=2) for v in cfg]
def exits(cfg): sys.exit(7)
def recurses(cfg): return recurses(cfg)
def endless(cfg):
    made = []
    while True: made.append(nn.ReLU())
def sleeps(cfg): time.sleep(600)
def stubborn(cfg):
    while True:
        try: time.sleep(600)
        except Exception: pass
def asks(cfg): return input('channels? ')
def takes_nothing(): return []
def takes_more(cfg, depth_multiplier): return []
def misfits(cfg): return [nn.Conv2d(7, v, 3) for v in cfg]
class NoForward(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.all = nn.ModuleList(nn.Conv2d(3, v, 3) for v in cfg)
number = 3
"""


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    file = tmp_path_factory.mktemp("bad") / "bad_builders.py"
    file.write_text(BAD)
    return file


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ignores", r":ignores did not read the cfg list$"),
        (
            "copies",
            r":copies read the whole cfg list before it made a module, .*:6, so modules ",
        ),
        ("nothing", r":nothing returned a int, which has no torch module in it$"),
        ("empty", r"^the network runs none of the modules that the builder made for a token$"),
        (
            "raises",
            r":raises failed, .*bad_builders\.py:14 in raises: KeyError: 'what\\x1b\[31m'$",
        ),
        (
            "torch_raises",
            r"bad_builders\.py:16 in .*: ValueError: in_channels must be divisible by groups$",
        ),
        ("exits", r":exits called sys\.exit\(7\), .*bad_builders\.py:17 in exits$"),
        ("recurses", r":recurses failed, .*bad_builders\.py:18 in recurses: infinite recursion$"),
        (
            "endless",
            r"^the builder made more than 20,000 modules for 2 tokens; its loop may",
        ),
        ("asks", r":asks failed, .*bad_builders\.py:27 in asks: EOFError"),
        (
            "takes_nothing",
            r":takes_nothing has no parameter for a cfg list, and its module has no list; a",
        ),
        ("takes_more", r":takes_more has an unknown required argument 'depth_multiplier'"),
        (
            "misfits",
            r"the network of .*:misfits, with input 7×224×224, failed: RuntimeError: "
            r"features\.1, Conv2d\(7, 16, .*\), got input 8×222×222: ",
        ),
        ("NoForward", r"the network of .*:NoForward, .* failed: NotImplementedError: "),
        ("number", r":number is a int, not a function or a class$"),
        ("exit", r"has no 'exit'; did you mean exits\?$"),
    ],
)
def test_what_goes_wrong_is_said_with_its_place(bad, name, said):
    with pytest.raises(BuilderError, match=said):
        recorder(f"{bad}:{name}", "8,16")


@pytest.mark.parametrize("name", ["sleeps", "stubborn"])
def test_a_builder_that_does_not_end_is_ended(bad, name):
    with pytest.raises(BuilderError, match=rf":{name} was still running after 0.2 s, .*in {name}"):
        observe_builder(f"{bad}:{name}", read("8"), 0.2)


def test_modules_are_made_as_before_afterwards(bad):
    from torch import nn

    before = nn.Module.__init__
    with pytest.raises(BuilderError):
        recorder(f"{bad}:raises", "8")
    assert nn.Module.__init__ is before
