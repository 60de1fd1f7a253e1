"""``@FILE:NAME``: choose one list of a file; without a name, say which there are.

Imported only for files that are more than a list.
"""

import re
import shlex

from vgginspect.cfg.config import config_from_text
from vgginspect.cfg.list_files import NamedList, named_lists, select, short_names
from vgginspect.cfg.syntax import MAX_TEXT, invalid_line
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
    known = [found for found in lists if found.entries is not None]
    unknown = [found for found in lists if found.entries is None]
    # A list that is not known can be the one that is meant.
    paths = {found.path for found in offered}
    likely = [*offered, *(each for each in unknown if each.place or each.path in paths)]
    if name is not None:
        fitting = select(likely, name) or select(known, name) or select(unknown, name)
    else:
        if not known and not file.endswith(".py"):
            return text
        fitting = [each for each in likely if each.path in paths] or known
    # Numbers alone can be a size.
    sure = name is not None or not offered or not fitting[0].may_be_size
    if len(fitting) == 1 and fitting[0].entries is not None and sure:
        return fitting[0].text(text)
    raise ConfigError(_message(fitting, offered or known, name, text, file))


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
    listed = any(each.argument for each in fitting)
    if name and not listed and re.search(rf"(?m)^\s*(?:def|class)\s+{re.escape(name)}\b", text):
        return f"{asked} in {where} is code, not a list{_builder(file, name)}"
    if name and len(fitting) == 1:
        found = fitting[0]
        what = f"{printable(found.name)} in line {found.line} of {where} is not written out"
        return f"{what}{_invalid(text, file)}{_builder(file, 'FUNCTION')}"
    head, comma, tail = (name or "").partition(",")
    extended = select(offered, head) if comma else []
    if len(extended) == 1:
        whole = printable(f"{extended[0].argument},{tail}"[:_LONGEST])
        return f"{asked} is not the name of a list in {where}; written out it is {whole}"
    if not offered:
        what = f"{where} has no cfg list that is written out{_invalid(text, file)}"
        return f"{what}{_builder(file, 'FUNCTION')}"
    if name is None:
        first = "give the name of one" if file else "save it to a file, and give the name of one"
        what = f"{where} has {len(fitting)} cfg lists; {first}"
        if len(fitting) == 1:
            what = f"{where} has no list with a pool; if this is the cfg list, give its name"
    elif fitting:
        what = f"{len(fitting)} cfg lists in {where} are named {asked}; give more of the name"
    else:
        from vgginspect.text.suggest import suggestion

        hint = suggestion(name, short_names(offered)) or _invalid(text, file)
        what = f"{where} has no cfg list {asked}{hint}; its cfg lists are"
    rows_of = sorted(fitting or offered, key=lambda each: each.may_be_size)
    names = dict(zip((each.name for each in offered), short_names(offered), strict=True))
    rows = [_row(each, names.get(each.name, each.name), file) for each in rows_of[:_MOST]]
    width = max(len(argument) for argument, _ in rows)
    lines = [f"  {argument:{width}}  {config}".rstrip() for argument, config in rows]
    more = len(rows_of) - _MOST
    return "\n".join([what, *lines, *([f"  and {more} more"] if more > 0 else [])])


def _invalid(text: str, file: str) -> str:
    """What is wrong with a Python file whose lists may therefore not be found."""
    line = invalid_line(text) if file.endswith(".py") else ""
    return f"; {line}" if line else ""


def _row(found: NamedList, name: str, file: str) -> tuple[str, str]:
    config = found.argument or ("" if found.entries else f"(line {found.line}, not written out)")
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
