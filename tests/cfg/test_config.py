import inspect
import pickle
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_tokens, cfgs, configs

from vgginspect.cfg.config import (
    CONFIGS,
    CUSTOM,
    Config,
    config_from_text,
    config_from_tokens,
    make_config,
    names,
)
from vgginspect.cfg.options import OPTIONS
from vgginspect.cfg.tokens import Token, parse_token
from vgginspect.errors import ConfigError
from vgginspect.network.grow import grow


def cfg(text):
    return tuple(parse_token(word) for word in text.split())


@pytest.mark.parametrize(
    ("text", "letter", "batch_norm"),
    [
        ("A", "A", False),
        ("a", "A", False),
        (" d\n", "D", False),
        ("A-LRN", "A-LRN", False),
        ("a-lrn", "A-LRN", False),
        ("ALRN", "A-LRN", False),
        ("A LRN", "A-LRN", False),
        ("C", "C", False),
        ("vgg11", "A", False),
        ("VGG13", "B", False),
        ("VGG-16", "D", False),
        ("vgg 16", "D", False),
        ("vgg_16", "D", False),
        ("Vgg19", "E", False),
        ("vgg11_bn", "A", True),
        ("VGG-13-BN", "B", True),
        ("vgg16bn", "D", True),
        ("vgg16_bn", "D", True),
        ("vgg19-bn", "E", True),
    ],
)
def test_a_name_is_a_configuration_of_the_paper(text, letter, batch_norm):
    config = config_from_text(text)
    assert config == CONFIGS[letter]._replace(batch_norm=batch_norm)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("write", [str, str.upper, str.lower, " {} ".format])
def test_every_name_is_known_however_it_is_written(name, write):
    config = config_from_text(write(name))
    assert config == config_from_text(name)
    assert config.name in CONFIGS
    assert config.batch_norm == name.endswith("_bn")


@pytest.mark.parametrize(
    ("text", "tokens", "name"),
    [
        ("64,M,128,M", "64 M 128 M", CUSTOM),
        ("64", "64", CUSTOM),
        ("M", "M", CUSTOM),
        ("LRN", "LRN", CUSTOM),
        ("m 64", "M 64", CUSTOM),
        ("A M", "A M", CUSTOM),
        ("A,64", "A 64", CUSTOM),
        ("C,64", "C 64", CUSTOM),
        ("conv3-64", "64", CUSTOM),
        ("maxpool3s1p1 8", "maxpool3s1p1 8", CUSTOM),
        ("avgpool", "A", CUSTOM),
        ("[64, 'M']", "64 M", CUSTOM),
        (
            "64 M 128 M 256 256 M 512 512 M 512 512 M",
            "64 M 128 M 256 256 M 512 512 M 512 512 M",
            "A",
        ),
    ],
)
def test_a_cfg_list_is_read_under_the_papers_letter_where_it_is_the_papers(text, tokens, name):
    assert config_from_text(text) == Config(cfg(tokens), name)
    assert config_from_tokens(cfg(tokens)) == Config(cfg(tokens), name)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("vgg17", "unknown configuration 'vgg17'; did you mean vgg1", True),
        ("vgg16bm", "unknown configuration 'vgg16bm'; did you mean vgg16_bn?", True),
        ("VGG_19_NB", "unknown configuration 'VGG_19_NB'; did you mean vgg19_bn?", True),
        ("A-LNR", "unknown configuration 'A-LNR'; did you mean A-LRN?", True),
        ("F", "unknown configuration 'F'\n", True),
        ("resnet50", "unknown configuration 'resnet50'\n", True),
        ("x\x1b[31m", r"token 1, x\x1b[31m: not a token", False),
        ("conv", "token 1, conv: not a token", False),
        ("maxpoolx", "token 1, maxpoolx: not a token", False),
        ("M2x1", "token 1, M2x1: not a token; write maxpool2x1 (its stride is 2), m", False),
        ("A3", "token 1, A3: not a token; write avgpool3 (its stride is 2), or a", False),
        ("MP", "token 1, MP: not a token; write M for a max pool", False),
        ("dconv3-64", "token 1, dconv3-64: not a token; did you mean conv3-64?", False),
        ("D*2", "unknown configuration 'D*2'; in Python notation it is cfgs['D'] * 2\n", True),
        ("X*2", "unknown configuration 'X*2'\n", True),
        ("D+bn,512", "options come after the whole list; write D,512+bn", False),
        ("D+hidden=8,x", "each hidden size must be a whole number", False),
        ("hello world", "token 1, hello: not a token", False),
        ("F,64", "token 1, F: not a token", False),
        ("y" * 50, f"token 1, {'y' * 50}: not a token", False),
        ("", "the cfg list is empty", False),
    ],
)
def test_an_unknown_name_gets_the_nearest_one_and_all_there_are(text, said, hint):
    with pytest.raises(ConfigError) as caught:
        config_from_text(text)
    message = str(caught.value)
    assert message.startswith(said)
    known = "A, A-LRN, B, C, D, E, vgg11, vgg11_bn, vgg13, vgg13_bn, vgg16, vgg16_bn, vgg19, vgg19"
    assert (f"known: {known}" in message) == hint
    assert ("or a cfg list such as 64,M,128,M" in message) == hint


