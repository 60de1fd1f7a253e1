"""A CONFIG in Python notation: list arithmetic, look-ups, and calls of VGG's functions.

``[64] * 2 + ['M']``, ``cfgs['A']``, ``make_layers(cfgs['D'], batch_norm=True)``. Nothing is run.
"""

import ast
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from vgginspect.cfg.hints import layer_hint
from vgginspect.cfg.literals import UnreadableError, Values, called, is_list, wrapped_value
from vgginspect.cfg.nested_lists import is_inner, nested_message
from vgginspect.cfg.options import OPTIONS
from vgginspect.cfg.paper import NAMES, TORCHVISION, name_key, names
from vgginspect.cfg.parser import (
    EMPTY,
    MAX_NAME,
    WITH_BATCH_NORM,
    paper_tokens,
    tokens_of_entry,
)
from vgginspect.cfg.syntax import SourceText, parse, syntax_error
from vgginspect.cfg.tokens import Token, parse_token
from vgginspect.errors import ConfigError

#: What can follow each ``+`` at the end of a CONFIG; an entry can contain a ``+``, too.
_OPTION = re.compile(r"""\s*[A-Za-z][\w-]*\s*(?:=[^'"]*)?""")
#: Typographic quotes, and fullwidth ASCII, as Python has them.
_STRAIGHT = str.maketrans("‘’“”\r\f", "''\"\"  ") | {
    0xFF01 + offset: 0x21 + offset for offset in range(94)
}
#: Before and after a text, what makes it Python in one of the accepted notations.
_AROUND = (("(", "\n)"), ("", ""), ("{", "\n}"))
#: Arithmetic of lists, in a text that may have a syntax error.
_ARITHMETIC = re.compile(r"[\])]\s*[*+]\s*[\[(\w]|\d\s*\*\s*[\[(]")
_MAY_BE_CONFIG = (ast.List, ast.Tuple, ast.BinOp, ast.Call, ast.Subscript, ast.Attribute)
#: Arguments of torchvision's functions that change no layer.
_ASIDE = frozenset({"init_weights", "weights", "pretrained", "progress"})


class PythonConfig(NamedTuple):
    """The entries of the list, with Tokens where they are known, and the options given."""

    entries: list[object]
    options: dict[str, Any]


def split_options(text: str) -> tuple[str, list[str]]:
    """Split a CONFIG from the options after it, each without its ``+``."""
    parts = text.split("+")
    end = len(parts)
    while end > 1 and _OPTION.fullmatch(parts[end - 1]):
        # As in [64] + D.
        if name_key(parts[end - 1]) in NAMES and "]" in "".join(parts[: end - 1]):
            break
        end -= 1
    return "+".join(parts[:end]), parts[end:]


def read(text: str, for_builder: bool = False) -> PythonConfig | None:
    """Read a CONFIG without ``+options`` in Python notation; None if it is not.

    For a builder, entries can be any values that are written out.

    Raises:
        ConfigError: an entry, a name or an argument is not known; the message marks it.
    """
    found = _expression(text)
    if found is None:
        error = None if for_builder or not _ARITHMETIC.search(text) else syntax_error(text)
        if error:
            raise error
        return None
    source = SourceText(text, found.source, found.shift)
    reader = _BuilderReader(source) if for_builder else _Reader(source)
    try:
        return reader.config(found.node)
    except UnreadableError as error:
        if for_builder and _may_be_entries(found.node):
            return None
        raise source.error(error.node, None, str(error)) from None


def _may_be_entries(node: ast.expr) -> bool:
    """Whether a text can also be a builder's own entries, such as ``conv(64),pool(2)``."""
    if isinstance(node, ast.Call):
        return _function(node) is None
    is_sum = isinstance(node, ast.BinOp) and is_list(node)
    return not is_sum and _index(node) is None


def flat_tokens(text: str, suffix: str = "") -> tuple[tuple[Token, ...], dict[str, Any]] | None:
    """The tokens of a CONFIG in Python notation and its options; None if it is not.

    ``suffix`` are the ``+options`` after it, for messages.

    Raises:
        ConfigError: as ``read``, or the list has lists inside.
    """
    found = read(text)
    if found is None:
        return None
    if any(map(is_inner, found.entries)):
        options = (
            f"+{option.write(option.read(found.options[option.field]))}"
            for option in OPTIONS
            if option.field in found.options
        )
        raise ConfigError(nested_message(found.entries, "".join(options) + suffix))
    if not found.entries:
        raise ConfigError(EMPTY)
    return tuple(found.entries), found.options  # type: ignore[arg-type]


