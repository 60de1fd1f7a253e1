import copy
import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import any_tokens

from vgginspect.cfg.tokens import (
    GRAMMAR,
    MAX_NUMBER,
    MAX_POOL,
    ListEntry,
    Token,
    entries_of,
    integer,
    parse_token,
    whole,
)
from vgginspect.errors import ConfigError


def conv(channels, kernel=3, dilation=1):
    padding = dilation * (kernel - 1) // 2
    return Token("conv", channels, kernel, 1, padding, dilation)


@pytest.mark.parametrize(
    ("text", "token", "canonical"),
    [
        ("64", conv(64), "64"),
        ("0064", conv(64), "64"),
        ("00000000000064", conv(64), "64"),
        ("conv" + "0" * 5000 + "3-64", conv(64), "64"),
        ("1", conv(1), "1"),
        ("1000000", conv(1000000), "1000000"),
        ("2147483647", conv(2147483647), "2147483647"),
        ("conv3-64", conv(64), "64"),
        ("CONV3-64", conv(64), "64"),
        ("conv1-256", conv(256, 1), "conv1-256"),
        ("conv5-8", conv(8, 5), "conv5-8"),
        ("conv3-512d2", conv(512, 3, 2), "conv3-512d2"),
        ("conv3-512d1", conv(512), "512"),
        ("conv7-8d3", conv(8, 7, 3), "conv7-8d3"),
        ("conv1-8d5", conv(8, 1, 5), "conv1-8d5"),
        ("conv3\N{EN DASH}64", conv(64), "64"),
        ("conv3\N{MINUS SIGN}64", conv(64), "64"),
        ("M", Token("maxpool", 0, 2, 2), "M"),
        ("m", Token("maxpool", 0, 2, 2), "M"),
        ("maxpool", Token("maxpool", 0, 2, 2), "M"),
        ("MaxPool2s2p0", Token("maxpool", 0, 2, 2), "M"),
        ("C", Token("maxpool", 0, 2, 2, ceil_mode=True), "C"),
        ("c", Token("maxpool", 0, 2, 2, ceil_mode=True), "C"),
        ("maxpool3s1p1", Token("maxpool", 0, 3, 1, 1), "maxpool3s1p1"),
        ("maxpool3", Token("maxpool", 0, 3, 2), "maxpool3"),
        ("maxpools1", Token("maxpool", 0, 2, 1), "maxpools1"),
        ("maxpoolp1", Token("maxpool", 0, 2, 2, 1), "maxpoolp1"),
        ("A", Token("avgpool", 0, 2, 2), "A"),
        ("a", Token("avgpool", 0, 2, 2), "A"),
        ("avgpool", Token("avgpool", 0, 2, 2), "A"),
        ("avgpool3s2", Token("avgpool", 0, 3, 2), "avgpool3"),
        ("avgpool4s3p2", Token("avgpool", 0, 4, 3, 2), "avgpool4s3p2"),
        ("conv3x3-64", conv(64), "64"),
        ("conv3-64p1", conv(64), "64"),
        ("conv3-64s1p1d1", conv(64), "64"),
        ("conv3-64p2d2", conv(64, 3, 2), "conv3-64d2"),
        ("conv3-64s2", Token("conv", 64, 3, 2, 1), "conv3-64s2"),
        ("conv7X7-64S2P3", Token("conv", 64, 7, 2, 3), "conv7-64s2"),
        ("conv7-4096p0", Token("conv", 4096, 7, 1, 0), "conv7-4096p0"),
        ("conv3-64p100", Token("conv", 64, 3, 1, 100), "conv3-64p100"),
        ("conv2-512p0", Token("conv", 512, 2, 1, 0), "conv2-512p0"),
        ("conv2-8d2", Token("conv", 8, 2, 1, 1, 2), "conv2-8d2"),
        ("conv3x1-64", Token("conv", 64, (3, 1), 1, (1, 0)), "conv3x1-64"),
        ("conv3×1-64", Token("conv", 64, (3, 1), 1, (1, 0)), "conv3x1-64"),
        ("conv3x1-64p1x0", Token("conv", 64, (3, 1), 1, (1, 0)), "conv3x1-64"),
        ("conv3-64p1x0", Token("conv", 64, 3, 1, (1, 0)), "conv3-64p1x0"),
        (
            "conv3x5-8s2x1p0x2d2x1",
            Token("conv", 8, (3, 5), (2, 1), (0, 2), (2, 1)),
            "conv3x5-8s2x1p0x2d2x1",
        ),
        ("maxpool2s2x1p0x1", Token("maxpool", 0, 2, (2, 1), (0, 1)), "maxpools2x1p0x1"),
        ("maxpool2x1", Token("maxpool", 0, (2, 1), 2), "maxpool2x1"),
        ("maxpoolc", Token("maxpool", 0, 2, 2, ceil_mode=True), "C"),
        ("maxpool3c", Token("maxpool", 0, 3, 2, ceil_mode=True), "maxpool3c"),
        ("avgpoolC", Token("avgpool", 0, 2, 2, ceil_mode=True), "avgpoolc"),
        ("avgpool3x3s1x1p1x1c", Token("avgpool", 0, 3, 1, 1, 1, True), "avgpool3s1p1c"),
        ("LRN", Token("lrn"), "LRN"),
        ("lrn", Token("lrn"), "LRN"),
    ],
)
def test_a_token_is_read_and_printed(text, token, canonical):
    read = parse_token(text)
    assert read == token
    assert read.text == str(read) == canonical


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", f"the number of channels must be between 1 and {MAX_NUMBER}, not 0"),
        ("000", f"the number of channels must be between 1 and {MAX_NUMBER}, not 000"),
        (str(MAX_NUMBER + 1), f"between 1 and {MAX_NUMBER}, not {MAX_NUMBER + 1}"),
        ("2147483648", "between 1 and 2147483647, not 2147483648"),
        ("9" * 12, "not 999999999999"),
        ("9" * 13, "not 999999… (13 digits)"),
        ("8" * 1000, "not 888888… (1000 digits)"),
        ("conv3-0", "the number of channels must be between 1"),
        ("conv0-64", "the kernel size must be between 1"),
        ("conv3-64d0", "the dilation must be between 1"),
        ("conv2-64", "kernel size 2 is even, so no padding keeps height and width; "),
        ("conv2-64", "add the padding, as in conv2-64p0"),
        ("conv2-64d3", "add the padding, as in conv2-64p0d3"),
        ("conv3x4-64s2d1x3", "kernel size 3x4 is even, so no padding keeps height and width; "),
        ("conv3x4-64s2d1x3", "add the padding, as in conv3x4-64s2p1x0d1x3"),
        ("conv3-64s0", "the stride must be between 1"),
        ("conv3x0-64", "the kernel size must be between 1"),
        ("conv3-64s2x0", "the stride must be between 1"),
        ("maxpool4x2p2", "padding 2 is more than half of kernel size 4x2"),
        ("maxpool4x2p2", "use at most p2x1"),
        ("maxpool2x4p1x3", "padding 1x3 is more than half of kernel size 2x4"),
        ("maxpool0", "the kernel size must be between 1"),
        ("maxpool2s0", "the stride must be between 1"),
        ("maxpool3p2", "padding 2 is more than half of kernel size 3, which PyTorch rejects"),
        ("maxpool3p2", "at most p1"),
        ("maxpool5p3", "half of kernel size 5, which PyTorch rejects; use at most p2"),
        ("avgpool1p1", "at most p0"),
        (f"maxpool2p{MAX_NUMBER + 1}", f"the padding must be between 0 and {MAX_NUMBER}"),
        ("-64", "the number of channels must be positive"),
        ("\N{MINUS SIGN}64", "the number of channels must be positive"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(text, said):
    with pytest.raises(ConfigError) as caught:
        parse_token(text)
    assert said in str(caught.value)


def test_an_even_kernel_is_answered_by_the_shortest_spelling():
    with pytest.raises(ConfigError) as caught:
        parse_token("conv2-64")
    assert str(caught.value).endswith("as in conv2-64p0")


def test_a_layer_that_keeps_the_channels_and_has_no_window_says_0():
    token = parse_token("LRN")
    assert (token.out_channels, token.kernel_size) == (0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "64 ",
        "X",
        "MM",
        "64M",
        "+64",
        "--",
        "٦٤",
        "６４",
        "²",
        "M\n",
    ],
)
def test_what_is_no_token_gets_a_list_of_the_forms(text):
    with pytest.raises(ConfigError) as caught:
        parse_token(text)
    message = str(caught.value)
    assert message.startswith("not a token; tokens are ")
    for form in GRAMMAR:
        assert form.example in message


