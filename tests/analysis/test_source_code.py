"""The source runs with torch alone, and makes what ``build`` makes."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import cfgs

from vgginspect import build, plan
from vgginspect.analysis.source_code import source
from vgginspect.cfg.config import CONFIGS, make_config
from vgginspect.errors import ConfigError
from vgginspect.pytorch import import_torchvision

FORMS = pytest.mark.parametrize("unrolled", [False, True], ids=["loop", "unrolled"])
EVERY_TOKEN = "64,C,A,conv1-32,conv3-16d2,conv5-8d3,maxpool3s1p1,avgpool3,maxpool5s3p2,LRN"
CASES: list[tuple[str, dict[str, Any]]] = [
    *[(letter, {"batch_norm": norm}) for letter in CONFIGS for norm in (False, True)],
    ("A", {"bias": False}),
    ("A", {"bias": False, "batch_norm": True, "hidden": (), "num_classes": 10}),
    ("D", {"features_only": True}),
    ("B", {"avgpool": None, "input_shape": (1, 64, 48), "hidden": (512,)}),
    ("A", {"avgpool": 1, "dropout": 0.1}),
    (EVERY_TOKEN, {}),
    ("conv1-64,conv1-64", {"batch_norm": True, "features_only": True}),
    ("8,8,8", {}),
    (",".join(["64"] * 60), {"features_only": True}),
    (",".join(f"conv5-{n}d2,M" for n in range(500, 505)), {"bias": False}),
]


def text(cfg: str, unrolled: bool, **options: Any) -> str:
    return "\n".join(source(make_config(cfg, **options), unrolled)) + "\n"


def executed(code: str) -> torch.nn.Module:
    scope: dict[str, Any] = {"__name__": "generated"}
    exec(code, scope)
    model = scope["VGG"]()
    assert isinstance(model, torch.nn.Module)
    return model


def same_children(ours: torch.nn.Module, theirs: torch.nn.Module) -> bool:
    return [(n, repr(m)) for n, m in ours.named_modules() if n] == [
        (n, repr(m)) for n, m in theirs.named_modules() if n
    ]


@FORMS
@pytest.mark.parametrize(("cfg", "options"), CASES, ids=str)
def test_it_makes_the_modules_that_build_makes(
    cfg: str, options: dict[str, Any], unrolled: bool
) -> None:
    with torch.device("meta"):
        model = executed(text(cfg, unrolled, **options))
        built = build(cfg, **options)
    assert same_children(model, built)
    assert {k: v.shape for k, v in model.state_dict().items()} == {
        k: v.shape for k, v in built.state_dict().items()
    }


@FORMS
@pytest.mark.parametrize(
    ("name", "cfg", "options"),
    [
        ("C-bn", "C", {"batch_norm": True, "num_classes": 10}),
        ("every-token", EVERY_TOKEN, {"bias": False, "avgpool": None, "hidden": (9,)}),
        ("long", "64,64,64,64,M,conv1-32," + "512," * 20 + "M", {"features_only": True}),
    ],
)
def test_the_source_is_as_it_was(
    name: str, cfg: str, options: dict[str, Any], unrolled: bool, golden: Callable[[str, str], None]
) -> None:
    form = "unrolled" if unrolled else "loop"
    golden(f"code-{name}-{form}.txt", text(cfg, unrolled, **options))


@FORMS
@pytest.mark.parametrize(("cfg", "options"), CASES, ids=str)
def test_a_formatter_leaves_it_as_it_is(cfg: str, options: dict[str, Any], unrolled: bool) -> None:
    code = text(cfg, unrolled, **options)
    for check in (["format", "--check", "--diff"], ["check", "--select", "E4,E7,E9,F,I"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *check, "--isolated", "-"],
            input=code,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@FORMS
@pytest.mark.parametrize(
    "name",
    [
        config.with_options(batch_norm=norm).model
        for norm in (False, True)
        for config in CONFIGS.values()
        if config.model
    ],
)
def test_it_makes_the_modules_that_torchvision_makes(name: str, unrolled: bool) -> None:
    with torch.device("meta"):
        model = executed(text(name, unrolled))
        theirs = getattr(import_torchvision.load(), name)()
    assert same_children(model, theirs)
    ours, state = model.state_dict(), theirs.state_dict()
    assert [(key, ours[key].shape) for key in ours] == [(key, state[key].shape) for key in state]


@FORMS
@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_same_seed_gives_the_same_weights_and_output(unrolled: bool, batch_norm: bool) -> None:
    options = {"batch_norm": batch_norm, "input_shape": 16, "hidden": (9, 7), "num_classes": 3}
    torch.manual_seed(3)
    model = executed(text("8,M,12,conv1-4,LRN,A", unrolled, **options)).eval()
    torch.manual_seed(3)
    built = build("8,M,12,conv1-4,LRN,A", **options).eval()
    for key, value in built.state_dict().items():
        assert torch.equal(model.state_dict()[key], value), key
    x = torch.randn(2, 3, 16, 16)
    assert torch.equal(model(x), built(x))


@FORMS
def test_it_runs_on_its_own(unrolled: bool) -> None:
    code = text("8,M", unrolled, input_shape="1x12x10", num_classes=5, hidden="4")
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "torch.Size([1, 5])\n"


@FORMS
@given(cfg=cfgs(), batch_norm=st.booleans(), bias=st.booleans())
def test_any_cfg(cfg: Any, batch_norm: bool, bias: bool, unrolled: bool) -> None:
    try:
        grown = plan(cfg, batch_norm=batch_norm, bias=bias, input_shape=64, hidden=(8,))
    except ConfigError:
        return
    with torch.device("meta"):
        assert same_children(
            executed("\n".join(source(grown.config, unrolled))), build(grown.config)
        )


def test_a_name_cannot_break_out_of_the_docstring() -> None:
    code = "\n".join(source(make_config("8", name='"""\nimport os\n\\"""')))
    with torch.device("meta"):
        executed(code)
    assert "\nimport os" not in code


def test_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect", "code", "A", "--unrolled", "--batch-norm"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == text("A", True, batch_norm=True)


def test_the_loop_is_what_is_printed_unless_asked() -> None:
    config = make_config("8,M")
    assert list(source(config)) == list(source(config, False)) != list(source(config, True))


@pytest.mark.parametrize(
    ("counts", "rows"),
    [
        ((18, 2), ["CFG = [" + "64, " * 18 + "128, 128]"]),
        ((17, 3), ["CFG = [", "    " + "64, " * 17 + "128, 128, 128,", "]  # fmt: skip"]),
        ((20, 1), ["CFG = [", "    " + "64, " * 20 + "128,", "]  # fmt: skip"]),
        (
            (19, 2),
            ["CFG = [", "    " + "64, " * 19 + "128,", "    128,", "]  # fmt: skip"],
        ),
    ],
)
def test_a_list_is_broken_where_it_gets_too_long(counts: tuple[int, int], rows: list[str]) -> None:
    plain, wider = counts
    lines = list(source(make_config([64] * plain + [128] * wider)))
    start = next(index for index, line in enumerate(lines) if line.startswith("CFG"))
    assert lines[start : start + len(rows)] == rows


@pytest.mark.parametrize(("side", "skipped"), [(2_000, False), (20_000, True)])
def test_lines_of_88_letters_need_no_mark(side: int, skipped: bool) -> None:
    config = make_config([1_234_567, 8], input_shape=(3, 224, side), features_only=True)
    lines = list(source(config, True))
    (row,) = (line for line in lines if "# conv1_1" in line)
    assert len(row) == 88 + skipped
    assert ("        # fmt: off" in lines) is skipped


@pytest.mark.parametrize(
    ("options", "features"),
    [
        ({"avgpool": 1}, "8"),
        ({"avgpool": None, "input_shape": (3, 2, 4)}, "8 * 1 * 2"),
        ({"avgpool": None, "input_shape": (3, 4, 2)}, "8 * 2 * 1"),
    ],
)
def test_the_features_that_a_linear_layer_reads_are_a_product_of_a_map(
    options: dict[str, Any], features: str
) -> None:
    assert f"            nn.Linear({features}, 5),  # fc6 5" in text(
        "8,M", True, hidden=(5,), **options
    )
