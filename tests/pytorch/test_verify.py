"""The comparison itself: right values are equal, and every single wrong value differs."""

import pytest
import torch

from vgginspect import CONFIGS, CheckError, ConfigError, DependencyError, plan
from vgginspect.cfg.tokens import Token, parse_token
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan, Source
from vgginspect.network.rules import Dropout, ReLU
from vgginspect.pytorch.build import build
from vgginspect.pytorch.import_torchvision import load_vgg
from vgginspect.pytorch.verify import Witness, check, left_out, verify, witnesses
from vgginspect.report import checks, json_document

SIZES = [32, 224, 299, (3, 225, 320)]
PARAMS = {
    "vgg11": 132863336,
    "vgg11_bn": 132868840,
    "vgg13": 133047848,
    "vgg13_bn": 133053736,
    "vgg16": 138357544,
    "vgg16_bn": 138365992,
    "vgg19": 143667240,
    "vgg19_bn": 143678248,
}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "bn"])
@pytest.mark.parametrize("letter", CONFIGS)
def test_every_named_configuration_is_proven(letter, batch_norm, size):
    grown = plan(letter, batch_norm=batch_norm, input_shape=size)
    checks = verify(grown)
    names = [f"PyTorch {torch.__version__}", "vgginspect code", "vgginspect code --unrolled"]
    if grown.config.model:
        names.append(f"torchvision {load_vgg()[1]} {grown.config.model}")
    assert [check.against for check in checks] == names
    for result in checks:
        assert result.differences == []
        assert result.good
        assert len(result.facts) > 20 * len(grown.layers)
    totals = {fact.field: fact.found for fact in checks[-1].facts if fact.group == "totals"}
    assert totals["params"] == PARAMS.get(grown.config.model, totals["params"])


@pytest.mark.parametrize(
    ("against", "names"),
    [
        ("pytorch", ["PyTorch"]),
        ("code", ["vgginspect", "vgginspect"]),
        ("torchvision", ["torchvision"]),
    ],
)
def test_one_kind_of_witness_can_be_asked_for(against, names):
    checks = verify(plan("A"), against)
    assert [check.against.split()[0] for check in checks] == names
    assert all(check.good for check in checks)


def test_torchvisions_model_takes_classes_and_dropout():
    (result,) = verify(plan("A", num_classes=7, dropout=0.2), "torchvision")
    assert result.good


@pytest.mark.parametrize("cfg", ["A", "C", "64,M+input=8"])
def test_without_torchvision_its_model_is_named_as_missing(cfg, monkeypatch):
    def broken():
        raise DependencyError("torchvision is not here\n  pip install torchvision")

    monkeypatch.setattr("vgginspect.pytorch.verify.load_vgg", broken)
    grown = plan(cfg)
    expected = ("torchvision's vgg11: torchvision is not here",) if cfg == "A" else ()
    assert left_out(grown.config) == expected
    assert not any(witness.name.startswith("torchvision") for witness in witnesses(grown))


THEIRS = r"; it has A \(vgg11\), B \(vgg13\), D \(vgg16\), E \(vgg19\)$"


@pytest.mark.parametrize(
    ("cfg", "said"),
    [
        ("C", f"torchvision has no model for this cfg list{THEIRS}"),
        ("A-LRN+bn", f"torchvision has no model for this cfg list{THEIRS}"),
        ("64", f"torchvision has no model for this cfg list{THEIRS}"),
        ("A+no-bias+classes=7", r"torchvision has no A with \+no-bias; only batch norm, classes"),
        (
            "D+bn+input=1x32x32+hidden=none+dropout=0.1",
            r"no D with \+input=1x32x32 \+hidden=none;",
        ),
    ],
)
def test_what_torchvision_has_not_is_said(cfg, said):
    with pytest.raises(ConfigError, match=said):
        verify(plan(cfg), "torchvision")


class Wrong(Source):
    """A Plan's source with one thing changed."""

    def __init__(self, right, layer=None, step=None, totals=None):
        self.right = right
        self.layer_change, self.step_change = layer or (None, None), step or (None, None)
        self.totals_change = totals or {}

    def changed(self, layer):
        path, change = self.layer_change
        return change(layer) if layer.path == path else layer

    def steps(self):
        number, change = self.step_change
        for step in self.right.steps:
            step = step._replace(layers=tuple(map(self.changed, step.layers)))
            yield step._replace(**change(step)) if step.step == number else step

    def head(self):
        return map(self.changed, self.right.head)

    def totals(self):
        return self.right.totals._replace(**self.totals_change)


RIGHT = plan("64 LRN conv1-32d1 M conv3-16d2 A C 8", batch_norm=True, input_shape=(3, 48, 40))


