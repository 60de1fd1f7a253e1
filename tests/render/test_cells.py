import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.lang import words
from vgginspect.render.cells import BAR_WIDTH, bar, plain, shown
from vgginspect.report.columns import LAYER_COLUMNS, STEP_COLUMNS
from vgginspect.views.configs import CONFIG_COLUMNS
from vgginspect.views.part_totals import PART_COLUMNS
from vgginspect.views.summary_lines import ENTRY_COLUMNS


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "text", ""),
        (None, "count", ""),
        (None, "shape", ""),
        ("Conv2d", "text", "Conv2d"),
        (64, "text", "64"),
        ("a\x1b[2Jb", "text", r"a\x1b[2Jb"),
        ("\u202eM", "text", r"\u202eM"),
        (0, "count", "0"),
        (1792, "count", "1,792"),
        (138357544, "count", "138,357,544"),
        (0, "millions", "0"),
        (1, "millions", "0.00"),
        (86704128, "millions", "86.70"),
        (15470264320, "millions", "15,470.26"),
        (0, "megabytes", "0"),
        (12845056, "megabytes", "12.845"),
        (553430176, "megabytes", "553.430"),
        (98765432100, "megabytes", "98,765.432"),
        ([3, 224, 320], "shape", "3×224×320"),
        ([1000], "shape", "1000"),
        ([7, 7], "size", "7×7"),
        (1404, "sides", "1,404"),
        ([1404, 7], "sides", "1,404×7"),
        (0.0, "share", "0.0%           "),
        (1e-6, "share", "0.0% ▏         "),
        (0.5, "share", "50.0% █████     "),
        (0.743, "share", "74.3% ███████▍  "),
        (1.0, "share", "100.0% ██████████"),
        (["features.0", "features.1"], "list", "features.0 features.1"),
        ([64, "M"], "list", "64 M"),
        ([64, 64], "text", "64 64"),
        (1234567, "difference", "+1,234,567"),
        (-1234567, "difference", "−1,234,567"),
        (0, "difference", "0"),
        (1.0413, "ratio", "×1.041"),
        (True, "flag", "yes"),
        (False, "flag", "no"),
        ("total", "word", "total"),
        ("a\n", "word", "a\\n"),
    ],
)
def test_a_value_as_people_see_it(value, kind, text):
    assert shown(value, kind, words("en")) == text


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "count", ""),
        (True, "flag", "true"),
        (False, "flag", "false"),
        (138357544, "count", "138357544"),
        (15470264320, "millions", "15470264320"),
        (0.742753, "share", "0.742753"),
        ([3, 224, 320], "shape", "3x224x320"),
        ([1000], "shape", "1000"),
        ([7, 7], "size", "7x7"),
        (1404, "sides", "1404"),
        ([1404, 7], "sides", "1404x7"),
        (["features.0", "features.1"], "list", "features.0 features.1"),
        ([64, "M", 128], "list", "64 M 128"),
        ([64, 64], "list", "64 64"),
        ([64, 64], "text", "64 64"),
        ([], "list", ""),
        ("Conv2d", "text", "Conv2d"),
    ],
)
def test_a_value_as_a_program_reads_it(value, kind, text):
    assert plain(value, kind) == text


@given(st.floats(0, 1))
def test_a_bar_is_as_long_as_its_share_to_an_eighth_of_a_cell(share):
    drawn = bar(share)
    assert len(drawn) == BAR_WIDTH
    eighths = sum(8 if cell == "█" else " ▏▎▍▌▋▊▉".index(cell) for cell in drawn)
    assert abs(eighths - share * 8 * BAR_WIDTH) <= (0.5 if eighths > 1 else 1)
    assert (eighths == 0) == (share == 0)
    assert drawn.rstrip() == drawn.rstrip().replace(" ", "")


@pytest.mark.parametrize(
    "column",
    [*LAYER_COLUMNS, *STEP_COLUMNS, *ENTRY_COLUMNS, *CONFIG_COLUMNS, *PART_COLUMNS],
    ids=lambda column: column.name,
)
def test_every_column_is_of_a_kind_that_cells_know(column):
    assert column.kind in {
        "text",
        "word",
        "count",
        "decimal",
        "millions",
        "megabytes",
        "shape",
        "size",
        "sides",
        "share",
        "difference",
        "ratio",
        "flag",
        "formula",
        "list",
        "mapping",
    }
