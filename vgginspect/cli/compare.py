"""``vgginspect compare``."""

from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import read_config
from vgginspect.cli.options import (
    completion,
    model_options,
    report_options,
)
from vgginspect.cli.output import ReportOptions, emit
from vgginspect.errors import ConfigError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan


@model_options
@report_options
def command(
    configs: Annotated[
        list[str],
        typer.Argument(
            metavar="CONFIG",
            show_default=False,
            help=(
                "Two or more, as for summary; +OPTION appended to one applies only to that one "
                "(D D+bn, A A+input-size=32)."
            ),
            autocompletion=completion("config"),
        ),
    ],
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Compare networks: totals side by side, token lists aligned."""
    from vgginspect.views.compare import report, sides

    if len(configs) < 2:
        raise ConfigError("compare needs at least two CONFIGs, such as D E or D D+bn")
    if configs.count("-") > 1:
        raise ConfigError("standard input can be read only once; save it to a file and use @FILE")
    plans = [_plan(config, model) for config in configs]
    result = report(sides(configs, plans), options.words, options.columns)
    emit(result, options)


def _plan(text: str, model: dict[str, Any]) -> Plan:
    config = read_config(text, model)
    try:
        return grow(config)
    except ConfigError as error:
        raise ConfigError(f"{text[:60]}: {error}") from None
