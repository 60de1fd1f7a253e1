"""The lists of a Python module, which is read statement by statement and not run.

Names share lists as in Python, so a change through one name is a change of all. What may have
changed, in a branch, a loop or a function, is unknown from then on.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple, TypeGuard

from vgginspect.cfg.literals import Values, called
from vgginspect.cfg.paper import NAMES, name_key
from vgginspect.cfg.parser import paper_tokens
from vgginspect.cfg.syntax import SourceText
from vgginspect.errors import ConfigError

#: Methods that change a list or a dict.
_CHANGING = {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"} | {
    "update",
    "popitem",
    "setdefault",
    "__setitem__",
    "__delitem__",
    "__iadd__",
}
#: Functions and methods whose results contain what they are given.
_PASSING = {"enumerate", "iter", "list", "next", "reversed", "sorted", "tuple", "zip"} | {
    "get",
    "items",
    "values",
}
#: The constants of JSON.
_JSON: dict[str, object] = {"null": None, "true": True, "false": False}

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Expressions whose values can be those of names in them.
_ALIASES = (ast.Name, ast.IfExp, ast.BoolOp, ast.NamedExpr, ast.Subscript, ast.List, ast.Tuple)
_CAPTURES = (ast.ExceptHandler, ast.pattern)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)

Path = tuple[str, ...]
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class ModuleList(NamedTuple):
    """The value of a path: its entries, or None if they are not known for certain.

    ``place`` is where a list is written, or None if it is not, or put together from other values.
    """

    path: Path
    line: int
    entries: list[object] | None
    place: tuple[int, int] | None


class _Known:
    """A list or dict; ``block`` made it, and only what this block does with it is certain."""

    block: object = None
    certain = True
    changed = False


class _List(_Known, list[object]):
    def __init__(self, entries: Iterable[object], block: object = None) -> None:
        super().__init__(entries)
        self.block = block
        #: Whether the lists inside it are uncertain, too.
        self.spoiled = False
        #: The lists that contain this one.
        self.containers: list[_List] = []
        self.note_inside(self)

    def note_inside(self, entries: Iterable[object]) -> None:
        """Note in the lists among some entries that they are inside this one."""
        left = [each for each in entries if isinstance(each, list)]
        while left:
            each = left.pop()
            if isinstance(each, _List):
                each.containers.append(self)
            else:
                left += (inner for inner in each if isinstance(inner, list))


class _Dict(_Known, dict[str, object]):
    pass


class _Unknown:
    """A value that is not known; ``may_be`` are the values that a change of it may change."""

    certain = False

    def __init__(self, may_be: Iterable[object] = ()) -> None:
        self.may_be = list(may_be)


#: What a module that is imported contains.
_IMPORTED = _Unknown()


class _Scope:
    def __init__(self, is_class: bool = False) -> None:
        self.names: dict[str, object] = {}
        self.is_class = is_class
        self.assigned: set[str] = set()
        self.reassigned: set[str] = set()


def lists_of(text: str, tree: ast.Module) -> Iterator[ModuleList]:
    """The values of a module that are lists, or may be, by their paths."""
    reader = _Reader(text, tree)
    reader.read(tree)
    return reader.found()


class _Reader:
    def __init__(self, text: str, tree: ast.Module) -> None:
        self._source = SourceText(text, text, 0)
        self._values = Values(self._look_up)
        self._scopes = [_Scope()]
        self._here = object()
        #: The path and the block of the statement that is read.
        self._at: tuple[Path, int] = ((), 0)
        #: Functions are called after the module is read, if ever.
        self._functions: list[tuple[_Function, Path, list[_Scope]]] = []
        #: Names that something else may change, and functions that change their arguments.
        self._unsure: set[str] = set()
        self._changers: dict[str, Callable[[ast.Call], list[ast.expr]]] = {"shuffle": _arguments}
        #: By path of what is assigned, and block: a later value in one block replaces an earlier.
        self._found: dict[tuple[Path, int], dict[Path, tuple[ast.expr, object]]] = {}
        for node in ast.walk(tree):
            if isinstance(node, _FUNCTIONS):
                self._note_function(node, node.name)
            elif isinstance(node, ast.ClassDef):
                for each in node.body:
                    if isinstance(each, _FUNCTIONS) and each.name == "__init__":
                        self._note_function(each, node.name)

    def _note_function(self, node: _Function, name: str) -> None:
        """Note what a function changes of what is not its own."""
        parameters = [each.arg for each in _parameters(node)]
        changed = {_root(each) for each in self._changed(node.body)} - {""}
        bound = _bound(node.body)
        outer = {
            name
            for each in _walk(node.body)
            if isinstance(each, (ast.Global, ast.Nonlocal))
            for name in each.names
        }
        self._unsure |= changed - bound.union(parameters) | (bound | changed) & outer
        changed = _changed_parameters(node.body, set(parameters), self._changed)
        if changed:
            given = parameters[parameters[0] in ("self", "cls") :]
            self._changers[name] = partial(_arguments, parameters=given, wanted=changed)

    def read(self, tree: ast.Module) -> None:
        """Read the statements of the module, then those of its functions."""
        self._block(tree.body, ())
        # Reading a function can find others.
        for node, path, scopes in self._functions:
            local = _Scope()
            names = {each.arg for each in _parameters(node)} | _bound(node.body)
            local.names = {name: _Unknown() for name in names}
            self._scopes, self._here = [*scopes, local], object()
            self._block(node.body, path)

    def found(self) -> Iterator[ModuleList]:
        """The lists that were read."""
        for values in self._found.values():
            for path, (node, value) in values.items():
                entries = value if isinstance(value, _List) and value.certain else None
                place = self._source.place(node) if _is_written(node, entries) else None
                yield ModuleList(path, node.lineno, entries, place)

    def _block(self, body: list[ast.stmt], path: Path) -> None:
        for statement in body:
            try:
                self._statement(statement, path, id(body))
            except RecursionError:
                for name in _bound([statement]):
                    self._bind(name, _Unknown())

    def _statement(self, node: ast.stmt, path: Path, block: int) -> None:
        self._at = path, block
        if isinstance(node, _FUNCTIONS):
            self._define(node.name, _Unknown())
            visible = [scope for scope in self._scopes if not scope.is_class]
            self._functions.append((node, (*path, node.name), visible))
        elif isinstance(node, ast.ClassDef):
            self._scopes.append(_Scope(is_class=True))
            self._block(node.body, (*path, node.name))
            names = _Dict(self._scopes.pop().names)
            names.block = self._here
            self._at = path, block
            self._define(node.name, names)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                self._define(alias.asname or alias.name.partition(".")[0], _IMPORTED)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._expression(item)
                if item.optional_vars:
                    self._assign_unknown(item.optional_vars, self._aliases(item.context_expr))
            for statement in node.body:
                self._statement(statement, path, block)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            self._loop(node, path)
        elif blocks := list(_blocks(node)):
            captures = [each for each in _walk([node]) if isinstance(each, _CAPTURES)]
            for name in _bound(captures):
                self._bind(name, _Unknown([self._scopes[-1].names.get(name)]))
            self._expression(*(each for each in ast.iter_child_nodes(node)
                               if isinstance(each, ast.expr)))  # fmt: skip
            self._branches(blocks, path, isinstance(node, (ast.If, ast.Match)))
        else:
            self._simple(node, path, block)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, path: Path) -> None:
        each_time = [*node.body, *node.orelse]
        self._expression(node.test if isinstance(node, ast.While) else node.iter)
        # In its second turn, a loop meets what it did in the first.
        names = self._scopes[-1].names
        bound = _bound(each_time)
        for name in bound:
            names[name] = _Unknown([names.get(name)])
        if not isinstance(node, ast.While):
            self._assign_unknown(node.target, self._aliases(node.iter))
        changed = list(self._changed(each_time))
        for target in changed:
            self._spoil(target)
        unsure = self._unsure
        self._unsure = unsure | {_root(target) for target in changed} - {""}
        self._branches([node.body, node.orelse], path, clean=False)
        self._unsure = unsure

    def _branches(self, blocks: list[list[ast.stmt]], path: Path, clean: bool) -> None:
        """Read blocks each of which may run; with ``clean``, none after another."""
        names = self._scopes[-1].names
        bound = _bound(statement for body in blocks for statement in body)
        before = {name: names[name] for name in bound if name in names}
        after: dict[str, list[object]] = {name: [before.get(name)] for name in bound}
        for body in blocks:
            with self._elsewhere():
                self._block(body, path)
            for name in bound:
                value = names.pop(name, None)
                after[name].append(value)
                if not clean:
                    names[name] = _Unknown(after[name])
                elif name in before:
                    names[name] = before[name]
        for name, values in after.items():
            self._bind(name, _Unknown(values))

    @contextmanager
    def _elsewhere(self) -> Iterator[None]:
        here, self._here = self._here, object()
        try:
            yield
        finally:
            self._here = here

    def _simple(self, node: ast.stmt, path: Path, block: int) -> None:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Dict):
            self._keep(node.value, self._value(node.value), (), (), block)
        elif isinstance(node, ast.Expr) and self._appended(node.value):
            pass
        elif isinstance(node, ast.AugAssign):
            self._expression(node.value)
            self._augment(node, path, block)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self._delete(target, path, block)
        else:
            self._expression(node)
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found = self._value(node.value)
                for target in targets:
                    self._assign(target, node.value, found, path, block)

    def _expression(self, *nodes: ast.AST) -> None:
        """What may change while an expression is computed."""
        changed = list(self._changed(nodes, assigned=False))
        for each in _walk(nodes):
            if isinstance(each, ast.NamedExpr):
                before = self._scopes[-1].names.get(each.target.id)
                self._assign_unknown(each.target, [before, *self._aliases(each.value)])
            elif isinstance(each, ast.comprehension) and changed:
                self._assign_unknown(each.target, self._aliases(each.iter))
        for target in changed:
            self._spoil(target)

    def _changed(self, nodes: Iterable[ast.AST], assigned: bool = True) -> Iterator[ast.expr]:
        """The expressions whose values are changed; ``assigned``: also by assignments."""
        for node in _walk(nodes):
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING:
                    yield node.func.value
                if called(node) in self._changers:
                    yield from self._changers[called(node)](node)
            elif not assigned:
                continue
            elif isinstance(node, ast.AugAssign):
                yield node.target
            elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
                yield node.value

    def _appended(self, node: ast.expr) -> bool:
        """Whether this is ``x.append(…)`` or ``x.extend(…)``, and could be done."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return False
        changed = self._find(node.func.value)
        if node.func.attr not in ("append", "extend") or not self._can_change(changed):
            return False
        if len(node.args) != 1 or node.keywords or _root(node.func.value) in self._unsure:
            return False
        self._expression(node.args[0])
        more: object = self._value(node.args[0])
        if node.func.attr == "append":
            more = [more]
        return self._extend(changed, more)

    def _can_change(self, value: object) -> bool:
        return isinstance(value, _List) and value.certain and value.block is self._here

    def _extend(self, changed: object, more: object) -> bool:
        """Append certain entries to a list; whether this could be done."""
        if not isinstance(changed, _List) or not isinstance(more, list):
            return False
        if not all(getattr(each, "certain", True) for each in (more, *more)):
            return False
        try:
            self._values.count_all(more)
        except ConfigError:
            return False
        changed.changed = True
        changed += [*more]
        changed.note_inside(more)
        return True

    def _augment(self, node: ast.AugAssign, path: Path, block: int) -> None:
        """``x += …`` changes a list, and gives a number a new value."""
        known = self._find(node.target)
        result = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
        found = self._value(result)
        more = self._value(node.value)
        plain = isinstance(node.op, ast.Add) and self._can_change(known)
        if plain and _root(node.target) not in self._unsure and self._extend(known, more):
            found = known
        else:
            self._spoil(node.target)
            if isinstance(known, _List) and isinstance(found, _List):
                # They are one list in Python.
                known.containers.append(found)
        self._assign(node.target, result, found, path, block)

    def _delete(self, target: ast.expr, path: Path, block: int) -> None:
        if isinstance(target, ast.Subscript):
            self._spoil(target.value)
        elif isinstance(target, (ast.Name, ast.Attribute)):
            self._assign(target, target, None, path, block)
            self._bind(_dotted(target), _Unknown())

    def _define(self, name: str, value: object) -> None:
        """Give a name a value that is no list."""
        path, block = self._at
        self._found.pop(((*path, name), block), None)
        self._bind(name, value)

    def _bind(self, name: str, value: object) -> None:
        scope = self._scopes[-1]
        if not name:
            return
        if name in scope.assigned:
            scope.reassigned.add(name)
        scope.assigned.add(name)
        scope.names[name] = value
        if name in self._unsure:
            _spoil(value)
            if value is _IMPORTED:
                scope.names[name] = _Unknown()

    def _assign(
        self, target: ast.expr, node: ast.expr, value: object, path: Path, block: int
    ) -> None:
        """Give a target a value, which is that of the expression ``node``."""
        if isinstance(target, (ast.Name, ast.Attribute)):
            owner = self._find(target.value) if isinstance(target, ast.Attribute) else None
            name = target.id if isinstance(target, ast.Name) else target.attr
            inside: Path = (name,)
            if isinstance(target, ast.Attribute) and isinstance(owner, _Dict):
                self._put(owner, name, value)
                inside = tuple(_dotted(target).split("."))
            self._bind(_dotted(target), value)
            top = (*path, *inside)
            self._found.pop((top, block), None)
            self._keep(node, value, top, top, block)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, node, value, path, block)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = node.elts if isinstance(node, (ast.Tuple, ast.List)) else []
            starred = any(isinstance(each, ast.Starred) for each in (*target.elts, *parts))
            if starred or len(parts) != len(target.elts):
                self._assign_unknown(target, [value])
            else:
                # All values are computed before the first is assigned.
                values = [self._value(part) for part in parts]
                for each, part, one in zip(target.elts, parts, values, strict=True):
                    self._assign(each, part, one, path, block)

    def _assign_item(
        self, target: ast.Subscript, node: ast.expr, value: object, path: Path, block: int
    ) -> None:
        known, key = self._find(target.value), _key(target.slice)
        if not isinstance(known, _Dict) or key is None:
            self._spoil(target.value)
        else:
            self._put(known, key, value)
        if _root(target.value) in self._unsure:
            _spoil(value)
        if key is not None and not isinstance(known, _List):
            top = (*path, *_root(target.value).split("."))
            self._keep(node, value, (*top, key), top, block)

    def _put(self, known: _Dict, key: str, value: object) -> None:
        if known.block is not self._here:
            value = _Unknown([known.get(key), value])
        if not known.certain:
            _spoil(value)
        known.changed = known.changed or key in known
        known[key] = value

    def _assign_unknown(self, target: ast.expr, may_be: list[object]) -> None:
        path, block = self._at
        for each in ast.walk(target):
            if isinstance(each, (ast.Name, ast.Attribute)) and isinstance(each.ctx, ast.Store):
                self._assign(each, each, _Unknown(may_be), path, block)

    def _keep(self, node: ast.expr, value: object, path: Path, top: Path, block: int) -> None:
        """Keep a value under its path, and those of a dict that is written here."""
        kept = self._found.setdefault((top, block), {})
        pairs = _pairs(node)
        if pairs is not None and isinstance(value, _Dict):
            for key, part in pairs:
                if key is not None:
                    self._keep(part, value.get(key), (*path, key), top, block)
            return
        # A tuple of numbers is a size, not a cfg list.
        is_size = (
            isinstance(value, _List)
            and isinstance(node, ast.Tuple)
            and not any(isinstance(entry, str) for entry in value)
        )
        is_list = isinstance(value, (_List, _Unknown)) and value is not _IMPORTED
        if is_list and not is_size and path and not path[-1].startswith("__"):
            kept[path] = (node, value)
        else:
            kept.pop(path, None)

    def _value(self, node: ast.expr) -> object:
        """The value of an expression."""
        pairs = _pairs(node)
        if pairs is not None:
            return self._dict(pairs)
        if isinstance(node, (ast.Name, ast.Attribute)) or _is_item(node):
            found = self._find(node)
            return found if _is_certain(found) else _Unknown([found])
        try:
            return _List(self._values.list_of(node), self._here)
        except ConfigError:
            try:
                return self._values.value(node)
            except (ConfigError, RecursionError):
                return _Unknown(self._aliases(node))

    def _dict(self, pairs: list[tuple[str | None, ast.expr]]) -> _Dict:
        known = _Dict()
        known.block = self._here
        for key, node in pairs:
            value = self._value(node)
            if key is not None:
                known[key] = value
            elif isinstance(value, _Dict):
                known |= value
            else:
                # It may have any of the keys before it.
                for earlier in known:
                    known[earlier] = _Unknown([known[earlier], value])
        return known

    def _aliases(self, node: ast.expr) -> list[object]:
        """The values that are, or are in, the value of an expression."""
        parts: list[ast.expr] = []
        if isinstance(node, (ast.Name, ast.Attribute)) or _is_item(node):
            return [self._find(node)]
        if isinstance(node, ast.Call):
            if called(node) in _PASSING:
                parts = [*node.args]
                if isinstance(node.func, ast.Attribute):
                    parts.append(node.func.value)
        elif isinstance(node, (ast.Subscript, ast.Starred, ast.NamedExpr)):
            parts = [node.value]
        elif isinstance(node, ast.IfExp):
            parts = [node.body, node.orelse]
        elif isinstance(node, ast.BoolOp):
            parts = node.values
        elif isinstance(node, (ast.List, ast.Tuple)):
            parts = node.elts
        return [value for part in parts for value in self._aliases(part)]

    def _spoil(self, node: ast.expr) -> None:
        """Something is done to the value of an expression that is not followed."""
        for value in self._aliases(node):
            _spoil(value)
        root = node
        while isinstance(root, (ast.Subscript, ast.Attribute)):
            root = root.value
        if isinstance(root, ast.Name) and self._find(root) is _IMPORTED:
            self._scopes[-1].names[root.id] = _Unknown()

    def _look_up(self, node: ast.expr) -> object:
        found = self._find(node)
        if not _is_certain(found):
            raise KeyError
        return found

    def _find(self, node: ast.expr) -> object:
        """The value of a name, an attribute or an index such as ``cfgs['A']``."""
        if isinstance(node, ast.Name):
            return self._named(node.id, _JSON.get(node.id, _IMPORTED))
        if isinstance(node, ast.Attribute):
            known = self._named(_dotted(node), None)
            if known is not None:
                return known
            owner = self._find(node.value)
            if isinstance(owner, _Dict) and owner.certain:
                return owner.get(node.attr, _Unknown())
            return _IMPORTED if owner is _IMPORTED else _Unknown([owner])
        if not _is_item(node):
            return _Unknown(self._aliases(node))
        owner, key = self._find(node.value), _key(node.slice)
        if isinstance(owner, _Dict) and owner.certain and key is not None:
            return owner.get(key, _Unknown())
        if owner is not _IMPORTED or key is None:
            return _Unknown([owner])
        # Imported from torchvision, or from another copy of its code.
        letter, batch_norm = NAMES.get(name_key(key), ("", True))
        if batch_norm:
            return _Unknown()
        return _List(token.value for token in paper_tokens(letter))

    def _named(self, name: str, otherwise: object) -> object:
        # When a function is called, what is around it may have changed.
        now = True
        for scope in reversed(self._scopes):
            # The names of a class are those of its own statements alone.
            if name in scope.names and (scope is self._scopes[-1] or not scope.is_class):
                found = scope.names[name]
                once = name not in scope.reassigned and not getattr(found, "changed", False)
                return found if now or once else _Unknown([found])
            now = now and scope.is_class
        return _Unknown() if name in self._unsure else otherwise


