"""The reference names everything there is."""

from pathlib import Path

import pytest

from vgginspect import Totals
from vgginspect.columns import LAYER_COLUMNS, STEP_COLUMNS
from vgginspect.config import CONFIGS
from vgginspect.options import OPTIONS
from vgginspect.tokens import GRAMMAR

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
