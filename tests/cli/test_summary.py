import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from vgginspect import plan
from vgginspect.report.json_document import document

VARIANTS = {
    "vgg11": 132863336,
    "vgg11_bn": 132868840,
    "vgg13": 133047848,
    "vgg13_bn": 133053736,
    "vgg16": 138357544,
    "vgg16_bn": 138365992,
    "vgg19": 143667240,
    "vgg19_bn": 143678248,
}


@pytest.mark.parametrize("name", VARIANTS)
def test_one_value_for_a_script(name, cli):
    assert cli("summary", name, "--get", "totals.params") == (0, f"{VARIANTS[name]}\n", "")


def test_every_option_of_the_model_reaches_the_plan(cli):
    result = cli(
        *("summary", "64,M,128", "--batch-norm", "--no-bias", "--input-size", "1x28x30"),
        *("--num-classes", "10", "--hidden", "64,32", "--avgpool", "none", "--dropout", "0.25"),
        *("--format", "json"),
    )
    expected = document(
        plan(
            [64, "M", 128],
            batch_norm=True,
            bias=False,
            input_shape=(1, 28, 30),
            num_classes=10,
            hidden=(64, 32),
            avgpool=None,
            dropout=0.25,
        )
    )
    del expected["steps"]
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == expected


@pytest.mark.parametrize(
    ("args", "same_as"),
    [
        (["vgg16_bn"], ["D", "--batch-norm"]),
        (["vgg16_bn", "--no-batch-norm"], ["D"]),
        (["D+bn"], ["vgg16_bn"]),
        (["D+no-bias"], ["D", "--no-bias"]),
        (["D", "--no-bias", "--bias"], ["D"]),
        (["D+features-only"], ["D", "--features-only"]),
        (["A+input-size=32+classes=10"], ["A", "--input-size", "32", "--num-classes", "10"]),
        (["A+input-size=64", "--input-size", "3x32x32"], ["A", "--input-size", "32"]),
        (["A", "--hidden", "none"], ["A+hidden=none"]),
        (["A", "--format", "TABLE"], ["A"]),
    ],
    ids=" ".join,
)
def test_two_ways_to_say_the_same(args, same_as, cli):
    first, second = cli("summary", *args), cli("summary", *same_as)
    assert first[:2] == second[:2]
    assert first.code == 0


def test_a_cfg_list_from_standard_input_and_from_a_file(cli, tmp_path):
    expected = cli("summary", "64,M,128").out
    assert cli("summary", "-", stdin="[64, 'M', 128]\n").out == expected
    assert cli("summary", "-", stdin=b"\xef\xbb\xbf64\r\nM\r\n128\r\n").out == expected
    path = tmp_path / "net.cfg"
    path.write_text("# first\n64 M\n128 # a + b", encoding="utf-8")
    assert cli("summary", f"@{path}").out == expected
    with_norm = cli("summary", "64,M,128", "--batch-norm").out
    assert cli("summary", f"@{path}+bn").out == with_norm
    assert cli("summary", f"@{path}", "--batch-norm").out == with_norm
    odd = tmp_path / "net+bn"
    odd.write_text("64,M,128", encoding="utf-8")
    assert cli("summary", f"@{odd}").out == expected
    path.write_text("vgg16_bn\n", encoding="utf-8")
    assert cli("summary", f"@{path}", "--get", "config.model").out == "vgg16_bn\n"


def test_the_chosen_columns_in_a_table(cli):
    out = cli("summary", "64,M", "--features-only", "--columns", "params,name").out
    lines = out.splitlines()
    assert lines[3:8] == [
        "  parameters  name",
        "stage 1 ─────────────",
        "       1,792  conv1_1",
        "           0  relu1_1",
        "           0  pool1",
    ]
    assert lines[9].startswith("depth")
    assert "part  " in cli("summary", "64,M", "--columns", "name,part,params").out


def test_the_chosen_columns_for_programs(cli):
    out = cli("summary", "64,M", "--columns", "name,state_dict_", "--format", "csv")
    assert out.code == 2
    out = cli("summary", "64,M", "--columns", "name,params", "--format", "csv").out
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[:2] == [["name", "params"], ["conv1_1", "1792"]]
    assert cli("summary", "64,M", "--columns", "params", "--format", "tsv").out == (
        "params\n" + "".join(f"{layer.params}\n" for layer in plan("64,M").layers)
    )
    assert cli("summary", "64,M", "--columns", "part,params", "--format", "tsv").out == (
        "part\tparams\nfeatures\t1792\navgpool\t0\nclassifier\t33727464\ntotal\t33729256\n"
    )
    assert cli("summary", "64,M", "--columns", "part", "--format", "tsv").out == (
        "part\nfeatures\navgpool\nclassifier\ntotal\n"
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("totals.depth", "16"),
        ("config.name", "D"),
        ("config.hidden", "[4096, 4096]"),
        ("layers.conv4_2.output_shape", "[512, 28, 28]"),
        ("layers.relu3_3.path", "features.15"),
        ("layers.fc6.receptive_field", "null"),
    ],
)
def test_get_prints_a_bare_value(path, value, cli):
    assert cli("summary", "D", "--get", path) == (0, value + "\n", "")


