"""``--get``: one bare value of a report's JSON, for scripts."""

from vgginspect.cli.output import write
from vgginspect.get import bare, get
from vgginspect.report import Report


def emit_value(report: Report, path: str, output: str | None) -> None:
    """Write the value at a path; see ``vgginspect.get``.

    Raises:
        ConfigError: nothing stands at that path.
    """
    write([bare(get(report.document, path)) + "\n"], output)
