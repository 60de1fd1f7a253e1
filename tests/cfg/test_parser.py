from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_tokens, token_texts

from vgginspect.cfg import parser
from vgginspect.cfg.paper import PAPER
from vgginspect.cfg.parser import parse_cfg, tokens_from
from vgginspect.cfg.tokens import Token, parse_token
from vgginspect.errors import ConfigError
from vgginspect.text.printable import printable, printable_lines

SHORT = tuple(parse_token(text) for text in ("64", "M", "128", "M"))
ONE = (parse_token("64"),)


@pytest.mark.parametrize(
    "text",
    [
        "64,M,128,M",
        "64, M, 128, M",
        "64 M 128 M",
        "64\tM\n128\r\nM\n",
        "  64 ,M ,128 ,M  ",
        "64,M,128,M,",
        "64,M,128,M;",
        "[64, 'M', 128, 'M']",
        '[64, "M", 128, "M"]',
        "['64', 'M', '128', 'M']",
        "[64, 'M', 128, 'M',]",
        "[64, 'M', 128, 'M'],",
        "[ 64, 'M', 128, 'M' , ]",
        "(64, 'M', 128, 'M')",
        "[\n    64, 'M',\n    128, 'M',\n]\n",
        "cfg = [64, 'M', 128, 'M']",
        "cfg=[64, 'M', 128, 'M']",
        "_cfg1 = (64, 'M', 128, 'M')",
        "'A': [64, 'M', 128, 'M'],",
        '    "my net": [64, "M", 128, "M"],\n',
        "[64, ‘M’, 128, “M”]",
        "[64, ' M ', 128, 'M']",
        "conv3-64,maxpool,conv3-128,maxpool",
        "conv3\N{EN DASH}64 maxpool conv3\N{EM DASH}128 maxpool",
        "conv3-64 → maxpool → conv3-128 → maxpool",
        "conv3-64 -> maxpool => conv3-128 ⇒ maxpool",
        "conv3-64 | maxpool\nconv3-128 | maxpool |",
        "64;M;128;M;",
        "６４，Ｍ，１２８，Ｍ",
        "［６４、'Ｍ'、１２８、'Ｍ'］",
        "cfg: list[int | str] = [64, 'M', 128, 'M']",
        "{'A': [64, 'M', 128, 'M']}",
        f"{{'{'long ' * 20}': [64, 'M', 128, 'M']}}",
        "cfgs = {\n    'A': [64, 'M', 128, 'M'],\n}\n",
        'cfgs: dict[str, list[int | str]] = {"A": (64, "M", 128, "M")}',
        "64 M # the first stage\n128 M # the second",
        "# a whole line\n[64, 'M', # [\n 128, 'M']",
        "64\N{NO-BREAK SPACE}M\N{NO-BREAK SPACE}128 M",
    ],
)
def test_what_one_writes_or_pastes_is_read(text):
    assert parse_cfg(text) == SHORT


@pytest.mark.parametrize(
    "text",
    [
        *("8", "8,M,16", "8, M, 16", " 8 ,\tM ,16 ", "8 M 16", "8\nM\n16\n", "8,M,16,", "8, M, \n"),
        *("[8,M,16]", "[8, 'M', 16]", '(8, "M", 16)', " [ 8 , M , ] ", "[8],", "['8']", "[8 M 16]"),
        "[\n    8,\n    'M',\n    16,\n]\n",
    ],
)
def test_what_most_people_write_is_read_in_one_go(text, monkeypatch):
    tokens = parser._entry_by_entry(text)
    monkeypatch.setattr(parser, "MAX_TOKENS", 3)
    monkeypatch.setattr(parser, "_entry_by_entry", lambda text: None)
    assert parse_cfg(text) == tokens


PIECES = [
    *("64", "M", "conv3-8", "12B", "", "'", '"', "’", "''", "[", "]", "(", ")", "#", "!", "c = "),
    *(",", ",", ", ", ",\n    ", " , ", ",,", " ", "\t", "\n", "\r\n", "\x1f", "\u3000", "、", ";"),
]


