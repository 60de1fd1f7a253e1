"""``vgginspect compare``."""

from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import read_plan
from vgginspect.cli.options import (
    OnErrorOption,
    completion,
    model_options,
    report_options,
)
from vgginspect.cli.output import ReportOptions, emit, ignore_closed_pipe, to_terminal
from vgginspect.errors import ConfigError
from vgginspect.network.plan import Plan


@model_options
@report_options
def command(
    configs: Annotated[
        list[str],
        typer.Argument(
            metavar="NETWORK",
            show_default=False,
            help=(
                "Two or more, as for summary; +OPTION appended to one applies only to that one "
                "(D D+bn, A A+input-size=32)."
            ),
            autocompletion=completion("config"),
        ),
    ],
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            metavar="TEXT",
            show_default=False,
            help="Label of a network, instead of its NETWORK; repeat it, in their order.",
        ),
    ] = None,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="Exit with 1 if the networks are not the same."),
    ] = False,
    lines: Annotated[
        bool,
        typer.Option(
            "--lines",
            help=(
                "Read every line of the last argument (@FILE or -) as a NETWORK and compare it "
                "with the first network, one row per line; with one argument, with the first line."
            ),
        ),
    ] = False,
    on_error: OnErrorOption = None,
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Compare networks: totals side by side, token lists aligned."""
    from vgginspect.views.compare import MAX_LABEL, all_same, report, sides

    if lines:
        if names:
            raise ConfigError("--name cannot be combined with --lines")
        from vgginspect.cli.compare_lines import compare_lines

        if not compare_lines(configs, on_error, model, options) and exit_code:
            raise typer.Exit(1)
        return
    if on_error is not None:
        raise ConfigError("--on-error needs --lines")
    if len(configs) < 2:
        raise ConfigError("compare needs at least two NETWORKs, such as D E or D D+bn")
    if configs.count("-") > 1:
        raise ConfigError("standard input can be read only once; save it to a file and use @FILE")
    plans = [_plan(config, model) for config in configs]
    names = names or []
    if len(names) > len(configs):
        raise ConfigError(f"{len(names)} names for {len(configs)} NETWORKs")
    labels = [*names, *configs[len(names) :]]
    most = MAX_LABEL if to_terminal(options) else None
    compared = sides(labels, plans, most)
    if any(plan.config is None for plan in plans):
        from vgginspect.views import layer_differences

        told = layer_differences.report(compared, options.words, options.columns)
        ignore_closed_pipe(lambda: emit(told, options))
        if exit_code and not layer_differences.all_alike(compared):
            raise typer.Exit(1)
        return
    ignore_closed_pipe(lambda: emit(report(compared, options.words, options.columns), options))
    if exit_code and not all_same(compared):
        raise typer.Exit(1)


def _plan(text: str, model: dict[str, Any]) -> Plan:
    try:
        return read_plan(text, model)
    except ConfigError as error:
        raise ConfigError(f"{text[:60]}: {error}") from None
