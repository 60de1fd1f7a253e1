"""The rules of docs/architecture.md: one river, rooms in its order, torch in one of them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "vgginspect"
FILES = sorted(PACKAGE.rglob("*.py"))

#: From the spring to the sea; a module may import from its own room or one further up.
ROOMS = (
    ("errors", "shape"),
    ("text",),
    ("cfg",),
    ("network",),
    ("analysis",),
    ("checkpoint",),
    ("lang",),
    ("report",),
    ("pytorch",),
    ("render",),
    ("views",),
    ("drawing",),
    ("api",),
    ("check_api", "checkpoint_api", "memory_api", "picture_api"),
    ("cli",),
)
PLACE = {name: place for place, names in enumerate(ROOMS) for name in names}

#: Rooms of the everyday path, which must never reach torch, however late.
APIS = {"api", "check_api", "checkpoint_api", "memory_api", "picture_api"}
EVERYDAY = PLACE.keys() - {"pytorch", "cli"} - APIS
TORCH = {"torch", "torchvision", "safetensors"}


def name_of(path: Path) -> str:
    """``cfg.tokens`` of ``cfg/tokens.py``; ``cfg`` of ``cfg/__init__.py``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


KNOWN = {name_of(path): path for path in FILES}


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs: all but what stands under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from nodes(child)


@cache
def imported(path: Path) -> frozenset[str]:
    """What a file imports anywhere, inside functions as well: dotted names."""
    found = set()
    for node in nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


@cache
def own(path: Path) -> frozenset[str]:
    """Modules of the package that a file imports."""
    found = set()
    for name in imported(path):
        top, _, rest = name.partition(".")
        if top != "vgginspect":
            continue
        while rest and rest not in KNOWN:
            rest = rest.rpartition(".")[0]
        found.add(rest)
    return frozenset(found - {""})


def room(name: str) -> str:
    return name.partition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_up_the_river(path: Path) -> None:
    here = PLACE.get(room(name_of(path)))
    if here is not None:
        late = {name for name in own(path) if PLACE[room(name)] > here}
        assert not late, f"{name_of(path)} imports {late}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_torch_is_touched_in_one_room_alone(path: Path) -> None:
    if room(name_of(path)) != "pytorch":
        assert not {name.partition(".")[0] for name in imported(path)} & TORCH


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_everyday_path_never_reaches_torch(path: Path) -> None:
    if room(name_of(path)) in EVERYDAY:
        assert not {name for name in own(path) if room(name) == "pytorch"}


def test_no_imports_run_in_a_circle() -> None:
    left = {name: own(path) - {name} for name, path in KNOWN.items()}
    while done := {name for name, needs in left.items() if not needs & left.keys()}:
        left = {name: needs for name, needs in left.items() if name not in done}
    assert not left, f"a circle is among {sorted(left)}"


def test_every_module_has_its_room() -> None:
    there = {room(name) for name in KNOWN} - {"", "__main__"}
    assert there == PLACE.keys()
    assert sum("." not in name and KNOWN[name].name != "__init__.py" for name in KNOWN) <= 8


def public_classes() -> Iterator[tuple[str, str]]:
    for name, path in KNOWN.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, name


def test_a_class_name_stands_for_one_thing() -> None:
    homes: dict[str, list[str]] = {}
    for name, home in public_classes():
        homes.setdefault(name, []).append(home)
    assert not {name: where for name, where in homes.items() if len(where) > 1}


#: Modules whose tests are in the file of another.
TESTED_IN = {
    "cfg/literals.py": "cfg/test_python_text.py",
    "cfg/network_text.py": "cli/test_config_argument.py",
    "checkpoint/values.py": "checkpoint/test_rebuild.py",
    "cli/memory_options.py": "cli/test_memory.py",
    "cli/roff.py": "cli/test_man.py",
    "lang/en.py": "lang/test_languages.py",
    "lang/ko.py": "lang/test_languages.py",
    "pytorch/call_sites.py": "pytorch/test_recording_list.py",
    "pytorch/candidates.py": "pytorch/test_observe_network.py",
    "pytorch/data_flow.py": "pytorch/test_forward_recorder.py",
    "pytorch/forward_error.py": "cli/test_network_argument.py",
    "pytorch/import_code.py": "pytorch/test_observe_builder.py",
    "pytorch/import_parts.py": "pytorch/test_observe_network.py",
    "pytorch/layers_from_calls.py": "pytorch/test_observe.py",
    "pytorch/measured_document.py": "pytorch/test_verify.py",
    "pytorch/own_lists.py": "pytorch/test_observe_network.py",
    "pytorch/place_recorder.py": "pytorch/test_training_run.py",
    "pytorch/recorder.py": "pytorch/test_recording_list.py",
    "pytorch/stand_ins.py": "pytorch/test_observe_network.py",
    "pytorch/steps_without_list.py": "pytorch/test_observe_network.py",
    "pytorch/token_of_layer.py": "pytorch/test_observe_network.py",
    "pytorch/without_weights.py": "pytorch/test_observe_network.py",
    "render/jsonl.py": "render/test_json.py",
    "render/tsv.py": "render/test_csv.py",
    "views/layer_differences.py": "cli/test_network_argument.py",
}


def test_every_module_has_its_tests() -> None:
    tests = Path(__file__).parent
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE)
        if not module.name.startswith("__"):
            own = module.with_name(f"test_{module.name}")
            there = TESTED_IN.get(module.as_posix(), own.as_posix())
            assert (tests / own).exists() or (tests / there).exists(), f"no tests for {module}"
