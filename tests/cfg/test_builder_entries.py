"""CONFIGs for builders: entries as they were written, all around them as in every CONFIG."""

import pytest

from vgginspect.cfg.builder_entries import read
from vgginspect.cfg.config import CONFIGS
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
        ("[8, (8, 2)] * 2", [8, (8, 2), 8, (8, 2)]),
        ("[8] + ['y+z', None]", [8, "y+z", None]),
        ("cfg = [*[8]*2, 'm']", [8, 8, "m"]),
        ("[np.int64(8), 'm']", [8, "m"]),
        ("[[8], [9]]", [[8], [9]]),
        ("conv(64),pool(2)", ["conv(64)", "pool(2)"]),
        ("conv(64)", ["conv(64)"]),
        ("[conv(64)]", ["conv(64)"]),
        ("B,D,8", ["B", "D", 8]),
        ("[A]", ["A"]),
        ("[cfgs['A'][:2], 8]", [[64, "M"], 8]),
        ("E-,8", ["E-", 8]),
        ("conv3-8１２", ["conv3-812"]),
        ("conv1-64-conv(64)", ["conv1-64-conv(64)"]),
        ("8,conv(8)*-x", [8, "conv(8)*-x"]),
        ("[8, B, m] * 2", [8, "B", "m", 8, "B", "m"]),
        ("make_layers(['x', 8])", ["x", 8]),
        ("cfgs['A'][:2] + ['x']", [64, "M", "x"]),
    ],
)
def test_entries_are_as_they_were_written(text, entries):
    given = read(text)
    assert given.entries == entries
    assert [type(entry) for entry in given.entries] == [type(entry) for entry in entries]
    assert (given.name, given.options, given.size) == ("custom", {}, (224, 224))


@pytest.mark.parametrize("base", ["8,m", "[8, 'm']", "cfg = (8, 'm')", "8 m # mine\n"])
@pytest.mark.parametrize(
    ("suffix", "options", "size"),
    [
        ("", {}, (224, 224)),
        ("+bn", {"batch_norm": True}, (224, 224)),
        ("+no-bn+classes=1000", {"batch_norm": False, "num_classes": 1000}, (224, 224)),
        ("+input-size=(1,8,9)+bn", {"batch_norm": True, "in_channels": 1}, (8, 9)),
        ("+input-size=8x9", {}, (8, 9)),
        ("+hidden=[16] + no-bias", {"hidden": (16,), "bias": False}, (224, 224)),
    ],
)
def test_only_the_options_that_were_given(base, suffix, options, size):
    given = read(base + suffix)
    assert given.entries == [8, "m"]
    assert (given.options, given.size) == (options, size)


def test_the_command_line_has_the_last_word():
    given = read("8+classes=5+bn", {"num_classes": "7", "input_shape": "2x8x8", "avgpool": None})
    assert given.options == {"num_classes": 7, "batch_norm": True, "in_channels": 2}


@pytest.mark.parametrize(
    ("text", "letter", "options"),
    [
        ("vgg16", "D", {}),
        ("vgg16_bn+input-size=32", "D", {"batch_norm": True}),
        ("vgg16_bn+no-bn", "D", {"batch_norm": False}),
        ("VGG-C", "C", {}),
        ("cfgs['A']", "A", {}),
        ("make_layers(cfgs['D'], batch_norm=True)", "D", {"batch_norm": True}),
        ("vgg16_bn(num_classes=10)+no-bn", "D", {"batch_norm": False, "num_classes": 10}),
        ("vgg11,", "A", {}),
        ("64,M,128,M,256,256,M,512,512,M,512,512,M", "A", {}),
    ],
)
def test_a_name_is_the_list_of_that_name_and_what_it_implies(text, letter, options):
    given = read(text)
    assert (given.name, given.options) == (letter, options)
    assert given.entries == [token.value for token in CONFIGS[letter].tokens]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vgg61", "unknown configuration 'vgg61'; did you mean vgg19"),
        ("", "the cfg list is empty"),
        ("[]", "the cfg list is empty"),
        ("[", "the cfg list is empty"),
        ("8,m+b", r"unknown option '\+b'"),
        ("8,m+classes=x", "the number of classes must be a whole number"),
        ("[8]*10**9", "the cfg list has more than 2,000,000 tokens"),
        ("8,vgg16_bn", "batch norm is an option of the whole network"),
        ("make_layers(cfgs['D'], d=1)", "the argument d of make_layers is not known"),
        ("{'A': [8], 'B': [8]}", "2 cfg lists found: A, B; give only one"),
    ],
)
def test_what_makes_no_sense_is_refused(text, said):
    with pytest.raises(ConfigError, match=said):
        read(text)


def test_a_name_in_a_list_is_its_entries():
    entries = [token.value for token in CONFIGS["D"].tokens]
    assert read("vgg16,512").entries == read("['VGG-16', 512]").entries == [*entries, 512]
