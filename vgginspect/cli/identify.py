"""``vgginspect identify``."""

from typing import Annotated

import typer

from vgginspect.cli.options import report_options
from vgginspect.cli.output import ReportOptions, emit
from vgginspect.errors import ConfigError
from vgginspect.network.grow import grow


@report_options
def command(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="A checkpoint: .pth, .safetensors, .index.json … No code in it is run.",
        ),
    ],
    trace: Annotated[
        bool, typer.Option("--trace", help="Print the trace of the network found.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Print the summary of the network found.")
    ] = False,
    *,
    options: ReportOptions,
) -> None:
    """Identify the configuration of a checkpoint by its tensor shapes.

    The exit code is 1 if the checkpoint is not a VGG.
    """
    from vgginspect.checkpoint.identify import identify_file

    if trace and summary:
        raise ConfigError("--trace cannot be combined with --summary")
    words = options.words
    finding = identify_file(file)
    plan = grow(finding.config)
    if trace:
        from vgginspect.views.trace import report as walk

        result = walk(plan, words, options.columns)
    elif summary:
        from vgginspect.views.summary import report as table

        result = table(plan, words, options.columns)
    else:
        from vgginspect.views.identify import report

        result = report(finding, plan, words, options.columns)
    emit(result, options)
