"""Shell completion of configurations, layers, columns, formats and ``--get`` paths.

Imported only when the shell requests completions. On an error there are no completions.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import typer

from vgginspect.cfg.options import OPTIONS
from vgginspect.cfg.paper import names
from vgginspect.cli.config_argument import FileArgument, read_config, read_file
from vgginspect.errors import VGGInspectError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan

#: Maximum number of completions.
MOST = 500

Completer = Callable[[typer.Context, str], Iterator[str]]

#: Command -> module and name of its column lists.
_COLUMNS = {
    "summary": ("report.columns.LAYER_COLUMNS", "views.part_totals.PART_COLUMNS"),
    "trace": ("report.columns.STEP_COLUMNS", "report.columns.LAYER_COLUMNS"),
    "layer": ("views.layer.FOUND_COLUMNS", "views.layer.FIGURE_COLUMNS"),
    "compare": ("views.compare.EDIT_COLUMNS",),
    "configs": ("views.configs.CONFIG_COLUMNS",),
    "identify": ("views.identify.FACT_COLUMNS",),
    "verify": ("views.verify.TALLY_COLUMNS",),
    "weights": ("views.weights.TENSOR_COLUMNS",),
}


def _quiet(complete: Completer) -> Callable[[typer.Context, str], list[str]]:
    @wraps(complete)
    def answers(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            found = (
                answer for answer in complete(ctx, incomplete) if answer.startswith(incomplete)
            )
            return list(islice(dict.fromkeys(found), MOST))
        except (VGGInspectError, OSError, ValueError):
            return []

    return answers


@_quiet
def config(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """A name, a checkpoint or a Python file; after ``+`` an option.

    After ``@`` a file, and after its ``:`` one of its lists; after that of a Python file a class or
    a function. No code is run.
    """
    if incomplete.startswith("@"):
        yield from _files(incomplete[1:])
        yield from _lists(incomplete[1:])
        return
    file, colon, _ = incomplete.partition(".py:")
    if colon:
        yield from (f"{file}.py:{name}" for name in _definitions(f"{file}.py"))
        return
    base, plus, _ = incomplete.rpartition("+")
    if not plus:
        from vgginspect.checkpoint.reader import FILE_NAME

        yield from names()
        for name in (found[1:] for found in _files(incomplete)):
            if FILE_NAME.fullmatch(name) or name.endswith(".py") or "/" in incomplete:
                yield name
        return
    for option in OPTIONS:
        for name in option.names:
            yield f"{base}+{name}" + ("" if option.is_flag else "=")
        if option.negative:
            yield f"{base}+{option.negative}"


@_quiet
def layer(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """Layer names of the given configuration; with a partial word also paths."""
    plan = _plan(ctx)
    if plan is None:
        return
    for found in plan.iter_layers():
        yield found.name
        if incomplete:
            yield found.path


@_quiet
def columns(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """The last column name of a comma-separated list."""
    before, comma, _ = incomplete.rpartition(",")
    taken = before.split(",")
    for place in _COLUMNS.get(ctx.info_name or "", ()):
        module, _, name = place.rpartition(".")
        for column in getattr(import_module(f"vgginspect.{module}"), name):
            if column.flat and column.name not in taken:
                yield before + comma + column.name


@_quiet
def format_name(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """An output format."""
    from vgginspect.render import FORMATS

    yield from FORMATS


@_quiet
def language(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """An available language."""
    from vgginspect.lang import LANGUAGES

    yield from LANGUAGES


@_quiet
def path(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """A path into the JSON of ``summary`` and ``trace``, one part at a time."""
    from vgginspect.report.json_document import fields
    from vgginspect.report.json_path import get

    plan = _plan(ctx)
    if plan is None or ctx.info_name not in ("summary", "trace"):
        return
    document = fields(plan, plan.iter_steps if ctx.info_name == "trace" else None)
    before, dot, _ = incomplete.rpartition(".")
    known: Any = get(document, before) if dot else document
    if isinstance(known, Mapping):
        yield from (f"{before}{dot}{key}" for key in known)
    elif isinstance(known, list):
        for index, entry in enumerate(known):
            yield f"{before}.{index}"
            if isinstance(entry, Mapping) and "name" in entry:
                yield f"{before}.{entry['name']}"


def one_of(*values: str) -> Callable[[typer.Context, str], list[str]]:
    """One of the given values."""

    @_quiet
    def complete(ctx: typer.Context, incomplete: str) -> Iterator[str]:
        yield from values

    return complete


def _plan(ctx: typer.Context) -> Plan | None:
    """The network given earlier on the command line; None for standard input."""
    # If an option still has no value, Click has not parsed the arguments before it.
    given = ctx.params.get("config") or next(iter(ctx.args), "-")
    if given.startswith("-"):
        return None
    fields = {option.field for option in OPTIONS}
    model = {k: v for k, v in ctx.params.items() if k in fields}
    return grow(read_config(given, model, note=lambda _: None))


def _files(begun: str) -> Iterator[str]:
    folder = Path(begun) if begun.endswith("/") else Path(begun).parent
    lead = begun[: begun.rfind("/") + 1]
    for entry in sorted(folder.iterdir()):
        if not entry.name.startswith(".") or begun.rpartition("/")[2].startswith("."):
            yield f"@{lead}{entry.name}{'/' if entry.is_dir() else ''}"


def _definitions(file: str) -> Iterator[str]:
    """The classes and functions at the top of a Python file that do not begin with ``_``."""
    import ast

    try:
        tree = ast.parse(read_file(file))
    except (SyntaxError, RecursionError):
        return
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            yield node.name


def _lists(begun: str) -> Iterator[str]:
    """The lists of a file, after its name and ``:``."""
    if ":" in begun:
        from vgginspect.cli.list_choice import names_in

        file = FileArgument.parse(begun)
        if file.list_name is not None and not file.options:
            yield from (f"@{file.name}:{name}" for name in names_in(read_file(file.name)))
