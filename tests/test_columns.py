import pytest

from vgginspect.columns import (
    LAYER_COLUMNS,
    LAYER_TABLE,
    STEP_COLUMNS,
    Column,
    choose,
    layer_document,
    record,
    split_names,
    step_document,
    usual,
)
from vgginspect.config import CONFIGS
from vgginspect.errors import ConfigError
from vgginspect.grow import grow
from vgginspect.lang import words
from vgginspect.views.batch import ENTRY_COLUMNS
from vgginspect.views.configs import CONFIG_COLUMNS
from vgginspect.views.parts import PART_COLUMNS

TABLES = {
    "layers": LAYER_COLUMNS,
    "steps": STEP_COLUMNS,
    "parts": PART_COLUMNS,
    "configs": CONFIG_COLUMNS,
    "batch": ENTRY_COLUMNS,
}


@pytest.mark.parametrize("columns", TABLES.values(), ids=TABLES)
def test_the_names_of_a_table_are_its_own_and_have_titles(columns):
    names = [column.name for column in columns]
    assert len(set(names)) == len(names)
    english = words("en")
    for column in columns:
        assert not column.flat or english(f"column_{column.name}")


@pytest.mark.parametrize("columns", TABLES.values(), ids=TABLES)
def test_columns_that_a_table_usually_shows_are_of_different_importance(columns):
    shown = [column.importance for column in columns if column.usual and column.importance]
    assert len(set(shown)) == len(shown)


def test_a_record_has_every_column():
    plan = grow(CONFIGS["A"])
    layer, step = plan.layers[0], plan.steps[0]
    assert list(layer_document(layer, plan)) == [column.name for column in LAYER_COLUMNS]
    assert list(step_document(step, plan)) == [column.name for column in STEP_COLUMNS]
    assert record((Column("x", "text", lambda item, of: (item, of)),), 1, 2) == {"x": (1, 2)}


def test_shares_add_up_to_the_whole():
    plan = grow(CONFIGS["D"])
    shares = [layer_document(layer, plan)["share"] for layer in plan.layers]
    assert sum(shares) == pytest.approx(1, abs=1e-4)
    assert max(shares) == round(102764544 / 138357544, 6) == 0.742746


def test_the_usual_columns_come_in_the_order_given():
    assert [column.name for column in usual(LAYER_COLUMNS, LAYER_TABLE)] == list(LAYER_TABLE)
    assert {column.name for column in usual(LAYER_COLUMNS)} == set(LAYER_TABLE)


@pytest.mark.parametrize(
    ("kind", "number", "flat"),
    [
        ("count", True, True),
        ("millions", True, True),
        ("megabytes", True, True),
        ("share", True, True),
        ("size", True, True),
        ("shape", False, True),
        ("text", False, True),
        ("list", False, True),
        ("mapping", False, False),
    ],
)
def test_what_a_kind_means_for_cells(kind, number, flat):
    column = Column("x", kind, lambda item, _: item)
    assert column.is_number is number
    assert column.flat is flat


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name,params", ["name", "params"]),
        (" Name , PARAMS ,", ["name", "params"]),
        ("name,name", ["name", "name"]),
        ("receptive-field", ["receptive_field"]),
    ],
)
def test_the_names_of_columns_are_read(text, names):
    assert split_names(text) == names


@pytest.mark.parametrize("text", ["", ",", "  "])
def test_no_names_are_an_error(text):
    with pytest.raises(ConfigError, match="--columns needs the names of columns"):
        split_names(text)


def names(tables):
    return [[column.name for column in columns] for columns in tables]


def test_columns_are_chosen_from_each_table_that_has_them():
    tables = (STEP_COLUMNS, LAYER_COLUMNS)
    assert names(choose(["params", "token"], tables)) == [["params", "token"], ["params"]]
    assert names(choose(["name", "path"], tables)) == [[], ["name", "path"]]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("parms", "unknown column 'parms'; did you mean params?\n  the columns are step, token"),
        ("parameters", "unknown column 'parameters'; did you mean params?"),
        ("field", "unknown column 'field'; did you mean receptive_field?"),
        ("shape out", "unknown column 'shape out'; did you mean output_shape?"),
        ("k", "unknown column 'k'; did you mean kernel_size?"),
        ("xyzzy", "unknown column 'xyzzy'\n  the columns are step, token, branch"),
        ("state_dict", "unknown column 'state_dict'"),
        ("\x1b", r"unknown column '\x1b'"),
    ],
)
def test_an_unknown_column_gets_the_nearest_one_and_all_there_are(name, said):
    with pytest.raises(ConfigError) as caught:
        choose([name], (STEP_COLUMNS, LAYER_COLUMNS))
    assert str(caught.value).startswith(said)
