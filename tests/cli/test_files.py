import os
import stat
from pathlib import Path

import pytest

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
        ("", "--output needs the name of a file, or - for standard output"),
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


def test_a_long_name_still_has_room_for_its_draft(tmp_path):
    target = tmp_path / ("x" * 250)
    write_file(str(target), [b"x"])
    assert list(tmp_path.iterdir()) == [target]
