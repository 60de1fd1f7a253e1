"""What a Plan shows of itself in a notebook, and in a line."""

from xml.etree import ElementTree

import pytest
from observed import observed

from vgginspect import plan
from vgginspect.lang import words
from vgginspect.report.json_document import document
from vgginspect.views.notebook import MAX_LAYERS


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("VGGINSPECT_LANG", "en")


@pytest.mark.parametrize(("convolutions", "whole"), [(496, True), (497, False)])
def test_of_a_large_network_only_the_totals_are_shown(convolutions, whole):
    net = plan([8] * convolutions)
    assert (net.totals.layers <= MAX_LAYERS) == whole
    assert ("features.7<" in net._repr_html_()) == whole
    assert len(ElementTree.fromstring(net._repr_html_()).findall("table")) == 1 + whole
    assert f"{net.totals.params:,}" in net._repr_html_()


def test_a_language_that_is_not_there_is_no_reason_to_fail(monkeypatch):
    monkeypatch.setenv("VGGINSPECT_LANG", "xx")
    assert "parameters" in plan("A")._repr_html_()
    monkeypatch.setenv("VGGINSPECT_LANG", "ko")
    assert words("ko")("column_params") in plan("A")._repr_html_()


def test_a_plan_in_a_sentence_is_short():
    assert repr(plan("A")) == "<Plan A: 29 layers, 132,863,336 parameters>"
    assert repr(plan("64", name="\x1b[2J")).isprintable()


def test_a_plan_gives_the_document_of_its_walk():
    net = plan("A")
    assert net.document() == document(net)
    assert list(net.document()) == [
        *("schema", "config", "origin", "input", "steps", "layers", "totals")
    ]


def test_an_observed_plan_shows_its_tables_too():
    read = observed([64, "pool"], batch_norm=True)
    html = read._repr_html_()
    assert html.count("<table>") == 2
    assert "mine.py:make(batch_norm=True)" in html
    assert read.document()["origin"] == read.origin.document()
