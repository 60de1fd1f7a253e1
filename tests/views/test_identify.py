import json

import pytest

from vgginspect import plan
from vgginspect.checkpoint.identify import identify
from vgginspect.checkpoint.reader import Checkpoint
from vgginspect.lang import words
from vgginspect.render import renderer
from vgginspect.render.text import plain_lines
from vgginspect.text.width import cell_width
from vgginspect.views.identify import grouped, report

ENGLISH = words("en")


def tensors(prefix="", others=0):
    found = {
        prefix + key: shape for layer in plan("A").layers for key, shape in layer.state_dict.items()
    }
    return found | {f"{prefix}extra.{number}": (1,) for number in range(others)}


def said(prefix="", others=0, nested=(), columns=None):
    finding = identify(tensors(prefix, others))
    checkpoint = Checkpoint("zip", nested, {})
    finding = finding._replace(file="net.pth", checkpoint=checkpoint)
    return report(finding, plan(finding.config), ENGLISH, columns)


def shown(said):
    return "".join(renderer("table")(said)).splitlines()


def test_the_network_of_a_file_is_named_first():
    first, summed, second, *_ = shown(said())
    assert first == "net.pth  zip · 22 tensors"
    assert summed.startswith("A  known: configuration, batch norm, bias, input channels, classes")
    assert summed.endswith("; assumed: pools, avgpool; unknown: input size, dropout")
    assert second.startswith("A (vgg11)  [64, 'M', 128, ")


@pytest.mark.parametrize(
    ("cfg", "size"),
    [
        ("D+hidden=none+avgpool=none+input-size=32", "32 … 63: append +input-size=32"),
        ("D+avgpool=3", "96 … 127: append +input-size=96"),
        ("D", ""),
        ("D+avgpool=none", ""),
        ("D+features-only", ""),
        ("D+avgpool=none+input-size=224x192", ""),
    ],
)
def test_the_input_that_is_computed_with_is_said_if_another_is_as_likely(cfg, size):
    network = plan(cfg)
    shapes = {key: shape for layer in network.layers for key, shape in layer.state_dict.items()}
    finding = identify(shapes)
    text = "\n".join(shown(report(finding, plan(finding.config), ENGLISH)))
    what = "sizes, MACs and memory are computed for 224×224, with an average pool; "
    assert (what in text) == bool(size)
    assert f"if the network has none, its input is {size}" in text or not size


@pytest.mark.parametrize(
    ("nested", "place"),
    [((), "zip · 22"), (("model", "net"), "zip · model.net · 22"), (("a\n",), "zip · a\\n · 22")],
)
def test_where_in_the_file_the_tensors_are_is_said(nested, place):
    assert place in shown(said(nested=nested))[0]


@pytest.mark.parametrize(
    ("others", "line"),
    [
        (1, "1 other tensor: extra.0"),
        (2, "2 other tensors: extra.0, extra.1"),
        (7, "7 other tensors: extra.0, extra.1, extra.2, extra.3, extra.4, …"),
    ],
)
def test_the_first_five_other_tensors_are_named(others, line):
    assert shown(said(others=others))[-1] == line


@pytest.mark.parametrize(
    ("keys", "groups"),
    [
        (["extras.0.weight"], ["extras.0.weight"]),
        (["a.b.0.w", "a.b.0.b", "a.c", "a.d.x"], ["a.b (2)", "a.c", "a.d"]),
        (["n/a/weights", "n/b/weights", "n/b/biases"], ["n/a", "n/b (2)"]),
        (["step", "mean"], ["step", "mean"]),
    ],
)
def test_other_tensors_are_grouped_where_their_keys_part(keys, groups):
    assert grouped(keys) == groups


def test_without_other_tensors_or_a_prefix_none_are_spoken_of():
    lines = shown(said())
    assert lines[-1] == "CONFIG  A"
    assert not any("other tensor" in line or line.startswith("prefix") for line in lines)


def test_the_prefix_of_the_keys_is_said():
    assert shown(said("module."))[-1] == "prefix  module."


def test_the_cfg_list_can_be_pasted():
    line = next(line for line in shown(said()) if line.startswith("cfg"))
    assert line == "cfg     [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M']"


def test_the_document_says_all_of_it():
    whole = json.loads("".join(renderer("json")(said("module.", 2, ("state",)))))
    assert (whole["schema"], whole["file"], whole["format"]) == (1, "net.pth", "zip")
    assert (whole["nested"], whole["prefix"], whole["tensors"]) == (["state"], "module.", 24)
    assert whole["others"] == ["module.extra.0", "module.extra.1"]
    assert whole["totals"]["params"] == 132863336
    names = [fact["name"] for fact in whole["facts"]]
    assert len(set(names)) == len(names) > 5


def test_programs_get_a_fact_a_line_with_every_column():
    header, *rows = "".join(renderer("csv")(said())).splitlines()
    assert header == "fact,value,certainty,reason"
    assert rows[0].startswith("configuration,A,known,same convolutions ")


def test_chosen_columns_hold_for_json_lines_too():
    first = "".join(renderer("jsonl")(said(columns="fact,value"))).splitlines()[0]
    assert json.loads(first) == {"fact": "configuration", "value": "A"}


@pytest.mark.parametrize("width", [60, 80])
def test_reasons_are_wrapped_on_a_narrow_terminal(width, golden):
    found = plan("A+bn", num_classes=10)
    finding = identify({k: s for la in found.layers for k, s in la.state_dict.items()})
    finding = finding._replace(file="net.pth", checkpoint=Checkpoint("torch zip", (), {}))
    made = report(finding, plan(finding.config), words("en"))
    rows = list(plain_lines(made, width))
    assert all(cell_width(row.rstrip()) <= width for row in rows)
    golden(f"identify-{width}.txt", "".join(rows))
