import pytest

from vgginspect.cfg.config import CONFIGS, make_config
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.report.columns import (
    ESSENTIAL,
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
from vgginspect.views.compare import EDIT_COLUMNS
from vgginspect.views.configs import CONFIG_COLUMNS
from vgginspect.views.explain import ADAPTATION_COLUMNS, SIZE_COLUMNS
from vgginspect.views.identify import FACT_COLUMNS
from vgginspect.views.layer import FIGURE_COLUMNS
from vgginspect.views.part_totals import PART_COLUMNS
from vgginspect.views.summary_lines import ENTRY_COLUMNS
from vgginspect.views.verify import TALLY_COLUMNS

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


def first_to_go(columns):
    """The usual columns in the order in which a narrow terminal gives them up, and what stays."""
    shown = [column for column in columns if column.usual]
    going = [column for column in reversed(shown) if column.importance < ESSENTIAL]
    going.sort(key=lambda column: column.importance)
    stays = [column for column in shown if column.importance >= ESSENTIAL]
    return " ".join(column.name for column in going), [column.name for column in stays]


@pytest.mark.parametrize(
    ("columns", "going", "stays"),
    [
        (
            LAYER_COLUMNS,
            "share padding stride kernel_size in_channels activation_bytes receptive_field macs"
            " path type out_channels spatial_size params",
            ["name"],
        ),
        (
            STEP_COLUMNS,
            "stage branch appended layers_before in_channels_before layers_after"
            " in_channels_after output_shape token",
            ["step"],
        ),
        (ENTRY_COLUMNS, "name activation_bytes depth line macs params", ["config"]),
        (CONFIG_COLUMNS, "layers tokens macs params arithmetic model", ["config"]),
        (
            EDIT_COLUMNS,
            "position_after position_before stage config token_after token_before",
            ["edit"],
        ),
        (FIGURE_COLUMNS, "rule", ["meaning", "calculation"]),
        (SIZE_COLUMNS, "pooled params activation_bytes macs map", ["input"]),
        (ADAPTATION_COLUMNS, "added activation_bytes macs params", ["change", "options"]),
        (TALLY_COLUMNS, "facts held group", ["against"]),
        (FACT_COLUMNS, "reason certainty", ["fact", "value"]),
    ],
)
def test_what_a_narrow_terminal_gives_up_first_and_what_stays_on_any(columns, going, stays):
    assert first_to_go(columns) == (going, stays)


def test_the_spatial_size_is_height_and_width_of_the_output():
    plan = grow(make_config("8,M", input_shape="20x31"))
    sizes = [layer_document(layer, plan)["spatial_size"] for layer in plan.layers]
    assert sizes[:4] == [[20, 31], [20, 31], [10, 15], [7, 7]]
    assert set(map(repr, sizes[4:])) == {"None"}


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
