"""The output of ``--explain``: feature-map sizes, other input sizes, and common adaptations."""

from collections.abc import Iterator
from math import prod
from typing import Any

from vgginspect.analysis.adaptations import Adaptation, adaptations
from vgginspect.analysis.adaptive_windows import Windows
from vgginspect.analysis.sizes import (
    REFERENCE,
    Resizing,
    Size,
    at_sizes,
    common_sizes,
    resizings,
    size_of,
)
from vgginspect.cfg.config import Config
from vgginspect.lang import Words
from vgginspect.network.grow import grow, smallest_input
from vgginspect.report.columns import Column, listed, of_totals, record
from vgginspect.report.model import Line, Report, Table, line
from vgginspect.shape import pair, shape_text
from vgginspect.views.phrases import labelled, pool_lines


def explained(report: Report, config: Config) -> Report:
    """A Report with the explanation appended, in all formats that can contain it."""
    words = report.words

    def body() -> Iterator[Line | Table]:
        yield from report.body()
        yield line()
        yield from _lines(config, words)
        for table in tables:
            yield line()
            yield table
        if len(tables) > 1:
            yield line()
            yield from _code(config, words)

    tables: tuple[Table, ...] = (
        Table("sizes", SIZE_COLUMNS, SIZE_PRIORITY, lambda: _sizes(config), words),
        Table(
            "adaptations",
            ADAPTATION_COLUMNS,
            ADAPTATION_PRIORITY,
            lambda: adaptations(config),
            words,
            stays=3,
        ),
    )
    tables = tuple(table for table in tables if next(table.rows(), None))
    return report._replace(
        document={**report.document, "explanation": lambda: explanation(config)},
        tables=report.tables + tables,
        body=body,
    )


def explanation(config: Config) -> dict[str, Any]:
    """The JSON object of the explanation."""
    here = size_of(config)
    resized = list(resizings(grow(config)))
    return {
        "pools": [_resizing_object(layer) for layer in resized if layer.is_pool],
        "resized": [_resizing_object(layer) for layer in resized],
        "map": list(here.map_shape),
        "avgpool": {
            name: None if windows is None else _window_object(windows)
            for name, windows in (("height", here.height), ("width", here.width))
        },
        "classifier_inputs": None if config.features_only else here.classifier_inputs,
        "smallest_input": listed(smallest_input(config)),
        "sizes": [record(SIZE_COLUMNS, size, None) for size in _sizes(config)],
        "adaptations": [
            record(ADAPTATION_COLUMNS[1:], change, None) for change in adaptations(config)
        ],
    }


def _resizing_object(resizing: Resizing) -> dict[str, Any]:
    return {
        "path": resizing.layer.path,
        "name": resizing.layer.name,
        "before": list(resizing.before),
        "after": list(resizing.after),
        "unread": list(resizing.unread),
    }


def _window_object(windows: Windows) -> dict[str, Any]:
    return {
        "size": windows.size,
        "output": windows.output,
        "kind": windows.kind,
        "windows": [list(span) for span in windows.spans()],
    }


def _sizes(config: Config) -> Iterator[Size]:
    return at_sizes(config, common_sizes(config))


def _pooled(size: Size, words: Words | None) -> str:
    kinds = size.kinds or (("flat",) if size.totals.linear_layers else ())
    return ", ".join(words(f"pooled_{kind}") if words else kind for kind in kinds)


SIZE_COLUMNS: tuple[Column, ...] = (
    Column("input", "shape", lambda size, _: list(size.input_shape)),
    Column("map", "shape", lambda size, _: list(size.map_shape)),
    Column("pooled", "text", _pooled),
    *of_totals("params", "macs", "activation_bytes"),
)
SIZE_PRIORITY = ("input", "map", "macs", "activation_bytes", "params", "pooled")

