"""CONFIGs for builders: entries as they were written, all around them as in every CONFIG."""

import pytest

from vgginspect.cfg.builder_entries import read, token_of
from vgginspect.cfg.config import CONFIGS, make_config
from vgginspect.cfg.tokens import parse_token
from vgginspect.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("8,M", [8, "M"]),
        ("8 m pool", [8, "m", "pool"]),
        ("[8, '8', 'm', -1]", [8, "8", "m", -1]),
        ("[(8, 2), 'a|b', None, [1]]", [(8, 2), "a|b", None, [1]]),
        ("(8, 1), 'M'", [(8, 1), "M"]),
        ("[8, m, 'M']", [8, "m", "M"]),
        ("['8+x', 'a+b=c']", ["8+x", "a+b=c"]),
        ("8,conv+relu,M", [8, "conv+relu", "M"]),
        ("A LRN 8", ["A", "LRN", 8]),
        ("M", ["M"]),
        ("['pool']", ["pool"]),
        ("'pool'", ["pool"]),
        ("8 -> m", [8, "m"]),
        ("8|'a|b';m", [8, "a|b", "m"]),
        ("８，Ｍ", [8, "M"]),
        ("[8, ‘m’]", [8, "m"]),
        ("[8, 'm'];", [8, "m"]),
        ("cfg: list[int] = [8, 'm']  # mine, it's + good", [8, "m"]),
        ("{'A': [8, 'm']}", [8, "m"]),
        ("cfgs = {\n  'A': [8, 'm'],  # small\n}\n", [8, "m"]),
    ],
)
def test_entries_are_as_they_were_written(text, entries):
    config, found = read(text)
    assert found == entries
    assert [type(entry) for entry in found] == [type(entry) for entry in entries]
    assert config == make_config("8")._replace(tokens=tuple(map(token_of, entries)))


@pytest.mark.parametrize("base", ["8,m", "[8, 'm']", "cfg = (8, 'm')", "8 m # mine\n"])
@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("+bn", {"batch_norm": True}),
        ("+input-size=(3,8,8)+bn", {"input_shape": (3, 8, 8), "batch_norm": True}),
        ("+hidden=[16] + no-bias", {"hidden": (16,), "bias": False}),
    ],
)
def test_options_behind_a_list_and_of_the_command_line(base, suffix, options):
    config, entries = read(base + suffix, {"num_classes": "5", "avgpool": None})
    assert entries == [8, "m"]
    assert config.with_options(num_classes=1000) == read(base)[0].with_options(**options)
    assert config.num_classes == 5


def test_a_name_is_the_list_of_that_name():
    config, entries = read("vgg16_bn+input-size=(3,32,32)")
    assert config == make_config("D", batch_norm=True, input_shape=32)
    assert entries == [token.value for token in CONFIGS["D"].tokens]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vgg61", "unknown configuration 'vgg61'; did you mean vgg19"),
        ("", "the cfg list is empty"),
        ("[]", "the cfg list is empty"),
        ("[", "the cfg list is empty"),
        ("8,m+b", r"unknown option '\+b'"),
        ("{'A': [8], 'B': [8]}", "there are 2 cfg lists here: A, B; give one of them"),
    ],
)
def test_what_makes_no_sense_is_refused(text, said):
    with pytest.raises(ConfigError, match=said):
        read(text)


def test_a_token_is_ours_where_it_writes_as_the_entry():
    assert token_of(8) == parse_token("8")
    assert token_of("M") == parse_token("M")
    for entry in ("8", "m", "pool", True, (8, 2), None):
        token = token_of(entry)
        assert token.kind == "foreign"
        assert token.text == (entry if isinstance(entry, str) else repr(entry))
