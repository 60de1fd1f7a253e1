"""Runs the examples of a Markdown document; ``test_docs`` says how they are written.

``python tests/examples.py FILE...`` writes what the commands print today into the documents.
"""

import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from difflib import unified_diff
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^( *)(`{3,})([\w+-]*)[^\n]*\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
NOTE = re.compile(r"<!-- (file|not run|needs): (.+?) -->\s*$")
#: What would change a command's output, and is therefore taken away before it runs.
UNSET = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "VGGINSPECT_LANG", "LC_ALL", "LC_MESSAGES")
SECONDS = 300


class Block(NamedTuple):
    """A fenced block: its language, its text, where the text starts, and the note above it."""

    language: str
    text: str
    start: int
    indent: str
    note: str
    value: str


class Command(NamedTuple):
    """A command of a console block, and where its output stands in the document."""

    line: int
    text: str
    output: str
    start: int
    end: int
    indent: str


def blocks(document: str) -> Iterator[Block]:
    """The fenced blocks of a document in order."""
    for match in FENCE.finditer(document):
        note = NOTE.search(document[: match.start()])
        kind, value = note.groups() if note else ("", "")
        yield Block(match[3], match[4], match.start(4), match[1], kind, value)


def missing(block: Block) -> list[str]:
    """The programs and Python modules that a block needs and that are not installed."""
    names = block.value.split() if block.note == "needs" else []
    return [name for name in names if shutil.which(name) is None and find_spec(name) is None]


def plain(block: Block) -> str:
    """The text of a block without the indentation of the list it stands in."""
    return "".join(line.removeprefix(block.indent) for line in block.text.splitlines(True))


def commands(document: str, block: Block) -> Iterator[Command]:
    """The commands of a console block, each with the output that follows it."""
    at = block.start
    lines = block.text.splitlines(True)
    position = 0
    while position < len(lines):
        start = at
        line = lines[position].removeprefix(block.indent)
        at += len(lines[position])
        position += 1
        if not line.startswith("$ "):
            raise ValueError(f"line {_line(document, start)}: output without a command: {line!r}")
        command = line[2:].rstrip("\n")
        while command.endswith("\\"):
            command += "\n" + lines[position].removeprefix(block.indent).rstrip("\n")
            at += len(lines[position])
            position += 1
        output_start, output = at, ""
        while position < len(lines) and not lines[position].startswith(f"{block.indent}$ "):
            output += lines[position].removeprefix(block.indent)
            at += len(lines[position])
            position += 1
        yield Command(_line(document, start), command, output, output_start, at, block.indent)


def _line(document: str, at: int) -> int:
    return document.count("\n", 0, at) + 1


class Shell:
    """Runs commands in one folder as on a person's machine, into a pipe."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        programs = folder / "bin"
        programs.mkdir()
        python = shlex.quote(sys.executable)
        for name, what in (("vgginspect", f"{python} -m vgginspect"), ("python", python)):
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec {what} "$@"\n')
            program.chmod(0o755)
        self.environment = {key: value for key, value in os.environ.items() if key not in UNSET}
        self.environment |= {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "HOME": str(folder),
        }

    def run(self, command: str) -> str:
        """What the command prints, standard output and standard error as they come."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
        )
        return done.stdout.decode()


def agrees(expected: str, actual: str) -> bool:
    """Whether an output is the expected one.

    A line ``...`` stands for any lines, ``...`` within a line for any text in that line;
    blanks at the ends of lines do not count.
    """
    wanted = [line.rstrip() for line in expected.rstrip().split("\n")]
    if "..." not in expected:
        return wanted == [line.rstrip() for line in actual.rstrip().split("\n")]
    pattern = ""
    for line in wanted:
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, line.split("..."))) + r"[ \t]*\n"
    return re.fullmatch(pattern, actual.rstrip() + "\n") is not None


def failures(path: Path, folder: Path) -> list[str]:
    """What is wrong with the examples of a document, one text for each."""
    document = path.read_text(encoding="utf-8")
    shell = Shell(folder)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    found = []
    for block in blocks(document):
        where = f"{path.name}:{_line(document, block.start)}"
        if block.note == "not run" or missing(block):
            continue
        if block.note == "file":
            (shell.folder / block.value).write_text(plain(block), encoding="utf-8")
        elif block.language == "console":
            for command in commands(document, block):
                actual = shell.run(command.text)
                if not agrees(command.output, actual):
                    diff = unified_diff(
                        command.output.splitlines(),
                        actual.splitlines(),
                        "document",
                        "actual",
                        "",
                        "",
                        1,
                        "",
                    )
                    found.append(
                        f"{path.name}:{command.line}: $ {command.text}\n" + "\n".join(diff)
                    )
        elif block.language == "python":
            with _inside(shell.folder):
                found += [f"{where}: {text}" for text in _python(plain(block), namespace, where)]
    return found


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _python(code: str, namespace: dict[str, Any], where: str) -> Iterator[str]:
    if ">>> " not in code:
        try:
            exec(compile(code, where, "exec"), namespace)
        except Exception as error:
            yield f"{type(error).__name__}: {error}"
        return
    test = doctest.DocTestParser().get_doctest(code, namespace, where, where, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    said = io.StringIO()
    with redirect_stdout(said):
        runner.run(test, clear_globs=False)
    namespace.update(test.globs)
    if runner.failures:
        yield said.getvalue()


def update(path: Path, folder: Path) -> None:
    """Write what the commands print today into a document, where it has no ``...``."""
    document = path.read_text(encoding="utf-8")
    shell = Shell(folder)
    changes = []
    for block in blocks(document):
        if block.note == "file":
            (shell.folder / block.value).write_text(plain(block), encoding="utf-8")
        elif block.language == "console" and block.note != "not run" and not missing(block):
            for command in commands(document, block):
                actual = shell.run(command.text)
                if not agrees(command.output, actual) and "..." not in command.output:
                    lines = [f"{command.indent}{line}".rstrip() for line in actual.splitlines()]
                    changes.append((command.start, command.end, "".join(f"{x}\n" for x in lines)))
    for start, end, output in reversed(changes):
        document = document[:start] + output + document[end:]
    path.write_text(document, encoding="utf-8")
    sys.stdout.write(f"{path}: {len(changes)} outputs changed\n")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as scratch:
            update(Path(name), Path(scratch))
