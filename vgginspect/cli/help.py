"""``--help`` in another language than English; Typer prints the English one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from vgginspect.render import FORMATS
from vgginspect.render.fold import fold
from vgginspect.report.columns import KINDS
from vgginspect.report.model import Line
from vgginspect.text.width import cell_width, pad

#: A longer name has its text on the next line.
_WIDEST = 30


class Parameter(NamedTuple):
    """An argument or an option: how it is written, and what it does."""

    written: str
    help: str

    @property
    def name(self) -> str:
        """The long name of an option; an argument's only one."""
        words = self.written.replace("/", " ").replace(",", " ").split()
        return next((word for word in words if word.startswith("--")), words[0])


class HelpTexts:
    """The help of one language, from ``lang/CODE_help.py``."""

    def __init__(self, language: str) -> None:
        module = import_module(f"vgginspect.lang.{language}_help")
        self.headings: dict[str, str] = module.HEADINGS
        self._defaults: dict[str, str] = module.DEFAULTS
        self._help: dict[str, str] = module.HELP

    def of_command(self, name: str) -> str:
        """What a command does; the empty name is the application's."""
        return self._help[name]

    def of_parameter(self, command: str, parameter: Parameter) -> str:
        """What a parameter does, with its default."""
        own = f"{command} {parameter.name}"
        text = self._help[own if own in self._help else parameter.name]
        text = text.format(formats=", ".join(FORMATS), kinds=", ".join(KINDS))
        default = re.search(r"\[default: (.*?)\]", parameter.help)
        if default:
            value = self._defaults.get(default[1], default[1])
            text += f" [{self.headings['default']}: {value}]"
        if "[required]" in parameter.help:
            text += f" [{self.headings['required']}]"
        return text


def help_text(ctx: Any, parameters: Iterable[Parameter], language: str) -> str:
    """The ``--help`` of the command of this context, in the width of the terminal."""
    texts = HelpTexts(language)
    width = ctx.make_formatter().width
    return "\n".join(line for row in _rows(ctx, parameters, texts) for line in _folded(row, width))


def _rows(ctx: Any, parameters: Iterable[Parameter], texts: HelpTexts) -> Iterator[tuple[str, int]]:
    """Lines before they are folded, and the indent of what follows in the same paragraph."""
    command = ctx.command
    headings = texts.headings
    name = "" if ctx.parent is None else command.name
    usage = " ".join(command.collect_usage_pieces(ctx)).replace("[OPTIONS]", headings["options"])
    usage = usage.replace("COMMAND [ARGS]...", headings["command"])
    yield f"{headings['usage']}: {ctx.command_path} {usage}", 8
    for paragraph in texts.of_command(name).split("\n\n"):
        yield "", 0
        yield f"  {paragraph}", 2
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], "Commands": []}
    for parameter in parameters:
        section = "Options" if parameter.written.startswith("-") else "Arguments"
        sections[section].append((parameter.written, texts.of_parameter(name, parameter)))
    for each in getattr(command, "modules", ()):
        sections["Commands"].append((each, texts.of_command(each).partition("\n\n")[0]))
    for section, entries in sections.items():
        if entries:
            yield "", 0
            yield f"{headings[section]}:", 0
            yield from _entries(entries, min(_WIDEST, ctx.make_formatter().width // 2 - 4))


def _entries(entries: Sequence[tuple[str, str]], most: int) -> Iterator[tuple[str, int]]:
    widths = (cell_width(name) for name, _ in entries)
    widest = max((width for width in widths if width <= most), default=most)
    for name, text in entries:
        if cell_width(name) > widest:
            yield f"  {name}", 4
            name = ""
        yield f"  {pad(name, widest, right=False)}  {text}", widest + 4


def _folded(row: tuple[str, int], width: int) -> Iterator[str]:
    text, indent = row
    for line in fold(Line(((text, ""),)), width, indent):
        yield line.text.rstrip()