def other(value):
    """A value of the same kind that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, tuple) and value and isinstance(value[0], int):
        return (*value[:-1], value[-1] + 1)
    return 1 if value is None else ()


def one_of_each_type(layers):
    return {layer.type: layer for layer in layers}.values()


def wrong_layers():
    for layer in [*one_of_each_type(RIGHT.features), *one_of_each_type(RIGHT.head)]:
        for field in layer._fields:
            if field != "rule":
                change = {field: other(getattr(layer, field))}
                yield (
                    f"{layer.path} {field}",
                    Wrong(
                        RIGHT, layer=(layer.path, lambda row, change=change: row._replace(**change))
                    ),
                )
        for field in layer.rule._fields:
            changed = {field: other(getattr(layer.rule, field))}
            module = type(layer.rule)(**layer.rule.kwargs | changed)
            yield (
                f"{layer.path} {layer.type} {field}",
                Wrong(
                    RIGHT,
                    layer=(layer.path, lambda row, rule=module: row._replace(rule=rule)),
                ),
            )
    for path, module in (("features.2", Dropout(0.5)), ("classifier.2", ReLU(False))):
        yield (
            f"{path} type",
            Wrong(RIGHT, layer=(path, lambda row, rule=module: row._replace(rule=rule))),
        )


def wrong_steps():
    for step in RIGHT.steps:
        for field in step._fields:
            yield (
                f"step {step.step} {field}",
                Wrong(
                    RIGHT,
                    step=(
                        step.step,
                        lambda row, field=field: (
                            {"layers": row.layers[1:]}
                            if field == "layers"
                            else {field: other(getattr(row, field))}
                        ),
                    ),
                ),
            )
        wrong = parse_token("16" if step.branch != "conv" else "M")
        yield (
            f"step {step.step} token",
            Wrong(RIGHT, step=(step.step, lambda row, token=wrong: {"tokens": (token,)})),
        )


def wrong_totals():
    for field, value in RIGHT.totals._asdict().items():
        yield f"totals {field}", Wrong(RIGHT, totals={field: other(value)})


WRONG = dict([*wrong_layers(), *wrong_steps(), *wrong_totals()])


def in_pytorch(source):
    (result,) = verify(Plan(RIGHT.config, source), "pytorch")
    return result


def test_a_copy_of_the_right_plan_holds():
    assert in_pytorch(Wrong(RIGHT)).good


@pytest.mark.parametrize("source", WRONG.values(), ids=WRONG)
def test_every_wrong_value_is_caught(source):
    result = in_pytorch(source)
    assert not result.good
    assert 1 <= len(result.differences) < 32
    assert all(fact.expected != fact.found for fact in result.differences)


def drop_layer(source, path):
    class Without(Wrong):
        def steps(self):
            for step in RIGHT.steps:
                yield step._replace(
                    layers=tuple(layer for layer in step.layers if layer.path != path)
                )

    return Without(RIGHT)


def test_a_missing_layer_is_named_and_the_others_are_not_blamed():
    result = in_pytorch(drop_layer(RIGHT, "features.1"))
    (missing,) = [fact for fact in result.differences if fact.field == "layer"]
    assert (missing.where, missing.expected) == ("+ features.1", "nothing")
    assert missing.found.startswith("BatchNorm2d(64")
    assert {fact.where for fact in result.differences if fact.group == "layers"} == {"+ features.1"}


def test_a_network_that_is_another_is_told_apart():
    another = Witness("another", lambda: build("A", num_classes=10))
    result = check(grow(CONFIGS["A"]), another)
    assert not result.good
    assert {fact.where for fact in result.differences if fact.group != "totals"} == {
        "classifier.6",
        "classifier.6.weight",
        "classifier.6.bias",
        "config",
        "model",
    }


@pytest.mark.parametrize(
    ("cfg", "options", "what"),
    [
        ([2**31 - 1], {"input_shape": (3, 2**31 - 1, 2**31 - 1), "features_only": True}, "run"),
    ],
)
def test_what_pytorch_refuses_is_a_failed_check(cfg, options, what):
    with pytest.raises(CheckError, match=f"PyTorch cannot {what} this network: RuntimeError"):
        verify(plan(cfg, **options))


def altered(monkeypatch, field, change):
    """What is printed, with one field of its document changed."""

    def document(grown):
        printed = json_document.document(grown)
        printed[field] = change(printed[field])
        return printed

    monkeypatch.setattr(checks, "document", document)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("input", lambda shape: shape[::-1]),
        ("layers", lambda rows: rows[::-1]),
        ("layers", lambda rows: rows[:-1]),
        ("steps", lambda rows: [{**row, "token": str(row["token"])} for row in rows]),
        ("totals", lambda totals: totals | {"params": 1}),
        ("config", lambda config: config | {"num_classes": 7}),
        ("config", lambda config: config | {"bias": False}),
        ("config", lambda config: config | {"hidden": [4096]}),
    ],
)
def test_what_is_printed_wrongly_is_caught(field, change, monkeypatch):
    altered(monkeypatch, field, change)
    (result,) = verify(plan("A", input_shape=(3, 64, 32)), "pytorch")
    assert not result.good


def test_a_wrong_spelling_of_a_token_is_caught(monkeypatch):
    monkeypatch.setattr(Token, "value", property(lambda token: token.out_channels + 1))
    (result,) = verify(plan("A"), "pytorch")
    assert {fact.field for fact in result.differences} >= {"token"}


def test_no_memory_is_taken_for_weights_however_many():
    (result,) = verify(plan("200000,200000,M+avgpool=none+input=8"), "pytorch")
    assert result.good