@given(
    st.lists(st.sampled_from(PIECES)).map("".join)
    | st.builds(
        "{1}{0}{2}".format,
        st.lists(token_texts() | token_texts().map(repr), max_size=6).flatmap(
            lambda words: st.sampled_from([",", ", ", " ", ",\n  ", " ,\t"]).map(
                lambda between: between.join(words)
            )
        ),
        st.sampled_from(["", " ", "[", " ( ", "\n[\n"]),
        st.sampled_from(["", " ", ",", ", ,", "]", ",]", ",\n],", " ,\xa0)", ",,]"]),
    )
)
def test_what_is_read_in_one_go_is_read_entry_by_entry_as_well(text):
    def result(read):
        try:
            return read(text)
        except ConfigError as error:
            return str(error)

    assert result(parse_cfg) == result(parser._entry_by_entry)


@given(st.lists(token_texts(), min_size=1, max_size=30))
def test_entries_parted_by_commas_alone_read_as_with_spaces_between(entries):
    assert parse_cfg(",".join(entries)) == parse_cfg(" , ".join(entries))


@given(st.lists(any_tokens(), min_size=1, max_size=30))
def test_printing_a_cfg_and_reading_it_gives_it_back(cfg):
    cfg = tuple(cfg)
    assert parse_cfg(",".join(token.text for token in cfg)) == cfg
    assert parse_cfg(" ".join(token.text for token in cfg)) == cfg
    assert parse_cfg(repr([token.value for token in cfg])) == cfg
    assert parse_cfg(repr(tuple(token.value for token in cfg)).replace("'", '"')) == cfg
    assert tokens_from([token.value for token in cfg]) == cfg
    assert tokens_from(cfg) == cfg


def pointed_at(message):
    """The text above the caret of an error, and its line."""
    *_, line, caret = message.split("\n")
    start = caret.index("^")
    return line[start : start + caret.count("^")], line


@pytest.mark.parametrize(
    ("text", "said", "at"),
    [
        ("64,X", "token 2, X: not a token", "X"),
        ("64,M,spam,M", "token 3, spam: not a token", "spam"),
        ("[64, 'M', 'spam']", "token 3, 'spam': not a token", "'spam'"),
        ("64,-3", "token 2, -3: the number of channels must be positive", "-3"),
        ("64,0,M", "token 2, 0: the number of channels must be between 1", "0"),
        ("64 conv2-8 M", "token 2, conv2-8: kernel size 2 is even", "conv2-8"),
        ("maxpool3p9 64", "token 1, maxpool3p9: padding 9 is more than half", "maxpool3p9"),
        ("64,,M", "an entry is missing here", ","),
        (",64", "an entry is missing here", ","),
        ("[,64]", "an entry is missing here", ","),
        ("64,M]", "token 2, M]: not a token", "M]"),
        ("64,M → Q", "token 3, Q: not a token", "Q"),
        ("64 →→ M", "an entry is missing here", "→"),
        ("64 -> -> M", "an entry is missing here", "-"),
        ("[64]*3", "unexpected text after the list", "*3"),
        ("[64]*3 ,\n", "unexpected text after the list", "*3"),
        ("cfg = [64, 'M']}", "unexpected text after the list", "}"),
        ("[64], [128] # two", "token 1, 64]: not a token", "64]"),
        ("(64, 'M') M", "unexpected text after the list", " M"),
        ("{'A': [64, 'M'}", "this bracket is not closed with ']'", "["),
        ("{64, 'M'}", "token 1, {64: not a token", "{64"),
        ("[64, 'M'", "this bracket is not closed with ']'", "["),
        ("[64, 'M, 128]", "token 2, ': this quote is not closed", "'"),
        ("64,M', 128", "token 3, ': this quote is not closed", "'"),
        ("'64!", "token 1, ': this quote is not closed", "'"),
        ('"64', 'token 1, ": this quote is not closed', '"'),
        ("64 ‘M", "token 2, ‘: this quote is not closed", "‘"),
        ("64 M’", "token 3, ’: this quote is not closed", "’"),
        ("“64”, ”M", "token 2, ”: this quote is not closed", "”"),
        ("“M, 64", "token 1, “: this quote is not closed", "“"),
        ("(64, 'M']", "this bracket is not closed with ')'", "("),
        ("[", "this bracket is not closed with ']'", "["),
        ("cfg = [64, 'M'", "this bracket is not closed", "["),
        ("[[64, 'M']]", "token 1, [64: not a token", "[64"),
        ("[64, 'M]", "token 2, ': this quote is not closed", "'"),
        ("[64, '']", "token 2, '': not a token", "''"),
        ("64\nM\n12x\nM", "line 3, token 3, 12x: not a token", "12x"),
        ("\n64,\nQ", "line 3, token 2, Q: not a token", "Q"),
        ("[64,\r\n 'Q',\r\n 'M']", "line 2, token 2, 'Q': not a token", "'Q'"),
        ("64 # one\nbad # two", "line 2, token 2, bad: not a token", "bad"),
        ("64, \x1b[31m", r"token 2, \x1b[31m: not a token", r"\x1b[31m"),
        ("64, \N{RIGHT-TO-LEFT OVERRIDE}M", r"token 2, \u202eM: not a token", r"\u202eM"),
        ("\x07 64", r"token 1, \x07: not a token", r"\x07"),
    ],
)
def test_an_error_names_the_token_and_points_at_it(text, said, at):
    with pytest.raises(ConfigError) as caught:
        parse_cfg(text)
    message = str(caught.value)
    assert message.startswith(said)
    assert pointed_at(message)[0] == at


