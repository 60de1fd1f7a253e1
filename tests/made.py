"""Parts of documents that are generated from the source; ``test_made`` checks them.

Such a part is between ``<!-- made: KIND [NAME] -->`` and ``<!-- end -->``, on lines of their
own. ``python tests/made.py FILE...`` rewrites the parts of these documents.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import vgginspect
from vgginspect.cfg.options import OPTIONS, Option
from vgginspect.cli.describe import Application, Parameter, describe, root_context
from vgginspect.cli.man import ENVIRONMENT, EXIT_STATUS

ROOT = Path(__file__).resolve().parent.parent
PART = re.compile(r"^<!-- made: (\S+)(?: (\S+))? -->\n(.*?)^<!-- end -->$", re.M | re.S)


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A Markdown table."""
    for row in (heads, ("---",) * len(heads), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


@cache
def application() -> Application:
    return describe(root_context())


def of_the_model(parameter: Parameter) -> bool:
    return parameter.name in {f"--{option.names[0]}" for option in OPTIONS}


def parameters(those: Iterable[Parameter]) -> Iterator[str]:
    rows = [(f"`{each.written}`", each.help) for each in those]
    if rows:
        yield from table(("argument", "meaning"), rows)


def command(name: str) -> Iterator[str]:
    """A command: its usage, its help, its own parameters, and the shared ones."""
    (this,) = (each for each in application().commands if each.name == name)
    yield f"`vgginspect {name} {this.usage}`"
    for paragraph in this.help.strip().split("\n\n"):
        yield ""
        yield " ".join(paragraph.split())
    yield ""
    own = [*parameters(this.own)]
    yield from [*own, ""] if own else []
    also = [f"`{each.name}`" for each in this.shared if not of_the_model(each)]
    if any(of_the_model(each) for each in this.shared):
        also.append("the [options of the model](#options-of-the-model)")
    yield f"Also: {', '.join(also)}."


def model_options() -> Iterator[str]:
    """The model options, as options and as appended to a CONFIG."""
    heads = ("option", "after a CONFIG", "meaning")
    shared = {each.name: each for each in application().shared}
    found = [(option, shared[f"--{option.names[0]}"]) for option in OPTIONS]
    yield from table(heads, ((f"`{each.written}`", behind(o), each.help) for o, each in found))


def behind(option: Option) -> str:
    value = "" if option.is_flag else f"={option.metavar}"
    names = [f"+{name}{value}" for name in option.names]
    if option.negative:
        names += [f"+no-{name}" for name in option.names]
    return ", ".join(f"`{name}`" for name in names)


def common_options() -> Iterator[str]:
    yield from parameters(each for each in application().shared if not of_the_model(each))


def own_options() -> Iterator[str]:
    yield from parameters(application().options)


def environment() -> Iterator[str]:
    yield from table(("variable", "meaning"), ((f"`{name}`", does) for name, does in ENVIRONMENT))


def exit_codes() -> Iterator[str]:
    yield from table(("code", "meaning"), EXIT_STATUS)


def modules(folder: str) -> Iterator[str]:
    """Every module of a folder of the package, with the first line of its docstring."""
    rows = []
    for path in sorted((ROOT / folder).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        rows.append((f"`{path.name}`", sentence(tree)))
    yield from table(("module", "purpose"), rows)


def sentence(node: ast.AST) -> str:
    """The first paragraph of a docstring, in Markdown."""
    said = ast.get_docstring(node) or ""  # type: ignore[arg-type]
    return " ".join(said.split("\n\n")[0].split()).replace("``", "`")


def class_of(name: str) -> Iterator[str]:
    """A public class: what it is, its fields, its properties and its methods."""
    source = Path(str(import_module(vgginspect._HOMES[name]).__file__))
    tree = ast.parse(source.read_text(encoding="utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    this = classes[name]
    for paragraph in (ast.get_docstring(this) or "").split("\n\n"):
        yield " ".join(paragraph.split()).replace("``", "`")
        yield ""
    # The fields of a named tuple that does more than hold them stand in a class of their own.
    body = [*getattr(classes.get(f"_{name}"), "body", []), *this.body]
    fields = [f"`{ast.unparse(node)}`" for node in body if isinstance(node, ast.AnnAssign)]
    fields = [field for field in fields if not field.startswith("`_")]
    if fields:
        yield f"Fields: {', '.join(fields)}."
        yield ""
    rows = [
        (f"`{node.name}{'' if node.decorator_list else arguments(node)}`", sentence(node))
        for node in this.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    if rows:
        yield from table(("attribute", "meaning"), rows)


def arguments(node: ast.FunctionDef) -> str:
    """The arguments of a method without its ``self``."""
    return f"({ast.unparse(node.args).removeprefix('self').removeprefix(', ')})"


KINDS: dict[str, Callable[..., Iterator[str]]] = {
    "class": class_of,
    "command": command,
    "common-options": common_options,
    "environment": environment,
    "exit-codes": exit_codes,
    "model-options": model_options,
    "modules": modules,
    "options": own_options,
}


def made(document: str) -> str:
    """The document with all its parts generated again."""

    def part(match: re.Match[str]) -> str:
        kind, name, _ = match.groups()
        lines = KINDS[kind](name) if name else KINDS[kind]()
        head = match[0].partition("\n")[0]
        return f"{head}\n\n" + "\n".join(lines).strip() + "\n\n<!-- end -->"

    return PART.sub(part, document)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(made(path.read_text(encoding="utf-8")), encoding="utf-8")
