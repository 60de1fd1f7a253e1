import json
import unicodedata

import pytest


@pytest.mark.parametrize(
    ("args", "out"),
    [
        (["A", "B", "--get", "edits.0.token_after"], "64\n"),
        (["D", "D+bn", "--get", "totals.params.differences.1"], "8448\n"),
        (["vgg16", "vgg16_bn", "--get", "options.batch_norm"], "[false, true]\n"),
        (["D", "E", "--batch-norm", "--get", "options"], "{}\n"),
        (["D", "E", "--input-size", "32", "--get", "configs.1.input"], "[3, 32, 32]\n"),
        (["D", "-", "--get", "configs.1.config.tokens"], '[8, "M"]\n'),
        (["D", "D", "--format", "csv", "--columns", "difference_2"], "difference_2\n" + "0\n" * 12),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "out",
)
def test_networks_are_compared(args, out, cli):
    result = cli("compare", *args, stdin="8,M")
    assert (result.code, result.err) == (0, "")
    assert result.out == out


def test_json_goes_to_a_file(cli, tmp_path):
    target = tmp_path / "difference.json"
    assert cli("compare", "D", "C", "-o", str(target)) == (0, "", "")
    assert len(json.loads(target.read_text())["edits"]) == 3


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["A"], "compare needs at least two NETWORKs, such as D E or D D+bn"),
        (["-", "-"], "standard input can be read only once"),
        (["A", "vgg17"], "unknown configuration 'vgg17'"),
        (["64", "A", "--input-size", "8"], "A: input 8x8 is too small: pool4"),
        (["A", "B", "--columns", "nope"], "unknown column 'nope'"),
        (["A", "B", "--get", "edits.7"], "edits has 2 entries, 0 to 1; there is no entry 7"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "said",
)
def test_what_makes_no_sense_is_refused(args, said, cli):
    result = cli("compare", *args)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


def test_which_columns_there_are_does_not_hang_on_differences(cli):
    result = cli("compare", "D", "D+bn", "--columns", "edit,stage", "--format", "csv")
    assert (result.code, result.out, result.err) == (0, "edit,stage\n", "")
    text = cli("compare", "D", "D+bn", "--columns", "edit,stage").out
    assert text.splitlines()[0].split() == ["edit", "stage"]


def test_a_korean_table_is_the_same_however_its_names_are_composed(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written = {}
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "합성곱망.cfg")
        (tmp_path / name).write_text("8,M,16,M")
        written[form] = cli("compare", f"@{name}", "A", "--lang", "ko").out
    assert len(written["NFD"]) > len(written["NFC"])
    assert unicodedata.normalize("NFC", written["NFD"]) == written["NFC"]


@pytest.mark.parametrize(("second", "code"), [("vgg16", 0), ("D+bn", 1), ("E", 1)])
def test_the_exit_code_tells_whether_networks_are_the_same(second, code, cli):
    plain = cli("compare", "D", second)
    assert plain.code == 0
    assert cli("compare", "D", second, "--exit-code") == plain._replace(code=code)


def test_networks_have_the_names_given_to_them(cli):
    result = cli(
        "compare", "D", "E", "C", "--name", "a", "--name", "the second", "--get", "configs"
    )
    assert [each["label"] for each in json.loads(result.out)] == ["a", "the second", "C"]
    result = cli("compare", "D", "E", "--name", "a", "--name", "b", "--name", "c")
    assert (result.code, result.err) == (2, "vgginspect: 3 names for 2 NETWORKs\n")


def test_a_label_is_whole_in_a_pipe_and_in_a_file(cli, tmp_path):
    long = "64,64,M,128,128,M,256,256,256,M"
    assert f"  {long}  " in cli("compare", "D", long).out
    cli("compare", "D", long, "-o", str(tmp_path / "x.md"))
    assert f" {long} " in (tmp_path / "x.md").read_text()


@pytest.mark.parametrize(
    ("configs", "heading", "name"),
    [
        (["A", "D"], "difference", "difference_2"),
        (["A", "B", "D"], "D − A", "difference_3"),
        (["A", "B", "D"], "b / a", "ratio_2"),
        (["A", "B"], "B", "value_2"),
    ],
)
def test_columns_by_the_headings_that_a_note_names(configs, heading, name, cli):
    by_heading = cli("compare", *configs, "--columns", f"figure,{heading}", "-f", "csv")
    assert by_heading.code == 0
    assert by_heading == cli("compare", *configs, "--columns", f"figure,{name}", "-f", "csv")
