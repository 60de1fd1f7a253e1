"""``vgginspect trace``."""

from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import config_text, read_config
from vgginspect.cli.options import (
    BuilderOption,
    BuilderTimeoutOption,
    ConfigArgument,
    ExplainOption,
    completion,
    model_options,
    report_options,
)
from vgginspect.cli.output import ReportOptions, emit
from vgginspect.errors import ConfigError
from vgginspect.network.grow import grow


@model_options
@report_options
def command(
    config: ConfigArgument,
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help="Print the whole layer list after each token.")
    ] = False,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="token|stage",
            autocompletion=completion("one_of", "token", "stage"),
            help="One step per token, or per stage (convolutions and their pool).",
        ),
    ] = "token",
    step: Annotated[
        bool, typer.Option("--step", help="Step through interactively in the terminal.")
    ] = False,
    builder: BuilderOption = None,
    builder_timeout: BuilderTimeoutOption = None,
    explain: ExplainOption = False,
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Show which layers each token of the cfg list appends.

    A table of all layers and the totals follow.
    """
    from vgginspect.views.trace import report

    if by not in ("token", "stage"):
        raise ConfigError(f"--by must be token or stage, not {by[:40]!r}")
    if step:
        others = {
            "--cumulative": cumulative,
            "--explain": explain,
            "--columns": options.columns,
            "--format": options.format,
            "--get": options.get,
            "--output": options.output,
        }
        if builder is not None:
            raise ConfigError("--step cannot be combined with --builder; use --cumulative")
        for name, given in others.items():
            if given:
                raise ConfigError(f"--step cannot be combined with {name}")
    if builder is not None and explain:
        raise ConfigError(
            "--explain cannot be combined with --builder: it computes the network at other input "
            "sizes from a CONFIG"
        )
    if builder is None:
        if builder_timeout is not None:
            raise ConfigError("--builder-timeout needs --builder")
        plan = grow(read_config(config, model))
    else:
        from vgginspect.cli.builder_option import observed

        plan = observed(builder, config_text(config), model, builder_timeout).plan
    steps = plan.iter_steps
    if by == "stage":
        from vgginspect.network.stages import by_stage

        def steps() -> Any:
            return by_stage(plan.iter_steps())

    if step:
        from vgginspect.cli.trace_step import run

        run(plan, list(steps()), options.words)
        return
    result = report(plan, options.words, options.columns, steps, cumulative)
    if explain:
        from vgginspect.views.explain import explained

        result = explained(result, plan.config_for("--explain"))
    emit(result, options)
