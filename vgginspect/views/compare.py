"""The output of ``compare``: totals side by side, differing options, aligned token lists."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from vgginspect.analysis.align import Place, side_by_side
from vgginspect.cfg.config import Config
from vgginspect.cfg.options import OPTIONS, Option
from vgginspect.lang import Words
from vgginspect.network.plan import Plan, Totals
from vgginspect.report.columns import Column, listed, record
from vgginspect.report.json_document import SCHEMA
from vgginspect.report.model import Line, Report, Span, Table, line, with_columns
from vgginspect.shape import Sides
from vgginspect.text.printable import printable
from vgginspect.text.width import cell_width
from vgginspect.views.phrases import heading, separated

#: Maximum width of a label (the CONFIG as written) on a terminal, in cells.
MAX_LABEL = 24

#: Longer alignments are not printed.
MAX_PLACES = 400

#: Sign and style of a token that differs from the first list's.
_SIGNS = {"inserted": ("+", "new"), "dropped": ("−", "bad"), "changed": ("~", "token")}


class Side(NamedTuple):
    """One of the networks: its label and its Plan."""

    label: str
    plan: Plan

    @property
    def config(self) -> Config:
        """The Config the Plan was computed from."""
        return self.plan.config_for("a comparison")


class FigureRow(NamedTuple):
    """One quantity for all networks; the others are compared with the first."""

    figure: str
    values: tuple[Sides | None, ...]

    def difference(self, index: int) -> int | None:
        """Difference from the first; None if one of them is not a single number."""
        value, first = self.values[index], self.values[0]
        if not isinstance(value, int) or not isinstance(first, int):
            return None
        return value - first

    def ratio(self, index: int) -> float | None:
        """Ratio to the first; None if that is 0, or one of them is not a single number."""
        value, first = self.values[index], self.values[0]
        if not isinstance(value, int) or not isinstance(first, int) or not first:
            return None
        return round(value / first, 6)


class OptionRow(NamedTuple):
    """One option of all networks."""

    option: Option
    values: tuple[Any, ...]


class Edit(NamedTuple):
    """One token in which list ``number`` differs from list 0."""

    side: Side
    edit: str
    place: Place
    number: int


def sides(texts: Sequence[str], plans: Sequence[Plan], most: int | None = None) -> tuple[Side, ...]:
    """Networks with escaped and unique labels, shortened to ``most`` characters if it is given."""
    labels: list[str] = []
    for text in texts:
        label = printable(" ".join(text.split()))
        if most is not None and len(label) > most:
            label = label[: most - 1] + "…"
        if label in labels:
            label = f"{label} ({len(labels) + 1})"
        labels.append(label)
    return tuple(map(Side, labels, plans))


def all_same(compared: Sequence[Side]) -> bool:
    """Whether all networks are one: token list, input and every option that has an effect."""
    first, *others = (_without_effect(side.config) for side in compared)
    return all(other == first for other in others)


def _without_effect(config: Config) -> Config:
    """The Config with the name, and the options of a head that is not there, as usual."""
    head = ("num_classes", "hidden", "avgpool", "dropout") if config.features_only else ()
    usual = {field: Config._field_defaults[field] for field in ("name", *head)}
    return config._replace(**usual)


def rows(compared: Sequence[Side]) -> Iterator[FigureRow]:
    """The quantities of all networks: the totals, and the receptive field of the features."""
    for position, field in enumerate(Totals._fields):
        if field != "trainable_params":
            values: tuple[Any, ...] = tuple(side.plan.totals[position] for side in compared)
            yield FigureRow(field, values)
    yield FigureRow("receptive_field", tuple(_receptive_field(side.plan) for side in compared))


def _receptive_field(plan: Plan) -> Sides | None:
    layer = None
    for step in plan.iter_steps():
        layer = step.layers[-1] if step.layers else layer
    return layer.receptive_field if layer else 1


def option_rows(compared: Sequence[Side]) -> Iterator[OptionRow]:
    """The options in which the networks differ."""
    for option in OPTIONS:
        values = tuple(getattr(side.config, option.field) for side in compared)
        if any(value != values[0] for value in values):
            yield OptionRow(option, values)


def edits(compared: Sequence[Side], places: Sequence[Place]) -> Iterator[Edit]:
    """The edits of each list against the first one, list by list."""
    for index, side in enumerate(compared):
        for place in places:
            if place.edit(index) in _SIGNS:
                yield Edit(side, place.edit(index), place, index)


def report(compared: Sequence[Side], words: Words, columns: str | None = None) -> Report:
    """The Report of a comparison.

    Raises:
        ConfigError: no table has a column of that name.
    """
    words = words.extended(titles(compared, words))
    places = side_by_side([side.config.tokens for side in compared])
    all_tables = (
        figure_table(compared, words),
        _option_table(compared),
        Table("edits", EDIT_COLUMNS, EDIT_PRIORITY, lambda: edits(compared, places)),
    )
    # The available columns must not depend on whether there are differences.
    tables = with_columns(all_tables, columns, words)
    tables = tuple(table for table in tables if next(table.rows(), None)) or tables[:1]

    def body() -> Iterator[Line | Table]:
        if columns is not None:
            yield from separated(tables)
            return
        yield from headings(compared, words)
        for table in tables:
            if table.name != "edits":
                yield line()
                yield table
        yield line()
        if all_same(compared):
            yield line(words("compare_all_same"))
        else:
            yield from _aligned(compared, places, words)

    document = {
        "schema": lambda: SCHEMA,
        "same": lambda: all_same(compared),
        "configs": lambda: [_config(side) for side in compared],
        "totals": lambda: {row.figure: figure_record(row) for row in rows(compared)},
        "options": lambda: {
            row.option.field: [_json(row.option.field, side.config) for side in compared]
            for row in option_rows(compared)
        },
        "alignment": lambda: (_place(place) for place in places),
        "edits": lambda: (record(EDIT_COLUMNS, edit, None) for edit in edits(compared, places)),
    }

    def records() -> Iterator[dict[str, Any]]:
        return ({"figure": row.figure, **figure_record(row)} for row in rows(compared))

    return Report(words, document, records, tables, body, columns is not None)


def titles(compared: Sequence[Side], words: Words) -> dict[str, str]:
    """The titles of the columns of each network."""
    titles = {}
    first = compared[0].label
    for number, side in enumerate(compared, 1):
        titles[f"column_value_{number}"] = side.label
        pair = len(compared) == 2
        titles[f"column_difference_{number}"] = (
            words("compare_difference") if pair else f"{side.label} − {first}"
        )
        titles[f"column_ratio_{number}"] = (
            words("compare_ratio") if pair else f"{side.label} / {first}"
        )
    return titles


def figure_table(compared: Sequence[Side], words: Words) -> Table:
    """The table of the totals, a column for each network."""
    columns = []
    for index in range(len(compared)):
        value = _at(lambda row, i: listed(row.values[i]), index)
        columns.append(Column(f"value_{index + 1}", "sides", value))
    for index in range(1, len(compared)):
        name = f"difference_{index + 1}"
        columns.append(Column(name, "difference", _at(FigureRow.difference, index)))
        columns.append(Column(f"ratio_{index + 1}", "ratio", _at(FigureRow.ratio, index)))
    figure = Column("figure", "text", lambda row, _: row.figure)
    meaning = Column("meaning", "text", lambda row, words: words(f"figure_{row.figure}"))
    shown = (meaning, *columns)
    kinds = ("meaning", "value", "ratio", "difference")
    priority = sorted(
        (column.name for column in shown), key=lambda name: kinds.index(name.partition("_")[0])
    )
    return Table(
        "totals",
        (figure, *columns),
        tuple(priority),
        lambda: rows(compared),
        words,
        shown=shown,
    )


def _at(value: Callable[[Any, int], Any], index: int) -> Callable[[Any, Any], Any]:
    return lambda row, _: value(row, index)


def _option_table(compared: Sequence[Side]) -> Table:
    columns = [Column("option", "text", lambda row, _: f"--{row.option.names[0]}")]
    for index in range(len(compared)):
        value = _at(lambda row, i: row.option.text(row.values[i]), index)
        columns.append(Column(f"value_{index + 1}", "word", value))
    priority = tuple(column.name for column in columns)
    return Table("options", tuple(columns), priority, lambda: option_rows(compared))


def _value(edit: Edit, index: int) -> int | str | None:
    token = edit.place.tokens[index]
    return token.value if token else None


EDIT_COLUMNS: tuple[Column, ...] = (
    Column("config", "text", lambda edit, _: edit.side.label),
    Column("edit", "word", lambda edit, _: edit.edit),
    Column("stage", "count", lambda edit, _: edit.place.stage),
    Column("token_before", "text", lambda edit, _: _value(edit, 0)),
    Column("token_after", "text", lambda edit, _: _value(edit, edit.number)),
    Column("position_before", "count", lambda edit, _: edit.place.positions[0]),
    Column("position_after", "count", lambda edit, _: edit.place.positions[edit.number]),
)
EDIT_PRIORITY = (
    "edit",
    "token_before",
    "token_after",
    "config",
    "stage",
    "position_before",
    "position_after",
)


def _config(side: Side) -> dict[str, Any]:
    return {
        "label": side.label,
        "config": side.config.document(),
        "input": list(side.plan.input_shape),
    }


def figure_record(row: FigureRow) -> dict[str, Any]:
    """The JSON object of a quantity."""
    places = range(len(row.values))
    return {
        "values": list(map(listed, row.values)),
        "differences": [row.difference(index) for index in places],
        "ratios": [row.ratio(index) for index in places],
    }


def _json(field: str, config: Config) -> Any:
    value = getattr(config, field)
    return list(value) if isinstance(value, tuple) else value


def _place(place: Place) -> dict[str, Any]:
    tokens = [token.value if token else None for token in place.tokens]
    return {"stage": place.stage, "tokens": tokens, "positions": list(place.positions)}


def headings(compared: Sequence[Side], words: Words) -> Iterator[Line]:
    """The heading of each network, after its label."""
    width = max(cell_width(side.label) for side in compared)
    for side in compared:
        title = next(heading(side.plan, words))
        padding = " " * (width - cell_width(side.label))
        yield line((side.label + padding, "name"), "  ", *title.spans)


def _aligned(compared: Sequence[Side], places: Sequence[Place], words: Words) -> Iterator[Line]:
    """The lists aligned, stage by stage, then the differences in one line per list."""
    if all(place.edit(index) == "same" for place in places for index in range(len(compared))):
        yield line(words("compare_same"))
        return
    yield line((words("compare_tokens"), "title"))
    if len(places) > MAX_PLACES:
        yield line(words("compare_long", count=f"{len(places):,}"))
        return
    labels = max(cell_width(side.label) for side in compared)
    stages = sorted({place.stage for place in places})
    lead = max(cell_width(words("group_stage", stage=stage)) for stage in stages)
    for stage in stages:
        own = [place for place in places if place.stage == stage]
        title = words("group_stage", stage=stage)
        for index, side in enumerate(compared):
            if index and all(place.edit(index) in ("same", "") for place in own):
                continue
            first = title if not index else ""
            padding = " " * (labels - cell_width(side.label))
            yield line(
                (f"  {first}{' ' * (lead - cell_width(first))}  ", "faint"),
                (side.label + padding, "name"),
                *_tokens(own, index),
            )
    yield line()
    for index, side in enumerate(compared[1:], 1):
        yield line(
            (f"{compared[0].label} → {side.label}  ", "name"), _differences(places, index, words)
        )


def _tokens(places: Sequence[Place], index: int) -> Iterator[Span]:
    """One network's tokens, in columns as wide as needed for all networks."""
    for place in places:
        width = max(len(token.text) for token in place.tokens if token) + 1
        token = place.tokens[index]
        edit = place.edit(index)
        sign, style = _SIGNS.get(edit, (" ", ""))
        if edit == "dropped":
            token = place.tokens[0]
        text = f"{sign}{token.text}" if token else ""
        yield f"  {text:<{width}}", style


def _differences(places: Sequence[Place], index: int, words: Words) -> str:
    """Which tokens were inserted, removed and changed, and in which stages."""
    by_stage: dict[tuple[str, int], list[str]] = {}
    for place in places:
        edit = place.edit(index)
        if edit in _SIGNS:
            before, after = place.tokens[0], place.tokens[index]
            text = " → ".join(token.text for token in (before, after) if token)
            by_stage.setdefault((edit, place.stage), []).append(text)
    stages: dict[tuple[str, str], list[str]] = {}
    for (edit, stage), texts in by_stage.items():
        stages.setdefault((edit, ", ".join(texts)), []).append(str(stage))
    parts = [
        words.plural(f"edit_{edit}", len(numbers), tokens=tokens, stages=", ".join(numbers))
        for (edit, tokens), numbers in stages.items()
    ]
    return "; ".join(parts) or words("compare_same")
