"""The output of ``layer``: selected layers, with the calculation of every number."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from vgginspect.analysis.activation import activation_code
from vgginspect.analysis.adaptive_windows import Windows
from vgginspect.analysis.arithmetic import Figure, figures
from vgginspect.analysis.lookup import Found
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan
from vgginspect.network.rules import FLOAT32_BYTES, AdaptiveAvgPool2d
from vgginspect.report.columns import (
    LAYER_COLUMNS,
    LAYER_PRIORITY,
    LAYER_TABLE,
    Column,
    named,
    record,
)
from vgginspect.report.json_document import network_fields
from vgginspect.report.model import Line, Report, Span, Table, line, with_columns
from vgginspect.shape import Shape, shape_text
from vgginspect.views.phrases import heading, labelled, pool_lines, separated, tokens_text
from vgginspect.views.trace import branch_reason


class LayerFigure(NamedTuple):
    """One number of one layer."""

    layer: Layer
    figure: Figure


def _of_layer(column: Column) -> Column:
    value: Callable[[Layer, Any], Any] = column.value
    return column._replace(value=lambda found, plan: value(found.layer, plan))


def _token(found: Found, _: Any) -> Any:
    return found.step.token if found.step else None


def _activation(found: Found, plan: Plan) -> str | None:
    """The expression for the output; None for a network in Python, whose forward is its own."""
    return activation_code(found.layer, plan) if plan.config else None


def _path(layer: Layer | None) -> str | None:
    return layer.path if layer else None


#: A layer's columns, plus its token and neighbours.
FOUND_COLUMNS: tuple[Column, ...] = (
    *map(_of_layer, LAYER_COLUMNS),
    Column("token", "text", _token),
    Column("param_bytes", "megabytes", lambda found, _: FLOAT32_BYTES * found.layer.params),
    Column("previous", "text", lambda found, _: _path(found.previous)),
    Column("next", "text", lambda found, _: _path(found.next)),
    Column(
        "activation_code",
        "text",
        lambda found, plan: activation_code(found.layer, plan) if plan.config else None,
    ),
)

#: ``figure`` is the JSON name, ``meaning`` the displayed name.
FIGURE_COLUMNS: tuple[Column, ...] = (
    Column("name", "text", lambda row, _: row.layer.name),
    Column("figure", "text", lambda row, _: row.figure.name),
    Column("meaning", "text", lambda row, words: words(f"figure_{row.figure.name}")),
    Column("formula", "formula", lambda row, _: row.figure.formula),
    Column("expression", "formula", lambda row, _: row.figure.expression),
    Column("value", "count", lambda row, _: row.figure.value),
    Column("calculation", "formula", lambda row, _: row.figure.text),
    Column("rule", "explained", lambda row, words: _rule(row.figure, words)),
)
FIGURE_PRIORITY = ("meaning", "calculation", "name", "rule")


def _rule(figure: Figure, words: Words) -> tuple[str, str]:
    """The formula and the note, or one of them."""
    if not figure.note:
        return figure.formula, ""
    return figure.formula if figure.expression else "", words(figure.note)


def layer_object(found: Found, plan: Plan) -> dict[str, Any]:
    """The JSON object of a layer, with its token, neighbours and calculations."""
    arithmetic = {
        figure.name: {
            "formula": figure.formula,
            "expression": figure.expression,
            "value": figure.value,
        }
        for figure in figures(found.layer, found.previous)
    }
    return record(FOUND_COLUMNS, found, plan) | {"arithmetic": arithmetic}


def report(plan: Plan, found: Sequence[Found], words: Words, columns: str | None = None) -> Report:
    """The Report of some layers.

    Raises:
        ConfigError: no table has a column of that name.
    """
    shown = named(FOUND_COLUMNS, LAYER_TABLE)
    layers = Table("layers", FOUND_COLUMNS, LAYER_PRIORITY, lambda: iter(found), plan, shown=shown)
    tables = with_columns((layers, _arithmetic(found, words)), columns)

    def body() -> Iterator[Line | Table]:
        if columns is not None:
            yield from separated(tables)
            return
        yield next(heading(plan, words))
        for entry in found:
            yield line()
            yield from _lines(entry, plan, words)
            yield line()
            table = _arithmetic([entry], words)
            # The layer's name is in the heading above.
            yield table._replace(shown=table.columns[1:])
        yield line()
        formulas = (
            figure.formula for entry in found for figure in figures(entry.layer, entry.previous)
        )
        sides = ["layer_sides"] if any("k_H" in formula for formula in formulas) else []
        for message in ("layer_symbols", *sides):
            yield from (line((row, "faint")) for row in words(message).splitlines())

    def objects() -> Iterator[dict[str, Any]]:
        return (layer_object(entry, plan) for entry in found)

    document = {**network_fields(plan), "layers": objects}
    return Report(words, document, objects, tables, body, columns is not None)


def _arithmetic(found: Sequence[Found], words: Words) -> Table:
    def rows() -> Iterator[LayerFigure]:
        return (
            LayerFigure(entry.layer, figure)
            for entry in found
            for figure in figures(entry.layer, entry.previous)
        )

    return Table("arithmetic", FIGURE_COLUMNS, FIGURE_PRIORITY, rows, words, stays=2)


def _lines(found: Found, plan: Plan, words: Words) -> Iterator[Line]:
    """A layer's heading, and a labelled line for each property that is not a number."""
    layer = found.layer
    yield line((layer.name, "heading"), f"  {layer.path}  ", (layer.repr, "name"))
    entries: list[tuple[str, Sequence[str | Span]]] = [
        (words("layer_made_by"), _made_by(found, plan, words)),
        (words("layer_between"), _between(found, words)),
        (words("layer_shape"), [f"{_shape(layer.input_shape)} → {_shape(layer.output_shape)}"]),
    ]
    entries += [(words("layer_windows"), [text]) for text in _windows(layer, words)]
    state = " · ".join(f"{key} {_shape(shape)}" for key, shape in layer.state_dict.items())
    if state:
        entries.append((words("layer_state_dict"), [state]))
    if plan.config is not None:
        entries.append((words("layer_activation"), [(activation_code(layer, plan), "new")]))
    if layer.line is not None:
        entries.append((words("column_line"), [layer.line]))
    yield from labelled(entries)


def _made_by(found: Found, plan: Plan, words: Words) -> list[str | Span]:
    step = found.step
    if step is None:
        return [words("layer_head" if plan.config else "group_head")]
    key = "layer_token" if step.tokens else "layer_step"
    token = (words(key, step=step.step, token=tokens_text(step.tokens)), "token")
    return [token, "  ", branch_reason(step, words)]


def _between(found: Found, words: Words) -> list[str | Span]:
    before = found.previous.name if found.previous else words("layer_input")
    after = found.next.name if found.next else words("layer_output")
    return [f"{before} → ", (found.layer.name, "heading"), f" → {after}"]


def _windows(layer: Layer, words: Words) -> Iterator[str]:
    if isinstance(layer.rule, AdaptiveAvgPool2d):
        sides = zip(layer.input_shape[1:], layer.rule.output_size, strict=True)
        height, width = (Windows(size, output) for size, output in sides)
        yield from pool_lines(height, width, words)


def _shape(shape: Shape) -> str:
    return shape_text(shape) or "scalar"
