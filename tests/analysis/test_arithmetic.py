"""Every calculation is read back and worked out, and gives the number beside it."""

import math
import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from strategies import configs

from vgginspect import observe, plan
from vgginspect.analysis.arithmetic import figures
from vgginspect.cfg.config import names
from vgginspect.lang import words
from vgginspect.network.plan import Layer
from vgginspect.network.rules import MaxPool2d

PYTHON = str.maketrans({"·": "*", "−": "-", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"})


def worked_out(expression: str) -> Fraction:
    """The value of a calculation as a person would work it out, exactly."""
    code = expression.replace(",", "").translate(PYTHON)
    assert re.fullmatch(r"(?:\d+|[-+*/() ]|floor|ceil)+", code), expression
    exact = re.sub(r"\d+", r"Fraction(\g<0>)", code)
    return eval(exact, {"Fraction": Fraction, "floor": math.floor, "ceil": math.ceil})


def actual(layer: Layer) -> dict[str, int | None]:
    """The numbers from the layer's own fields."""
    shape = layer.output_shape
    sides = {"height": shape[1], "width": shape[2]} if len(shape) == 3 else {}
    for name in ("receptive_field", "jump"):
        value = getattr(layer, name)
        height, width = value if isinstance(value, tuple) else (value, value)
        sides |= {f"{name}_height": height, f"{name}_width": width}
    return sides | {
        "in_features": layer.in_channels,
        "params": layer.params,
        "param_bytes": 4 * layer.params,
        "macs": layer.macs,
        "activation_bytes": layer.activation_bytes,
        "saved_bytes": layer.saved_bytes,
        "receptive_field": layer.receptive_field,
        "jump": layer.jump,
    }


def check(layer: Layer) -> None:
    for figure in figures(layer):
        assert figure.value == actual(layer)[figure.name], (layer.path, figure)
        if figure.expression:
            assert worked_out(figure.expression) == figure.value, (layer.path, figure)
            assert figure.text == f"{figure.expression} = {figure.value:,}"
        else:
            assert figure.note, (layer.path, figure)
            assert figure.text == f"{figure.value:,}"
        if figure.note:
            assert words("en")(figure.note)


@pytest.mark.parametrize("options", [{}, {"bias": False, "input_shape": (1, 299, 320)}], ids=str)
@pytest.mark.parametrize("name", names())
def test_named_configurations_work_out(name, options):
    for layer in plan(name, **options).layers:
        check(layer)


@given(configs())
def test_any_configuration_works_out(config):
    for layer in plan(config).layers:
        check(layer)


def texts(cfg: str, path: str, **options: object) -> dict[str, str]:
    (layer,) = (layer for layer in plan(cfg, **options).layers if layer.path == path)
    return {figure.name: figure.text for figure in figures(layer)}


@pytest.mark.parametrize(
    ("cfg", "path", "figure", "text"),
    [
        ("D", "features.17", "params", "3·3·256·512 + 512 = 1,180,160"),
        ("D", "features.17", "macs", "3·3·256·512·28·28 = 924,844,032"),
        ("D", "features.17", "receptive_field", "44 + (3 − 1)·8 = 60"),
        ("D", "features.17", "jump", "8·1 = 8"),
        ("D", "features.17", "height", "⌊(28 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1 = 28"),
        ("D", "features.17", "param_bytes", "4·1,180,160 = 4,720,640"),
        ("D", "features.17", "activation_bytes", "4·512·28·28 = 1,605,632"),
        ("D", "features.18", "activation_bytes", "0"),
        ("D", "features.17", "saved_bytes", "4·512·28·28 = 1,605,632"),
        ("D", "features.18", "saved_bytes", "0"),
        ("D", "features.23", "saved_bytes", "4·512·14·14 + 8·512·14·14 = 1,204,224"),
        ("D", "classifier.2", "saved_bytes", "4·4,096 + 4,096 = 20,480"),
        ("D+dropout=1", "classifier.2", "saved_bytes", "4·4,096 + 4 = 16,388"),
        ("D+dropout=0", "classifier.2", "saved_bytes", "0"),
        ("D", "classifier.6", "saved_bytes", "0"),
        ("vgg16_bn", "features.1", "saved_bytes", "4·64·224·224 + 2·4·64 = 12,845,568"),
        ("64,M+features-only+input-size=8", "features.2", "saved_bytes", "8·64·4·4 = 8,192"),
        ("M,64+input-size=8", "features.0", "saved_bytes", "4·3·4·4 = 192"),
        ("D", "features.18", "receptive_field", "60"),
        ("D", "features.30", "jump", "16·2 = 32"),
        ("D", "classifier.0", "in_features", "512·7·7 = 25,088"),
        ("D", "classifier.0", "params", "25,088·4,096 + 4,096 = 102,764,544"),
        ("D", "classifier.0", "macs", "25,088·4,096 = 102,760,448"),
        ("D", "classifier.0", "activation_bytes", "4·4,096 = 16,384"),
        ("vgg16_bn", "features.1", "params", "64 + 64 = 128"),
        ("vgg16_bn", "features.1", "macs", "0"),
        ("64+no-bias", "features.0", "params", "3·3·3·64 = 1,728"),
        ("conv3-8d2", "features.0", "receptive_field", "1 + (3 − 1)·2·1 = 5"),
        ("64,C+input-size=7", "features.2", "height", "⌈(7 + 2·0 − 1·(2 − 1) − 1) / 2⌉ + 1 = 4"),
        ("conv1-512+input-size=1+avgpool=none", "classifier.0", "in_features", "512·1·1 = 512"),
    ],
)
def test_calculations_read_as_one_would_write_them(cfg, path, figure, text):
    assert texts(cfg, path)[figure] == text


def symbols(layer: Layer, field: int | None, jump: int | None) -> dict[str, int | None]:
    """The value of each symbol of a formula; ``field`` and ``jump`` are those before."""
    window, inputs, outputs = layer.rule, layer.input_shape, layer.output_shape
    weight = layer.rule.state().get("weight", ())
    found = {"k": window.kernel_size, "s": window.stride, "p": window.padding, "r": field}
    found |= {"d": window.dilation, "j": jump, "params": layer.params}
    found |= {"in": weight[1] if len(weight) > 1 else None, "out": outputs[0]}
    found |= {"size": getattr(window, "size", None)}
    found |= dict(zip(("C_in", "H_in", "W_in"), inputs, strict=False))
    return found | dict(zip("CHW", outputs, strict=False))


def numbered(formula: str, symbol: dict[str, int | None]) -> str:
    """A formula with the numbers put in."""
    return re.sub(r"[A-Za-z_]+", lambda found: f"{symbol[found[0]]:,}", formula)


@pytest.mark.parametrize(
    "cfg",
    ["A-LRN", "C+bn", "64,C,conv3-8d2,maxpool3s1p1,avgpool3+input-size=1x37x41+hidden=none", "8"],
)
def test_a_formula_with_the_numbers_put_in_is_the_calculation(cfg):
    field = jump = 1
    for layer in plan(cfg).layers:
        for figure in figures(layer):
            if figure.expression:
                expected = numbered(figure.formula, symbols(layer, field, jump))
                assert figure.expression == expected, (layer.path, figure)
        field, jump = layer.receptive_field or field, layer.jump or jump


def test_what_is_not_calculated_is_not_there():
    assert "in_features" in texts("D", "classifier.0")
    assert "in_features" not in texts("D", "classifier.3")
    assert "height" not in texts("D", "features.1")
    assert "jump" not in texts("D", "classifier.0")


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("pool", [(2, 2, 0), (2, 3, 1), (3, 2, 1), (3, 2, 0), (3, 1, 1), (5, 4, 2)])
def test_windows_with_padding_work_out_at_every_size(pool, ceil_mode):
    for size in range(5, 14):
        rule, shape = MaxPool2d(*pool, ceil_mode), (8, size, size + 1)
        after = rule.output_shape(shape)
        held = rule.activation_bytes(after)
        window = pool[:2]
        check(Layer("features.0", "pool1", rule, 1, 1, shape, after, 0, 0, held, held, *window))


def test_a_window_that_would_start_outside_is_taken_back():
    shape = (8, 5, 5)
    pool = MaxPool2d(2, 3, 1, ceil_mode=True)
    after = pool.output_shape(shape)
    layer = Layer("features.0", "pool1", pool, 1, 1, shape, after, 0, 0, 32, 96, 2, 3)
    height = figures(layer)[0]
    assert height.value == after[1] == 2
    assert (height.text, height.note) == (
        "⌈(5 + 2·1 − 1·(2 − 1) − 1) / 3⌉ + 1 − 1 = 2",
        "note_overhang",
    )


def branching():
    """A layer after a sum, whose receptive field is not that of the layer before it."""
    from torch import nn

    class Branching(nn.Module):
        def __init__(self):
            super().__init__()
            self.wide = nn.Conv2d(3, 4, 7, padding=3)
            self.norm = nn.BatchNorm2d(4)
            self.narrow = nn.Conv2d(3, 4, 1)
            self.last = nn.Conv2d(4, 2, 3)

        def forward(self, x):
            wide = self.norm(self.wide(x))
            narrow = self.narrow(x)
            return self.last(wide) + self.last(narrow)

    return Branching()


def test_layers_that_were_read_are_calculated_only_from_the_layer_before():
    seen = observe(branching(), input_size=(3, 16, 16))
    shown = {}
    for previous, layer in pairwise((None, *seen.layers)):
        for figure in figures(layer, previous):
            shown[layer.path, layer.receptive_field, figure.name] = figure.text, figure.note
    assert shown["wide", 7, "receptive_field"] == ("1 + (7 − 1)·1 = 7", "")
    assert shown["narrow", 1, "receptive_field"] == ("1", "note_measured")
    assert shown["last", 9, "receptive_field"] == ("9", "note_measured")
    assert shown["norm", 7, "saved_bytes"] == ("4,128", "note_measured")
