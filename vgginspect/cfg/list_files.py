"""The named lists of a text: of a Python module, which is read and not run, of JSON, or the like.

A name is the path to a list: ``cfgs.tiny`` for ``cfgs = {'tiny': [64, 'M']}``, ``VGG.cfg`` for an
attribute of a class, ``vgg.cfg`` for a variable of a function.
"""

import ast
import re
from collections import ChainMap, Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from vgginspect.cfg.config import CONFIGS, config_from_tokens
from vgginspect.cfg.literals import Values, called
from vgginspect.cfg.paper import NAMES, name_key
from vgginspect.cfg.parser import ITEM, MAX_NAME, without_comments
from vgginspect.cfg.syntax import SourceText, parse
from vgginspect.cfg.tokens import Token, parse_token
from vgginspect.errors import ConfigError

#: A name before a bracket, as in YAML, TOML, and pieces of Python.
_NAMED = re.compile(
    r"""(?m)(?:^|[{,])[ \t]*(?P<name>[\w.-]+|'[^'\n]*'|"[^"\n]*")[ \t]*[:=][ \t]*(?P<open>[\[(])"""
)
#: A list of YAML with an entry on each line.
_YAML_LIST = re.compile(
    r"""(?m)^[ ]*(?P<name>[\w.-]+|'[^'\n]*'|"[^"\n]*")[ ]*:[ ]*"""
    r"""(?P<items>(?:\n[ ]*-[ ]+[^\s\[{:]+[ ]*)+)$"""
)
_INDEX = re.compile(r"""\[\s*(?:'([^'\]]*)'|"([^"\]]*)"|(\w+))\s*\]""")

Scope = dict[str, object]


class NamedList(NamedTuple):
    """A list of a text.

    ``path`` are the names that lead to it, ``line`` is that of the list, from 1. ``place`` is where
    it is written, or None if it is put together from other values. ``shared``: another list has the
    same path.
    """

    path: tuple[str, ...]
    line: int
    entries: list[object]
    place: tuple[int, int] | None
    shared: bool = False

    @property
    def name(self) -> str:
        """The whole path, with dots, and the line if another list has the same path."""
        return self._end(0)

    @property
    def names(self) -> list[str]:
        """The ends of the path, shortest first."""
        return [self._end(start) for start in range(len(self.path) - 1, -1, -1)]

    def _end(self, start: int) -> str:
        return ".".join(self.path[start:]) + (f":{self.line}" if self.shared else "")

    @property
    def argument(self) -> str | None:
        """The list as a CONFIG argument, or None if it is not a cfg list."""
        try:
            tokens = tuple(map(_token, self.entries))
        except ConfigError:
            return None
        convolutions = any(token.kind == "conv" for token in tokens)
        return config_from_tokens(tokens).argument if convolutions else None

    def text(self, whole: str) -> str:
        """The list as it is in the whole text, at the same line and column, or its entries."""
        if self.place is None:
            return repr(self.entries)
        start, end = self.place
        line_start = whole.rfind("\n", 0, start) + 1
        return "\n" * (self.line - 1) + " " * (start - line_start) + whole[start:end]


def named_lists(text: str) -> list[NamedList]:
    """All lists in a text that have entries, in the order of their lines."""
    plain = text.replace("\r", " ").replace("\f", " ")
    tree = parse(plain)
    lists = _of_fragments(text) if tree is None or _is_yaml(tree) else _Module(plain).lists(tree)
    return sorted((found for found in lists if found.entries), key=lambda found: found.line)