def _spoil(value: object) -> None:
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, _Unknown):
            left += each.may_be
            each.may_be = []
        elif isinstance(each, list):
            if not getattr(each, "spoiled", False):
                left += (inner for inner in each if isinstance(inner, list))
            if isinstance(each, _List):
                each.spoiled = True
                _mark(each)
        elif isinstance(each, _Dict) and each.certain:
            each.certain = False
            left += each.values()


def _mark(changed: _List) -> None:
    """A list and those around it are not certain."""
    left = [changed]
    while left:
        each = left.pop()
        each.certain = False
        left += each.containers
        each.containers = []


def _is_certain(value: object) -> bool:
    return bool(getattr(value, "certain", True))


def _arguments(
    node: ast.Call, parameters: Sequence[str] = (), wanted: Set[str] = frozenset()
) -> list[ast.expr]:
    """The arguments of a call for the wanted parameters; all if these are not known."""
    every = not wanted or any(isinstance(each, ast.Starred) for each in node.args)
    placed = zip(parameters, node.args, strict=False)
    return [
        *(node.args if every else [each for name, each in placed if name in wanted]),
        *(each.value for each in node.keywords if every or each.arg is None or each.arg in wanted),
    ]


def _changed_parameters(
    body: list[ast.stmt],
    parameters: set[str],
    changed_in: Callable[[list[ast.AST]], Iterable[ast.expr]],
) -> set[str]:
    """The parameters whose lists a function changes."""
    changed: set[str] = set()
    #: Names and the parameters that they stand for.
    stands = {name: {name} for name in parameters}
    for statement in body:
        for each in _walk([statement]):
            if isinstance(each, ast.Assign) and isinstance(each.value, _ALIASES):
                names = {part.id for part in ast.walk(each.value) if isinstance(part, ast.Name)}
                meant = set[str]().union(*(stands.get(name, ()) for name in names))
                for name in _bound(each.targets):
                    stands[name] = stands.get(name, set()) | meant
        for target in changed_in([statement]):
            changed |= stands.get(_root(target), set())
        if isinstance(statement, ast.Assign) and not isinstance(statement.value, _ALIASES):
            # As in ``cfg = list(cfg)``, the rest changes a list of its own.
            for name in _bound(statement.targets):
                stands.pop(name, None)
    return changed