@pytest.mark.parametrize(
    ("text", "caret"),
    [
        ("합성곱, M", "  ^^^^^^"),
        ("６４，Ｘ", "        ^^"),
        ("64 → 풀링", "       ^^^^"),
        ("e\u0301, M", "  ^"),
        ("64, \u0301", "      ^"),
    ],
)
def test_the_caret_stands_under_wide_characters(text, caret):
    with pytest.raises(ConfigError) as caught:
        parse_cfg(text)
    assert str(caught.value).splitlines()[-2:] == [f"  {text}", caret]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{'A': [64], 'B': [64, 64]}", "2 cfg lists found: A, B; give only one"),
        ('"A": [64, "M"],\n"B": [8],\n"D": [9],', "3 cfg lists found: A, B, D; give only one"),
        (
            "cfgs: dict[str, list] = {\n 'x': (64,),\n 'y': (8,),\n}",
            "2 cfg lists found: x, y; give",
        ),
        (
            "{" + ", ".join(f"'{n}': [8]" for n in range(8)) + "}",
            "found: 0, 1, 2, 3, 4, 5, 6, 7; g",
        ),
        (
            "{" + ", ".join(f"'{n}': [8]" for n in range(9)) + "}",
            "found: 0, 1, 2, 3, 4, 5, 6, 7, …; g",
        ),
    ],
)
def test_several_lists_are_refused_by_their_names(text, said):
    with pytest.raises(ConfigError, match=said):
        parse_cfg(text)


@pytest.mark.parametrize("before", [0, 1, 9, 10, 11, 500])
@pytest.mark.parametrize("behind", [0, 5, 500])
def test_the_caret_stays_under_the_entry_in_a_long_list(before, behind):
    text = "64," * before + "oops" + ",M" * behind
    with pytest.raises(ConfigError) as caught:
        parse_cfg(text)
    message = str(caught.value)
    assert message.startswith(f"token {before + 1}, oops: not a token")
    spot, line = pointed_at(message)
    assert spot == "oops"
    assert len(line) <= 90
    assert line.startswith("  …") == (before > 10)
    assert line.endswith("…") == (behind > 50)


