import io
import sys

import pytest

from vgginspect.cli.lines import BadLinesError, Lines, line_text
from vgginspect.errors import CheckError, ConfigError, OutputError


def lines(data, monkeypatch, on_error=None):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    return Lines("-", on_error)


def test_blank_lines_and_comments_are_counted_and_left_out(monkeypatch):
    data = b"\xef\xbb\xbfA\n\n# a comment\r\n  64,M \r\nlast"
    assert list(lines(data, monkeypatch)) == [(1, "A"), (4, "64,M"), (5, "last")]


def test_what_is_not_utf_8_is_a_line_all_the_same(monkeypatch):
    assert list(lines(b"A\n\xff\nB\n", monkeypatch)) == [(1, "A"), (2, "\ufffd"), (3, "B")]


def test_a_line_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("vgginspect.cli.lines.MAX_BYTES", 8)
    with pytest.raises(ConfigError, match=r"^line 2 of standard input is longer than 0 MiB$"):
        list(lines(b"A\n64,64,64,M\n", monkeypatch))


def test_an_error_has_the_number_of_its_line(monkeypatch, capsys):
    with pytest.raises(ConfigError, match=r"^line 3: no$"):
        lines(b"", monkeypatch).handle(3, ConfigError("no"))
    with pytest.raises(CheckError, match=r"^line 3: no$"):
        lines(b"", monkeypatch).handle(3, CheckError("no"))
    assert capsys.readouterr().err == ""


def test_lines_that_are_skipped_are_counted(monkeypatch, capsys):
    read = lines(b"", monkeypatch, "skip")
    read.finish()
    read.handle(3, ConfigError("no"))
    read.handle(4, OutputError("no"))
    assert capsys.readouterr().err == "vgginspect: line 3: no\nvgginspect: line 4: no\n"
    with pytest.raises(BadLinesError, match=r"^2 invalid lines skipped$"):
        read.finish()


def test_the_text_of_a_line_can_be_a_file(tmp_path):
    (tmp_path / "a").write_text("64,M")
    assert line_text(f"@{tmp_path}/a") == "64,M"
    assert line_text("-") == "-"


@pytest.mark.parametrize(
    ("source", "on_error", "said"),
    [
        ("A", None, "--lines needs - \\(standard input\\) or @FILE as NETWORK"),
        ("-", "go", "--on-error must be stop or skip, not 'go'"),
        ("@x+bn", None, "with --lines, use an option such as --batch-norm"),
        ("@x:name", None, "--lines reads every line of a file as a NETWORK"),
    ],
)
def test_other_sources_are_refused(source, on_error, said):
    with pytest.raises(ConfigError, match=f"^{said}"):
        Lines(source, on_error)
