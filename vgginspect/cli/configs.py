"""``vgginspect configs``."""

from vgginspect.cli.options import report_options
from vgginspect.cli.output import ReportOptions, emit


@report_options
def command(
    options: ReportOptions,
) -> None:
    """List the named configurations and how their depth is counted."""
    from vgginspect.views.configs import report

    result = report(options.words, options.columns)
    emit(result, options)
