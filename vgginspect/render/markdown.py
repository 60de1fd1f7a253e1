"""The ``markdown`` format: GitHub's tables, to paste into a README or an issue."""

from collections.abc import Iterator

from vgginspect.render.cells import shown
from vgginspect.report.model import Report, Table

_ESCAPES = str.maketrans({"|": r"\|", "<": "&lt;", ">": "&gt;", "*": r"\*", "_": r"\_", "`": r"\`"})


def escape(text: str) -> str:
    """Escape a text for a Markdown cell."""
    return text.strip().translate(_ESCAPES)


def render(report: Report) -> Iterator[str]:
    """Every table of the report under a heading."""
    for position, table in enumerate(report.tables):
        yield ("\n" if position else "") + f"### {report.words(f'table_{table.name}')}\n\n"
        yield from _table(table, report)


def _table(table: Table, report: Report) -> Iterator[str]:
    columns = table.columns
    titles = [escape(report.words(f"column_{column.name}")) for column in columns]
    yield _row(titles)
    yield _row(["---:" if column.is_number else "---" for column in columns])
    for item in table.rows():
        yield _row(
            [
                escape(shown(column.value(item, table.of), column.kind, report.words))
                for column in columns
            ]
        )


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