D = CONFIGS["D"]


@pytest.mark.parametrize(
    ("text", "config"),
    [
        ("D+bn", D._replace(batch_norm=True)),
        ("D + BN ", D._replace(batch_norm=True)),
        ("vgg16+batch-norm", D._replace(batch_norm=True)),
        ("vgg16_bn+no-bn", D),
        ("vgg16_bn+no-batch-norm", D),
        ("vgg16_bn+nobn", D),
        ("vgg16_bn+bn=off", D),
        ("D+bn+no-bn", D),
        ("D+no-bias", D._replace(bias=False)),
        ("D+bias=0", D._replace(bias=False)),
        ("D+features-only", D._replace(features_only=True)),
        ("D+features-only+no-features-only", D),
        ("D+input-size=32+input-size=64", D._replace(input_shape=(3, 64, 64))),
        ("D+input=1x50x250", D._replace(input_shape=(1, 50, 250))),
        ("D+hidden=none+classes=10", D._replace(hidden=(), num_classes=10)),
        ("D+bn\n", D._replace(batch_norm=True)),
        ("64,M+bn", Config(cfg("64 M"), batch_norm=True)),
        ("[64, 'M'] +bn+ avgpool=1", Config(cfg("64 M"), batch_norm=True, avgpool=1)),
        ("# 8 + 3 layers\n[64, 'M'] # a + b\n+bn", Config(cfg("64 M"), batch_norm=True)),
    ],
)
def test_options_behind_a_configuration(text, config):
    assert config_from_text(text) == config


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("D+", "unknown option '+'; the options are +batch-norm, +bn, +bias, +input-size"),
        ("D+x=1", "unknown option '+x=1'; the options are"),
        ("D+64", "unknown option '+64'"),
        ("D+\x1b", r"unknown option '+\x1b'"),
        ("D+no-input-size", "unknown option '+no-input-size'"),
        ("D+nobias", "unknown option '+nobias'"),
        ("D+no-bn=1", "unknown option '+no-bn=1'"),
        ("D+input-size", "'+input-size' needs a value, such as +input-size=SIZE"),
        ("D+dropout", "'+dropout' needs a value, such as +dropout=P"),
        ("D+bn=maybe", "batch norm must be on or off (True or False), not 'maybe'"),
        ("D+input-size=abc", "an input size must look like 224, 224x320 (H x W)"),
        ("D+dropout=2", "the dropout probability must be between 0 and 1, not '2'"),
        ("X+bn", "unknown configuration 'X'"),
        ("64,Q+bn", "token 2, Q: not a token"),
        ("+bn", "no CONFIG before '+bn'; write one, as in D+bn"),
        (" + bn", "no CONFIG before '+ bn'; write one, as in D+bn"),
        (
            "D+inputsize=32",
            "unknown option '+inputsize=32'; did you mean +input-size?; the options",
        ),
        ("D+no-bm", "unknown option '+no-bm'; did you mean +bn?; the options are"),
    ],
)
def test_an_option_behind_a_configuration_that_makes_no_sense_is_refused(text, said):
    with pytest.raises(ConfigError) as caught:
        config_from_text(text)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("name", "options", "model"),
    [
        ("A", {}, "vgg11"),
        ("B", {}, "vgg13"),
        ("D", {"batch_norm": True}, "vgg16_bn"),
        ("E", {"num_classes": 10, "dropout": 0.0, "input_shape": 32}, "vgg19"),
        ("A-LRN", {}, None),
        ("C", {}, None),
        ("A", {"bias": False}, None),
        ("A", {"input_shape": "1x32x32"}, None),
        ("A", {"hidden": (4096,)}, None),
        ("A", {"avgpool": None}, None),
        ("A", {"avgpool": 1}, None),
        ("A", {"features_only": True}, None),
        ("64,M", {}, None),
        ("A", {"name": "mine"}, None),
        ("64,M", {"name": "A"}, None),
    ],
)
def test_the_torchvision_function_that_builds_the_same(name, options, model):
    assert make_config(name, **options).model == model