TENS = "64," * 10


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # 30 characters before the entry and 80 in all.
        (TENS + "oops," + "M," * 22 + "M", TENS + "oops," + "M," * 22 + "M"),
        (TENS + "oops," + "M," * 22 + "64", TENS + "oops," + "M," * 22 + "6…"),
        (TENS + "oops," + "M," * 60, TENS + "oops," + "M," * 22 + "M…"),
        ("64," + TENS + "oops," + "M," * 22 + "M", "…" + TENS + "oops," + "M," * 22 + "M"),
        ("\n64, oops", "64, oops"),
        (f"64\n{TENS}oops,{'M,' * 22}M\n{TENS}", TENS + "oops," + "M," * 22 + "M"),
    ],
)
def test_so_much_of_a_long_line_is_shown(text, shown):
    with pytest.raises(ConfigError) as caught:
        parse_cfg(text)
    _, line, caret = str(caught.value).split("\n")
    assert line == f"  {shown}"
    assert caret == "  " + " " * shown.index("oops") + "^^^^"


@pytest.mark.parametrize(("length", "said"), [(60, "y" * 60 + ":"), (61, "y" * 60 + "…:")])
def test_so_much_of_a_long_entry_is_said(length, said):
    with pytest.raises(ConfigError) as caught:
        parse_cfg("64," + "y" * length)
    assert str(caught.value).startswith(f"token 2, {said} not a token")
    assert pointed_at(str(caught.value))[0] == "y" * length


def test_an_entry_that_is_far_too_long_is_cut():
    with pytest.raises(ConfigError) as caught:
        parse_cfg("64," + "y" * 100_000)
    message = str(caught.value)
    assert message.startswith(f"token 2, {'y' * 60}…: not a token")
    assert len(message) < 700


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "[]", "()", "[ ]", "cfg = []", "# nothing", "[,]", "[, ]", "( , )"]
)
def test_an_empty_list_says_so(text):
    with pytest.raises(ConfigError, match="the cfg list is empty; it needs at least one conv"):
        parse_cfg(text)


def test_binary_data_says_so():
    with pytest.raises(ConfigError, match="the cfg list is binary data, not text"):
        parse_cfg("64,\0M")


@pytest.mark.parametrize("around", ["{}", "[{}]", "c = [{}]"])
@pytest.mark.parametrize("between", [",", " "])
def test_more_tokens_than_the_limit_are_refused(around, between, monkeypatch):
    monkeypatch.setattr(parser, "MAX_TOKENS", 5)
    assert len(parse_cfg(around.format(between.join("88888")))) == 5
    for more in ("888888", "8888888"):
        with pytest.raises(ConfigError, match="the cfg list has more than 5 tokens"):
            parse_cfg(around.format(between.join(more)))


def test_the_limit_is_that_of_the_documents():
    tokens = (Path(__file__).parents[2] / "docs/reference/tokens.md").read_text("utf-8")
    assert f"a list can have up to {parser.MAX_TOKENS:,} tokens" in " ".join(tokens.split())


@given(st.text(max_size=60))
def test_any_text_is_a_list_or_an_error_that_no_terminal_minds(text):
    try:
        tokens = parse_cfg(text)
    except ConfigError as error:
        assert all(line.isprintable() for line in str(error).split("\n"))
    else:
        assert tokens
        assert all(isinstance(token, Token) for token in tokens)