def test_every_example_in_the_grammar_is_a_token():
    for form in GRAMMAR:
        spellings = form.example.partition(" (")[0].split(" or ")
        assert [parse_token(text).kind for text in spellings] == [form.kind] * len(spellings)


@given(any_tokens())
def test_printing_a_token_and_reading_it_gives_it_back(token):
    assert parse_token(token.text) == token
    assert parse_token(token.text.upper()) == token
    assert parse_token(token.text.lower()) == token


@given(any_tokens())
def test_the_value_is_what_a_python_list_holds(token):
    plain = token.kind == "conv" and token[2:6] == (3, 1, 1, 1)
    assert token.value == (token.out_channels if plain else token.text)
    assert type(token.value) is (int if plain else str)


@given(st.text(max_size=20))
def test_any_text_is_a_token_or_an_error(text):
    try:
        token = parse_token(text)
    except ConfigError as error:
        assert str(error)
    else:
        assert parse_token(token.text) == token


def test_the_pool_of_the_paper_is_a_2x2_maximum_of_stride_2():
    assert MAX_POOL == parse_token("M") == parse_token("maxpool2s2p0")


class Three:
    """An integer of another library."""

    def __index__(self):
        return 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [(64, 64), (Three(), 3), (True, None), (False, None), (2.0, None), ("64", None), (None, None)],
)
def test_integers_of_any_library_are_numbers_and_nothing_else_is(value, expected):
    assert integer(value) == expected
    assert integer(value) is None or type(integer(value)) is int


