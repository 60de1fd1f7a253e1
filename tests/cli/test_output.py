"""Where output goes: terminals, pipes and files, each with its manners."""

import io
import json
import os
import pty
import re
import subprocess
import sys

import pytest

from vgginspect.cli.describe import describe, root_context
from vgginspect.cli.output import ASCII, SUFFIXES, ReportOptions, print_error
from vgginspect.lang.en import MESSAGES
from vgginspect.text.width import cell_width
from vgginspect.views.trace import NO_TOKEN

COMMAND = [sys.executable, "-m", "vgginspect"]
CODES = re.compile(r"\x1b\[[\d;]*m")


def clean_environment(**more):
    taken = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "VGGINSPECT_LANG", "LC_ALL")
    kept = {key: value for key, value in os.environ.items() if key not in taken}
    return {**kept, "LANG": "C.UTF-8", "TERM": "xterm", **more}


def on_terminal(*args, columns, **environment):
    """What a command writes to a terminal of that many columns."""
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *args],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env=clean_environment(**environment),
    )
    os.close(follower)
    written = b""
    while True:
        try:
            data = os.read(leader, 65536)
        except OSError:
            break
        if not data:
            break
        written += data
    os.close(leader)
    assert process.wait(60) == 0, written
    return written.decode().replace("\r\n", "\n")


def into_pipe(*args, **environment):
    done = subprocess.run(
        [*COMMAND, *args], capture_output=True, check=True, env=clean_environment(**environment)
    )
    return done.stdout.decode()


@pytest.mark.parametrize("columns", ["0", "1", "20", "60", "80", "10000", "-5", "many", ""])
def test_a_pipe_gets_every_character_at_any_columns(columns, cli, monkeypatch):
    whole = cli("summary", "E", "--batch-norm").out
    monkeypatch.setenv("COLUMNS", columns)
    assert cli("summary", "E", "--batch-norm").out == whole
    assert "…" not in whole
    assert max(map(len, whole.splitlines())) > 130


def test_a_pipe_of_a_process_gets_every_character_at_any_columns():
    whole = into_pipe("summary", "E", "--batch-norm")
    assert into_pipe("summary", "E", "--batch-norm", COLUMNS="20") == whole
    assert len(whole.splitlines()) > 75


#: Every command that takes --columns, with a column that its JSON would show as well.
CHOOSERS = [
    ["trace", "8", "--columns", "token"],
    ["summary", "8", "--columns", "name"],
    ["summary", "-", "--lines", "--columns", "name"],
    ["layer", "8", "conv1_1", "--columns", "name"],
    ["compare", "8", "9", "--columns", "figure"],
    ["configs", "--columns", "config"],
    ["verify", "8", "--columns", "against"],
    ["weights", "8", "8", "--columns", "status"],
    ["memory", "8", "--columns", "part"],
    ["identify", "x.pth", "--columns", "certainty"],
]


def test_every_command_with_columns_is_known_here():
    taking = {
        command.name
        for command in describe(root_context()).commands
        for parameter in (*command.own, *command.shared)
        if parameter.name == "--columns"
    }
    assert {command for command, *_ in CHOOSERS} == taking


@pytest.mark.parametrize("args", CHOOSERS, ids=" ".join)
@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--format", "json"], "--columns does not apply to --format json; use --format jsonl"),
        (["--output", "x.json"], "--columns does not apply to --format json; use --format jsonl"),
        (["--get", "schema"], "--get cannot be combined with --columns"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_json_is_whole_whichever_command(args, more, said, cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if "x.pth" in args:
        torch = pytest.importorskip("torch")
        torch.save({"features.0.weight": torch.zeros(4, 3, 3, 3)}, "x.pth")
    if "--lines" in args and "--get" in more:
        said = "--get cannot be combined with --lines; use --columns"
    result = cli(*args, *more, stdin="8\n")
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith(f"vgginspect: {said}")
    assert not (tmp_path / "x.json").exists()


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("args", [("summary", "E", "--batch-norm"), ("trace", "A"), ("configs",)])
def test_a_narrow_terminal_is_filled_and_no_more(args, columns):
    text = CODES.sub("", on_terminal(*args, columns=columns))
    lines = text.splitlines()
    assert max(cell_width(line) for line in lines) <= columns
    assert f"{columns} columns: " in text
    if args[0] != "configs":
        for name in ("conv1_1", "relu1_1", "pool5", "fc8"):
            assert sum(line.split()[:2].count(name) for line in lines) >= 1


def test_at_60_columns_the_essentials_stay():
    text = CODES.sub("", on_terminal("summary", "E", "--batch-norm", columns=60))
    header = next(line for line in text.splitlines() if line.split()[:1] == ["name"])
    assert {"name", "layer", "parameters", "out", "H×W"} <= set(header.split())
    row = next(line for line in text.splitlines() if line.split()[:1] == ["conv5_4"])
    assert {"conv5_4", "Conv2d", "512", "14×14", "2,359,808"} <= set(row.split())


def test_a_wide_terminal_gets_what_a_pipe_gets_in_colour():
    text = on_terminal("trace", "A", columns=200)
    assert "\x1b[" in text
    assert [line.rstrip() for line in CODES.sub("", text).splitlines()] == [
        line.rstrip() for line in into_pipe("trace", "A").splitlines()
    ]


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": ""}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
    ids=str,
)
def test_colour_on_a_terminal(environment, colour):
    text = on_terminal("summary", "64,M", columns=100, **environment)
    assert ("\x1b[" in text) == colour


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "0"}, False),
    ],
    ids=str,
)
def test_colour_in_a_pipe(environment, colour, cli, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    text = cli("summary", "64,M").out
    assert ("\x1b[" in text) == colour


@pytest.mark.parametrize("format_name", ["json", "jsonl", "csv", "tsv", "markdown", "latex"])
def test_formats_for_programs_have_no_colour_at_all(format_name, cli, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in cli("summary", "64,M", "--format", format_name).out


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".txt", "", ".JSON"])
def test_the_suffix_of_the_file_chooses_the_format(suffix, cli, tmp_path):
    target = tmp_path / f"out{suffix}"
    assert cli("summary", "64,M", "-o", str(target)) == (0, "", "")
    format_name = SUFFIXES.get(suffix.lower(), "table")
    expected = cli("summary", "64,M", "--format", format_name).out
    assert target.read_text(encoding="utf-8") == expected
    assert list(tmp_path.iterdir()) == [target]


