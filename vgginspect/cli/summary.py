"""``vgginspect summary``."""

from typing import Annotated, Any

import typer

from vgginspect.cfg.network_text import is_python
from vgginspect.cli.config_argument import read_plan
from vgginspect.cli.options import (
    ExplainOption,
    NetworkArgument,
    OnErrorOption,
    OnlyOption,
    model_options,
    report_options,
)
from vgginspect.cli.output import ReportOptions, emit, ignore_closed_pipe
from vgginspect.cli.time_limit import model_in
from vgginspect.errors import ConfigError
from vgginspect.network.plan import Plan


@model_options
@report_options
def command(
    config: NetworkArgument,
    explain: ExplainOption = False,
    lines: Annotated[
        bool,
        typer.Option("--lines", help="Read every line as a NETWORK and print its totals."),
    ] = False,
    on_error: OnErrorOption = None,
    only: OnlyOption = None,
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Print a table of all layers: channels, size, parameters, MACs.

    The totals follow. With --lines, only the totals, one row per line.
    """
    if lines:
        if options.get:
            raise ConfigError("--get cannot be combined with --lines; use --columns")
        if only:
            raise ConfigError("--only cannot be combined with --lines, which prints totals")
        if explain:
            raise ConfigError("--explain cannot be combined with --lines")
        from vgginspect.cli.lines import Lines, line_text
        from vgginspect.views import summary_lines

        numbered = Lines(config, on_error)
        given = model_in(model)

        def network(text: str) -> str | Plan:
            return read_plan(text, model) if is_python(text) else line_text(text)

        batch = summary_lines.report(
            numbered, given, numbered.handle, options.words, options.columns, network
        )
        ignore_closed_pipe(lambda: emit(batch, options, whole=True))
        numbered.finish()
        return
    if on_error is not None:
        raise ConfigError("--on-error needs --lines")
    from vgginspect.views.summary import report

    options.refuse(("jsonl", "csv", "tsv"), {"--explain": explain})
    plan = read_plan(config, model)
    result = report(plan, options.words, options.columns, only)
    if explain:
        from vgginspect.views.explain import explained

        result = explained(result, plan.config_like("--explain"))
    emit(result, options)
