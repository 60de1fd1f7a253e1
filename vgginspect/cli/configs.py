"""``vgginspect configs``."""

from typing import Annotated

import typer

from vgginspect.cli.options import report_options
from vgginspect.cli.output import ReportOptions, emit


@report_options
def command(
    paper: Annotated[
        bool, typer.Option("--paper", help="Print Table 1 of the VGG paper instead.")
    ] = False,
    *,
    options: ReportOptions,
) -> None:
    """List the named configurations and how their depth is counted."""
    if paper:
        from vgginspect.views.paper_table import report
    else:
        from vgginspect.views.configs import report

    emit(report(options.words, options.columns), options)