@given(configs())
def test_printing_a_config_and_reading_it_gives_it_back(config):
    size = "x".join(map(str, config.input_shape))
    text = ",".join(str(token) for token in config.tokens) + (
        f"+bn={'on' if config.batch_norm else 'off'}"
        f"+bias={config.bias}"
        f"+input-size={size}"
        f"+num-classes={config.num_classes}"
        f"+hidden={','.join(map(str, config.hidden)) or 'none'}"
        f"+avgpool={config.avgpool}"
        f"+dropout={config.dropout}"
        f"+features-only={config.features_only}"
    )
    assert config_from_text(text) == config


@given(configs())
def test_the_document_gives_the_config_back(config):
    document = config.document()
    options = {key: document[key] for key in Config._fields if key in document}
    tokens, name = options.pop("tokens"), options.pop("name")
    assert make_config(tokens, name, input_shape=config.input_shape, **options) == config
    assert document["model"] is None


def test_the_document_is_the_contracts():
    assert make_config("C", batch_norm=True, hidden=(8,)).document() == {
        "name": "C",
        "model": None,
        "tokens": (
            [64, 64, "M", 128, 128, "M", 256, 256, "conv1-256", "M"]
            + [512, 512, "conv1-512", "M"] * 2
        ),
        "batch_norm": True,
        "bias": True,
        "num_classes": 1000,
        "hidden": [8],
        "avgpool": 7,
        "dropout": 0.5,
        "features_only": False,
    }


ALIASES = [
    ["A", "vgg11", "VGG-11", "64 M 128 M 256 256 M 512 512 M 512 512 M"],
    ["D+bn", "vgg16_bn", "VGG-16-BN", "vgg16+batch-norm", "d+bn=yes"],
    ["E", "vgg19", "vgg19_bn+nobn"],
    ["64,M,C", "[64, 'M', 'C']", "conv3-64 maxpool c", "conv3-64d1,maxpool2s2,C"],
]


@pytest.mark.parametrize("aliases", ALIASES, ids=lambda aliases: aliases[0])
def test_aliases_give_equal_plans(aliases):
    first, *others = (grow(config_from_text(text)) for text in aliases)
    for other in others:
        assert other == first
        assert other.layers == first.layers
        assert other.totals == first.totals


LONG = {"M": "maxpool", "A": "avgpool2s2"}


@given(
    cfgs(),
    st.sampled_from([",", " ", ", ", "\n", "\t, "]),
    st.sampled_from(["{}", "[{}]", "c = ({})"]),
)
def test_spellings_of_a_list_give_equal_plans(tokens, between, around):
    first = grow(Config(tokens, features_only=True, input_shape=(3, 3000, 3000)))
    texts = [token.text for token in tokens]
    spelled = [
        texts,
        [text.lower() for text in texts],
        [f"conv3-{text}" if text.isdecimal() else LONG.get(text, text) for text in texts],
        [text if text.isdecimal() else repr(text) for text in texts],
    ]
    for spelling in spelled:
        text = around.format(between.join(spelling))
        plan = grow(
            config_from_text(text)._replace(features_only=True, input_shape=(3, 3000, 3000))
        )
        assert plan.layers == first.layers
        assert plan.totals == first.totals


@given(cfgs())
def test_a_config_is_the_same_from_tokens_a_list_and_text(tokens):
    config = Config(tokens)
    assert make_config(tokens) == make_config([token.value for token in tokens]) == config
    assert make_config(",".join(map(str, tokens))) == config or len(tokens) == 1
    assert make_config(config) is config


@pytest.mark.parametrize("cfg", [None, 64, {64, "M"}, b"64,M", bytearray(b"64,M")])
def test_what_is_no_cfg(cfg):
    with pytest.raises(ConfigError, match="a cfg must be a name, a cfg list or a Config, not "):
        make_config(cfg)


@pytest.mark.parametrize(
    ("digits", "shown"), [(59, "1" * 59), (60, "1" * 60), (61, "1" * 60 + "…")]
)
def test_what_is_no_cfg_is_shown_in_part(digits, shown):
    with pytest.raises(ConfigError) as caught:
        make_config(int("1" * digits))
    assert str(caught.value) == f"a cfg must be a name, a cfg list or a Config, not {shown}"


def test_a_name_of_ones_own():
    config = make_config([64, "M"], "mine")
    assert config.name == config.label == "mine"
    assert make_config("A", "tiny").tokens == CONFIGS["A"].tokens
    assert make_config("A", "\x1b[2Jx").label == r"\x1b[2Jx"


