"""The ``json`` format: one object; long arrays have one entry per line."""

from collections.abc import Iterator
from json import dumps

from vgginspect.errors import ConfigError
from vgginspect.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The report's document as JSON; arrays given as iterators are written as they come.

    Raises:
        ConfigError: ``--columns`` was given; it does not apply to the document.
    """
    if report.chosen:
        raise ConfigError(
            "--columns does not apply to --format json; "
            "use --format jsonl or csv, or --get for one value"
        )
    return _document(report)


def _document(report: Report) -> Iterator[str]:
    lead = "{"
    for key, make in report.document.items():
        value = make()
        yield f"{lead}{dumps(key)}: "
        lead = ",\n "
        if isinstance(value, Iterator):
            yield from _array(value)
        else:
            yield dumps(value)
    yield "}\n"


def _array(entries: Iterator[object]) -> Iterator[str]:
    lead = "[\n  "
    for entry in entries:
        yield lead + dumps(entry)
        lead = ",\n  "
    yield "[]" if lead.startswith("[") else "]"
