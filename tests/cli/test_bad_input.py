"""Whatever is wrong with an input: exit code 2, one message, nothing on standard output."""

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

COMMANDS = ("summary", "trace")


def assert_refused(result, *said):
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("vgginspect: ")
    assert result.err.count("vgginspect: ") == 1
    assert "Traceback" not in result.err
    assert result.err.endswith("\n")
    assert all(line.isprintable() for line in result.err.splitlines())
    for text in said:
        assert text in result.err


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["vgg17"], ["unknown configuration 'vgg17'; did you mean vgg1", "known: A, A-LRN, B"]),
        (["resnet50"], ["unknown configuration 'resnet50'"]),
        (["64,M,X"], ["token 3, X: not a token", "\n  64,M,X\n       ^\n"]),
        (["[64, 'M', 'X']"], ["token 3, 'X': not a token", "\n            ^^^\n"]),
        (
            ["64,M,FC-4096"],
            ["token 3, FC-4096: not a token; the classifier is not part of the cfg"],
        ),
        (["64,M,128.0"], ["token 3, 128.0: not a token; channels are whole numbers; write 128"]),
        (["{'A': [64], 'B': [64, 64]}"], ["2 cfg lists found: A, B; give only one"]),
        (["a = [64]\nb: list = (64, 64)"], ["2 cfg lists found: a, b; give only one"]),
        (
            ["64,conv3-64/2"],
            ["token 2, conv3-64/2: not a token; write conv3-64s2"],
        ),
        (["0x40,M"], ["token 1, 0x40: not a token; channels are whole numbers in decimal"]),
        (["D", "--input-size", "9" * 14], ["must be a whole number from 1 to 2147483647"]),
        (["64,,M"], ["an entry is missing here\n  64,,M\n     ^\n"]),
        (["64,0"], ["token 2, 0: the number of channels must be between 1 and 2147483647"]),
        (["64,-8"], ["token 2, -8: the number of channels must be positive"]),
        (["conv2-64"], ["kernel size 2 is even", "add the padding, as in conv2-64p0"]),
        (["64,maxpool3p2"], ["padding 2 is more than half of kernel size 3"]),
        ([f"64,{'9' * 1000}"], ["between 1 and 2147483647, not 999999… (1000 digits)"]),
        ([""], ["the cfg list is empty"]),
        (["[]"], ["the cfg list is empty"]),
        (["M,M"], ["the cfg list has no convolution"]),
        (["[64, 'M'"], ["this bracket is not closed"]),
        (["A", "--input-size", "31"], ["input 31x31 is too small: pool5", "works is 32x32"]),
        (["A", "--input-size", "16"], ["pool5 (token 13 of 13, M) gets a 1x1"]),
        (["D", "--input-size", "0"], ["input size must be a whole number from 1"]),
        (["D", "--input-size", "-3"], ["input size must be a whole number from 1"]),
        (["D", "--input-size", "axb"], ["an input size must look like 224, 224x320", "not 'axb'"]),
        (["D", "--input-size", "1x2x3x4"], ["an input size must look like 224, 224x320"]),
        (["D", "--num-classes", "0"], ["the number of classes must be a whole number"]),
        (["D", "--num-classes", "ten"], ["the number of classes must be", "not 'ten'"]),
        (["D", "--hidden", "4096,"], ["each hidden size must be a whole number"]),
        (["D", "--hidden", "-1"], ["each hidden size must be a whole number"]),
        (["D", "--avgpool", "0"], ["the avgpool size must be a whole number"]),
        (["D", "--dropout", "1.5"], ["the dropout probability must be between 0 and 1, not '1.5'"]),
        (["D+nonsense"], ["unknown option '+nonsense'"]),
        (["D", "--format", "jsn"], ["unknown format 'jsn'; did you mean json?"]),
        (["D", "--columns", "parms"], ["unknown column 'parms'; did you mean params?"]),
        (["D", "--columns", ","], ["--columns needs column names"]),
        (["D", "--get", "totals.parms"], ["no entry 'parms' in totals; did you mean params"]),
        (["D", "--get", "layers.99"], ["there is no entry 99"]),
        (["D", "--lang", "xx"], ["unknown language 'xx'; the languages are en"]),
        (["@"], ["@ needs a file name after it"]),
        (["@no/such/file"], ["cannot read no/such/file: No such file or directory"]),
        (["@."], ["cannot read .: Is a directory"]),
        (["@no\0pe"], ["cannot read no"]),
        (["D", "-o", "no/such/folder/x.csv"], ["cannot write no/such/folder/x.csv: No such file"]),
        (["D", "-o", "."], ["cannot write '.': it is a directory, not a file"]),
        (["D", "-o", ""], ["--output needs a file name"]),
        (["\x1b[31mred"], [r"\x1b[31mred"]),
        (["64,\N{RIGHT-TO-LEFT OVERRIDE}M"], [r"\u202eM"]),
        (["D\x00"], []),
    ],
    ids=lambda value: " ".join(value)[:40].encode("unicode_escape").decode(),
)
def test_what_makes_no_sense_is_refused(command, args, said, cli):
    assert_refused(cli(command, *args), *said)


