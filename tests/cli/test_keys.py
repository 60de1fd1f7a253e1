"""What a terminal sends, as the names of keys."""

import pytest

from vgginspect.cli.keys import split


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"\x1b[C", ["right"]),
        (b"\x1b[C\x1b[D", ["right", "left"]),
        (b"\x1bOA\x1bOB", ["up", "down"]),
        (b"\x1b[1~\x1b[4~", ["home", "end"]),
        (b"\x1b", ["escape"]),
        (b"\x1b[1;5C\x1b[1;2D\x1b[5;5~", ["right", "left", "pageup"]),
        (b"\x1b[3~n", ["n"]),
        (b"\x1bOPn\x1b[15~", ["n"]),
        (b"\x1bx", []),
        (b"\x1b[", ["escape", "["]),
        (b"nq", ["n", "q"]),
        (b" \r\n", ["space", "enter", "enter"]),
        (b"\xc3\xa4", ["\ufffd", "\ufffd"]),
        (b"", []),
    ],
)
def test_split(data: bytes, keys: list[str]) -> None:
    assert list(split(data)) == keys
