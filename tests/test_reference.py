"""The reference names everything there is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vgginspect import Totals, build
from vgginspect.cfg.config import CONFIGS
from vgginspect.cfg.options import OPTIONS
from vgginspect.cfg.tokens import GRAMMAR
from vgginspect.report.columns import LAYER_COLUMNS, STEP_COLUMNS

DOCS = Path(__file__).parent.parent / "docs"
JSON = (DOCS / "reference" / "json.md").read_text(encoding="utf-8")
TOKENS = (DOCS / "reference" / "tokens.md").read_text(encoding="utf-8")
PYTHON = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [column.name for column in (*LAYER_COLUMNS, *STEP_COLUMNS)])
def test_every_column_is_described(name: str) -> None:
    assert f"`{name}`" in JSON


@pytest.mark.parametrize("name", [*Totals._fields, *CONFIGS["A"].document()])
def test_every_field_is_shown(name: str) -> None:
    assert f'"{name}": ' in JSON


@pytest.mark.parametrize("form", GRAMMAR, ids=lambda form: form.kind)
def test_every_form_of_a_token_is_described(form) -> None:  # type: ignore[no-untyped-def]
    for example in form.example.partition(" (")[0].split(" or "):
        assert f"`{example}`" in TOKENS


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.field)
def test_every_option_is_named(option) -> None:  # type: ignore[no-untyped-def]
    assert f"`{option.field}`" in PYTHON


def keys(value: Any) -> Iterator[str]:
    """All keys in a JSON document that name a field, not a tensor."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if "." not in key:
                yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):  # type: ignore[no-untyped-def]
    """A folder with a checkpoint and with a builder whose network is not ours."""
    import torch

    path = tmp_path_factory.mktemp("reference")
    torch.save(build([8, "M"], hidden=None, avgpool=1).state_dict(), path / "net.pth")
    (path / "odd.py").write_text(
        "from torch import nn\n"
        "def make_layers(cfg, batch_norm=False):\n"
        "    return nn.Sequential(*[nn.Conv2d(3, v, 5) for v in cfg if v != 'M'])\n"
    )
    (path / "lines").write_text("A\n")
    return path


@pytest.mark.parametrize(
    "command",
    [
        "trace A --explain",
        "trace 8,M --builder torchvision.models.vgg:make_layers",
        "summary A",
        "summary @lines --lines",
        "layer A fc6 conv1_1",
        "compare D C+bn",
        "configs",
        "verify 8,M --hidden none --forward --input-size 16",
        "verify 8,M --builder ./odd.py:make_layers",
        "identify net.pth",
    ],
)
def test_every_field_that_is_printed_is_named(command, folder) -> None:  # type: ignore[no-untyped-def]
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect", *command.split(), "--format", "json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(DOCS.parent)},
        capture_output=True,
        check=False,
    )
    said = set(keys(json.loads(done.stdout)))
    assert not {key for key in said if f"`{key}`" not in JSON and f'"{key}": ' not in JSON}
