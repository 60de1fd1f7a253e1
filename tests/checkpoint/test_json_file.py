"""JSON of strangers."""

import io

import pytest

from vgginspect.checkpoint import json_file
from vgginspect.checkpoint.json_file import read_json
from vgginspect.checkpoint.values import UnreadableFileError


def read(text: bytes) -> object:
    return read_json(io.BytesIO(text), len(text))


def test_values() -> None:
    assert read(b'{"a": [1, "b", null, true]}') == {"a": [1, "b", None, True]}
    assert read(b"[1.5]") == [None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "invalid"),
        (b"{", "invalid"),
        (b"\xff", "invalid"),
        (b"[" + b"9" * 100_000 + b"]", "invalid"),
        (b"[" * 1_000_000, "nested too deep|invalid"),
    ],
)
def test_what_is_invalid(text: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        read(text)


def test_what_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "MAX_LENGTH", 1 << 20)
    assert read(b'"' + b"a" * ((1 << 20) - 2) + b'"')
    with pytest.raises(UnreadableFileError, match="more than 1 MiB"):
        read(b'"' + b"a" * (1 << 20) + b'"')
