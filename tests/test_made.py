"""The generated parts of the documents are up to date."""

import re
from pathlib import Path

import pytest
from made import KINDS, PART, ROOT, made

import vgginspect
from vgginspect.cli.app import COMMANDS

DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
}
REFERENCE = DOCUMENTS["docs/reference/commands.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_made_parts_are_up_to_date(name: str) -> None:
    assert DOCUMENTS[name] == made(DOCUMENTS[name]), f"python tests/made.py {name}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_part_is_closed(name: str) -> None:
    assert DOCUMENTS[name].count("<!-- made:") == len(PART.findall(DOCUMENTS[name]))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_section(name: str) -> None:
    assert f"\n## {name}\n\n<!-- made: command {name} -->\n" in REFERENCE


def test_commands_stand_in_the_order_of_the_help() -> None:
    assert re.findall(r"<!-- made: command (\S+) -->", REFERENCE) == list(COMMANDS)
    assert re.findall(r"^\| `vgginspect (\w+)", DOCUMENTS["README.md"], re.M) == list(COMMANDS)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in ("class", "command", "modules")]
)
def test_all_else_that_commands_take_is_there(kind: str) -> None:
    assert f"<!-- made: {kind} -->" in REFERENCE


@pytest.mark.parametrize("name", vgginspect.__all__)
def test_every_public_name_is_described(name: str) -> None:
    python = DOCUMENTS["docs/reference/python.md"]
    thing = getattr(vgginspect, name)
    if not isinstance(thing, type) or issubclass(thing, Exception):
        assert f"`{name}" in python
    else:
        assert f"\n### {name}\n\n<!-- made: class {name} -->\n" in python


def test_every_folder_of_the_package_is_described() -> None:
    described = re.findall(r"<!-- made: modules (\S+) -->", DOCUMENTS["docs/architecture.md"])
    assert set(described) == {
        path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "vgginspect").rglob("*.py")
    }


@pytest.mark.parametrize(
    "path", sorted((ROOT / "vgginspect").rglob("*.py")), ids=lambda path: path.name
)
def test_every_module_says_its_job_in_a_sentence(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split('"""')[1].split("\n\n")[0]
    assert first.rstrip().endswith((".", "?")), first


def test_a_stale_part_is_made_anew() -> None:
    stale = "a\n<!-- made: exit-codes -->\nold | 1\n<!-- end -->\nb\n"
    fresh = made(stale)
    assert "old" not in fresh
    assert "| 130 | Interrupted. |\n" in fresh
    assert fresh.startswith("a\n<!-- made: exit-codes -->\n\n| code |")
    assert made(fresh) == fresh
