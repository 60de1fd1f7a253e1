"""Values of Python expressions that are written out: parsed with ``ast``, never run.

Imported only for text that the list parser does not read, since ``ast`` takes time to import.
"""

import ast
import operator
from collections.abc import Callable, Sequence
from typing import TypeGuard

from vgginspect.cfg.nested_lists import is_inner
from vgginspect.cfg.parser import MAX_TOKENS, too_many
from vgginspect.errors import ConfigError

#: Calls around a number, and around a list, as Python, NumPy and PyTorch print them.
_NUMBERS = {"int", "tensor", "array", "asarray", "as_tensor"} | {
    f"{sign}int{bits}" for sign in ("", "u") for bits in ("", 8, 16, 32, 64, "c", "p", "_")
}
_LISTS = {"list", "tuple", "array", "asarray", "tensor", "as_tensor", "Size"}
_SURE = {"list", "tuple", "Size"}
_TEXTS = {"str", "str_"}
#: Arguments of these calls that change no value.
_ASIDE = {"dtype", "device", "requires_grad"}


#: Arithmetic of whole numbers, and its bounds.
_OPERATIONS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}
_LARGEST = 10**18
_MAX_POWER = 60


class UnreadableError(ConfigError):
    """An expression whose value is not written out; ``node`` is its part that is to blame."""

    def __init__(self, node: ast.expr | ast.keyword, what: str) -> None:
        super().__init__(what)
        self.node = node


