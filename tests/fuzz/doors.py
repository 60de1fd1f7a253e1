"""The doors: each takes any bytes at all, and raises only where vgginspect has a defect.

A defect is an exception other than our own, an exit code other than 0, 1 or 2, a traceback, an
error without a message, a character that could move a terminal's cursor, a file left behind, and
anything that reaches outside the folder the door is in: a program started, a file written
elsewhere, a connection made.
"""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import json
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vgginspect.analysis.source_code import source
from vgginspect.cfg.config import config_from_text
from vgginspect.checkpoint.identify import identify_file
from vgginspect.checkpoint.loading_code import loading_code
from vgginspect.checkpoint_api import weights
from vgginspect.cli import main
from vgginspect.drawing import STYLES, Order, draw
from vgginspect.errors import ConfigError, VGGInspectError
from vgginspect.lang import LANGUAGES, words
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.render import FORMATS, renderer
from vgginspect.views import explain, summary, trace
from vgginspect.views import identify as view
from vgginspect.views import weights as weights_view

#: Arguments that would run a stranger's code, leave the folder, wait for a person or need torch.
REFUSED = ("/", "..", "builder", "verify", "identify", "completion")
MAX_STEPS = 200
#: What no input may bring about, as Python's audit events.
FORBIDDEN = ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "socket.connect")

_outside: list[str] = []
_watching: list[str] = []
_commands = itertools.count(1)


def cfg(data: bytes) -> None:
    """Text as CONFIG, grown and written in a way that its first byte chooses."""
    text = data[1:].decode("utf-8", "surrogateescape")
    with _inside():
        try:
            plan = grow(config_from_text(text))
        except VGGInspectError as error:
            assert str(error)
            return
        if len(plan.config.tokens) <= MAX_STEPS:
            ways = list(_ways(plan))
            ways[(data[0] if data else 0) % len(ways)]()


def _ways(plan: Plan) -> Iterator[Callable[[], Any]]:
    for language in LANGUAGES:
        spoken = words(language)
        for name in FORMATS:
            yield lambda name=name, spoken=spoken: _rendered(name, trace.report(plan, spoken))
        yield lambda spoken=spoken: _rendered(
            "table", explain.explained(summary.report(plan, spoken), plan.config)
        )
        for style in STYLES:
            yield lambda style=style, spoken=spoken: draw(plan, Order(spoken, ".svg", style))
        yield lambda spoken=spoken: draw(plan, Order(spoken, ".html"))
    for unrolled in (False, True):
        yield lambda unrolled=unrolled: compile(
            "\n".join(source(plan.config, unrolled)), "", "exec"
        )


def _rendered(name: str, report: Any) -> None:
    text = "".join(renderer(name)(report))
    text.encode()
    _harmless(text)
    if name == "json":
        json.loads(text)


def arguments(data: bytes) -> None:
    """Lines as command-line arguments, run in an empty folder without standard input."""
    args = data.decode("utf-8", "surrogateescape").split("\n")
    if any(word in arg for arg in args for word in REFUSED) or any("\0" in arg for arg in args):
        return
    code = _command(args)
    for file in list(Path.cwd().iterdir()):
        file.unlink()
        assert code != 2, (file, args)
        assert any(arg.endswith(file.name) for arg in args), (file, args)


def checkpoint(data: bytes) -> None:
    """Bytes as a checkpoint file, identified by the command; the first byte says how they come.

    ``z``: as the pickle inside a sound zip file. ``h``: as the header of a safetensors file.
    ``n``: as lines of a key and sizes, saved as tensors of such names and shapes. Anything else:
    as the file itself.
    """
    name = "checkpoint.pth"
    body = data[1:]
    if data[:1] == b"z":
        body = zipped(body)
    elif data[:1] == b"h":
        name = "checkpoint.safetensors"
        body = len(body).to_bytes(8, "little") + body + bytes(64)
    elif data[:1] == b"n":
        body = saved(body.decode("utf-8", "replace"))
    Path(name).write_bytes(body)
    if len(data) % 16 == 0:
        _command(["identify", name])
    else:
        _identified(name, list(FORMATS)[len(data) % len(FORMATS)])
    Path(name).unlink()
    left = list(Path.cwd().iterdir())
    for file in left:
        file.unlink()
    assert not left, left


def _identified(name: str, format_name: str) -> None:
    """What the command does with a file, without the time that Typer takes."""
    with _inside():
        try:
            finding = identify_file(name)
            plan = grow(finding.config)
            fits = weights(plan, name)
        except VGGInspectError as error:
            assert str(error)
            _harmless(str(error))
            return
        english = words("en")
        _rendered(format_name, view.report(finding, plan, english))
        _rendered(format_name, weights_view.report(fits, english))
        with contextlib.suppress(ConfigError):
            compile("\n".join(loading_code(fits)), "", "exec")
        if len(plan.config.tokens) <= MAX_STEPS:
            _rendered(format_name, trace.report(plan, english))


def zipped(pickled: bytes) -> bytes:
    """A file of PyTorch's zip format around a pickle."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/byteorder", b"little")
        archive.writestr("archive/data/0", bytes(256))
        archive.writestr("archive/version", b"3\n")
    return stream.getvalue()


def saved(text: str) -> bytes:
    """A file that torch.save makes of tensors: ``features.0.weight 64 3 3 3`` on each line."""
    import torch

    tensors = {}
    for line in text.split("\n")[:100]:
        key, *sizes = line.split(" ")
        shape = [int(size[:12]) for size in sizes[:6] if size.isdecimal() and size.isascii()]
        # One element in memory, whatever the shape.
        with contextlib.suppress(RuntimeError):
            tensors[key] = torch.empty(()).expand(shape)
    stream = io.BytesIO()
    torch.save(tensors, stream)
    return stream.getvalue()


DOORS: dict[str, Callable[[bytes], None]] = {
    "cfg": cfg,
    "arguments": arguments,
    "checkpoint": checkpoint,
}


def _command(args: list[str]) -> int:
    """Run a command line in this process, and look at how it ends and at all it says."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape")
    err = io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _inside():
        try:
            main(args)
        except SystemExit as stop:
            code = stop.code or 0
        if next(_commands) % 200 == 0:
            gc.collect()
    out.flush()
    said = out.buffer.getvalue().decode("utf-8", "surrogateescape")  # type: ignore[attr-defined]
    assert isinstance(code, int), (code, args)
    assert code in (0, 1, 2), (code, args)
    assert "Traceback" not in err.getvalue(), args
    assert (code == 0) or err.getvalue() or said, args
    _harmless(said)
    _harmless(err.getvalue())
    return code


def _harmless(text: str) -> None:
    bad = [char for char in text if not (char.isprintable() or char in "\n\t")]
    assert not bad, (bad, text)


@contextlib.contextmanager
def _inside() -> Iterator[None]:
    """Note whatever reaches outside the folder, and fail."""
    _outside.clear()
    _watching.append(str(Path.cwd()))
    try:
        yield
    finally:
        _watching.pop()
    assert not _outside, _outside


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if not _watching:
        return
    if event == "open":
        path, mode, flags = args
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) or "w" in (mode or "")
        if not writes or not isinstance(path, (str, bytes)):
            return
        full = os.path.realpath(os.fsdecode(path))
        if full == os.devnull or full.startswith(_watching[-1] + os.sep) or "__pycache__" in full:
            return
    elif event not in FORBIDDEN:
        return
    _outside.append(f"{event} {args!r}")
    raise PermissionError(f"forbidden here: {event} {args!r}")


sys.addaudithook(_audit)


def closed_standard_input() -> None:
    """Make sure that no input can wait for a person to type."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
