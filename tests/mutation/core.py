"""The core: the modules that are mutated, and the tests that are to notice."""

from __future__ import annotations

from pathlib import PurePosixPath

_MODULES = """
tokens parse options config configs grow appended papernames layers plans stages arithmetic
adaptive sizes columns document facts align lookup activation get report width
render/cells render/csv render/json render/jsonl render/tsv render/markdown render/latex
render/layout render/text render/fold
views/parts views/batch views/compare views/configs views/explain views/finding views/layer
views/phrases views/summary views/verify views/walk
"""

_FURTHER = """
tests/test_tokens.py tests/test_parse.py tests/test_config.py tests/test_configs.py
tests/test_layers.py tests/test_plans.py tests/test_document.py tests/test_columns.py
tests/test_sizes.py tests/test_stages.py tests/test_arithmetic.py tests/test_facts.py
tests/test_get.py tests/views tests/render tests/cli/test_trace.py tests/cli/test_summary.py
tests/cli/test_layer.py tests/cli/test_compare.py tests/cli/test_configs.py
tests/test_grow.py tests/bridge/test_verify.py tests/bridge/test_builder.py
"""

#: What makes, counts and prints the numbers.
CORE = tuple(f"vgginspect/{name}.py" for name in _MODULES.split())

#: What is asked about a mutant that the module's own tests let live: tests of all that is made
#: from the core, down to the command line and to PyTorch's word on it.
FURTHER = tuple(_FURTHER.split())


#: Formats of a line or two, whose tests are those of their kin.
_ELSEWHERE = {
    "vgginspect/render/jsonl.py": "tests/render/test_json.py",
    "vgginspect/render/tsv.py": "tests/render/test_csv.py",
}


def own_tests(module: str) -> tuple[str, ...]:
    """The test file that mirrors a module; of a view, also the tests of all columns."""
    path = PurePosixPath(module)
    mirror = str(PurePosixPath("tests", *path.parent.parts[1:], f"test_{path.name}"))
    found = _ELSEWHERE.get(module, mirror)
    return (found, "tests/test_columns.py") if "views" in path.parts else (found,)
