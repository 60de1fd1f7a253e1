"""The named lists of a text: of a Python module, which is read and not run, of JSON, or the like.

A name is the path to a list: ``cfgs.tiny`` for ``cfgs = {'tiny': [64, 'M']}``, ``VGG.cfg`` for an
attribute of a class, ``vgg.cfg`` for a variable of a function.
"""

import ast
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from vgginspect.cfg import python_module
from vgginspect.cfg.config import config_from_tokens
from vgginspect.cfg.parser import ITEM, MAX_NAME, without_comments
from vgginspect.cfg.syntax import parse
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
#: A key with further keys below it in YAML, a table of TOML.
_KEY = re.compile(r"""(?m)^(?P<indent>[ ]*)(?P<name>[\w.-]+|'[^'\n]*'|"[^"\n]*")[ ]*:[ ]*$""")
_TABLE = re.compile(r"(?m)^[ ]*\[(?P<name>[\w.\"'-]+)\][ ]*$")
#: What follows a list that is complete.
_ENDS = re.compile(r"[ \t]*(?:[,;)}\]]|\s*\Z|[ \t]*\n(?!\s*[+*.%/]))")
#: A name whose value is changed after it was given.
_CHANGE = re.compile(
    r"""([\w.-]+)['"]?\]?[ \t]*(?:\.(?:append|extend|insert|remove|pop|clear|sort|reverse)\b"""
    r"""|[-+*/|]=|\[[^\]\n]*\][ \t]*=(?!=))|\bdel[ \t]+([\w.-]+)"""
)


class NamedList(NamedTuple):
    """A list of a text.

    ``path`` are the names that lead to it, ``line`` is that of the list, from 1. ``entries`` are
    None if they are not known for certain. ``place`` is where the list is written, or None if it is
    not, or put together from other values. ``shared``: another value has the same path.
    """

    path: tuple[str, ...]
    line: int
    entries: list[object] | None
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
        """The list as a CONFIG argument, or None if it is not a cfg list, or not known."""
        try:
            tokens = tuple(map(_token, self.entries or []))
        except ConfigError:
            return None
        convolutions = any(token.kind == "conv" for token in tokens)
        return config_from_tokens(tokens).argument if convolutions else None

    @property
    def may_be_size(self) -> bool:
        """Whether all entries are numbers, as in ``[224, 224]``, which is no cfg list."""
        return all(str(entry).isdecimal() for entry in self.entries or [])

    def text(self, whole: str) -> str:
        """The list as it is in the whole text, at the same line and column, or its entries."""
        if self.place is None:
            return repr(self.entries)
        start, end = self.place
        line_start = whole.rfind("\n", 0, start) + 1
        return "\n" * (self.line - 1) + " " * (start - line_start) + whole[start:end]


def named_lists(text: str) -> list[NamedList]:
    """All lists in a text that have entries, and what may be one, in the order of their lines."""
    plain = text.replace("\r", " ").replace("\f", " ")
    tree = parse(plain)
    if tree is None or _is_data(tree):
        lists = _of_fragments(text)
    else:
        lists = [NamedList(*found) for found in python_module.lists_of(plain, tree)]
    many = Counter(found.path for found in lists)
    shared = (found._replace(shared=many[found.path] > 1) for found in lists)
    return sorted((found for found in shared if found.entries != []), key=lambda found: found.line)


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


def _is_data(tree: ast.Module) -> bool:
    """Whether a module has YAML's ``tiny: [64, M]``, a type in Python, or TOML's ``[table]``."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and node.value is None:
            found = isinstance(node.annotation, ast.List)
        else:
            inside = node.value if isinstance(node, ast.Expr) else None
            names = inside.elts if isinstance(inside, ast.List) else []
            found = len(names) == 1 and isinstance(names[0], (ast.Name, ast.Attribute))
        if found:
            return True
    return False


def _of_fragments(text: str) -> list[NamedList]:
    """The lists of a text that is not Python: after each name, the list up to its bracket."""
    lists: list[NamedList] = []
    plain = without_comments(text)
    closings = _closings(plain)
    changed = {name for match in _CHANGE.finditer(plain) for name in match.groups() if name}
    above = _paths(plain)
    starts = [start for start, _ in above]
    line, counted, end = 1, 0, 0
    while match := _NAMED.search(plain, end):
        start = match.start("open")
        end = closings.get(start, start + 1)
        inside = (item[0] for item in re.finditer(ITEM, plain[start + 1 : end - 1]))
        words: list[object] | None
        words = [word.strip("'\"‘’“”").strip() for word in inside if word != ","]
        line += plain.count("\n", counted, start)
        counted = start
        path = (*_path_at(above, starts, match), match["name"].strip("'\""))
        if not _ENDS.match(plain, end) or path[-1] in changed:
            # More is done to it than can be read here.
            words = None
        if end - start > 2:
            lists.append(NamedList(path, line, words, (start, end)))
    line, counted = 1, 0
    for match in _YAML_LIST.finditer(plain):
        words = [word.strip("'\"") for word in re.findall(r"-[ ]+(\S+)", match["items"])]
        line += plain.count("\n", counted, match.start("name"))
        counted = match.start("name")
        path = (*_path_at(above, starts, match), match["name"].strip("'\""))
        lists.append(NamedList(path, line, words, None))
    return lists


def _paths(text: str) -> list[tuple[int, tuple[tuple[int, str], ...]]]:
    """Where a path of YAML keys or a TOML table begins, and its names, each with its indent."""
    paths: list[tuple[int, tuple[tuple[int, str], ...]]] = []
    path: tuple[tuple[int, str], ...] = ()
    found = sorted([*_KEY.finditer(text), *_TABLE.finditer(text)], key=lambda match: match.start())
    for match in found:
        indent = len(match["indent"]) if match.re is _KEY else -1
        kept = tuple(each for each in path if each[0] < indent)
        path = (*kept, (indent, match["name"].strip("'\"")))
        paths.append((match.end(), path))
    return paths


def _path_at(
    paths: list[tuple[int, tuple[tuple[int, str], ...]]], starts: list[int], match: re.Match[str]
) -> Iterator[str]:
    """The names above a list, which is further to the right."""
    above = bisect_right(starts, match.start("name")) - 1
    line_start = match.string.rfind("\n", 0, match.start("name")) + 1
    indent = match.start("name") - line_start
    return (name for left, name in (paths[above][1] if above >= 0 else ()) if left < indent)


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
