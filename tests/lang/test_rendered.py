"""Every message is rendered in every language, by what a person does to read it."""

import io
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from layouts import CHANGES, LAYOUTS
from rich.console import Console

from vgginspect import plan
from vgginspect.analysis.lookup import find
from vgginspect.checkpoint.identify import identify
from vgginspect.checkpoint.named_tensors import NamedTensors, tensors_of_checkpoint, tensors_of_plan
from vgginspect.checkpoint.reader import Checkpoint
from vgginspect.checkpoint.stored_tensor import StoredTensor
from vgginspect.checkpoint.weights import fit_tensors
from vgginspect.drawing import page
from vgginspect.lang import LANGUAGES, Words, words
from vgginspect.lang.en import MESSAGES
from vgginspect.network.rules import MaxPool2d
from vgginspect.render import renderer
from vgginspect.render.text import plain_lines
from vgginspect.report.checks import Fact, WitnessCheck
from vgginspect.report.columns import LAYER_COLUMNS, STEP_COLUMNS
from vgginspect.views import identify as finding_view
from vgginspect.views import layer as layer_view
from vgginspect.views import verify as verify_view
from vgginspect.views import weights as weights_view
from vgginspect.views.quiz import questions
from vgginspect.views.step_screen import Screen

BUILDERS = '''
from torch import nn

def odd(cfg):
    """A layer before the first entry is read and one after the last; nothing for a pool."""
    layers = [nn.Conv2d(3, 8, 1)]
    for v in cfg[:3]:
        if v != "M":
            layers.append(nn.Conv2d(8, 8, 3))
    return nn.Sequential(*layers, nn.Tanh())

def wide(cfg):
    layers, channels = [], 3
    for v in cfg:
        layers += [nn.Conv2d(channels, v, 5, padding=2), nn.ReLU(inplace=True)]
        channels = v
    return nn.Sequential(*layers)

class Convolutional(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.features = nn.Sequential(*(nn.Conv2d(3, v, 3) for v in cfg))
        self.pool, self.out = nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 2, 1)

    def forward(self, x):
        return self.out(self.pool(self.features(x)))
'''
NETWORKS = """
import torch
from torch import nn

class Kernel(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.ones(8, 3, 3, 3))

    def forward(self, x):
        return nn.functional.conv2d(x, self.kernel)

def small():
    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())

class Net(nn.Module):
    def __init__(self, body="features", head="head", many=0, last=False, width=8, own=False):
        super().__init__()
        first = Kernel() if own else nn.Conv2d(3, width, 3)
        extra = [nn.Tanh()] * many
        middle = [] if last else extra
        layers = [first, *middle, nn.Sigmoid(), nn.Conv2d(8, width, 3, bias=not last)]
        layers = layers if width == 8 else [first, nn.Conv2d(width, width, 3)]
        setattr(self, body, nn.Sequential(*layers, *(extra if last else [])))
        setattr(self, head, nn.Sequential(nn.Conv2d(width, 2, 1)))
        self.parts = body, head

    def forward(self, x):
        for part in self.parts:
            x = getattr(self, part)(x)
        return x

class Larger(Net):
    def forward(self, x):
        return super().forward(nn.functional.interpolate(x, scale_factor=2))
"""
FILES = {
    "builders.py": BUILDERS,
    "nets.py": NETWORKS,
    "lines": "A\n64,M\n",
    "tall": ",".join(["8"] * 60),
    "other": ",".join(str(8 + number) for number in range(400)),
}
NAMES = ",".join(
    dict.fromkeys(column.name for column in (*STEP_COLUMNS, *LAYER_COLUMNS) if column.flat)
)

