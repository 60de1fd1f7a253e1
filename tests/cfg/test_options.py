import math

import pytest

from vgginspect.cfg.config import Config, config_from_text, make_config
from vgginspect.cfg.options import (
    OPTIONS,
    avgpool_size,
    class_count,
    dropout_rate,
    flag,
    hidden_widths,
    input_shape,
    names_channels,
)
from vgginspect.cfg.tokens import MAX_NUMBER
from vgginspect.errors import ConfigError

SIZE = "an input size must look like 224, 224x320 (H x W) or 3x224x320 (C x H x W)"
NOT_WHOLE = f"must be a whole number from 1 to {MAX_NUMBER}, not "
NOT_WHOLE_OR_NONE = NOT_WHOLE.replace(", not", "(, or none)?, not")


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("224", (3, 224, 224)),
        (" 224 ", (3, 224, 224)),
        ("+224", (3, 224, 224)),
        ("224x320", (3, 224, 320)),
        ("1x28x28", (1, 28, 28)),
        ("3X32x64", (3, 32, 64)),
        ("3 × 32 × 64", (3, 32, 64)),
        ("3*32*64", (3, 32, 64)),
        ("(3, 32, 64)", (3, 32, 64)),
        ("[32,64]", (3, 32, 64)),
        (224, (3, 224, 224)),
        ([224], (3, 224, 224)),
        ((224, 320), (3, 224, 320)),
        ([1, 28, 29], (1, 28, 29)),
        (iter((1, 28, 29)), (1, 28, 29)),
        (str(MAX_NUMBER), (3, MAX_NUMBER, MAX_NUMBER)),
    ],
)
def test_an_input_size_is_read(value, shape):
    assert input_shape(value) == shape


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", f"{SIZE}, not ''"),
        ("0", f"each number of the input size {NOT_WHOLE}0"),
        ("-32", f"{NOT_WHOLE}-32"),
        ("3x-1x5", f"{NOT_WHOLE}-1"),
        ("224x", f"{SIZE}, not '224x'"),
        ("abc", f"{SIZE}, not 'abc'"),
        ("224px", f"{SIZE}, not '224px'"),
        ("22.4", f"{SIZE}, not '22.4'"),
        ("28 28", f"{SIZE}, not '28 28'"),
        ("(224", f"{SIZE}, not '(224'"),
        ("[224)", f"{SIZE}, not '[224)'"),
        ("٢٢٤", f"{SIZE}, not '٢٢٤'"),
        ("9" * 5000, f"{SIZE}, not '{'9' * 40}'"),
        (str(MAX_NUMBER + 1), f"{NOT_WHOLE}{MAX_NUMBER + 1}"),
        ("1x3x224x224", f"{SIZE}, not '1x3x224x224'; without the batch it is 3x224x224"),
        ("8x64x32x1", f"{SIZE}, not '8x64x32x1'; without the batch it is 1x64x32"),
        ("8x4x32x4", f"{SIZE}, not '8x4x32x4'; without the batch it is 4x32x4"),
        (0, f"{NOT_WHOLE}0"),
        pytest.param(10**5000, f"{NOT_WHOLE}a huge number", id="5001 digits"),
        (2.5, f"{NOT_WHOLE}2.5"),
        (None, f"{NOT_WHOLE}None"),
        (True, f"{NOT_WHOLE}True"),
        ((3, 224.0), f"{NOT_WHOLE}224.0"),
        ((3, "224"), f"{NOT_WHOLE}'224'"),
        (b"32", f"{NOT_WHOLE}b'32'"),
        ({32}, f"{NOT_WHOLE}{{32}}"),
        ({32: 32}, f"{NOT_WHOLE}{{32: 32}}"),
        pytest.param([[10**5000]], f"{NOT_WHOLE}a huge number", id="5001 digits in a list"),
        ([1] * 1000, f"{SIZE}, not [{'1, ' * 19}1,…"),
        ([], f"{SIZE}, not []"),
        ((1, 2, 3, 4), f"{SIZE}, not (1, 2, 3, 4); without the batch it is 2x3x4"),
    ],
)
def test_an_input_size_that_makes_no_sense_is_refused(value, said):
    with pytest.raises(ConfigError) as caught:
        input_shape(value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("value", "named"),
    [("32", False), ("32x32", False), ("3x32x32", True), ([1, 8, 8], True), ("1,3,8,8", False)],
)
def test_a_size_of_three_numbers_names_the_channels(value, named):
    assert names_channels(value) is named