@pytest.mark.parametrize("format_name", ["json", "csv", "latex"])
@pytest.mark.parametrize("cfg", ["vgg17", "64,M,X", "M", "A+input-size=8"])
def test_an_error_is_plain_text_whatever_the_format(cfg, format_name, cli):
    assert_refused(cli("summary", cfg, "--format", format_name))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the cfg list is empty"),
        (b"\xff\xfe\x00", "standard input is binary data, not text (byte 0 is not UTF-8)"),
        (b"64,M\0", "the cfg list is binary data, not text"),
        (bytes(range(256)), "standard input is binary data, not text"),
        (b"64\nM\nfoo\n", "line 3, token 3, foo: not a token"),
        (b"import torch\n", "token 1, import: not a token"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "standard input is binary data"),
    ],
)
def test_standard_input_that_makes_no_sense_is_refused(data, said, cli):
    assert_refused(cli("summary", "-", stdin=data), said)


def test_a_cfg_list_of_very_many_tokens_is_refused(cli):
    result = cli("summary", "-", stdin=b"8," * 2_000_001)
    assert_refused(result, "the cfg list has more than 2,000,000 tokens")


def test_more_text_than_any_cfg_list_is_refused(cli):
    result = cli("summary", "-", stdin=b" " * (2**26 + 1))
    assert_refused(result, "standard input is longer than 64 MiB, too long for a cfg list")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["sumary", "D"], "unknown command 'sumary'; did you mean summary?"),
        (["frobnicate"], "unknown command 'frobnicate'\n  the commands are trace, summary"),
        (["x\x1b[0m"], r"unknown command 'x\x1b[0m'"),
        (["trace", "A", "--by", "layer"], "--by must be token or stage, not 'layer'"),
        (["trace", "A", "--step"], "--step needs a terminal"),
        (["trace", "A", "--step", "-o", "x"], "--step cannot be combined with --output"),
        (["trace", "A", "--step", "--get", "x"], "--step cannot be combined with --get"),
        (["trace", "A", "--step", "--format", "csv"], "--step cannot be combined with --format"),
        (["trace", "A", "--step", "--columns", "path"], "--step cannot be combined with --columns"),
        (["trace", "A", "--step", "--cumulative"], "--step cannot be combined with --cumulative"),
        (["trace", "A", "--step", "--explain"], "--step cannot be combined with --explain"),
        (["trace", "A", "--timeout", "9"], "--timeout is for code that is run"),
        (["verify", "A", "--builder-timeout", "9"], "--timeout is for code that is run"),
        (["summary", "a.py:b", "--timeout", "0"], "--timeout must be a number of seconds between"),
        (["summary", "A", "--on-error", "skip"], "--on-error needs --lines"),
        (["configs", "--columns", "nope"], "unknown column 'nope'"),
        (["configs", "--get", "nope"], "no entry 'nope' in the document"),
        (
            ["summary", "@x+bn", "--lines"],
            "use an option such as --batch-norm for all lines, not +bn after the file name",
        ),
        (["summary", "A", "--lines"], "--lines needs - (standard input) or @FILE as NETWORK"),
        (["summary", "@no/file", "--lines"], "cannot read no/file: No such file or directory"),
        (["summary", "-", "--lines", "--get", "x"], "--get cannot be combined with --lines"),
        (
            ["summary", "-", "--lines", "--on-error", "x"],
            "--on-error must be stop or skip, not 'x'",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "said",
)
def test_a_command_line_that_makes_no_sense_is_refused(args, said, cli):
    assert_refused(cli(*args), said)


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["summary"],
        ["trace"],
        ["summary", "A", "B"],
        ["summary", "A", "--nonsense"],
        ["summary", "A", "--format"],
        ["--nonsense"],
        ["configs", "A"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_says_how_it_goes(args, cli):
    result = cli(*args)
    assert result.code == 2
    said = "--help explains the usage|requires an argument" if args else "Usage: vgginspect"
    assert re.search(said, result.out + result.err)
    assert "Traceback" not in result.err
    assert not args or result.out == ""


@pytest.mark.parametrize("command", ["trace", "summary", "code"])
@pytest.mark.parametrize("args", [["64", "M", "128"], ["[64,", "M,", "128]"], ["A", "\x1b[0m"]])
def test_a_list_that_fell_apart_at_its_spaces_is_to_be_quoted(command, args, cli):
    result = cli(command, *args)
    assert (result.code, result.out) == (2, "")
    rest = " ".join(args[1:]).replace("\x1b", "\\x1b")
    assert f"vgginspect: unexpected argument {rest}\n" in result.err
    assert f'{command} takes one NETWORK; quote a list with spaces: "64 M 128"' in result.err


@pytest.mark.parametrize("args", [["64", "M", "128"], ["[64,", "M,", "128]"], ["A", "\x1b[0m"]])
def test_verify_takes_each_piece_of_such_a_list_for_a_config(args, cli):
    result = cli("verify", *args)
    assert (result.code, result.out) == (2, "")
    assert '\n  a cfg list with spaces needs quotes: "64 M 128"\n' in result.err
    assert result.err.isprintable() or "\x1b" not in result.err


@pytest.mark.parametrize(("command", "extra"), [("configs", "A"), ("identify", "b"), ("man", "A")])
def test_other_arguments_too_many_get_no_such_advice(command, extra, cli):
    result = cli(command, *["a"] * (command == "identify"), extra)
    assert (result.code, result.out) == (2, "")
    assert f"vgginspect: unexpected argument {extra}\n" in result.err
    assert " takes one" not in result.err


ODD = st.text("64MCALRN,[]'\"+=-@#x×\n \0\x1b한", max_size=30)


@given(cfg=ODD.filter(lambda text: not text.startswith(("@", "-"))))
def test_any_text_is_tabulated_or_refused(cfg, cli):
    result = cli("summary", cfg, "--features-only", "--get", "totals.params")
    if result.code == 0:
        assert int(result.out) > 0
        assert result.err == ""
    else:
        assert_refused(result)


def test_nothing_is_left_behind_where_an_output_file_was_asked_for(cli, tmp_path):
    target = tmp_path / "x.csv"
    target.write_text("old")
    for args in (["64,X"], ["A", "--input-size", "8"], ["A", "--columns", "nope"]):
        assert_refused(cli("summary", *args, "-o", str(target)))
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("cfg", ["vgg17", "64,M,X", "M", "@nowhere", "A+input-size=8"])
def test_a_process_of_its_own_does_the_same(cfg):
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect", "trace", cfg], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("vgginspect: ")
    assert "Traceback" not in done.stderr
