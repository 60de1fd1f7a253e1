"""Mutants: small changes of a module's source, as cosmic-ray's operators make them."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from parso.tree import NodeOrLeaf

#: By what a binary operator is replaced: nearest kin, not each of the other eleven, of which most
#: make no sense of the operands and fail at once, which would only flatter the score.
BINARY = {
    "Add": ("Sub", "Mul"),
    "Sub": ("Add", "Mul"),
    "Mul": ("Add", "FloorDiv"),
    "Div": ("Mul", "FloorDiv"),
    "FloorDiv": ("Mul", "Div", "Mod"),
    "Mod": ("Mul", "FloorDiv"),
    "Pow": ("Mul", "FloorDiv"),
    "LShift": ("RShift",),
    "RShift": ("LShift",),
    "BitOr": ("BitAnd", "BitXor"),
    "BitAnd": ("BitOr", "BitXor"),
    "BitXor": ("BitOr", "BitAnd"),
}
BINARY_NAME = re.compile(r"ReplaceBinaryOperator_(\w+?)_(\w+)$")
#: By what a comparison is replaced: its opposite, and the two that differ from it at the border;
#: a test that notices these notices the others. Whether two equal numbers or texts are one object
#: (``is``) is up to the interpreter.
COMPARISON = {
    "Eq": ("NotEq", "LtE", "GtE"),
    "NotEq": ("Eq", "Lt", "Gt"),
    "Lt": ("GtE", "LtE", "NotEq"),
    "LtE": ("Gt", "Lt", "Eq"),
    "Gt": ("LtE", "GtE", "NotEq"),
    "GtE": ("Lt", "Gt", "Eq"),
    "Is": ("IsNot", "Eq"),
    "IsNot": ("Is", "NotEq"),
}
COMPARISON_NAME = re.compile(r"ReplaceComparisonOperator_([A-Z][a-zA-Z]*)_(\w+)$")
#: A cache changes how long an answer takes, not the answer; the other is for type checkers alone.
UNJUDGED = ("cache", "lru_cache", "dataclass_transform")


class Mutant(NamedTuple):
    """One change: where, which lines become which, and the module's new source."""

    module: str
    definition: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names the mutant for as long as its definition and its lines stay as they are."""
        return self.module, self.definition, self.before, self.after


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines; none twice, none that says the same."""
    found = sorted(_changes(source))
    seen = {ast.dump(ast.parse(source))}
    for line, definition, name, occurrence in found:
        mutated = mutate_code(source, get_operator(name)(), occurrence)
        try:
            meaning = ast.dump(ast.parse(mutated or ""))
        except SyntaxError:
            continue
        if meaning in seen:
            continue
        seen.add(meaning)
        before, after = _difference(source, mutated)
        yield Mutant(module, definition, line, before, after, mutated)


def _changes(source: str) -> Iterator[tuple[int, str, str, int]]:
    nodes = list(ast_nodes(get_ast(source)))
    for name in operator_names():
        if not _wanted(name):
            continue
        operator = get_operator(name)()
        places = ((node, spot) for node in nodes for spot in operator.mutation_positions(node))
        for occurrence, (node, (start, _)) in enumerate(places):
            if _judged(node):
                yield start[0], _definition(node), name, occurrence


def _wanted(name: str) -> bool:
    if get_operator(name).arguments():
        return False
    for pattern, chosen in ((BINARY_NAME, BINARY), (COMPARISON_NAME, COMPARISON)):
        parts = pattern.search(name)
        if parts:
            return parts[2] in chosen[parts[1]]
    return True


def _judged(node: NodeOrLeaf) -> bool:
    """Whether tests can be asked about this: not what is for type checkers, nor a cache's size."""
    if (
        getattr(node, "type", "") == "if_stmt"
        and node.children[1].get_code().strip() == "TYPE_CHECKING"
    ):
        return False
    child = node
    while child is not None:
        parent = child.parent
        if child.type == "decorator" and child.children[1].get_code().split("(")[0] in UNJUDGED:
            return False
        if parent is not None:
            before = child.get_previous_sibling()
            if before is not None and (
                (parent.type in ("annassign", "tfpdef") and before == ":")
                or (parent.type == "funcdef" and before == "->")
            ):
                return False
        child = parent
    return True


def _definition(node: NodeOrLeaf) -> str:
    """The dotted name of the class and function around a place; of a module, nothing."""
    names = []
    around = node.parent
    while around is not None:
        if around.type in ("classdef", "funcdef"):
            names.append(around.name.value)
        around = around.parent
    return ".".join(reversed(names))


def _difference(source: str, mutated: str) -> tuple[str, str]:
    """The lines that differ, without their indentation, as one text each."""
    lines, others = source.splitlines(), mutated.splitlines()
    before, after = [], []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, lines, others, False).get_opcodes():
        if kind != "equal":
            before += lines[i:j]
            after += others[k:m]
    return tuple(" ".join(" ".join(text).split()) for text in (before, after))