#: What is to be seen -> the command line that shows it.
COMMANDS = {
    "every kind of token": "trace 8,M,conv1-16,A,LRN,16 --num-classes 1",
    "sizes for each axis": "layer 8,conv3x1-8s2x1 conv1_2",
    "convolutions that change the size": "summary 8,conv3-8s2 --explain",
    "batch norm, no bias, no classifier": "trace 8 --batch-norm --no-bias --features-only",
    "a 1×1 convolution with batch norm": "trace conv1-8+bn",
    "stages with and without a pool": "trace 8,M,LRN,8 --by stage",
    "all columns of steps and layers": f"trace A --format markdown --columns {NAMES}",
    "what only other builders do": "trace 8,M,8,8 --builder ./builders.py:odd",
    "a head of convolutions": "trace 8 --builder ./builders.py:Convolutional",
    "what is saved": "summary 8 --columns saved_bytes",
    "a dropout that lets everything through": "layer D+dropout=0 drop6",
    "memory": "memory D --batch-size 32 --fits 16GB",
    "memory in the optimizer's step": "memory D --fits 1GB",
    "memory of casts and buffers": "memory D+bn --batch-size 2 --dtype amp",
    "memory of frozen features": (
        "memory 64,64+hidden=none+classes=2+avgpool=1+input=32 --freeze features --batch-size 8"
    ),
    "memory of checkpoints": "memory D --checkpoint-every stage",
    "memory with titles": "memory D --format markdown",
    "memory of several batches": "memory D --batch-size 1,8 --columns "
    "batch_size,buffers_bytes,casts_bytes,peak_at",
    "no hidden layers": "summary 8,M --hidden none",
    "a table with a title": "summary 8,M --format markdown",
    "no average pool": "summary D --avgpool none --explain",
    "no classifier": "summary A --features-only --explain",
    "rows and columns that no pool reads": "summary 8,M --input-size 3x225x225 --explain",
    "several such": "summary 8,maxpool3s3 --input-size 3x101x101 --explain",
    "an average pool that copies": "summary A --input-size 32 --explain",
    "an average pool that overlaps": "summary A --input-size 300 --explain --format markdown",
    "many networks": "summary @lines --lines --format markdown",
    "parts of many networks": "summary @lines --lines --columns features_params,classifier_params",
    "layers": "layer D conv1_1 relu1_1 pool1 conv4_1 avgpool fc6 drop6 fc8",
    "an average pool in parts": "layer D+input-size=448 avgpool",
    "an average pool of two kinds": "layer D+input-size=300x200 avgpool",
    "layers with a title": "layer D conv1_1 --format markdown",
    "columns of layers": "layer D conv1_1 --columns previous,next,token,activation_code",
    "columns of the arithmetic": "layer D fc6 --columns figure,formula,expression,value",
    "columns of rare values": "summary 8,C",
    "many networks beside one": "compare D @lines --lines",
    "many networks beside one, with titles": "compare D @lines --lines --format markdown",
    "two networks": "compare D C+bn",
    "two networks with titles": "compare D C+bn --format markdown",
    "three networks": "compare A B D+bn",
    "a network with itself": "compare D D",
    "a network with options": "compare D D+bn",
    "one stage more": "compare 64,M 64,64,M",
    "one stage less": "compare 64,64,M 64,M",
    "stages more": "compare 64,M,64,M 64,64,M,64,64,M",
    "stages less": "compare 64,64,M,64,64,M 64,M,64,M",
    "a token that changed": "compare 64,M 32,M",
    "tokens that changed": "compare 64,M,64,M 32,M,32,M",
    "too many differences to show": "compare @other A",
    "the configurations": "configs",
    "columns of the configurations": "configs --columns batch_norm,conv_layers,linear_layers,depth",
    "the table of the paper": "configs --paper",
    "the table of the paper with a title": "configs --paper --format markdown",
    "the configurations with a title": "configs --format markdown",
    "a check of memory": "verify 8,M --input-size 8 --hidden none --memory",
    "a check that holds": "verify 8,M --input-size 8 --hidden none --forward",
    "checks of several networks": "verify 8,M 8 --features-only",
    "checks of several networks with a title": "verify 8 8 --features-only --format markdown",
    "a check with a title": "verify 8,M --features-only --format markdown",
    "columns of a check": "verify 8,M --features-only --columns group,fields",
    "a check that fails": "verify 8,8 --builder ./builders.py:wide",
    **{
        f"{style} of {what}": f"draw {cfg} --style {style} -o {style}-{what}.svg"
        for style in ("blocks", "growth", "costs", "memory")
        for what, cfg in (
            ("few", "8,M,A,LRN+bn+input-size=8+hidden=none"),
            ("many", "@tall"),
            ("D", "D"),
        )
    },
    "blocks true to scale": "draw 8,M --scale true -o true.svg",
    "a network in Python that is a CONFIG": "summary nets.py:small --input-size 32",
    "the walk of a network in Python": "trace nets.py:Net(many=1) --input-size 32",
    "a layer of its own": "layer nets.py:Net(own=True) conv1_1 --input-size 32",
    "the same networks in Python": "compare nets.py:Net nets.py:Net",
    "other containers": "compare nets.py:Net nets.py:Net('body','end')",
    "other containers, as a table": (
        "compare nets.py:Net nets.py:Net('body','end') --format markdown --columns kind,before"
    ),
    "a layer less, as a table": (
        "compare nets.py:Net(many=1) nets.py:Net --format markdown --columns kind,before"
    ),
    "a layer elsewhere, as a table": (
        "compare nets.py:Net(many=1) nets.py:Net(many=1,last=True) --columns kind,before,after"
    ),
    "a layer more": "compare nets.py:Net nets.py:Net(many=1)",
    "layers more": "compare nets.py:Net nets.py:Net(many=2)",
    "a layer less": "compare nets.py:Net(many=1) nets.py:Net",
    "layers less": "compare nets.py:Net(many=2) nets.py:Net",
    "a layer elsewhere": "compare nets.py:Net(many=1) nets.py:Net(many=1,last=True)",
    "layers of other widths": "compare nets.py:Net(width=9) nets.py:Net(width=7)",
    "another input": "compare nets.py:Net nets.py:Net+input=32",
    "differences with a title": (
        "compare nets.py:Net nets.py:Net(many=1) --format markdown "
        "--columns kind,what,before,after,count,names"
    ),
    "a network in Python as a picture": "draw nets.py:Larger+input=32 -o larger.svg",
    "the page": "draw 8,M,A,LRN+bn -o page.html",
}


