"""``compare --lines``: every line of a file or of standard input, compared with one network."""

from collections.abc import Iterator
from typing import Any

from vgginspect.cfg.network_text import is_python
from vgginspect.cli.config_argument import config_of, read_plan
from vgginspect.cli.lines import Lines, line_text
from vgginspect.cli.output import ReportOptions, emit, ignore_closed_pipe
from vgginspect.errors import ConfigError, VGGInspectError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.views.compare import Side
from vgginspect.views.compare_lines import Compared, compared, report


def compare_lines(
    networks: list[str], on_error: str | None, model: dict[str, Any], options: ReportOptions
) -> bool:
    """Compare every line with the first network; return whether all are the same.

    ``networks`` are the first and the source of the lines; without it, the first is the first line.

    Raises:
        ConfigError: too many networks, an option without effect, or an invalid line.
        CheckError: invalid lines were skipped.
    """
    if len(networks) > 2:
        raise ConfigError("--lines needs one NETWORK to compare with, then - or @FILE")
    if options.get:
        raise ConfigError("--get cannot be combined with --lines; use --columns")
    lines = Lines(networks[-1], on_error)
    left = iter(lines)

    def plan_of(text: str) -> Plan:
        if is_python(text):
            return read_plan(text, model)
        return grow(config_of(line_text(text), model))

    def first_line() -> Side:
        for number, text in left:
            try:
                return Side(text, plan_of(text))
            except VGGInspectError as error:
                lines.handle(number, error)
        raise ConfigError("--lines found no NETWORK, so nothing was compared")

    given = networks[:-1]
    first = Side(given[0], read_plan(given[0], model)) if given else first_line()
    same = True

    def rows() -> Iterator[Compared]:
        nonlocal same
        for row in compared(first.plan, left, plan_of, lines.handle):
            same &= row.same
            yield row

    result = report(first, rows, options.words, options.columns)
    ignore_closed_pipe(lambda: emit(result, options, whole=True))
    lines.finish()
    return same