@given(st.lists(st.sampled_from(["64", "M", "x", "-", ",", "[", "]", "'", "#", "\n", " ", "="])))
def test_any_mixture_of_what_lists_are_made_of_is_a_list_or_an_error(pieces):
    try:
        assert parse_cfg("".join(pieces))
    except ConfigError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("entries", "tokens"),
    [
        ([64, "M", 128, "M"], SHORT),
        ((64, "m", "128", "maxpool"), SHORT),
        (iter([64, "M", 128, "M"]), SHORT),
        (SHORT, SHORT),
        ([SHORT[0], "M", 128, SHORT[3]], SHORT),
        (["conv3-64"], ONE),
        ("[64, 'M', 128, 'M']", SHORT),
    ],
)
def test_a_python_sequence_is_read(entries, tokens):
    assert tokens_from(entries) == tokens


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([64, "X"], "entry 2, 'X': not a token"),
        ([0], "entry 1, 0: the number of channels must be between 1"),
        ([64, -1], "entry 2, -1: the number of channels must be positive"),
        ([64, 1.5], "entry 2, 1.5: must be a whole number or a string"),
        ([True], "entry 1, True: must be a whole number or a string"),
        ([64, None, "M"], "entry 2, None: must be a whole number or a string"),
        ([[64, "M"]], "entry 1, [64, 'M']: must be a whole number or a string"),
        ([], "the cfg list is empty"),
    ],
)
def test_a_python_sequence_with_a_wrong_entry_is_refused(entries, said):
    with pytest.raises(ConfigError) as caught:
        tokens_from(entries)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (Token("conv", 64, (3, 3), 1, 1), "not a token; 64 is Token(kind='conv', out_channels=64"),
        (Token("conv", 64, (3, 1, 1), 1, 1), "a token needs a kind (conv, maxpool, avgpool, lrn)"),
        (Token("conv", 64, 3, 1, -1), "not a token"),
        (Token("maxpool", 0, 3, 1, (2, 1)), "padding 2x1 is more than half of kernel size 3"),
        (Token("conv", 0, 3, 1, 1), "the number of channels must be between 1 and"),
        (Token("conv", "64", 3, 1, 1), "not a token; 64 is Token(kind='conv', out_channels=64,"),
        (Token("conv", True, 3, 1, 1), "not a token; entries must be numbers or layer names"),
        (Token("conv", 10**5000, 3, 1, 1), "a token needs a kind (conv, maxpool, avgpool, lrn)"),
        (Token("maxpool", 0, 3, 2, 0, 2), "not a token; maxpool3 is Token(kind='maxpool'"),
        (
            Token("M"),
            "a token needs a kind (conv, maxpool, avgpool, lrn) and whole numbers, not ('M",
        ),
        (Token(["conv"]), "a token needs a kind"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "token",
)
def test_a_token_that_no_text_gives_is_refused(token, said):
    with pytest.raises(ConfigError) as caught:
        tokens_from([64, token])
    assert str(caught.value).startswith("entry 2, ")
    assert f": {said}" in str(caught.value)


def test_numbers_in_tokens_become_pythons_own():
    (token,) = tokens_from([Token("conv", Eight(8), 3, True, 1.0)])
    assert repr(token) == repr(parse_token("8"))


