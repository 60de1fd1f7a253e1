"""The doors: each takes any bytes at all, and raises only where vgginspect has a defect.

A defect is an exception other than our own, an exit code other than 0, 1 or 2, a traceback,
or a draft of an output file left behind.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
from collections.abc import Callable
from pathlib import Path

from vgginspect.cli import main
from vgginspect.config import config_from_text
from vgginspect.errors import VGGInspectError
from vgginspect.grow import grow
from vgginspect.lang import words
from vgginspect.render import FORMATS, renderer
from vgginspect.views.walk import report

#: Arguments that would run a stranger's code, reach outside the folder or need torch.
REFUSED = ("/", "..", "builder", "step", "verify", "identify", "completion")
MAX_STEPS = 200


def cfg(data: bytes) -> None:
    """Text as CONFIG, grown and rendered in a format that its first byte chooses."""
    text = data[1:].decode("utf-8", "surrogateescape")
    try:
        plan = grow(config_from_text(text))
    except VGGInspectError as error:
        assert str(error)
        return
    if len(plan.config.tokens) > MAX_STEPS:
        return
    name = list(FORMATS)[(data[0] if data else 0) % len(FORMATS)]
    for chunk in renderer(name)(report(plan, words("en"))):
        chunk.encode()


def arguments(data: bytes) -> None:
    """Lines as command-line arguments, run in an empty folder without standard input."""
    args = data.decode("utf-8", "surrogateescape").split("\n")
    if any(word in arg for arg in args for word in REFUSED) or any("\0" in arg for arg in args):
        return
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape")
    err = io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(args)
        except SystemExit as stop:
            code = stop.code
    assert code in (0, 1, 2, None), (code, args)
    assert "Traceback" not in err.getvalue(), args
    assert not code or err.getvalue() or out.tell(), args
    for file in list(Path.cwd().iterdir()):
        assert not file.name.endswith(".part"), file
        file.unlink()


def checkpoint(data: bytes) -> None:
    """Bytes as a checkpoint file, read and identified."""
    from vgginspect.bridge.checkpoint import read_checkpoint
    from vgginspect.identify import identify

    file = Path("checkpoint.safetensors" if data[:1] == b"s" else "checkpoint.pth")
    file.write_bytes(data[1:])
    try:
        identify(read_checkpoint(file).tensors)
    except VGGInspectError as error:
        assert str(error)
    finally:
        file.unlink()
        left = list(itertools.islice(Path.cwd().iterdir(), 3))
        assert not left, left


DOORS: dict[str, Callable[[bytes], None]] = {
    "cfg": cfg,
    "arguments": arguments,
    "checkpoint": checkpoint,
}


def closed_standard_input() -> None:
    """Make sure that no input can wait for a person to type."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
