"""``vgginspect summary``."""

from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import read_config
from vgginspect.cli.options import (
    ColumnsOption,
    ConfigArgument,
    ExplainOption,
    FormatOption,
    GetOption,
    LangOption,
    OutputOption,
    completion,
    model_options,
)
from vgginspect.cli.output import emit
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.grow import grow


@model_options
def command(
    config: ConfigArgument,
    format: FormatOption = None,  # noqa: A002
    output: OutputOption = None,
    columns: ColumnsOption = None,
    explain: ExplainOption = False,
    get: GetOption = None,
    lines: Annotated[
        bool,
        typer.Option("--lines", help="Take every line as a CONFIG; print the totals of each."),
    ] = False,
    on_error: Annotated[
        str | None,
        typer.Option(
            "--on-error",
            metavar="stop|skip",
            show_default=False,
            help="What --lines does at a line that is wrong. [default: stop]",
            autocompletion=completion("one_of", "stop", "skip"),
        ),
    ] = None,
    lang: LangOption = None,
    **model: Any,
) -> None:
    """Tabulate every layer: channels, size, parameters, MACs.

    The totals follow. With --lines, only those of every line.
    """
    if lines:
        if get is not None:
            raise ConfigError("--get reads one document; with --lines use --columns")
        if explain:
            raise ConfigError("--explain explains one network, and does not go with --lines")
        from vgginspect.cli.summary_lines import run

        run(config, on_error or "stop", format, output, columns, lang, model)
        return
    if on_error is not None:
        raise ConfigError("--on-error says what --lines does at a bad line; give --lines too")
    from vgginspect.views.summary import report

    cfg = read_config(config, model)
    said = report(grow(cfg), words(lang), columns)
    if explain:
        from vgginspect.views.explain import explained

        said = explained(said, cfg)
    emit(said, format, output, get)