def test_the_format_asked_for_beats_the_suffix(cli, tmp_path):
    target = tmp_path / "out.csv"
    cli("summary", "64,M", "-o", str(target), "--format", "json")
    assert json.loads(target.read_text())["schema"] == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp949", "utf-8", "utf-16"])
@pytest.mark.parametrize("args", [("trace", "A"), ("summary", "64,M", "--format", "latex")])
def test_any_encoding_can_be_written(args, encoding):
    done = subprocess.run(
        [*COMMAND, *args],
        capture_output=True,
        env=clean_environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0"),
    )
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode(encoding)
    assert "conv1" in text
    if encoding.startswith("utf"):
        assert text == into_pipe(*args)
    else:
        assert "\\u" not in text


@pytest.mark.parametrize(
    ("encoding", "language"), [("ascii", "en"), ("cp1252", "en"), ("cp949", "ko")]
)
def test_the_language_is_one_that_the_terminal_can_print(encoding, language, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    assert ReportOptions(None, None, None, None, "ko").words.language == language
    assert ReportOptions(None, "x.txt", None, None, "ko").words.language == "ko"


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "utf-8"])
def test_errors_are_written_in_any_encoding(encoding, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding, newline="")
    monkeypatch.setattr(sys, "stderr", stream)
    print_error("a 3×3 window … 한")
    stream.seek(0)
    plain = r"a 3x3 window ... \ud55c" if encoding == "ascii" else "a 3×3 window … 한"
    assert stream.read() == f"vgginspect: {plain}\n"


def test_every_drawing_character_has_an_ascii_stand_in(cli):
    text = "".join(MESSAGES.values()) + NO_TOKEN + cli("trace", "A").out
    beyond = {char for char in text if not char.isascii()}
    assert beyond <= {chr(code) for code in ASCII}
    assert all(str(stand_in).isascii() for stand_in in ASCII.values())


@pytest.mark.parametrize(
    ("command", "file", "said"),
    [
        ("summary D", "D.png", "vgginspect draw NETWORK -o "),
        ("trace D", "D.HTML", "this command makes no .html files; vgginspect draw makes them"),
        ("summary D --format json", "D.svg", "this command makes no .svg files"),
        ("summary D --get totals.depth", "D.py", "this command makes no .py files"),
        ("configs", "D.yaml", "D.yaml: no format has the suffix .yaml; this command makes .json"),
        ("code D", "D.json", "this command makes no .json files; vgginspect summary makes them"),
        ("code D", "D.yaml", "this command makes .py, .txt"),
        ("man", "D.pdf", "this command makes no .pdf files"),
    ],
)
def test_a_file_of_another_kind_is_refused(command, file, said, cli, tmp_path):
    result = cli(*command.split(), "-o", str(tmp_path / file))
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("summary D", "D.txt"),
        ("summary D", "D"),
        ("summary D --format table", "D.table"),
        ("summary D --get totals.depth", "depth.number"),
        ("code D", "D.py"),
        ("code D", "D"),
        ("man", "vgginspect.1"),
    ],
)
def test_text_goes_to_a_file_of_text(command, file, cli, tmp_path):
    assert cli(*command.split(), "-o", str(tmp_path / file)) == (0, "", "")
    assert (tmp_path / file).read_text(encoding="utf-8") == cli(*command.split()).out