@pytest.mark.parametrize(
    ("value", "widths"),
    [
        ("4096,4096", (4096, 4096)),
        ("512", (512,)),
        (" 1 , 2,3 ", (1, 2, 3)),
        ("none", ()),
        (" None ", ()),
        ("[512, 256]", (512, 256)),
        ("(512)", (512,)),
        ("[]", ()),
        (None, ()),
        ([], ()),
        ([4096, 1], (4096, 1)),
        (512, (512,)),
        (iter([5, 6]), (5, 6)),
    ],
)
def test_hidden_widths_are_read(value, widths):
    assert hidden_widths(value) == widths


@pytest.mark.parametrize(
    "value", ["", "4096,", ",", "a", "1 2", "0", "-1", [0], [1.5], 0, [True], True, b"8", {8}]
)
def test_hidden_widths_that_make_no_sense_are_refused(value):
    with pytest.raises(ConfigError, match=f"each hidden size {NOT_WHOLE_OR_NONE}"):
        hidden_widths(value)


@pytest.mark.parametrize(
    ("value", "size"), [("7", 7), (" 1", 1), ("none", None), ("NONE", None), (None, None), (3, 3)]
)
def test_an_avgpool_size_is_read(value, size):
    assert avgpool_size(value) == size


@pytest.mark.parametrize("value", ["", "0", "7x7", "-1", 0, 2.5, True, False, [7], "no"])
def test_an_avgpool_size_that_makes_no_sense_is_refused(value):
    with pytest.raises(ConfigError, match=f"the avgpool size {NOT_WHOLE_OR_NONE}"):
        avgpool_size(value)


@pytest.mark.parametrize(("value", "count"), [("10", 10), (" 1 ", 1), (1000, 1000)])
def test_a_number_of_classes_is_read(value, count):
    assert class_count(value) == count


@pytest.mark.parametrize("value", ["", "0", "-1", "ten", "1e3", 0, None, 1.0, True, False])
def test_a_number_of_classes_that_makes_no_sense_is_refused(value):
    with pytest.raises(ConfigError, match=f"the number of classes {NOT_WHOLE}"):
        class_count(value)


@pytest.mark.parametrize(
    ("value", "rate"),
    [("0.5", 0.5), ("0", 0.0), ("1", 1.0), (" .25 ", 0.25), (0.5, 0.5), (0, 0.0), ("5e-1", 0.5)],
)
def test_a_dropout_probability_is_read(value, rate):
    assert dropout_rate(value) == rate
    assert type(dropout_rate(value)) is float


@pytest.mark.parametrize(
    "value",
    [
        "",
        "half",
        "1.01",
        "-0.1",
        "nan",
        "inf",
        None,
        math.nan,
        [1],
        True,
        False,
        10**400,
        -(10**400),
    ],
)
def test_a_dropout_probability_that_makes_no_sense_is_refused(value):
    with pytest.raises(ConfigError, match="the dropout probability must be between 0 and 1, not "):
        dropout_rate(value)


@pytest.mark.parametrize("value", ["-0", "-0.0", -0.0])
def test_a_dropout_probability_of_zero_has_no_sign(value):
    assert str(dropout_rate(value)) == "0.0"


@pytest.mark.parametrize("value", ["", "1", "true", "Yes", " ON ", True])
def test_a_switch_is_on(value):
    assert flag(value, "it") is True


@pytest.mark.parametrize("value", ["0", "False", "no", "off", False])
def test_a_switch_is_off(value):
    assert flag(value, "it") is False