def test_the_most_padding_is_said_in_whole_pixels():
    with pytest.raises(ConfigError, match=r"at most p2$"):
        parse_token("maxpool5p3")


@pytest.mark.parametrize(
    ("length", "said"), [(79, "use one pair of brackets"), (80, "tokens are 64")]
)
def test_advice_looks_at_the_beginning_of_an_entry(length, said):
    with pytest.raises(ConfigError, match=f"not a token; {said}"):
        parse_token("x" * length + "[")


@pytest.mark.parametrize(
    ("entry", "text", "value", "python"),
    [
        (64, "64", 64, "64"),
        ("m", "m", "m", "'m'"),
        ("64", "64", "64", "'64'"),
        (True, "True", "True", "True"),
        ((64, 2), "(64, 2)", "(64, 2)", "(64, 2)"),
        (None, "None", "None", "None"),
        ("\x1b[31m", "\\x1b[31m", "\x1b[31m", "'\\x1b[31m'"),
    ],
)
def test_an_entry_is_shown_as_it_was_read(entry, text, value, python):
    read = ListEntry(entry)
    assert (read.text, read.value, read.python) == (text, value, python)
    assert not isinstance(read, Token)
    assert copy.copy(read) == pickle.loads(pickle.dumps(read)) == read


def test_tokens_as_one_writes_them_in_python():
    assert [parse_token(text).python for text in ("64", "M", "conv1-8")] == [
        "64",
        "'M'",
        "'conv1-8'",
    ]


@example(MAX_NUMBER)
@given(st.integers(1, MAX_NUMBER))
def test_a_whole_number_is_taken(value):
    assert whole(value, "it") == value


@given(st.one_of(st.integers(max_value=0), st.integers(MAX_NUMBER + 1), st.floats(), st.text()))
def test_anything_else_is_refused(value):
    with pytest.raises(ConfigError, match=r"^it must be a whole number"):
        whole(value, "it")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (10**12 - 1, "not 999999999999"),
        (10**12, "not a huge number"),
        (10**13, "not a huge number"),
        (-(10**12), "not a huge"),
    ],
)
def test_numbers_of_up_to_twelve_digits_are_shown(number, said):
    with pytest.raises(ConfigError, match=said):
        whole(number, "it")


@pytest.mark.parametrize("value", [[8, "M"], (8, "M"), iter((8, "M"))])
def test_a_list_has_entries(value):
    assert [*entries_of(value)] == [8, "M"]


@pytest.mark.parametrize("value", ["8", b"8", bytearray(b"8"), {8}, frozenset(), {8: 8}, 8, None])
def test_text_what_has_no_order_and_what_is_no_list_has_none(value):
    assert entries_of(value) is None


@pytest.mark.parametrize("token", [Token("M"), Token(["conv"]), Token("conv", 10**5000, 3)])
def test_a_token_that_cannot_be_written_says_what_one_is(token):
    with pytest.raises(ConfigError) as caught:
        str(token)
    said = "a token needs a kind (conv, maxpool, avgpool, lrn) and whole numbers, not "
    assert str(caught.value).startswith(said)