class Eight(int):
    """An integer of another library."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("한국어 ×", "한국어 ×"),
        ("", ""),
        ("a\nb\tc", r"a\nb\tc"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\x9b1m", r"\x9b1m"),
        ("\u202eabc\u2066", r"\u202eabc\u2066"),
        ("\ud800", r"\ud800"),
        ("\U000e0001", r"\U000e0001"),
    ],
)
def test_printable_escapes_what_a_terminal_would_act_on(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\tb\nc\n", "a\tb\nc\n"),
        ("a\x1b[2J\tb\u202e\n\x07", "a\\x1b[2J\tb\\u202e\n\\x07"),
        ("\x1b", "\\x1b"),
    ],
)
def test_printable_lines_keep_their_ends_and_tabs(text, shown):
    assert printable_lines(text) == shown


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("D,conv1-10", [*PAPER["D"].split(), "conv1-10"]),
        ("d 8", [*PAPER["D"].split(), "8"]),
        ("8,B", ["8", *PAPER["B"].split()]),
        ("['E', 'M']", [*PAPER["E"].split(), "M"]),
        ("[\n 'VGG 16', # first\n 8]", [*PAPER["D"].split(), "8"]),
        ("A-LRN | 8", [*PAPER["A-LRN"].split(), "8"]),
        ("vgg11,VGG-13", [*PAPER["A"].split(), *PAPER["B"].split()]),
        ("VGG-C,8", [*PAPER["C"].split(), "8"]),
        ("A,8", ["A", "8"]),
        ("C,8", ["C", "8"]),
        ("A LRN 8", ["A", "LRN", "8"]),
        ("'a','c'", ["A", "C"]),
        ("D,", PAPER["D"].split()),
    ],
)
def test_a_name_in_a_list_is_the_list_of_that_name(text, entries):
    assert parse_cfg(text) == tuple(map(parse_token, entries))


def test_a_name_in_a_python_list_is_the_list_of_that_name():
    assert tokens_from(["D", 64, "VGG-C"]) == parse_cfg("D,64,VGG-C")
    assert tokens_from(["A", "C"]) == parse_cfg("A,C")


@pytest.mark.parametrize(
    ("text", "said", "at"),
    [
        ("8,vgg16_bn", "token 2, vgg16_bn: batch norm is an option of the whole network, not of a "
         "part of its list; write the name without bn here, and +bn after the list", "vgg16_bn"),
        ("D,\n'VGG 19 BN'", "line 2, token 2, 'VGG 19 BN': batch norm is an option", "'VGG 19 BN'"),
        ("D,E,spam", "token 3, spam: not a token", "spam"),
        ("D,A-", "token 2, A-: not a token", "A-"),
        ("D,F", "token 2, F: not a token", "F"),
        ("8,vgg-16" + "-" * 40, "token 2, vgg-16", "vgg-16" + "-" * 40),
    ],
)  # fmt: skip
def test_a_name_with_options_in_a_list_is_refused(text, said, at):
    with pytest.raises(ConfigError) as caught:
        parse_cfg(text)
    assert str(caught.value).startswith(said)
    assert pointed_at(str(caught.value))[0] == at
    with pytest.raises(ConfigError, match="entry 2, 'vgg16_bn': batch norm is an option"):
        tokens_from([8, "vgg16_bn"])


def test_names_count_as_their_tokens(monkeypatch):
    monkeypatch.setattr(parser, "MAX_TOKENS", 20)
    assert len(parse_cfg("8,8,D")) == 20
    with pytest.raises(ConfigError, match="the cfg list has more than 20 tokens"):
        parse_cfg("8,8,8,D")


@given(st.lists(token_texts() | st.sampled_from([*"BDE", "A-LRN", "vgg11", "VGG-C"]), min_size=1))
def test_a_list_of_tokens_and_names_is_their_lists_in_a_row(entries):
    parts = [parse_cfg(entry) for entry in entries]
    assert parse_cfg(",".join(entries)) == tuple(token for part in parts for token in part)
    assert tokens_from(entries) == parse_cfg(repr(entries)) == parse_cfg(" ".join(entries))


@pytest.mark.parametrize(
    ("text", "said", "marked"),
    [
        ("64,conv3x3-64 valid", "token 3, valid: not a token; write conv3-64p0", "valid"),
        ("64 conv3-64 s2 p0 M", "token 3, s2: not a token; write conv3-64s2p0", "s2"),
        ("conv3-64, s2", "token 2, s2: not a token; write the arguments of a layer", "s2"),
        ("maxpool 2x2", "token 2, 2x2: not a token; write M", "2x2"),
        ("64,maxpool(2,1),conv3-64s2", "token 2, maxpool(2: not a token; write maxpools1",
         "maxpool(2"),
        ("64,MaxPool2d(3, 2)", "token 2, MaxPool2d(3: not a token; write maxpool3", "MaxPool2d(3"),
        ("conv3-64, M spam(2)", "token 3, spam(2): not a token; use one pair", "spam(2)"),
    ],
)  # fmt: skip
def test_a_layer_in_several_words_is_answered_with_its_token(text, said, marked):
    with pytest.raises(ConfigError) as caught:
        parse_cfg(text)
    message, line, caret = str(caught.value).split("\n")
    assert message.startswith(said)
    assert line[caret.index("^") : len(caret)] == marked