@pytest.mark.parametrize(
    "method", [make_config("A").with_options, lambda **o: make_config("A", **o)]
)
def test_an_unknown_option_is_refused(method):
    with pytest.raises(ConfigError) as caught:
        method(batchnorm=True)
    assert str(caught.value) == (
        "unknown option 'batchnorm'; did you mean batch_norm?; the options are batch_norm, bias, "
        "input_shape, num_classes, hidden, avgpool, dropout, features_only"
    )


def test_configs_is_a_mapping_of_the_papers_letters():
    assert isinstance(CONFIGS, Mapping)
    assert list(CONFIGS) == ["A", "A-LRN", "B", "C", "D", "E"]
    assert len(CONFIGS) == 6
    assert "A" in CONFIGS
    assert "Z" not in CONFIGS
    with pytest.raises(KeyError):
        CONFIGS["Z"]
    assert CONFIGS["A"] is CONFIGS["A"]
    assert all(config.name == letter for letter, config in CONFIGS.items())


def test_the_defaults_are_torchvisions():
    assert Config((Token("conv", 1, 3, 1, 1),)) == Config(
        tokens=(Token("conv", 1, 3, 1, 1),),
        name="custom",
        batch_norm=False,
        bias=True,
        input_shape=(3, 224, 224),
        num_classes=1000,
        hidden=(4096, 4096),
        avgpool=7,
        dropout=0.5,
        features_only=False,
    )


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(1, 12),
    st.floats(),
    st.text(),
    st.binary(),
    st.sampled_from(["10", "on", "3x32x32", "64,M", "none", 10**5000, object(), Token("lrn")]),
    st.lists(st.integers(0, 9) | st.text(max_size=2) | st.booleans() | any_tokens(), max_size=3),
)
KINDS = {
    "tokens": (tuple, Token),
    "name": (str, str),
    "input_shape": (tuple, int),
    "num_classes": (int, None),
    "hidden": (tuple, int),
    "avgpool": ((int, type(None)), None),
    "dropout": (float, None),
}


def made_or_refused(make):
    try:
        return make()
    except ConfigError as error:
        assert str(error)
        return str(error)


@given(st.sampled_from(Config._fields), ANYTHING)
def test_a_config_made_of_anything_holds_what_is_checked_or_is_refused(field, value):
    base = Config([8], "mine")
    found = made_or_refused(lambda: Config(**{"tokens": [8], "name": "mine", field: value}))
    assert found == made_or_refused(lambda: base._replace(**{field: value}))
    assert found == made_or_refused(lambda: Config._make({**base._asdict(), field: value}.values()))
    if field not in ("tokens", "name"):
        assert found == made_or_refused(lambda: base.with_options(**{field: value}))
    if isinstance(found, Config):
        kind, inner = KINDS.get(field, (bool, None))
        held = getattr(found, field)
        assert isinstance(held, kind)
        assert isinstance(held, bool) == (kind is bool)
        assert inner is None or {type(each) for each in held} <= {inner}
        assert Config(*found) == found
        assert pickle.loads(pickle.dumps(found)) == found