class _Expression(NamedTuple):
    node: ast.expr
    source: str
    shift: int


def _expression(text: str) -> _Expression | None:
    """The expression in a text, after a label; None if it cannot be a CONFIG."""
    written = text.translate(_STRAIGHT).rstrip(" \t\n,;")
    lead = len(written) - len(written.lstrip())
    for before, after in _AROUND:
        # Python has no blanks before a statement.
        source = before + (written if before else written[lead:]) + after
        tree = parse(source)
        if tree is None or len(tree.body) != 1:
            continue
        value = _labelled(tree.body[0])
        if isinstance(value, _MAY_BE_CONFIG):
            return _Expression(value, source, -len(before) if before else lead)
    return None


def _labelled(node: ast.stmt) -> ast.expr | None:
    """The value after ``cfg =`` or ``{'A':``, or the expression itself."""
    value = node.value if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign)) else None
    targets = node.targets if isinstance(node, ast.Assign) else []
    if len(targets) > 1 or any(isinstance(target, (ast.List, ast.Tuple)) for target in targets):
        return None
    if isinstance(node, ast.Return):
        return node.value
    if isinstance(node, ast.AnnAssign) and isinstance(node.annotation, ast.List) and not value:
        return node.annotation  # As in YAML.
    if isinstance(value, ast.Attribute):
        features = isinstance(value.value, ast.Call) and value.attr == "features"
        return value if features else None
    if isinstance(value, ast.Call) and called(value) == "dict" and not value.args:
        return value.keywords[0].value if len(value.keywords) == 1 else None
    if isinstance(value, ast.Dict):
        named = len(value.keys) == 1 and isinstance(value.keys[0], ast.Constant)
        return value.values[0] if named else None
    return value