def test_get_to_a_file(cli, tmp_path):
    target = tmp_path / "params.txt"
    assert cli("summary", "D", "--get", "totals.params", "-o", str(target)) == (0, "", "")
    assert target.read_text() == "138357544\n"


def test_a_bare_value_has_no_columns_and_no_format_but_that_it_is_read_from(cli):
    get = ("summary", "D", "--get", "totals.params", "--format")
    assert cli(*get, "json") == (0, "138357544\n", "")
    for name in ("csv", "jsn"):
        result = cli(*get, name)
        assert (result.code, result.out) == (2, "")
        assert f"--get cannot be combined with --format {name}" in result.err
    result = cli("summary", "D", "--get", "totals.params", "--columns", "name")
    assert (result.code, result.out) == (2, "")
    assert "--get cannot be combined with --columns" in result.err


@pytest.mark.parametrize("more", [[], ["--format", "csv"], ["--get", "totals.params"]])
def test_a_dash_is_standard_output(more, cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("summary", "D", *more, "-o", "-") == cli("summary", "D", *more)
    assert cli("code", "A", "-o", "-") == cli("code", "A")
    assert not list(tmp_path.iterdir())


def test_summary_has_no_steps(cli):
    result = cli("summary", "D", "--get", "steps")
    assert result.code == 2
    assert "no entry 'steps' in the document" in result.err


LINES = """\
A
# a comment

vgg16_bn
64,M,128 # small
D+input-size=32
"""


def test_a_configuration_on_every_line(cli, tmp_path):
    result = cli("summary", "-", "--lines", "--format", "csv", stdin=LINES)
    assert (result.code, result.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    texts = ["A", "vgg16_bn", "64,M,128 # small", "D+input-size=32"]
    assert [row["config"] for row in rows] == texts
    assert [int(row["line"]) for row in rows] == [1, 4, 5, 6]
    for row, text in zip(rows, texts, strict=True):
        for field, value in plan(text).totals._asdict().items():
            assert int(row[field]) == value
    path = tmp_path / "many.txt"
    path.write_text(LINES)
    assert cli("summary", f"@{path}", "--lines", "--format", "csv").out == result.out


def test_many_configurations_as_json(cli):
    lines = cli("summary", "-", "--lines", "--format", "jsonl", stdin=LINES).out.splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["params"] for record in records] == [
        plan(record["config"]).totals.params for record in records
    ]
    whole = json.loads(cli("summary", "-", "--lines", "--format", "json", stdin=LINES).out)
    assert whole == {"schema": 1, "configs": records}


def test_options_apply_to_every_line(cli):
    out = cli(
        *("summary", "-", "--lines", "--batch-norm", "--columns", "params", "--format", "csv"),
        stdin="A\nB\n",
    ).out
    assert out == "params\n132868840\n133053736\n"


def test_a_bad_line_stops_with_its_number(cli):
    result = cli("summary", "-", "--lines", "--format", "csv", stdin="A\n\nvgg17\nB\n")
    assert result.code == 2
    assert result.err.startswith("vgginspect: line 3: unknown configuration 'vgg17'")
    assert result.out.count("\n") == 2


@pytest.mark.parametrize("command", [["summary"], ["compare", "A"], ["verify"]])
def test_json_is_whole_or_not_there(command, cli, tmp_path):
    lines = "8,M+input=8\n\n64,M,16+input=8\nvgg17\n"
    result = cli(*command, "-", "--lines", "--format", "json", stdin=lines)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("vgginspect: line 4: unknown configuration 'vgg17'")
    skipped = cli(*command, "-", "--lines", "--on-error", "skip", "--format", "json", stdin=lines)
    assert skipped.code == 1
    assert json.loads(skipped.out)


def test_a_bad_line_is_not_the_fault_of_the_file_that_is_written(cli, tmp_path):
    target = tmp_path / "many.csv"
    target.write_text("as it was")
    result = cli("summary", "-", "--lines", "-o", str(target), stdin="A\n64,X\n")
    assert result.code == 2
    assert result.err.startswith("vgginspect: line 2: token 2, X: not a token")
    assert target.read_text() == "as it was"


def test_bad_lines_are_skipped_and_counted_where_that_is_asked_for(cli):
    args = ("summary", "-", "--lines", "--on-error", "skip", "--columns", "line", "-f", "csv")
    result = cli(*args, stdin="A\n64,X\nB+input-size=8\nC\n\xff\n")
    assert result.code == 1
    assert result.out == "line\n1\n4\n"
    for line in (2, 3, 5):
        assert f"vgginspect: line {line}: " in result.err
    assert result.err.endswith("vgginspect: 3 invalid lines skipped\n")
    assert cli(*args, stdin="A\nX\n").err.endswith("vgginspect: 1 invalid line skipped\n")


def test_no_lines_are_no_rows(cli):
    result = cli("summary", "-", "--lines", "--format", "json", stdin="")
    assert (result.code, json.loads(result.out)) == (0, {"schema": 1, "configs": []})


def test_a_byte_order_mark_counts_only_at_the_start(cli):
    args = ("summary", "-", "--lines", "--columns", "config", "-f", "csv")
    assert cli(*args, stdin=b"\xef\xbb\xbfA\nB\n").out == "config\nA\nB\n"
    assert "line 2: " in cli(*args, stdin=b"A\n\xef\xbb\xbfB\n").err


def test_control_characters_in_a_line_are_escaped_for_people(cli):
    result = cli("summary", "-", "--lines", stdin="64,M # \x1b[31mred\n")
    assert result.code == 0
    assert r"64,M # \x1b[31mred" in result.out
    assert "\x1b" not in result.out


def test_a_line_that_is_far_too_long(cli):
    result = cli("summary", "-", "--lines", stdin=b"8," * (2**25 + 1))
    assert result.code == 2
    assert result.err == "vgginspect: line 1 of standard input is longer than 64 MiB\n"


def test_lines_that_break_while_they_are_read(cli, monkeypatch):
    class Broken(io.BytesIO):
        def readline(self, size=-1):
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().readline(size)

    monkeypatch.setattr("vgginspect.cli.lines.open_file", lambda name: Broken(b"A\nB\n"))
    result = cli("summary", "@disk", "--lines", "--format", "csv")
    assert (result.code, result.err) == (2, "vgginspect: cannot read disk: Input/output error\n")
    assert [row.split(",")[0] for row in result.out.splitlines()] == ["line", "1"]


PEAK = """
import re, sys
from pathlib import Path
from vgginspect.cli import main
try:
    main(["summary", "-", "--lines", "--format", sys.argv[1]])
finally:
    sys.stderr.write(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
@pytest.mark.parametrize("format_name", ["jsonl", "csv", "table", "markdown"])
def test_any_number_of_lines_goes_through_in_constant_memory(format_name):
    def peak(count):
        lines = "".join(f"{8 + number % 997},M,{8 + number // 997}\n" for number in range(count))
        done = subprocess.run(
            [sys.executable, "-c", PEAK, format_name], input=lines, capture_output=True, text=True
        )
        assert done.returncode == 0
        assert done.stdout.count("\n") >= count
        return int(done.stderr)

    # Kept in memory, every line would take some 1,000 bytes: its text, its tokens, its totals.
    assert peak(20_000) - peak(2_000) < 3_000


@pytest.mark.parametrize(
    ("kinds", "types"),
    [
        ("conv", {"Conv2d"}),
        ("conv,pool,fc", {"Conv2d", "MaxPool2d", "AdaptiveAvgPool2d", "Linear"}),
        ("BN, relu,drop", {"BatchNorm2d", "ReLU", "Dropout"}),
    ],
)
def test_rows_by_kind(kinds, types, cli):
    args = ("A+bn", "--only", kinds, "--format", "csv", "--columns", "path,type")
    for command in (("summary",), ("trace", "--table")):
        _, *rows = cli(*command, *args).out.splitlines()
        wanted = [f"{la.path},{la.type}" for la in plan("A+bn").layers if la.type in types]
        assert rows == wanted


def test_only_leaves_the_totals_whole(cli):
    shown = cli("summary", "A", "--only", "fc").out
    assert "132,863,336" in shown
    assert "relu" not in shown
    whole = json.loads(cli("summary", "A", "--format", "json").out)
    some = json.loads(cli("summary", "A", "--only", "fc", "--format", "json").out)
    assert [layer["name"] for layer in some["layers"]] == ["fc6", "fc7", "fc8"]
    assert {**some, "layers": whole["layers"]} == whole


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["A", "--only", "convs"], "unknown kind 'convs'; did you mean conv?"),
        (["A", "--only", ","], "--only: no kind; choose from conv, bn, relu, pool"),
        (["A", "--lines", "--only", "conv"], "--only cannot be combined with --lines"),
    ],
)
def test_kinds_that_do_not_exist(args, message, cli):
    done = cli("summary", *args)
    assert done.code == 2
    assert message in done.err