def test_what_a_config_is_given_is_read():
    read = Config((64, "m"), "x", "on", "no", "32", "10", "512", "none", "0.25", True)
    assert read == Config(
        (Token("conv", 64, 3, padding=1), Token("maxpool", 0, 2, 2)),
        *("x", True, False, (3, 32, 32), 10, (512,), None, 0.25, True),
    )
    assert read.argument == "64,M+bn+no-bias+input=3x32x32+classes=10+hidden=512+avgpool=none" + (
        "+dropout=0.25+features-only"
    )
    assert Config("64,m").tokens == Config(iter([64, "M"])).tokens == read.tokens
    assert grow(Config((64, "M"))) == grow(make_config([64, "M"]))
    assert Config((64, "M"))._replace(tokens=["M", 8]) == Config(("M", 8))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tokens": ()}, "the cfg list is empty"),
        ({"tokens": (64, "Q")}, "entry 2, 'Q': not a token"),
        ({"tokens": (True,)}, "entry 1, True: must be a whole number or a string"),
        ({"tokens": "D"}, "the tokens of a Config must be a list, such as [64, 'M'], not 'D'; for"),
        ({"tokens": CONFIGS["D"]}, "the tokens of a Config must be a list, such as [64, 'M'], not"),
        ({"tokens": None}, "a cfg must be a name, a cfg list or a Config, not None"),
        ({"tokens": [8, 10**5000]}, "entry 2, a huge number: the number of channels must be"),
        ({"name": 5}, "the name of a network must be text, not 5"),
        ({"batch_norm": 1}, "batch norm must be on or off (True or False), not 1"),
        ({"bias": None}, "the bias must be on or off (True or False), not None"),
        ({"features_only": "D"}, "features only must be on or off (True or False), not 'D'"),
        ({"input_shape": True}, "each number of the input size must be a whole number"),
        ({"num_classes": True}, "the number of classes must be a whole number from 1"),
        ({"hidden": [True]}, "each hidden size must be a whole number from 1"),
        ({"avgpool": False}, "the avgpool size must be a whole number from 1"),
        ({"dropout": True}, "the dropout probability must be between 0 and 1, not True"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_config_of_what_makes_no_sense_is_refused(given, said):
    with pytest.raises(ConfigError) as caught:
        Config(**{"tokens": [8], **given})
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("change", [Config([8])._replace, Config([8]).with_options])
def test_a_field_that_is_not_there_is_refused(change):
    with pytest.raises(ConfigError, match="unknown option 'batchnorm'; did you mean batch_norm"):
        change(batchnorm=True)


@pytest.mark.parametrize("values", [[], [(8,)], [*Config([8]), 1]])
def test_a_config_has_so_many_fields(values):
    with pytest.raises(ValueError, match="zip"):
        Config._make(values)


def test_a_config_says_how_it_is_made():
    assert str(inspect.signature(Config)).startswith("(tokens: ")
    assert list(inspect.signature(Config).parameters) == list(Config._fields)


@given(configs())
def test_the_argument_of_a_config_reads_back(config):
    assert config_from_text(config.argument) == config


@pytest.mark.parametrize(("letter", "other"), [("D", "E"), ("E", "D")])
def test_a_name_without_its_tokens_is_only_a_name(letter, other):
    config = CONFIGS[letter]._replace(tokens=CONFIGS[other].tokens)
    assert config.model is None
    assert config.argument == ",".join(token.text for token in CONFIGS[other].tokens)


def test_a_named_configuration_is_written_by_its_name():
    assert CONFIGS["D"].argument == "D"
    assert make_config("vgg16_bn", num_classes=10).argument == "D+bn+classes=10"


def test_the_first_of_several_unknown_options_is_named():
    with pytest.raises(ConfigError, match="unknown option 'alpha'; the options are batch_norm, "):
        make_config("D", zeta=1, alpha=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("+bn+no-bias", "no CONFIG before '+bn'; write one, as in D+bn"),
        ("+" + "x" * 61, f"no CONFIG before '+{'x' * 60}'; write one, as in D+bn"),
    ],
)
def test_options_without_a_config_are_refused(text, said):
    with pytest.raises(ConfigError) as caught:
        config_from_text(text)
    assert str(caught.value) == said


def test_room_around_a_name_does_not_matter():
    assert config_from_text(f"\n{' ' * 60}vgg16\n{' ' * 60}") == CONFIGS["D"]


@pytest.mark.parametrize("names", [option.names for option in OPTIONS if not option.is_flag])
def test_every_name_of_an_option_is_taken_behind_a_config(names):
    value = {"dropout": "0.25"}.get(names[0], "12")
    found = {config_from_text(f"D+{name}={value}") for name in names}
    assert len(found) == 1
    assert CONFIGS["D"] not in found


@pytest.mark.parametrize(("length", "said"), [(39, "unknown configuration"), (40, "token 1, ")])
def test_a_long_word_is_taken_for_a_list(length, said):
    with pytest.raises(ConfigError, match=f"^{said}"):
        config_from_text("x" * length)


def test_so_much_of_an_unknown_option_is_shown():
    with pytest.raises(ConfigError) as caught:
        config_from_text("D+" + "x" * 61)
    assert f"unknown option '+{'x' * 60}';" in str(caught.value)


@pytest.mark.parametrize("before", ["", "8,"])
def test_a_name_is_shorter_than_40_characters(before):
    assert config_from_text(before + "vgg16" + "-" * 34) == config_from_text(f"{before}D")
    for more in (35, 36, 80):
        with pytest.raises(ConfigError, match=r"token \d, vgg16-"):
            config_from_text(before + "vgg16" + "-" * more)


@pytest.mark.parametrize("letter", CONFIGS)
def test_vgg_can_come_before_a_letter(letter):
    assert config_from_text(f"VGG-{letter}") == config_from_text(f"vgg{letter}") == CONFIGS[letter]