def select(lists: list[NamedList], name: str) -> list[NamedList]:
    """The lists that a name can mean: ``tiny``, ``cfgs.tiny`` or ``cfgs['tiny']``.

    More of a path comes first: a whole path, then its end, then any part of it.
    """
    dotted = _INDEX.sub(lambda match: "." + next(filter(None, match.groups()), ""), name.strip())
    wanted = dotted.removeprefix(".")

    def fits_any(found: NamedList, fits: Callable[[str], bool]) -> bool:
        return fits(found.name) or fits(".".join(found.path))

    ways: tuple[Callable[[str], bool], ...] = (
        lambda path: path == wanted,
        lambda path: path.endswith(f".{wanted}"),
        lambda path: f".{wanted}." in f".{path}.",
    )
    for fits in ways:
        chosen = [found for found in lists if fits_any(found, fits)]
        if chosen:
            return chosen
    return []


def short_names(lists: list[NamedList]) -> list[str]:
    """For each list, the shortest end of its path that means only this list."""
    return [_short(found, lists) for found in lists]


def _short(found: NamedList, lists: list[NamedList]) -> str:
    name = next((name for name in found.names if select(lists, name) == [found]), found.name)
    # After a + come the options of a CONFIG.
    return f"['{name}']" if "+" in name else name


def _token(entry: object) -> Token:
    if isinstance(entry, bool) or not isinstance(entry, (int, str)):
        raise ConfigError("not a token")
    return parse_token(str(entry)[:MAX_NAME])


def _is_yaml(tree: ast.Module) -> bool:
    """Whether a module has ``tiny: [64, M]``, which is a type in Python, and a value in YAML."""
    return any(
        isinstance(node, ast.AnnAssign)
        and node.value is None
        and isinstance(node.annotation, ast.List)
        for node in tree.body
    )


def _of_fragments(text: str) -> list[NamedList]:
    """The lists of a text that is not Python: after each name, the list up to its bracket."""
    lists: list[NamedList] = []
    plain = without_comments(text)
    closings = _closings(plain)
    line, counted, end = 1, 0, 0
    while match := _NAMED.search(plain, end):
        start = match.start("open")
        end = closings.get(start, start + 1)
        inside = (item[0] for item in re.finditer(ITEM, plain[start + 1 : end - 1]))
        words = [word.strip("'\"‘’“”").strip() for word in inside if word != ","]
        line += plain.count("\n", counted, start)
        counted = start
        path = (match["name"].strip("'\""),)
        if end - start > 2:
            lists.append(NamedList(path, line, list(words), (start, end)))
    line, counted = 1, 0
    for match in _YAML_LIST.finditer(plain):
        words = [word.strip("'\"") for word in re.findall(r"-[ ]+(\S+)", match["items"])]
        line += plain.count("\n", counted, match.start("name"))
        counted = match.start("name")
        lists.append(NamedList((match["name"].strip("'\""),), line, list(words), None))
    return _told_apart(lists)


def _closings(text: str) -> dict[int, int]:
    """For each bracket that is closed, the position after the one that closes it."""
    opened: list[int] = []
    closed: dict[int, int] = {}
    for match in re.finditer(r"[\[(]|[\])]", text):
        if match[0] in "[(":
            opened.append(match.start())
        elif opened:
            closed[opened.pop()] = match.end()
    return closed


def _told_apart(lists: list[NamedList]) -> list[NamedList]:
    many = Counter(found.path for found in lists)
    return [found._replace(shared=many[found.path] > 1) for found in lists]


