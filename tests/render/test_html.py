"""The HTML of a notebook, parsed as XML: every cell of the table, and nothing that runs."""

import re
from xml.etree import ElementTree

import pytest

from vgginspect.cfg.config import CONFIGS, make_config
from vgginspect.lang import LANGUAGES, words
from vgginspect.network.grow import grow
from vgginspect.render.cells import shown
from vgginspect.render.html import render
from vgginspect.report.columns import Column
from vgginspect.report.model import Report, Table, line
from vgginspect.views.summary import report as summary
from vgginspect.views.trace import report as walk


def parsed(report):
    return ElementTree.fromstring("".join(render(report)))


def texts(element):
    return ["".join(part.itertext()) for part in element]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", CONFIGS)
def test_every_table_has_every_cell(letter, language):
    report = summary(grow(CONFIGS[letter]), words(language))
    tables = parsed(report).findall("table")
    assert len(tables) == len(report.tables)
    for table, element in zip(report.tables, tables, strict=True):
        titles = texts(element.find("thead/tr"))
        assert titles == [report.words(f"column_{column.name}") for column in table.columns]
        rows = [row for row in element.iterfind("tbody/tr") if row.find("td") is not None]
        for item, row in zip(table.rows(), rows, strict=True):
            for column, text in zip(table.columns, texts(row), strict=True):
                cell = shown(column.value(item, table.of), column.kind, report.words).rstrip()
                assert text == (cell.split()[0] if column.kind == "share" else cell)


def test_rows_stand_under_their_stages():
    (first, _) = parsed(summary(grow(CONFIGS["A"]), words("en"))).findall("table")
    headings = [texts(body[0]) for body in first.findall("tbody")]
    assert headings == [*([f"stage {number}"] for number in range(1, 6)), ["head"]]
    assert [len(body) - 1 for body in first.findall("tbody")] == [3, 3, 5, 5, 5, 8]


def test_lines_are_paragraphs_and_empty_ones_are_left_out():
    report = walk(grow(make_config("8,M")), words("en"))
    paragraphs = texts(parsed(report).findall("p"))
    lines = [part.text for part in report.body() if not isinstance(part, Table)]
    assert paragraphs == [text for text in lines if text]


def test_a_share_is_a_number_on_a_bar_of_its_length():
    share = Column("share", "share", lambda row, _: row)
    table = Table("layers", (share,), ("share",), lambda: iter([0.743, 0.0, None]))
    report = Report(words("en"), {}, lambda: iter(()), (table,), lambda: [table])
    cells = parsed(report).findall("table/tbody/tr/td")
    assert [cell.text for cell in cells] == ["74.3%", "0.0%", None]
    assert [re.findall(r"[\d.]+%", cell.get("style")) for cell in cells] == [
        ["74.3%"],
        ["0.0%"],
        [],
    ]


def test_text_of_the_user_is_text():
    name = "<script>alert('&')</script>"
    html = "".join(render(summary(grow(make_config("64", name=name)), words("en"))))
    assert "<script" not in html
    assert name in "".join(ElementTree.fromstring(html).itertext())


def test_spans_keep_their_text_and_their_weight():
    parts = line(("D", "heading"), " < ", ("faint", "faint"), ("", "token"), ("new", "new"))
    report = Report(words("en"), {}, lambda: iter(()), (), lambda: [parts])
    (paragraph,) = parsed(report).findall("p")
    assert [child.tag for child in paragraph] == ["b", "span"]
    assert "".join(paragraph.itertext()) == "D < faintnew"
