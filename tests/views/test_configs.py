from vgginspect import plan
from vgginspect.lang import words
from vgginspect.report.model import Table
from vgginspect.views.configs import CONFIG_COLUMNS, plans, report

ENGLISH = words("en")


def test_every_configuration_comes_without_and_with_batch_norm():
    found = [(made.config.name, made.config.batch_norm) for made in plans()]
    assert found == [
        (letter, batch_norm)
        for letter in ("A", "A-LRN", "B", "C", "D", "E")
        for batch_norm in (False, True)
    ]


def test_what_the_config_column_says_is_a_config():
    column = CONFIG_COLUMNS[0]
    for made in plans():
        assert plan(column.value(made, None)) == made


def test_the_chosen_columns_are_all_there_is():
    said = report(ENGLISH, "config,model")
    (table,) = [part for part in said.body() if isinstance(part, Table)]
    assert [column.name for column in table.columns] == ["config", "model"]
    assert said.data_columns == table.columns


def test_programs_get_every_column():
    whole = report(ENGLISH)
    assert [list(row) for row in whole.records()] == [[c.name for c in CONFIG_COLUMNS]] * 12
    assert list(whole.document["configs"]()) == list(whole.records())


def test_it_is_known_whether_columns_were_chosen():
    assert report(ENGLISH, "config").chosen
    assert not report(ENGLISH).chosen
