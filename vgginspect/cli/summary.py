"""``vgginspect summary``."""

from typing import Any

from vgginspect.cli.options import (
    ColumnsOption,
    ConfigArgument,
    FormatOption,
    GetOption,
    LangOption,
    OutputOption,
    model_options,
)
from vgginspect.cli.output import emit
from vgginspect.cli.source import read_config
from vgginspect.grow import grow
from vgginspect.lang import words


@model_options
def command(
    config: ConfigArgument,
    format: FormatOption = None,  # noqa: A002
    output: OutputOption = None,
    columns: ColumnsOption = None,
    get: GetOption = None,
    lang: LangOption = None,
    **model: Any,
) -> None:
    """Tabulate every layer: channels, spatial size, parameters, MACs, and the totals."""
    from vgginspect.views.summary import report

    said = report(grow(read_config(config, model)), words(lang), columns)
    if get is None:
        emit(said, format, output)
    else:
        from vgginspect.cli.get import emit_value

        emit_value(said, get, output)
