"""Options that several commands share; those of the model come from ``options.OPTIONS``."""

import inspect
import os
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer

from vgginspect.cfg.config import Config
from vgginspect.cfg.options import OPTIONS, Option
from vgginspect.cli.output import ReportOptions
from vgginspect.cli.typer_internals import declare
from vgginspect.render import FORMATS

Function = TypeVar("Function", bound=Callable[..., Any])


def completion(name: str, *values: str) -> Any:
    """The completer of that name in ``cli.complete``, while a shell asks for completions."""
    if "_VGGINSPECT_COMPLETE" not in os.environ:
        return None
    from vgginspect.cli import complete

    found = getattr(complete, name)
    return found(*values) if values else found


ConfigArgument = Annotated[
    str,
    typer.Argument(
        metavar="CONFIG",
        show_default=False,
        help=(
            "A letter of the paper (A … E), a torchvision name (vgg16_bn), a cfg list "
            "('64,M,128,M'), @FILE, or - for standard input; +OPTION behind it sets an option "
            "(D+bn, A+input-size=32)."
        ),
        autocompletion=completion("config"),
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        show_default=False,
        help=f"One of {', '.join(FORMATS)}; else by the suffix of --output, else table.",
        autocompletion=completion("format_name"),
    ),
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        show_default=False,
        help="Write to FILE, whole or not at all.",
    ),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="A,B,…",
        show_default=False,
        help="The columns of tables, by their JSON names, in this order.",
        autocompletion=completion("columns"),
    ),
]
ExplainOption = Annotated[
    bool,
    typer.Option(
        "--explain",
        help="Say what becomes of the input, at other sizes too, and list usual adaptations.",
    ),
]
GetOption = Annotated[
    str | None,
    typer.Option(
        "--get",
        metavar="PATH",
        show_default=False,
        help="Print one bare value of the JSON: totals.params, layers.conv4_2.output_shape.",
        autocompletion=completion("path"),
    ),
]
BuilderOption = Annotated[
    str | None,
    typer.Option(
        "--builder",
        metavar="MODULE:FUNCTION",
        show_default=False,
        help=(
            "Run a builder of yours on the cfg list and watch it: ./my_models.py:make_layers, "
            "torchvision.models.vgg:make_layers, or a class. This runs the code you name."
        ),
    ),
]
BuilderTimeoutOption = Annotated[
    str | None,
    typer.Option(
        "--builder-timeout",
        metavar="SECONDS",
        show_default=False,
        help="How long the builder may take. [default: 60]",
    ),
]
OnErrorOption = Annotated[
    str | None,
    typer.Option(
        "--on-error",
        metavar="stop|skip",
        show_default=False,
        help="What --lines does at a line that is wrong. [default: stop]",
        autocompletion=completion("one_of", "stop", "skip"),
    ),
]
LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="LANG",
        show_default=False,
        help="Language of explanations; else VGGINSPECT_LANG, else the locale's.",
        autocompletion=completion("language"),
    ),
]


#: How Typer is to read each field of ``ReportOptions``.
_REPORT = (FormatOption, OutputOption, ColumnsOption, GetOption, LangOption)
#: The order in the help, with what only some commands have.
_ORDER = ("format", "output", "columns", "explain", "get", "lines", "on_error", "lang")


def report_options(function: Function) -> Function:
    """Replace a command's ``options`` by one parameter for each of ``ReportOptions``."""
    signature = inspect.signature(function)
    own = [p for p in signature.parameters.values() if p.name != "options"]
    options = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=a)
        for name, a in zip(ReportOptions._fields, _REPORT, strict=True)
    ]

    @wraps(function)
    def command(**given: Any) -> None:
        values = [given.pop(option.name) for option in options]
        function(**given, options=ReportOptions(*values))

    def place(parameter: inspect.Parameter) -> tuple[Any, int]:
        name = parameter.name
        return parameter.kind, _ORDER.index(name) if name in _ORDER else -1

    parameters = sorted([*own, *options], key=place)
    declare(command, parameters)
    return command  # type: ignore[return-value]


def model_options(function: Function) -> Function:
    """Replace a command's ``**model`` by one parameter for each of ``OPTIONS``."""
    signature = inspect.signature(function)
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    model = [
        inspect.Parameter(
            option.field,
            inspect.Parameter.KEYWORD_ONLY,
            default=_typer_option(option),
            annotation=bool | None if option.is_flag else str | None,
        )
        for option in OPTIONS
    ]
    declare(function, [*own, *model])
    return function


def _typer_option(option: Option) -> Any:
    name = f"--{option.names[0]}"
    if option.negative:
        name += f"/--{option.negative}"
    return typer.Option(
        None,
        name,
        metavar=option.metavar or None,
        help=f"{option.help} [default: {option.text(Config._field_defaults[option.field])}]",
        show_default=False,
    )
