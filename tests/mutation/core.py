"""The core: the modules that are mutated, and the tests that are to notice."""

from __future__ import annotations

from pathlib import PurePosixPath

_MODULES = """
cfg/tokens cfg/parser cfg/options cfg/config cfg/paper
network/grow network/token_modules network/rules network/plan network/stages
checkpoint/conv_chain checkpoint/identify
analysis/arithmetic analysis/adaptive_windows analysis/sizes analysis/align analysis/lookup
analysis/activation analysis/adaptations analysis/builder_loop analysis/source_code
pytorch/read_module pytorch/measured_document
report/columns report/json_document report/checks report/json_path report/model
text/width
render/cells render/csv render/json render/jsonl render/tsv render/markdown render/latex
render/layout render/text render/fold
views/part_totals views/summary_lines views/compare views/configs views/explain views/identify
views/layer views/phrases views/summary views/verify views/trace
drawing/blocks drawing/costs drawing/growth drawing/frame drawing/shapes drawing/svg
drawing/text_size drawing/page
"""

_FURTHER = """
tests/cfg/test_tokens.py tests/cfg/test_parser.py tests/cfg/test_config.py tests/cfg/test_paper.py
tests/network/test_rules.py tests/network/test_plan.py tests/report/test_json_document.py
tests/report/test_columns.py tests/analysis/test_sizes.py tests/network/test_stages.py
tests/analysis/test_arithmetic.py tests/report/test_checks.py tests/report/test_json_path.py
tests/views tests/render tests/cli/test_trace.py tests/cli/test_summary.py tests/cli/test_layer.py
tests/cli/test_compare.py tests/cli/test_configs.py tests/network/test_grow.py
tests/drawing/test_blocks.py tests/drawing/test_costs.py tests/drawing/test_growth.py
tests/drawing/test_shapes.py tests/drawing/test_svg.py
tests/pytorch/test_verify.py tests/pytorch/test_observe_builder.py
"""

#: What makes, counts and prints the numbers.
CORE = tuple(f"vgginspect/{name}.py" for name in _MODULES.split())

#: What is asked about a mutant that the module's own tests let live: tests of all that is made
#: from the core, down to the command line and to PyTorch's word on it.
FURTHER = tuple(_FURTHER.split())


#: Modules that are tested with another one.
_ELSEWHERE = {
    "vgginspect/render/jsonl.py": "tests/render/test_json.py",
    "vgginspect/render/tsv.py": "tests/render/test_csv.py",
    "vgginspect/pytorch/measured_document.py": "tests/pytorch/test_verify.py",
}


def own_tests(module: str) -> tuple[str, ...]:
    """The test file that mirrors a module; of a view, also the tests of all columns."""
    path = PurePosixPath(module)
    mirror = str(PurePosixPath("tests", *path.parent.parts[1:], f"test_{path.name}"))
    found = _ELSEWHERE.get(module, mirror)
    return (found, "tests/report/test_columns.py") if "views" in path.parts else (found,)
