"""``vgginspect configs``."""

from vgginspect.cli.options import (
    ColumnsOption,
    FormatOption,
    GetOption,
    LangOption,
    OutputOption,
)
from vgginspect.cli.output import emit
from vgginspect.lang import words


def command(
    format: FormatOption = None,  # noqa: A002
    output: OutputOption = None,
    columns: ColumnsOption = None,
    get: GetOption = None,
    lang: LangOption = None,
) -> None:
    """List the named configurations, with their depth arithmetic."""
    from vgginspect.views.configs import report

    said = report(words(lang), columns)
    emit(said, format, output, get)
