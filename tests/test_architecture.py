"""The rules of docs/architecture.md: imports point one way, and torch stays in the bridge."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "vgginspect"
MODULES = sorted(PACKAGE.rglob("*.py"))

#: From the spring to the sea; a module may import from its own place or one further up.
PLACES = (
    {"errors", "configs", "suggest", "width"},
    {"hints"},
    {"tokens"},
    {"align", "parse", "layers"},
    {"appended", "options"},
    {"config"},
    {"plans"},
    {
        "activation",
        "adaptive",
        "arithmetic",
        "columns",
        "grow",
        "lang",
        "lookup",
        "loop",
        "papernames",
        "stages",
    },
    {"api", "code", "document", "report", "get", "facts", "identify", "sizes"},
    {"adaptations", "bridge"},
    {"render"},
    {"views"},
    {"draw", "interactive"},
    {"cli"},
)
RANK = {name: rank for rank, names in enumerate(PLACES) for name in names}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, everywhere: bool = True) -> Iterator[str]:
    """Modules that a file imports; only those at its top level, unless ``everywhere``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_up_the_river(path: Path) -> None:
    place = RANK.get(name_of(path))
    if place is None:
        return
    for imported in imports(path, everywhere=False):
        top, _, rest = imported.partition(".")
        other = RANK.get(rest.partition(".")[0])
        if top == "vgginspect" and other is not None:
            assert other <= place, f"{path.name} imports {imported}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_torch_is_touched_in_the_bridge_alone(path: Path) -> None:
    if name_of(path) == "bridge":
        return
    for imported in imports(path):
        assert imported.partition(".")[0] not in {"torch", "torchvision", "safetensors"}


def test_only_the_commands_that_prove_reach_the_bridge() -> None:
    reaching = {
        str(path.relative_to(PACKAGE))
        for path in MODULES
        if name_of(path) != "bridge"
        and any(imported.startswith("vgginspect.bridge") for imported in imports(path))
    }
    everyday = ("summary", "configs", "layer", "compare", "code", "draw", "lines", "get")
    assert not reaching & {f"cli/{name}.py" for name in everyday}
    assert all(name.startswith("cli/") or name == "__init__.py" for name in reaching)


def test_every_module_has_its_place() -> None:
    there = {name_of(path) for path in MODULES}
    assert there - {"__init__", "__main__"} == RANK.keys()
