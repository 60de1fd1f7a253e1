import pytest

from vgginspect.cfg.config import CONFIGS, make_config
from vgginspect.checkpoint.identify import Finding
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan, Recorded, Totals
from vgginspect.render.layout import Layout
from vgginspect.report.columns import (
    LAYER_COLUMNS,
    STEP_COLUMNS,
    Column,
    choose,
    layer_document,
    named,
    record,
    share,
    split_names,
    step_document,
)
from vgginspect.views import (
    compare,
    configs,
    identify,
    layer,
    summary,
    summary_lines,
    trace,
    verify,
)
from vgginspect.views.configs import CONFIG_COLUMNS
from vgginspect.views.explain import explained
from vgginspect.views.part_totals import PART_COLUMNS
from vgginspect.views.summary_lines import ENTRY_COLUMNS

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


def tables():
    """Every table there is, with the words for it."""
    plan = grow(CONFIGS["A"])
    english = words("en")
    compared = compare.sides(("A", "B+bn"), (plan, grow(make_config("B", batch_norm=True))))
    finding = Finding(CONFIGS["A"], "", "", 0, (), {}, False, (), ())
    reports = (
        explained(trace.report(plan, english), CONFIGS["A"]),
        summary.report(plan, english),
        layer.report(plan, [], english),
        compare.report(compared, english),
        configs.report(english),
        identify.report(finding, plan, english),
        verify.report(verify.Check(1, "A", plan, ()), english),
        summary_lines.report((), {}, pytest.fail, english),
    )
    return [(table, report.words) for report in reports for table in report.tables]


def narrowed(table, spoken):
    """The columns of a table in the order in which a narrow terminal gives them up, what stays."""
    table = table._replace(rows=lambda: iter(()), widths={c.name: 50 for c in table.columns})
    going, kept = [], [column.name for column in table.columns]
    for limit in range(52 * len(kept), 0, -26):
        left = [column.name for column in Layout(table, spoken, limit).columns]
        going += [name for name in kept if name not in left]
        kept = left
    return " ".join(going), " ".join(kept)


def test_what_a_narrow_terminal_gives_up_first_and_what_stays_on_any():
    assert sorted({(table.name, *narrowed(table, spoken)) for table, spoken in tables()}) == [
        ("adaptations", "activation_bytes macs params", "change added options"),
        ("arithmetic", "rule name", "meaning calculation"),
        ("batch", "name activation_bytes depth line macs params", "config"),
        ("checks", "facts held group", "against"),
        (
            "configs",
            "weights file_megabytes top5 layers tokens top1 macs params arithmetic model",
            "config",
        ),
        (
            "edits",
            "position_after position_before stage config token_after token_before",
            "edit",
        ),
        ("facts", "reason certainty", "fact value"),
        (
            "layers",
            "share padding stride kernel_size in_channels activation_bytes receptive_field macs"
            " path type out_channels spatial_size params",
            "name",
        ),
        ("options", "value_2 value_1", "option"),
        ("sizes", "pooled params activation_bytes macs map", "input"),
        (
            "steps",
            "stage branch appended layers_before in_channels_before layers_after"
            " in_channels_after output_shape token",
            "step",
        ),
        ("totals", "difference_2 ratio_2 value_2 value_1", "meaning"),
        ("totals", "share layers depth param_bytes activation_bytes macs params", "part"),
    ]


def test_a_table_shows_just_the_columns_of_its_priority():
    for table, _ in tables():
        assert sorted(column.name for column in table.columns) == sorted(table.priority)


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


def test_the_share_of_nothing_is_none():
    assert share(Totals(), Plan(CONFIGS["A"], Recorded((), ()))) == 0


def test_named_columns_come_in_the_order_of_the_names():
    columns = named(LAYER_COLUMNS, ["share", "xyz", "path"])
    assert [column.name for column in columns] == ["share", "path"]


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
    with pytest.raises(ConfigError, match="--columns needs column names"):
        split_names(text)


def names(chosen):
    return [[column.name for column in columns] for columns in chosen]


def test_columns_are_chosen_from_each_table_that_has_them():
    both = (STEP_COLUMNS, LAYER_COLUMNS)
    assert names(choose(["params", "token"], both)) == [["params", "token"], ["params"]]
    assert names(choose(["name", "path"], both)) == [[], ["name", "path"]]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("parms", "unknown column 'parms'; did you mean params?\n  the columns are step, token"),
        ("output shape", "unknown column 'output shape'; did you mean output_shape?"),
        ("fields", "unknown column 'fields'; did you mean receptive_field?"),
        ("xyzzy", "unknown column 'xyzzy'\n  the columns are step, token, branch"),
        ("state_dict", "unknown column 'state_dict'"),
        ("\x1b", r"unknown column '\x1b'"),
    ],
)
def test_an_unknown_column_gets_the_nearest_one_and_all_there_are(name, said):
    with pytest.raises(ConfigError) as caught:
        choose([name], (STEP_COLUMNS, LAYER_COLUMNS))
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("parameters", "params"),
        ("Field", "receptive_field"),
        ("k", "kernel_size"),
        ("out", "out_channels"),
        ("MACs", "macs"),
        ("MACs (M)", "macs"),
        ("activ.", "activation_bytes"),
        ("H×W", "spatial_size"),
        ("HxW", "spatial_size"),
        ("output shape", "output_shape"),
        ("layer", "type"),
        ("수용 영역", "receptive_field"),
    ],
)
def test_a_column_is_chosen_by_its_heading_as_well(heading, name):
    ((column,),) = choose(split_names(heading), [LAYER_COLUMNS])
    assert column.name == name
