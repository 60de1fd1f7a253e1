"""Options shared by several commands; model options come from ``options.OPTIONS``."""

import inspect
import os
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer

from vgginspect.cfg.config import Config
from vgginspect.cfg.network_text import is_python
from vgginspect.cfg.options import OPTIONS, Option
from vgginspect.cli.output import ReportOptions
from vgginspect.cli.typer_internals import declare
from vgginspect.errors import ConfigError
from vgginspect.render import FORMATS
from vgginspect.report.columns import KINDS

Function = TypeVar("Function", bound=Callable[..., Any])


def completion(name: str, *values: str) -> Any:
    """A completer of ``cli.complete``; None unless the shell requests completions."""
    if "_VGGINSPECT_COMPLETE" not in os.environ:
        return None
    from vgginspect.cli import complete

    found = getattr(complete, name)
    return found(*values) if values else found


NetworkArgument = Annotated[
    str,
    typer.Argument(
        metavar="NETWORK",
        show_default=False,
        help=(
            "A CONFIG: a configuration of the VGG paper (A … E), a torchvision name (vgg16_bn), a "
            "cfg list ('64,M,128,M'), @FILE, @FILE:NAME for one list of several, or - for standard "
            "input; or a checkpoint (vgg16.pth, mine.safetensors), which is identified; or a "
            "network in Python (vgg.py:VGG, package.module:NAME), which is run; append +OPTION to "
            "set an option (D+bn, A+input-size=32)."
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
        help=(f"One of {', '.join(FORMATS)}; default: by the suffix of --output, otherwise table."),
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
        help="Write to FILE; if the command fails, FILE is unchanged.",
    ),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="A,B,…",
        show_default=False,
        help="Table columns to show, by JSON name or heading, in this order.",
        autocompletion=completion("columns"),
    ),
]
ExplainOption = Annotated[
    bool,
    typer.Option(
        "--explain",
        help=(
            "Show the size after each pool, and the cost at other input sizes; list common "
            "adaptations."
        ),
    ),
]
GetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--get",
        metavar="PATH",
        show_default=False,
        help=(
            "Print one value of the JSON, such as totals.params or layers.conv4_2.output_shape; "
            "can be repeated, for one line each."
        ),
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
            "Run your own builder on the cfg list and record what it makes: "
            "./my_models.py:make_layers, torchvision.models.vgg:make_layers, or a class. "
            "Its code is executed."
        ),
    ),
]
OnErrorOption = Annotated[
    str | None,
    typer.Option(
        "--on-error",
        metavar="stop|skip",
        show_default=False,
        help="What --lines does with an invalid line. [default: stop]",
        autocompletion=completion("one_of", "stop", "skip"),
    ),
]
OnlyOption = Annotated[
    str | None,
    typer.Option(
        "--only",
        metavar="KIND,…",
        show_default=False,
        help=f"Layers in the table, by kind: {', '.join(KINDS)}; totals are of all.",
        autocompletion=completion("one_of", *KINDS),
    ),
]
LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="LANG",
        show_default=False,
        help="Language of explanations; default: VGGINSPECT_LANG, otherwise the locale.",
        autocompletion=completion("language"),
    ),
]


#: The parameters for the fields of ``ReportOptions``.
_REPORT = (FormatOption, OutputOption, ColumnsOption, GetOption, LangOption)
#: Order in the help, including options that only some commands have.
_ORDER = ("format", "output", "columns", "only", "explain", "get", "lines", "on_error", "lang")


def report_options(function: Function) -> Function:
    """Replace a command's ``options`` by one parameter per field of ``ReportOptions``."""
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
    """Replace a command's ``**model`` by a parameter for each of ``OPTIONS``, and ``timeout``."""
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
    timeout = inspect.Parameter(
        "timeout",
        inspect.Parameter.KEYWORD_ONLY,
        default=typer.Option(
            None,
            "--timeout",
            "--builder-timeout",
            metavar="SECONDS",
            show_default=False,
            help="Time limit for running code of yours: to import it, to make the network, to run "
            "it. [default: 60]",
        ),
        annotation=str | None,
    )

    @wraps(function)
    def command(**given: Any) -> None:
        texts = [text for value in given.values() for text in _texts(value)]
        runs = given.get("builder") or given.get("lines") or any(map(is_python, texts))
        if given["timeout"] is not None and not runs:
            raise ConfigError(
                "--timeout is for code that is run: a network in Python, or --builder"
            )
        function(**given)

    declare(command, [*own, *model, timeout])
    return command  # type: ignore[return-value]


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value if isinstance(value, list) else []


def _typer_option(option: Option) -> Any:
    names = [f"--{name}/--no-{name}" if option.negative else f"--{name}" for name in option.names]
    return typer.Option(
        None,
        *names,
        metavar=option.metavar or None,
        help=f"{option.help} [default: {option.text(Config._field_defaults[option.field])}]",
        show_default=False,
    )