@pytest.mark.parametrize("value", ["maybe", "2", "none", None, 1, 0, 1.0, [True]])
def test_a_switch_is_nothing_else(value):
    with pytest.raises(ConfigError) as caught:
        flag(value, "it")
    assert str(caught.value) == f"it must be on or off (True or False), not {value!r}"


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.field)
def test_what_is_wrong_with_a_value_is_said_by_the_options_name(option):
    with pytest.raises(ConfigError) as caught:
        option.read(object())
    name = {"input_shape": "input size", "num_classes": "number of classes"}.get(option.field)
    assert (name or option.field.replace("_", " ")) in str(caught.value)
    assert ", not <object object at " in str(caught.value)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.field)
def test_an_option_is_a_field_of_config_with_a_default_its_reader_takes(option):
    default = Config._field_defaults[option.field]
    assert option.read(default) == default
    assert option.help.endswith(".")
    assert option.is_flag == isinstance(default, bool)
    assert bool(option.metavar) != option.is_flag
    assert option.negative in ("", f"no-{option.names[0]}")


def test_every_field_around_the_tokens_has_an_option():
    fields = {option.field for option in OPTIONS}
    assert fields == set(Config._fields) - {"tokens", "name"}
    names = [name for option in OPTIONS for name in option.names]
    assert len(set(names)) == len(names)


VALUES = {
    "batch_norm": ("on", True),
    "bias": ("no", False),
    "input_shape": ("1x28x30", (1, 28, 30)),
    "num_classes": ("10", 10),
    "hidden": ("64,32", (64, 32)),
    "avgpool": ("none", None),
    "dropout": ("0.25", 0.25),
    "features_only": ("yes", True),
}


@pytest.mark.parametrize(
    ("option", "name"),
    [(option, name) for option in OPTIONS for name in option.names],
    ids=[name for option in OPTIONS for name in option.names],
)
def test_an_option_is_the_same_as_text_behind_a_config_and_as_a_keyword(option, name):
    text, value = VALUES[option.field]
    expected = Config(make_config("A").tokens, "A")._replace(**{option.field: value})
    assert config_from_text(f"A+{name}={text}") == expected
    assert config_from_text(f"A + {name.upper().replace('-', '_')} = {text}") == expected
    assert make_config("A", **{option.field: value}) == expected
    assert make_config("A", **{option.field: text}) == expected
    assert getattr(expected, option.field) == value != Config._field_defaults[option.field]


def test_so_much_of_a_wrong_number_is_shown():
    with pytest.raises(ConfigError) as caught:
        class_count("x" * 41)
    assert str(caught.value).endswith(f"not '{'x' * 40}'")


@pytest.mark.parametrize("text", ["nothing", "zero", "x"])
def test_no_other_word_than_none_leaves_the_average_pool_out(text):
    with pytest.raises(ConfigError, match="the avgpool size must be a whole number"):
        avgpool_size(text)


@pytest.mark.parametrize(("text", "batch"), [("1,3,8,8", True), ("1,1,3,8,8", False)])
def test_four_numbers_are_taken_for_a_batch(text, batch):
    with pytest.raises(ConfigError) as caught:
        input_shape(text)
    assert ("; without the batch it is " in str(caught.value)) is batch


@pytest.mark.parametrize(
    ("field", "value", "text", "written"),
    [
        ("batch_norm", True, "yes", "bn"),
        ("batch_norm", False, "no", "no-bn"),
        ("bias", False, "no", "no-bias"),
        ("input_shape", (3, 224, 320), "3x224x320", "input=3x224x320"),
        ("num_classes", 10, "10", "classes=10"),
        ("hidden", (512, 256), "512,256", "hidden=512,256"),
        ("hidden", (), "none", "hidden=none"),
        ("avgpool", 1, "1", "avgpool=1"),
        ("avgpool", None, "none", "avgpool=none"),
        ("dropout", 0.25, "0.25", "dropout=0.25"),
        ("features_only", True, "yes", "features-only"),
    ],
)
def test_an_option_is_written_as_it_is_read(field, value, text, written):
    (option,) = (option for option in OPTIONS if option.field == field)
    assert option.text(value) == text
    assert option.write(value) == written
    assert option.read(text) == value
    assert getattr(config_from_text(f"D+{written}"), field) == value
