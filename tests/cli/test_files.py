import os
import stat
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.cli.files import write_file
from vgginspect.errors import OutputError


def failing():
    yield b"half"
    raise RuntimeError("in the middle")


def test_a_new_file_is_written_whole(tmp_path):
    target = tmp_path / "new"
    write_file(str(target), iter([b"one\n", b"two\n"]))
    assert target.read_bytes() == b"one\ntwo\n"
    assert list(tmp_path.iterdir()) == [target]


def test_what_fails_in_the_middle_leaves_nothing_behind(tmp_path):
    target = tmp_path / "new"
    with pytest.raises(RuntimeError):
        write_file(str(target), failing())
    assert list(tmp_path.iterdir()) == []
    target.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        write_file(str(target), failing())
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_older_file_keeps_its_mode(tmp_path):
    target = tmp_path / "old"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write_file(str(target), [b"new"])
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_symbolic_link_stays_one(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    write_file(str(link), [b"new"])
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_device_is_written_straight():
    write_file(os.devnull, [b"x"])
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "--output needs a file name, or - for standard output"),
        (".", "cannot write '.': it is a directory, not a file"),
        ("no/such/x", "cannot write no/such/x: No such file or directory"),
        ("a\0b", "embedded null"),
        ("x" * 5000, "File name too long"),
    ],
)
def test_what_cannot_be_written_says_so(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError) as caught:
        write_file(name, [b"x"])
    assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == []


LONG = [
    "x" * 250,
    "x" * 255,
    "한" * 80,
    "한" * 85,
    unicodedata.normalize("NFD", "한") * 28,
    "\N{GRINNING FACE}" * 63 + "abc",
    os.fsdecode(b"\xff" * 255),
    "a\n\x1b b",
    ".part",
]


@pytest.mark.parametrize("name", LONG, ids=lambda name: ascii(name[:4]) + str(len(name)))
def test_every_name_that_a_file_may_have_can_be_written(name, tmp_path):
    target = tmp_path / name
    for data in (b"x", b"new"):
        write_file(str(target), [data])
        assert target.read_bytes() == data
    with pytest.raises(RuntimeError):
        write_file(str(target), failing())
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@given(st.text(min_size=1, max_size=90))
def test_a_name_is_written_if_and_only_if_the_file_system_takes_it(name):
    with TemporaryDirectory() as folder:
        try:
            target = Path(folder, name.replace("/", "-"))
            target.write_bytes(b"old")
        except (OSError, ValueError):
            with pytest.raises(OutputError):
                write_file(str(Path(folder, name.replace("/", "-"))), [b"x"])
        else:
            write_file(str(target), [b"new"])
            assert target.read_bytes() == b"new"