class Values:
    """Reads values from a syntax tree: numbers, text, lists, and ``+`` and ``*`` of lists.

    Args:
        look_up: the value of a name, an attribute or an index such as ``cfgs['A']``; it raises
            KeyError if it is not known.
    """

    def __init__(self, look_up: Callable[[ast.expr], object]) -> None:
        self._look_up = look_up
        self._left = MAX_TOKENS

    def list_of(self, node: ast.expr) -> list[object]:
        """The entries of a list or tuple; those of lists inside it are lists.

        Raises:
            UnreadableError: it is not a list, or not one that is written out.
            ConfigError: it has too many entries.
        """
        entries: list[object] = []
        try:
            self._add_list(node, entries)
        except RecursionError:
            raise UnreadableError(node, "nested too deeply") from None
        return entries

    def value(self, node: ast.expr) -> object:
        """The value of one entry; here constants, numbers as libraries print them, and lists.

        Raises:
            UnreadableError: it is not written out.
        """
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            number = self.value(node.operand)
            if isinstance(number, (int, float)):
                return -number
        if isinstance(node, ast.BinOp) and not is_list(node):
            return self._number(node)
        if isinstance(node, ast.Call) and len(node.args) == 1:
            wrapped = wrapped_value(node)
            if wrapped is not None:
                return wrapped
        if is_list(node):
            return self.list_of(node)
        try:
            found = self._look_up(node)
        except KeyError:
            raise UnreadableError(node, _reason(node)) from None
        if is_inner(found):
            self.count_all(found)
        return found

    def add_entry(self, node: ast.expr, entries: list[object]) -> None:
        """Append what one entry stands for."""
        self.count(1)
        entries.append(self.value(node))

    def count_all(self, entries: Sequence[object], times: int = 1) -> None:
        """Count entries, also those of the lists inside.

        Raises:
            ConfigError: they are too many.
        """
        left = [entries]
        while left:
            each = left.pop()
            self.count(len(each) * times)
            left += filter(is_inner, each)

    def count(self, more: int) -> None:
        """Count entries.

        Raises:
            ConfigError: they are too many.
        """
        if more > self._left:
            raise too_many()
        self._left -= more

    def _add_list(self, node: ast.expr, entries: list[object]) -> None:
        if isinstance(node, (ast.List, ast.Tuple)):
            for entry in node.elts:
                if isinstance(entry, ast.Starred):
                    self._add_list(entry.value, entries)
                else:
                    self.add_entry(entry, entries)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            # A sum of many lists is a tree as deep as it is long.
            terms = [node.right]
            left = node.left
            while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
                terms.append(left.right)
                left = left.left
            for term in (left, *reversed(terms)):
                self._add_list(term, entries)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            self._add_product(node, entries)
        elif isinstance(node, ast.Call) and _is_list_call(node):
            self._add_list(node.args[0], entries)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            start = len(entries)
            self._add_list(node.value, entries)
            entries[start:] = entries[start:][self._slice(node.slice)]
        else:
            try:
                found = self._look_up(node)
            except KeyError:
                raise UnreadableError(node, _reason(node)) from None
            if not isinstance(found, list):
                raise UnreadableError(node, "not a list")
            self.count_all(found)
            entries += found

    def _number(self, node: ast.BinOp) -> int:
        left, right = self.value(node.left), self.value(node.right)
        operation = _OPERATIONS.get(type(node.op))
        if operation is None or not (_is_whole(left) and _is_whole(right)):
            raise UnreadableError(node, "not a whole number that is written out")
        if isinstance(node.op, ast.Pow) and not 0 <= right <= _MAX_POWER:
            raise UnreadableError(node, "this power is too large")
        if isinstance(node.op, ast.FloorDiv) and right == 0:
            raise UnreadableError(node, "a division by 0")
        number = operation(left, right)
        if abs(number) > _LARGEST:
            raise UnreadableError(node, "this number is too large")
        return number

    def _add_product(self, node: ast.BinOp, entries: list[object]) -> None:
        last = is_list(node.right) or (is_number(node.left) and not is_list(node.left))
        repeated, factor = (node.right, node.left) if last else (node.left, node.right)
        times = self.value(factor)
        if not _is_whole(times):
            raise UnreadableError(factor, "a list is repeated a whole number of times")
        start = len(entries)
        self._add_list(repeated, entries)
        if times < 1:
            del entries[start:]
        else:
            self.count_all(entries[start:], times - 1)
            entries += entries[start:] * (times - 1)

    def _slice(self, node: ast.Slice) -> slice:
        bounds: list[object] = []
        for bound in (node.lower, node.upper, node.step):
            value = None if bound is None else self.value(bound)
            step = len(bounds) == 2
            if bound is not None and not (_is_whole(value) and (value or not step)):
                raise UnreadableError(bound, "a slice has whole numbers, and its step is not 0")
            bounds.append(value)
        return slice(*bounds)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def called(node: ast.expr) -> str:
    """The name of the function that a call names, without its module; empty for other nodes."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
        if isinstance(node.func, ast.Name):
            return node.func.id
    return ""


def is_number(node: ast.expr) -> bool:
    """Whether a node is a number, with or without a sign."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def is_list(node: ast.expr | None) -> bool:
    """Whether a node must be a list, whatever the names in it mean."""
    if isinstance(node, ast.Call):
        return _is_list_call(node) and (called(node) in _SURE or is_list(node.args[0]))
    # As in ``D + [64] + [64]``, the first operands may be names.
    while isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        if is_list(node.right):
            return True
        node = node.left
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice)
    return isinstance(node, (ast.List, ast.Tuple))


def _is_list_call(node: ast.Call) -> bool:
    aside = all(each.arg in _ASIDE for each in node.keywords)
    return called(node) in _LISTS and len(node.args) == 1 and aside


def wrapped_value(node: ast.Call) -> int | str | None:
    """The number in ``np.int64(8)`` or ``tensor(8)``, the text in ``np.str_('M')``; or None."""
    if len(node.args) != 1 or not all(each.arg in _ASIDE for each in node.keywords):
        return None
    name, inner = called(node), node.args[0]
    sign = 1
    if isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.USub):
        sign, inner = -1, inner.operand
    value = inner.value if isinstance(inner, ast.Constant) else None
    if name in _NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        return sign * value
    return value if name in _TEXTS and isinstance(value, str) and sign == 1 else None


def _reason(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        name = called(node) or "this"
        return f"the call of {name} is not known; Python text is read, not run"
    return "neither a list nor the name of one; Python text is read, not run"
