"""``@FILE:NAME``: choose one list of a file; without a name, say which there are.

Imported only for files that are more than a list.
"""

import re
import shlex

from vgginspect.cfg.config import config_from_text
from vgginspect.cfg.list_files import NamedList, named_lists, select, short_names
from vgginspect.cfg.syntax import MAX_TEXT
from vgginspect.errors import ConfigError
from vgginspect.text.printable import printable

#: The most lists that a message names.
_MOST = 40
#: The longest CONFIG argument in a message.
_LONGEST = 300


def chosen(text: str, name: str | None, file: str) -> str:
    """The text of one list of a file.

    Args:
        text: the text of the file.
        name: the name of the list; None if there is none.
        file: the name of the file; empty for standard input.

    Returns:
        The list, at the line and column where it is in the file. Without a name, the text itself
        if it is a CONFIG, or if no list is found in it.

    Raises:
        ConfigError: no list, or not only one, has this name; the message says which there are.
    """
    name = name or None
    if name is None and (len(text) > MAX_TEXT or _is_config(text)):
        return text
    lists = named_lists(text)
    offered = [found for found in lists if found.argument is not None]
    if name is None:
        fitting = offered or lists
        if not lists and not file.endswith(".py"):
            return text
    else:
        fitting = select(offered, name) or select(lists, name)
    if len(fitting) == 1:
        return fitting[0].text(text)
    raise ConfigError(_message(fitting, offered or lists, name, text, file))


def names_in(text: str) -> list[str]:
    """The names of the cfg lists in a text, each as short as possible."""
    return short_names([found for found in named_lists(text) if found.argument is not None])


def _is_config(text: str) -> bool:
    try:
        config_from_text(text)
    except ConfigError:
        return False
    return True


def _message(
    fitting: list[NamedList], offered: list[NamedList], name: str | None, text: str, file: str
) -> str:
    where = printable(file) or "standard input"
    asked = "" if name is None else printable(name[:60])
    if name and re.search(rf"(?m)^\s*(?:def|class)\s+{re.escape(name)}\b", text):
        return f"{asked} in {where} is code, not a list{_builder(file, name)}"
    if not offered:
        return f"{where} has no cfg list that is written out{_builder(file, 'FUNCTION')}"
    if name is None:
        first = "give the name of one" if file else "save it to a file, and give the name of one"
        what = f"{where} has {len(offered)} cfg lists; {first}"
    elif fitting:
        what = f"{len(fitting)} cfg lists in {where} are named {asked}; give more of the name"
    else:
        from vgginspect.text.suggest import suggestion

        hint = suggestion(name, short_names(offered))
        what = f"{where} has no cfg list {asked}{hint}; its cfg lists are"
    shown = (fitting or offered)[:_MOST]
    names = dict(zip((each.name for each in offered), short_names(offered), strict=True))
    rows = [_row(each, names.get(each.name, each.name), file) for each in shown]
    width = max(len(argument) for argument, _ in rows)
    lines = [f"  {argument:{width}}  {config}".rstrip() for argument, config in rows]
    more = len(fitting or offered) - _MOST
    return "\n".join([what, *lines, *([f"  and {more} more"] if more > 0 else [])])


def _row(found: NamedList, name: str, file: str) -> tuple[str, str]:
    config = found.argument or ""
    if len(config) > _LONGEST:
        config = config[: _LONGEST - 1] + "…"
    return printable(_quoted(f"@{file or 'FILE'}:{name}")), printable(config)


def _quoted(argument: str) -> str:
    """An argument as a shell takes it; a name with quotes stays readable between double quotes."""
    if "'" in argument and not any(char in argument for char in '"$`!\\'):
        return f'"{argument}"'
    return shlex.quote(argument)


def _builder(file: str, function: str) -> str:
    """How to show what the code of a Python module makes."""
    if not file.endswith(".py"):
        return ""
    target = printable(_quoted(f"{file}:{function}"))
    return f"; for what its code makes, use trace or verify with --builder {target}"
