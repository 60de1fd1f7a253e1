"""The output of ``configs --paper``: Table 1 of the VGG paper, with the parameters of Table 2."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from vgginspect.cfg.config import CONFIGS
from vgginspect.cfg.tokens import Token
from vgginspect.lang import Words
from vgginspect.network.grow import grow
from vgginspect.report.columns import Column, named, record
from vgginspect.report.json_document import SCHEMA
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.shape import shape_text, sides_text


class PaperRow(NamedTuple):
    """One row: its part of the network, its stage, and what each configuration has there."""

    part: str
    stage: int | None
    cells: dict[str, str | None]


def _of(letter: str) -> Column:
    return Column(letter, "text", lambda row, _: row.cells.get(letter))


#: ``part`` is weight_layers, input, features, classifier or parameters.
PAPER_COLUMNS: tuple[Column, ...] = (
    Column("part", "text", lambda row, _: row.part),
    Column("stage", "count", lambda row, _: row.stage),
    *map(_of, CONFIGS),
)


def rows() -> Iterator[PaperRow]:
    """The rows from top to bottom."""
    plans = {letter: grow(config) for letter, config in CONFIGS.items()}
    totals = {letter: plan.totals for letter, plan in plans.items()}
    yield PaperRow("weight_layers", None, {name: str(sums.depth) for name, sums in totals.items()})
    inputs = {letter: shape_text(plan.input_shape) for letter, plan in plans.items()}
    yield PaperRow("input", None, dict(inputs))
    stages = (_stages(config.tokens) for config in CONFIGS.values())
    for stage, layers in enumerate(zip(*stages, strict=True), 1):
        for row in zip_longest(*layers):
            cells = [token and _name(token) for token in row]
            yield PaperRow("features", stage, dict(zip(CONFIGS, cells, strict=True)))
        yield PaperRow("features", stage, dict.fromkeys(CONFIGS, "maxpool"))
    heads = [(*config.hidden, config.num_classes) for config in CONFIGS.values()]
    for widths in zip(*heads, strict=True):
        cells = [f"FC-{width}" for width in widths]
        yield PaperRow("classifier", None, dict(zip(CONFIGS, cells, strict=True)))
    yield PaperRow("classifier", None, dict.fromkeys(CONFIGS, "soft-max"))
    millions = {letter: f"{round(sums.params / 1e6)} M" for letter, sums in totals.items()}
    yield PaperRow("parameters", None, dict(millions))


def _stages(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """The layers of each stage before its pool."""
    layers: list[Token] = []
    for token in tokens:
        if token.kind == "maxpool":
            yield layers
            layers = []
        else:
            layers.append(token)


def _name(token: Token) -> str:
    """A layer as the paper writes it: ``conv3-64``."""
    if token.kind == "conv":
        return f"conv{sides_text(token.kernel_size)}-{token.out_channels}"
    return token.kind.upper()


def report(words: Words, columns: str | None = None) -> Report:
    """The Report of the paper's table.

    Raises:
        ConfigError: ``columns`` names an unknown column.
    """
    words = words.extended({f"column_{letter}": letter for letter in CONFIGS})

    def group(row: PaperRow) -> str:
        return words("group_stage", stage=row.stage) if row.stage else words(f"paper_{row.part}")

    shown = named(PAPER_COLUMNS, CONFIGS)
    table = Table("paper", PAPER_COLUMNS, tuple(CONFIGS), rows, None, group, shown=shown)
    tables = with_columns((table,), columns)

    def body() -> Iterator[Line | Table]:
        yield from tables
        yield line()
        yield line((words("paper_note"), "faint"))

    def records() -> Iterator[dict[str, object]]:
        return (record(PAPER_COLUMNS, row, None) for row in rows())

    document = {"schema": lambda: SCHEMA, "rows": records}
    return Report(words, document, records, tables, body, columns is not None)