class _Reader(Values):
    """Reads a CONFIG; names are those of the paper and torchvision, entries are Tokens."""

    def __init__(self, source: SourceText) -> None:
        super().__init__(self._list_named)
        self._source = source
        self._position = 0

    def config(self, node: ast.expr) -> PythonConfig:
        """The list and the options of a whole CONFIG."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
            whole = self._of_call(node.value)
            return PythonConfig(whole.entries, {**whole.options, "features_only": True})
        if isinstance(node, ast.Call) and not is_list(node):
            return self._of_call(node)
        name = _index(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value  # As in VGG('VGG16').
        if name is not None:
            return _of_name(node, name)
        return PythonConfig(self.list_of(node), {})

    def add_entry(self, node: ast.expr, entries: list[object]) -> None:
        """Append the tokens of an entry, or a list inside the list."""
        if is_list(node) or _index(node) is not None:
            inner = self.list_of(node)
            entries.append(tuple(inner) if isinstance(node, ast.Tuple) else inner)
            return
        self._position += 1
        wrapped = wrapped_value(node) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            wrapped = node.value.strip()
        elif isinstance(node, ast.BinOp):
            with suppress(UnreadableError):
                wrapped = self._number(node)
        text = self._source.text(node) if wrapped is None else str(wrapped)
        try:
            if isinstance(node, ast.Call) and wrapped is None:
                instead = layer_hint(text, parse_token)
                raise ConfigError(f"not a token; {instead}" if instead else unknown_call(node, ()))
            tokens = tokens_of_entry(text)
        except ConfigError as error:
            raise self._source.error(node, self._position, str(error)) from None
        self.count(len(tokens))
        entries += tokens

    def _list_named(self, node: ast.expr) -> list[object]:
        if isinstance(node, ast.Call) and _function(node):
            function = called(node)
            raise UnreadableError(
                node, f"{function} makes layers, not a list; add to the list inside its brackets"
            )
        name = node.id if isinstance(node, ast.Name) else _index(node)
        if name is None or (isinstance(node, ast.Name) and name_key(name) not in NAMES):
            raise KeyError
        found = _of_name(node, name)
        if found.options:
            raise UnreadableError(node, WITH_BATCH_NORM)
        return found.entries

    def _of_call(self, node: ast.Call) -> PythonConfig:
        name, function = called(node), _function(node)
        if function is None:
            instead = layer_hint(self._source.text(node), parse_token)
            known = unknown_call(node, (*_FUNCTIONS, *TORCHVISION))
            raise UnreadableError(node, f"not a token; {instead}" if instead else known)
        given: dict[str, ast.expr] = {}
        for place, argument in enumerate(node.args):
            if place >= len(function.positional) or isinstance(argument, ast.Starred):
                raise UnreadableError(argument, f"this argument of {name} is not known")
            given[function.positional[place]] = argument
        for keyword in node.keywords:
            if keyword.arg not in (*function.positional, *function.named):
                word = f"{keyword.arg}" if keyword.arg else "**"
                taken = ", ".join(dict.fromkeys((*function.positional, *function.named)))
                raise UnreadableError(
                    keyword, f"the argument {word} of {name} is not known; known are {taken}"
                )
            given[keyword.arg] = keyword.value
        if function is _MODEL:
            inner = _of_name(node, name)
        else:
            listed = given.pop(function.positional[0], None)
            if listed is None:
                raise UnreadableError(node, f"{name} needs a list, as in {name}(cfgs['D'])")
            inner = self.config(listed)
        options = {key: _value(value) for key, value in given.items() if key not in _ASIDE}
        return PythonConfig(inner.entries, {**inner.options, **options})


class _BuilderReader(_Reader):
    """Reads a CONFIG for a builder, which gets every entry as it was written."""

    def add_entry(self, node: ast.expr, entries: list[object]) -> None:
        """Append an entry."""
        self.count(1)
        try:
            entries.append(ast.literal_eval(node))
        except (ValueError, TypeError):
            value = wrapped_value(node) if isinstance(node, ast.Call) else None
            if value is None and isinstance(node, ast.Name):
                value = node.id  # A word without quotes, as in [8, m].
            entries.append(self.list_of(node) if value is None else value)

    def config(self, node: ast.expr) -> PythonConfig:
        """The list and the options of a whole CONFIG."""
        found = super().config(node)
        return PythonConfig([_as_written(entry) for entry in found.entries], found.options)


def _as_written(entry: object) -> object:
    """Tokens of named lists as numbers and text, also in lists inside the list."""
    if isinstance(entry, Token):
        return entry.value
    return [_as_written(inner) for inner in entry] if isinstance(entry, list) else entry


class _Function(NamedTuple):
    """Arguments that can be given by place, and those only by name."""

    positional: tuple[str, ...]
    named: tuple[str, ...] = ()


_FUNCTIONS = {
    "make_layers": _Function(("cfg", "batch_norm")),
    "VGG": _Function(("features", "num_classes", "init_weights", "dropout")),
}
#: torchvision's ``vgg16`` and its like.
_MODEL = _Function(
    ("weights", "progress"), ("num_classes", "dropout", "init_weights", "pretrained")
)


def _function(node: ast.Call) -> _Function | None:
    name = called(node)
    if name_key(name) in NAMES and name.lower().startswith("vgg"):
        return _MODEL
    return _FUNCTIONS.get(name.lstrip("_"))


def unknown_call(node: ast.Call, known: Iterable[str]) -> str:
    """What is wrong with a call that stands for no list."""
    name = called(node)
    what = f"the call of {name} is" if name else "this call is"
    instead = f"; known are {', '.join(known)}" if known else ""
    return f"{what} not known; Python text is read, not run{instead}"


def _index(node: ast.expr) -> str | None:
    """The text in ``cfgs['A']``, or None."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value if isinstance(node.slice.value, str) else None
    return None


def _of_name(node: ast.expr, name: str) -> PythonConfig:
    found = NAMES.get(name_key(name)) if len(name) < MAX_NAME else None
    if found is None:
        raise UnreadableError(
            node, f"{name[:MAX_NAME]!r} is not the name of a list; known are {', '.join(names())}"
        )
    letter, batch_norm = found
    return PythonConfig(list(paper_tokens(letter)), {"batch_norm": True} if batch_norm else {})


def _value(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise UnreadableError(node, "the value of this argument is not written out") from None