def _walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Nodes and all inside them, but for the bodies of functions and classes."""
    left = list(nodes)
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, _SCOPES):
            left += ast.iter_child_nodes(node)


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that statements give a value, with ``self.x``."""
    names: set[str] = set()
    for node in _walk(nodes):
        if isinstance(node, (ast.Name, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            names.add(_dotted(node))
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
    return names


def _parameters(node: _Function) -> list[ast.arg]:
    given = node.args
    several = [each for each in (given.vararg, given.kwarg) if each]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *several]


def _dotted(node: ast.expr) -> str:
    """The text of a name or of ``self.x`` and the like; empty for other nodes."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""


def _root(node: ast.expr) -> str:
    """What ``self.x['A'][0]`` is an entry of: ``self.x``."""
    root = node
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Subscript):
            root = node.value
        node = node.value
    return _dotted(root)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of a statement such as ``if`` or ``try``."""
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value, list):
            for inner in value:
                if isinstance(inner, (ast.ExceptHandler, ast.match_case)):
                    yield inner.body


def _pairs(node: ast.expr) -> list[tuple[str | None, ast.expr]] | None:
    """The keys and values of ``{…}`` or ``dict(…)``; None for other expressions.

    A key that is not written out is None.
    """
    if isinstance(node, ast.Dict):
        return [(_key(key), value) for key, value in zip(node.keys, node.values, strict=True)]
    if isinstance(node, ast.Call) and called(node) == "dict":
        before = [(None, each) for each in node.args]
        return [*before, *((each.arg, each.value) for each in node.keywords)]
    return None


def _is_item(node: ast.expr) -> TypeGuard[ast.Subscript]:
    return isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice)


def _key(node: ast.expr | None) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return str(value) if isinstance(value, (str, int)) else None


def _is_written(node: ast.expr, entries: list[object] | None) -> bool:
    """Whether a list with these entries, or with entries that are not known, is written here."""
    if not isinstance(node, (ast.List, ast.Tuple)) or not node.elts:
        return False
    if entries is None:
        return True
    try:
        # JSON's constants are names in Python.
        written = [
            _JSON[each.id] if isinstance(each, ast.Name) else ast.literal_eval(each)
            for each in node.elts
        ]
    except (KeyError, ValueError, TypeError, RecursionError, MemoryError):
        return False
    return written == entries