def tensors(cfg: str, **options: Any) -> dict[str, Any]:
    layers = plan(cfg, **options).layers
    return {key: shape for layer in layers for key, shape in layer.state_dict.items()}


def merged(found: dict[str, Any]) -> dict[str, Any]:
    """What is left where batch norm became a part of the convolutions."""
    norms = {key.rpartition(".")[0] for key in found if key.endswith("running_mean")}
    return {key: shape for key, shape in found.items() if key.rpartition(".")[0] not in norms}


PAPER_NAMES = {
    f"{layer.name}.{key.rpartition('.')[2]}": shape
    for layer in plan("A").layers
    for key, shape in layer.state_dict.items()
}

#: What is to be seen -> the tensors of a checkpoint that shows it.
CHECKPOINTS = {
    "a prefix and one other tensor": {
        **{f"module.{key}": shape for key, shape in tensors("D").items()},
        "module.other": (1,),
    },
    "a list of one's own, other tensors": tensors("8,LRN,M,16,M") | {"a": (1,), "b": (1,)},
    "the paper's names": PAPER_NAMES,
    "batch norm fused": merged(tensors("8,M,16,16,M", batch_norm=True)),
    "no room for ReLUs": {f"features.{index}.weight": (3, 3, 3, 3) for index in range(3)},
    "a map that is no square": tensors("8,M,16,M", avgpool=None, input_shape=(3, 24, 32)),
    "no classifier": tensors("A", features_only=True),
    "a classifier of another kind": {
        **tensors("A", features_only=True),
        "classifier.0.weight": (4, 512, 7, 7),
    },
    "one tensor": {"features.0.weight": (8, 3, 3, 3)},
}


def differences(count: int) -> WitnessCheck:
    facts = [Fact("layers", f"features.{index}", "params", 1, 2) for index in range(count)]
    return WitnessCheck("another", tuple(facts))


