"""Builders of every dialect, watched: which token made which modules, in which shapes."""

from itertools import pairwise
from pathlib import Path

import pytest

from vgginspect import BuilderError, plan
from vgginspect.bridge.builder import observe_builder
from vgginspect.bridge.dialect import read

DIALECTS = Path(__file__).parent / "dialects.py"


def watch(name, cfg, **options):
    config, entries = read(cfg, options)
    target = name if ":" in name else f"{DIALECTS}:{name}"
    return observe_builder(target, config, entries)


def story(seen):
    """Each step as its token and its modules' types."""
    return [
        f"{step.token}: {' '.join(layer.type for layer in step.layers)}".rstrip()
        for step in seen.plan.steps
    ]


@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "bn"])
@pytest.mark.parametrize("letter", "ABDE")
def test_torchvisions_builder_takes_the_steps_of_the_grown_walk(letter, batch_norm):
    seen = watch("torchvision.models.vgg:make_layers", letter, batch_norm=batch_norm)
    assert seen.plan.steps == plan(letter, batch_norm=batch_norm).steps
    assert seen.plan == plan(letter, batch_norm=batch_norm, features_only=True)
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
        ["dropout Dropout (16, 4, 4)", "classifier Conv2d (16, 4, 4)"],
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
    seen = watch(name, cfg, **options)
    assert story(seen) == steps
    assert [f"{x.path} {x.type} {x.input_shape}" for x in seen.plan.head] == head
    assert seen.whole.output_shape == shape
    assert seen.plan.totals.params == seen.whole.params
    assert seen.notes == ()
    indices = [(step.layers_before, step.layers_after) for step in seen.plan.steps]
    assert all(end == start for (_, end), (start, _) in pairwise(indices))
    shapes = [(step.input_shape, step.output_shape) for step in seen.plan.steps]
    assert all(end == start for (_, end), (start, _) in pairwise(shapes))


def test_branches_say_what_happened():
    seen = watch("partial", "[8, 'end', 16]", input_shape=8)
    assert [step.branch for step in seen.plan.steps] == ["other", "nothing", "unread", "after"]
    assert [step.branch for step in watch("twice", "8,M", input_shape=8).plan.steps] == [
        "before",
        "other",
        "maxpool",
    ]


def test_the_options_are_those_that_were_seen():
    config = watch("SmallImages", "8 M 16 M 16 M", input_shape=8, num_classes=5).plan.config
    assert (config.batch_norm, config.bias, config.hidden, config.avgpool) == (
        True,
        False,
        (),
        None,
    )
    assert (config.num_classes, config.dropout, config.features_only) == (5, 0.0, False)
    config = watch("Blocks", "8,M,16", input_shape=8, num_classes=7).plan.config
    assert (config.num_classes, config.dropout, config.hidden) == (7, 0.2, ())
    assert watch("ssd", "8", input_shape=8).plan.config.features_only


def test_a_whole_network_of_torchvision_is_walked(tmp_path):
    file = tmp_path / "whole.py"
    file.write_text(
        "from torchvision.models.vgg import VGG, make_layers\n"
        "def make(cfg, batch_norm): return VGG(make_layers(cfg, batch_norm), init_weights=False)\n"
    )
    assert watch(f"{file}:make", "D+bn").plan == plan("D+bn")


def test_what_is_made_and_not_used_is_noted():
    notes = watch("wasteful", "4,8".replace(",8", ""), input_shape=8).notes
    assert notes[0] == (
        "made and in the network, but not run: Linear(in_features=2, out_features=2, bias=True)"
    )
    assert notes[1] == "made and left out of it: Tanh()"
    assert notes[2].startswith("the network has 27 parameters, the layers that ran 16;")


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
        ("ignores", r":ignores never read the cfg list it was given$"),
        ("copies", r":copies read the whole cfg list before it made a module"),
        ("nothing", r":nothing gave a int, in which there is no torch module$"),
        ("empty", r"^no module that the builder made of a token is run by its network$"),
        (
            "raises",
            r":raises failed, .*bad_builders\.py:14 in raises: KeyError: 'what\\x1b\[31m'$",
        ),
        (
            "torch_raises",
            r"bad_builders\.py:16 in .*: ValueError: in_channels must be divisible by groups$",
        ),
        ("exits", r":exits called sys\.exit\(7\), .*bad_builders\.py:17 in exits$"),
        ("recurses", r":recurses calls itself without end, .*bad_builders\.py:18 in recurses$"),
        ("endless", r"^the builder made more than 20,000 modules of 2 tokens; has its loop an end"),
        ("asks", r":asks failed, .*bad_builders\.py:27 in asks: EOFError"),
        ("takes_nothing", r":takes_nothing takes no argument; a builder takes the cfg list$"),
        ("takes_more", r":takes_more needs 'depth_multiplier', and what that is cannot be guessed"),
        (
            "misfits",
            r"the network of .*:misfits, given 3x224x224, failed: RuntimeError: "
            r"features\.0, Conv2d\(7, 8, .*\), was given 3×224×224: ",
        ),
        ("NoForward", r"the network of .*:NoForward, .* failed: NotImplementedError: "),
        ("number", r":number is a int, not a function or a class$"),
        ("exit", r"has nothing called 'exit'; did you mean exits\?$"),
    ],
)
def test_what_goes_wrong_is_said_with_its_place(bad, name, said):
    with pytest.raises(BuilderError, match=said):
        watch(f"{bad}:{name}", "8,16")


@pytest.mark.parametrize("name", ["sleeps", "stubborn"])
def test_a_builder_that_does_not_end_is_ended(bad, name):
    config, entries = read("8", {})
    with pytest.raises(BuilderError, match=rf":{name} was still running after 0.2 s, .*in {name}"):
        observe_builder(f"{bad}:{name}", config, entries, 0.2)


def test_modules_are_made_as_before_afterwards(bad):
    from torch import nn

    before = nn.Module.__init__
    with pytest.raises(BuilderError):
        watch(f"{bad}:raises", "8")
    assert nn.Module.__init__ is before