class _Module:
    """Finds the lists of a Python module, and the values of names as far as they are written."""

    def __init__(self, text: str) -> None:
        self._source = SourceText(text, text, 0)
        self._scopes: list[Scope] = [{}]
        self._values = Values(self._look_up)
        #: By path and block: a later value in one block replaces an earlier one.
        self._found: dict[tuple[tuple[str, ...], int], NamedList] = {}

    def lists(self, tree: ast.Module) -> list[NamedList]:
        """The lists of a module."""
        self._block(tree.body, ())
        return _told_apart(list(self._found.values()))

    def _block(self, body: list[ast.stmt], path: tuple[str, ...]) -> None:
        for statement in body:
            if isinstance(statement, _ASSIGNMENTS):
                for target, value in _assigned(statement):
                    self._assign(target, value, path, id(body))
            elif isinstance(statement, ast.Expr):
                if isinstance(statement.value, ast.Dict):
                    self._value(statement.value, path, id(body))
            elif isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                self._scopes.append({})
                self._block(statement.body, (*path, statement.name))
                scope = self._scopes.pop()
                if isinstance(statement, ast.ClassDef):
                    self._scopes[-1][statement.name] = scope
            else:
                for block in _blocks(statement):
                    self._block(block, path)

    def _assign(self, target: ast.expr, value: ast.expr, path: tuple[str, ...], block: int) -> None:
        if isinstance(target, ast.Name):
            self._scopes[-1][target.id] = self._value(value, (*path, target.id), block)
        elif isinstance(target, ast.Attribute):
            self._value(value, (*path, target.attr), block)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            key = _key(target.slice)
            if key is not None:
                found = self._value(value, (*path, target.value.id, key), block)
                known = self._scopes[-1].setdefault(target.value.id, {})
                if isinstance(known, dict):
                    known[key] = found

    def _value(self, node: ast.expr, path: tuple[str, ...], block: int) -> object:
        """The value of an expression, or None; lists are kept under their path."""
        pairs = _pairs(node)
        if pairs is not None:
            return {key: self._value(value, (*path, key), block) for key, value in pairs}
        try:
            entries = self._values.list_of(node)
        except ConfigError:
            try:
                return self._values.value(node)
            except (ConfigError, RecursionError):
                return None
        # A tuple of numbers is a size, not a cfg list.
        is_size = isinstance(node, ast.Tuple) and not any(isinstance(e, str) for e in entries)
        if path and not path[-1].startswith("__") and not is_size:
            place = self._source.place(node) if _is_written_out(node, entries) else None
            self._found[path, block] = NamedList(path, node.lineno, entries, place)
        return entries

    def _look_up(self, node: ast.expr) -> object:
        if isinstance(node, ast.Name):
            return ChainMap(*reversed(self._scopes))[node.id]
        if isinstance(node, ast.Attribute):
            key: str | None = node.attr
        else:
            key = _key(node.slice) if isinstance(node, ast.Subscript) else None
        if key is None or not isinstance(node, (ast.Attribute, ast.Subscript)):
            raise KeyError
        try:
            known = self._look_up(node.value)
        except KeyError:
            # Imported from torchvision, or from another copy of its code.
            letter, batch_norm = NAMES[name_key(key)]
            if batch_norm or isinstance(node, ast.Attribute):
                raise KeyError from None
            return [token.value for token in CONFIGS[letter].tokens]
        if isinstance(known, dict):
            return known[key]
        raise KeyError


_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def _assigned(node: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, ast.AugAssign):
        yield node.target, ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of a statement such as ``if`` or ``try``."""
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value, list):
            for inner in value:
                if isinstance(inner, (ast.ExceptHandler, ast.match_case)):
                    yield inner.body


def _pairs(node: ast.expr) -> list[tuple[str, ast.expr]] | None:
    """The keys and values of ``{…}`` or ``dict(…)``; None for other expressions."""
    if isinstance(node, ast.Dict):
        found = [(_key(key), value) for key, value in zip(node.keys, node.values, strict=True)]
        return [(key, value) for key, value in found if key is not None]
    if called(node) == "dict" and isinstance(node, ast.Call):
        return [(each.arg, each.value) for each in node.keywords if each.arg]
    return None


def _key(node: ast.expr | None) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return str(value) if isinstance(value, (str, int)) else None


def _is_written_out(node: ast.expr, entries: list[object]) -> bool:
    if not isinstance(node, (ast.List, ast.Tuple)):
        return False
    try:
        return list(ast.literal_eval(node)) == entries
    except (ValueError, TypeError, RecursionError, MemoryError):
        return False