def everything(spoken: Words, cli: Callable[..., Any]) -> Iterator[str]:
    """Whatever people read, in one language."""
    for command in COMMANDS.values():
        done = cli(*command.split(), "--lang", spoken.language)
        assert done.code in (0, 1), f"{command}: {done.err}"
        yield done.out
    saved = identify(LAYOUTS["convolutions with a number each"].tensors, [(6, 12, 18, "M")])
    layouts = (identify(layout.tensors) for layout in LAYOUTS.values())
    read = Checkpoint("zip", (), {}, objects=("argparse.Namespace",), beside=("ema",))
    whole = saved._replace(checkpoint=read)
    for found in (saved, whole, *layouts, *map(identify, CHECKPOINTS.values())):
        said = finding_view.report(found, plan(found.config), spoken)
        yield "".join(plain_lines(said, 70))
        yield "".join(renderer("markdown")(said))
    for own, there in pairs_of_tensors():
        yield "".join(plain_lines(weights_view.report(fit_tensors(own, there), spoken)))
        yield "".join(renderer("markdown")(weights_view.report(fit_tensors(own, there), spoken)))
    small = plan("8,M,A+bn", input_shape=32)
    for count in (1, 60):
        one = verify_view.Check(1, "8", small, (differences(count),), skipped=("x",))
        yield "".join(plain_lines(verify_view.report(one, spoken), 20))
    held = WitnessCheck("another", (Fact("layers", "features.0", "params", 1, 1),))
    one = verify_view.Check(1, "8", small, (held,))
    yield "".join(plain_lines(verify_view.report(one, spoken), 20))
    (pool,) = find(small, ["pool1"])
    outside = pool.layer._replace(
        rule=MaxPool2d(2, 3, 1, ceil_mode=True), input_shape=(8, 5, 5), output_shape=(8, 2, 2)
    )
    yield "".join(plain_lines(layer_view.report(small, [pool._replace(layer=outside)], spoken)))
    for step in small.steps:
        for question in questions(step, spoken):
            for given in ("", "relu, x", "relu, bn, conv", "1 2 3"):
                yield question.wrong(given, spoken)
    for answers in ("", "x\nx\npool\n", "conv relu\n"):
        yield cli("trace", "8,M", "--quiz", "--lang", spoken.language, stdin=answers).out
    screen = Screen(small, small.steps, spoken)
    for width, height in ((100, 40), (10, 5)):
        written = io.StringIO()
        console = Console(file=written, width=width, height=height, force_terminal=True)
        for position in range(len(small.steps) + 2):
            console.print(screen.frame(position, console))
        yield written.getvalue()


def pairs_of_tensors() -> Iterator[tuple[NamedTensors, NamedTensors]]:
    """Pairs of networks and sources that show every reason."""
    for cfg, source, _ in CHANGES:
        yield tensors_of_plan(plan(cfg), cfg), tensors_of_plan(plan(source), source)
    norms = plan("8,M+bn")
    own = tensors_of_plan(norms, "8,M+bn")
    for tensors in (
        {f"module.{key}": shape for key, shape in own.tensors.items()},
        {key: shape for key, shape in own.tensors.items() if not key.endswith("_tracked")},
        {**own.tensors, "other": (1,)},
        {"features.0.weight": (1, 2)},
        LAYOUTS["Keras"].tensors,
    ):
        checkpoint = Checkpoint("zip", (), {k: StoredTensor(s, None) for k, s in tensors.items()})
        finding = None if len(tensors) == 1 else identify(tensors)
        yield own, tensors_of_checkpoint("a.pth", checkpoint, finding)
    shapes = {key: StoredTensor(shape, None) for key, shape in own.tensors.items()}
    finding = identify(own.tensors)
    arrays = Checkpoint(
        "pickle", (), shapes, arrays=frozenset(shapes), plain=("x",), access=None, beside=("ema",)
    )
    yield own, tensors_of_checkpoint("a.pkl", arrays, finding)
    kept = [StoredTensor((8, 3, 3, 3), "float32", sparse=True), StoredTensor((8,), "quint8")]
    changed = {**shapes, **dict(zip(shapes, kept, strict=False))}
    yield own, tensors_of_checkpoint("a.pth", Checkpoint("zip", (), changed), finding)
    keys = {f"m.{key}": StoredTensor((7, *one.shape), None) for key, one in shapes.items()}
    yield own, tensors_of_checkpoint("a.pth", Checkpoint("zip", (), keys), None)


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """The language and the key of every message that is rendered from here on."""
    found: set[tuple[str, str]] = set()
    render = Words.__call__

    def recording(self: Words, key: str, **values: Any) -> str:
        text = render(self, key, **values)
        # The page's script fills some placeholders itself.
        if values or not placeholders(text):
            found.add((self.language, key))
        return text

    monkeypatch.setattr(Words, "__call__", recording)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_rendered(
    language: str,
    filled: set[tuple[str, str]],
    cli: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    texts = list(everything(words(language), cli))
    keys = {key for key in MESSAGES if not key.startswith("page_")}
    assert not {key for key in keys if (language, key) not in filled}
    texts += [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.svg")]
    names = "|".join(set().union(*map(placeholders, MESSAGES.values())))
    assert not re.findall(rf"{{(?:{names})\}}", "\n".join(texts))


@pytest.mark.parametrize("key", [key for key in MESSAGES if key.startswith("page_")])
def test_every_message_of_the_page_has_its_place(key: str) -> None:
    name = key.removeprefix("page_")
    html, script = (
        (page.ASSETS / asset).read_text(encoding="utf-8") for asset in ("page.html", "page.js")
    )
    assert f"{{{{{name}}}}}" in html or re.search(rf"\bwords\.{name}\b", script)
