import pytest

from vgginspect import plan
from vgginspect.errors import ConfigError, InputSizeError
from vgginspect.lang import words
from vgginspect.network.plan import Totals
from vgginspect.render.text import render
from vgginspect.views.summary_lines import ENTRY_COLUMNS, entries, report

LINES = [(1, "A"), (4, "vgg17"), (5, "A+input-size=8"), (6, "64,M")]


def test_good_lines_are_entries_and_bad_ones_are_handed_over():
    bad = []
    found = list(entries(LINES, {"batch_norm": True}, lambda *what: bad.append(what)))
    assert [(entry.line, entry.text, entry.totals) for entry in found] == [
        (1, "A", plan("A+bn").totals),
        (6, "64,M", plan("64,M+bn").totals),
    ]
    assert [(number, type(error)) for number, error in bad] == [
        (4, ConfigError),
        (5, InputSizeError),
    ]


def test_what_the_handler_raises_ends_the_run():
    def stop(number, error):
        raise error

    run = entries(LINES, {}, stop)
    assert next(run).line == 1
    with pytest.raises(ConfigError, match="vgg17"):
        next(run)


def test_lines_are_read_as_they_are_asked_for():
    def endless():
        yield 1, "A"
        raise AssertionError

    said = report(endless(), {}, lambda *_: None, words("en"))
    assert next(iter(said.records()))["params"] == 132863336


def test_there_is_a_column_for_every_total():
    names = [column.name for column in ENTRY_COLUMNS]
    assert names == ["line", *Totals._fields, "name", "config"]
    (entry,) = entries([(7, "vgg16_bn")], {}, lambda *_: None)
    values = {column.name: column.value(entry, None) for column in ENTRY_COLUMNS}
    assert values == {
        "line": 7,
        **plan("vgg16_bn").totals._asdict(),
        "name": "D",
        "config": "vgg16_bn",
    }


def test_the_table_is_as_it_was(golden):
    lines = [(1, "A"), (20, "vgg16_bn"), (300, "64,M # small"), (4000, "A+features-only")]
    said = report(lines, {}, lambda *_: None, words("en"))
    golden("batch.txt", "".join(render(said)))


def test_it_is_known_whether_columns_were_chosen():
    assert report([], {}, lambda *_: None, words("en"), "config").chosen
    assert not report([], {}, lambda *_: None, words("en")).chosen
