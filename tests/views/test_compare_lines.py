import pytest

from vgginspect import plan
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.plan import Totals
from vgginspect.render.text import render
from vgginspect.views.compare import Side
from vgginspect.views.compare_lines import LINE_COLUMNS, compared, report, same

LINES = [(1, "vgg16"), (3, "vgg17"), (4, "D+bn"), (9, "64,M")]


def rows(on_error=lambda *_: None):
    return compared(plan("D"), LINES, plan, on_error)


def test_each_line_is_compared_with_the_first():
    bad = []
    found = list(rows(lambda *what: bad.append(what)))
    assert [(row.line, row.text, row.same) for row in found] == [
        (1, "vgg16", True),
        (4, "D+bn", False),
        (9, "64,M", False),
    ]
    assert [row.totals for row in found] == [plan(cfg).totals for cfg in ("D", "D+bn", "64,M")]
    assert {row.first for row in found} == {plan("D").totals}
    assert [(number, type(error)) for number, error in bad] == [(3, ConfigError)]


def test_there_is_a_difference_and_a_ratio_for_every_total():
    names = [column.name for column in LINE_COLUMNS]
    triples = [f"{name}{end}" for name in Totals._fields for end in ("", "_difference", "_ratio")]
    assert names == ["line", "same", *triples, "config"]
    (row,) = compared(plan("D"), [(4, "D+bn")], plan, lambda *_: None)
    values = {column.name: column.value(row, None) for column in LINE_COLUMNS}
    for name in Totals._fields:
        one, first = getattr(plan("D+bn").totals, name), getattr(plan("D").totals, name)
        assert values[name] == one
        assert values[f"{name}_difference"] == one - first
        assert values[f"{name}_ratio"] == round(one / first, 6)


def test_a_total_that_is_not_known_has_no_difference():
    totals = plan("D").totals
    (row,) = compared(plan("D"), [(1, "D")], plan, lambda *_: None)
    unknown = row._replace(totals=totals._replace(macs=None), first=totals._replace(depth=0))
    values = {column.name: column.value(unknown, None) for column in LINE_COLUMNS}
    assert (values["macs_difference"], values["macs_ratio"]) == (None, None)
    assert (values["depth_difference"], values["depth_ratio"]) == (16, None)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("D", "vgg16", True),
        ("D", "D+bn", False),
        ("D", "D+hidden=1", False),
        ("D+features-only", "D+features-only+classes=2", True),
    ],
)
def test_networks_are_the_same_if_lists_and_options_are(one, other, expected):
    assert same(plan(one), plan(other)) is expected


def test_lines_are_read_as_they_are_asked_for():
    def endless():
        yield 1, "A"
        raise AssertionError

    made = report(
        Side("D", plan("D")),
        lambda: compared(plan("D"), endless(), plan, lambda *_: None),
        words("en"),
    )
    assert next(iter(made.records()))["config"] == "A"


def test_the_text_is_as_it_was():
    made = report(Side("D", plan("D")), rows, words("en"), "config,depth_difference,macs_ratio")
    assert "".join(render(made)).splitlines() == [
        "config                    depth, difference  MACs, ratio",
        "────────────────────────────────────────────────────────",
        "vgg16                                     0       ×1.000",
        "D+bn                                      0       ×1.000",
        "64,M                                    −12       ×0.008",
    ]