ADAPTATION_COLUMNS: tuple[Column, ...] = (
    Column("change", "text", lambda change, words: words(f"adaptation_{change.name}")),
    Column("adaptation", "text", lambda change, _: change.name),
    Column("added", "list", lambda change, _: [token.value for token in change.added]),
    Column("options", "text", lambda change, _: change.options),
    Column("params", "count", lambda change, _: change.plan.totals.params),
    Column("macs", "millions", lambda change, _: change.plan.totals.macs),
    Column("activation_bytes", "megabytes", lambda change, _: change.plan.totals.activation_bytes),
    Column("code", "list", lambda change, _: list(change.code)),
)
ADAPTATION_PRIORITY = ("change", "options", "added", "params", "macs", "activation_bytes")


def _lines(config: Config, words: Words) -> Iterator[Line]:
    """The effect of the input size, one line per part."""
    here = size_of(config)
    shape = shape_text(config.input_shape)
    yield line((words("explain_title", shape=shape), "heading"))
    yield from labelled(list(_entries(config, here, words)))


def _entries(config: Config, here: Size, words: Words) -> Iterator[tuple[str, str]]:
    resized = list(resizings(grow(config)))
    if resized:
        chain = [resized[0].before, *(layer.after for layer in resized)]
        pools = all(layer.is_pool for layer in resized)
        label = words("explain_pools" if pools else "explain_resized")
        yield label, " → ".join(map(_side, chain))
    cut = [_cut(layer, words) for layer in resized if any(layer.unread)]
    if cut:
        yield words("explain_unread"), words("explain_cut", pools=", ".join(cut))
    yield words("explain_map"), shape_text(here.map_shape)
    if config.features_only:
        yield words("explain_head"), words("explain_no_head")
    else:
        yield from _head(config, here, words)
    yield words("explain_smallest"), shape_text(pair(smallest_input(config)))
    yield from _cost(config, here, words)


def _head(config: Config, here: Size, words: Words) -> Iterator[tuple[str, str]]:
    first = grow(config).classifier[0].name
    if here.height is None or here.width is None:
        numbers = f"{here.classifier_inputs:,}"
        text = words("explain_flat", name=first, shape=shape_text(here.map_shape), numbers=numbers)
        yield words("explain_head"), text
        return
    for text in pool_lines(here.height, here.width, words):
        yield words("explain_avgpool"), text
    made_of = prod(here.map_shape)
    if made_of < here.classifier_inputs:
        numbers, fewer = f"{here.classifier_inputs:,}", f"{made_of:,}"
        text = words("explain_reads", name=first, numbers=numbers, fewer=fewer)
        yield words("explain_head"), text


def _cut(resizing: Resizing, words: Words) -> str:
    rows, columns = resizing.unread
    parts = [words.plural("rows", rows)] if rows else []
    if columns:
        parts.append(words.plural("columns", columns))
    return f"{resizing.layer.name} {' + '.join(parts)}"


def _cost(config: Config, here: Size, words: Words) -> Iterator[tuple[str, str]]:
    """MACs and memory compared with the reference input size."""
    for reference in at_sizes(config, [(REFERENCE, REFERENCE)]):
        if reference.input_shape != config.input_shape:
            macs, held = (
                f"×{own / other:,.3f}"
                for own, other in (
                    (here.totals.macs or 0, reference.totals.macs or 1),
                    (here.totals.activation_bytes, reference.totals.activation_bytes),
                )
            )
            shape = shape_text(reference.input_shape)
            yield words("explain_cost"), words("explain_ratio", shape=shape, macs=macs, held=held)


def _code(config: Config, words: Words) -> Iterator[Line]:
    """The PyTorch code of each adaptation, for an existing model."""
    yield line((words("explain_code"), "title"))
    changes: list[Adaptation] = list(adaptations(config))
    for change in changes:
        yield line((f"  # {words(f'adaptation_{change.name}')}", "faint"))
        for row in change.code:
            yield line((f"  {row}", "new"))


def _side(size: tuple[int, int]) -> str:
    height, width = size
    return str(height) if height == width else f"{height}×{width}"
