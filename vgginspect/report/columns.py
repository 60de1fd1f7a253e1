"""All columns: every value shown in tables, CSV, Markdown or JSON, defined once.

A new column is one entry here, with its title in ``lang``. ``name`` is the JSON field and the name
for ``--columns``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan, Step, Totals, sum_known
from vgginspect.shape import Sides

Value = Any

#: Kinds of column whose cells are numbers.
_NUMBERS = {
    *("count", "decimal", "millions", "megabytes", "share", "size", "sides", "difference"),
    "ratio",
}


class Column(NamedTuple):
    """One column of rows of one kind.

    ``value(item, owner)`` returns the JSON value; ``owner`` is usually the Plan. ``kind`` is its
    format in a table: ``text``, ``count``, ``decimal``, ``millions``, ``megabytes``, ``shape``,
    ``size``, ``sides`` (one number, or height and width if they differ), ``share``,
    ``difference``, ``ratio``, ``flag``, ``formula``, ``list`` or ``mapping``.
    """

    name: str
    kind: str
    value: Callable[[Any, Any], Value]

    @property
    def is_number(self) -> bool:
        """Whether cells are aligned to the right."""
        return self.kind in _NUMBERS

    @property
    def flat(self) -> bool:
        """Whether the value fits in a table cell; mappings are only in JSON."""
        return self.kind != "mapping"


def _index(layer: Layer, _: Any) -> int | None:
    _, _, index = layer.path.rpartition(".")
    return int(index) if index.isdecimal() else None


def listed(value: Sides | None) -> int | list[int] | None:
    """A number, or height and width as a list, as in JSON."""
    return list(value) if isinstance(value, tuple) else value


def _spatial_size(layer: Layer, _: Any) -> list[int] | None:
    return list(layer.output_shape[1:]) or None


def share(part: Layer | Totals, plan: Plan) -> float:
    """The fraction of the network's parameters, from 0 to 1."""
    return round(part.params / (plan.totals.params or 1), 6)


#: The columns of totals that are not of kind ``count``.
_TOTALS = {
    "macs": "millions",
    **dict.fromkeys(("param_bytes", "activation_bytes", "saved_bytes"), "megabytes"),
}


def of_totals(*fields: str) -> Iterator[Column]:
    """Columns for these fields of an item's ``totals``."""
    return (Column(field, _TOTALS.get(field, "count"), _total(field)) for field in fields)


def _total(field: str) -> Callable[[Any, Any], int]:
    position = Totals._fields.index(field)
    return lambda row, _: row.totals[position]


#: Layer columns: first the JSON fields, in JSON order, then the others.
LAYER_COLUMNS: tuple[Column, ...] = (
    Column("path", "text", lambda layer, _: layer.path),
    Column("name", "text", lambda layer, _: layer.name),
    Column("type", "text", lambda layer, _: layer.type),
    Column("repr", "text", lambda layer, _: layer.repr),
    Column("step", "count", lambda layer, _: layer.step),
    Column("stage", "count", lambda layer, _: layer.stage),
    Column("input_shape", "shape", lambda layer, _: list(layer.input_shape)),
    Column("output_shape", "shape", lambda layer, _: list(layer.output_shape)),
    Column("in_channels", "count", lambda layer, _: layer.in_channels),
    Column("out_channels", "count", lambda layer, _: layer.out_channels),
    Column("params", "count", lambda layer, _: layer.params),
    Column("trainable_params", "count", lambda layer, _: layer.trainable_params),
    Column("macs", "millions", lambda layer, _: layer.macs),
    Column("receptive_field", "sides", lambda layer, _: listed(layer.receptive_field)),
    Column("jump", "sides", lambda layer, _: listed(layer.jump)),
    Column("activation_bytes", "megabytes", lambda layer, _: layer.activation_bytes),
    Column("saved_bytes", "megabytes", lambda layer, _: layer.saved_bytes),
    Column(
        "state_dict",
        "mapping",
        lambda layer, _: {key: list(shape) for key, shape in layer.state_dict.items()},
    ),
    Column("line", "text", lambda layer, _: layer.line),
    Column("index", "count", _index),
    Column("kernel_size", "sides", lambda layer, _: listed(layer.rule.kernel_size)),
    Column("stride", "sides", lambda layer, _: listed(layer.rule.stride)),
    Column("padding", "sides", lambda layer, _: listed(layer.rule.padding)),
    Column("dilation", "sides", lambda layer, _: listed(layer.rule.dilation)),
    Column("ceil_mode", "flag", lambda layer, _: layer.rule.kwargs.get("ceil_mode")),
    Column("spatial_size", "size", _spatial_size),
    Column("share", "share", share),
)

#: Order of the default layer columns in a table: identity, shape, cost.
LAYER_TABLE = (
    "path",
    "name",
    "type",
    "kernel_size",
    "stride",
    "padding",
    "in_channels",
    "out_channels",
    "spatial_size",
    "params",
    "share",
    "macs",
    "receptive_field",
    "activation_bytes",
)

#: Shown after ``padding`` only if a layer has another value than this.
RARE = {"dilation": 1, "ceil_mode": False}

#: The same, by importance.
LAYER_PRIORITY = (
    "name",
    "params",
    "spatial_size",
    "out_channels",
    "type",
    "path",
    "macs",
    "receptive_field",
    "activation_bytes",
    "in_channels",
    "kernel_size",
    "stride",
    "padding",
    "share",
)

#: Step columns: first the JSON fields, in JSON order, then the others.
STEP_COLUMNS: tuple[Column, ...] = (
    Column("step", "count", lambda step, _: step.step),
    Column("token", "text", lambda step, _: step.token),
    Column("branch", "text", lambda step, _: step.branch),
    Column("stage", "count", lambda step, _: step.stage),
    Column("in_channels_before", "count", lambda step, _: step.in_channels_before),
    Column("in_channels_after", "count", lambda step, _: step.in_channels_after),
    Column("layers_before", "count", lambda step, _: step.layers_before),
    Column("layers_after", "count", lambda step, _: step.layers_after),
    Column("appended", "list", lambda step, _: list(step.appended)),
    Column("output_shape", "shape", lambda step, _: list(step.output_shape)),
    Column("input_shape", "shape", lambda step, _: list(step.input_shape)),
    Column("params", "count", lambda step, _: sum(layer.params for layer in step.layers)),
    Column("macs", "millions", lambda step, _: sum_known(layer.macs for layer in step.layers)),
)
STEP_PRIORITY = (
    "step",
    "token",
    "output_shape",
    "in_channels_after",
    "layers_after",
    "in_channels_before",
    "layers_before",
    "appended",
    "branch",
    "stage",
)


#: Kinds of layer for ``--only``.
KINDS = ("conv", "bn", "relu", "pool", "lrn", "fc", "drop")


def of_kinds(text: str | None) -> Callable[[Layer], bool]:
    """Whether a layer is of one of the kinds of ``--only``; None for all.

    Raises:
        ConfigError: an unknown kind, or none.
    """
    if text is None:
        return lambda layer: True
    kinds = chosen(text, KINDS, "kind")
    return lambda layer: layer.rule.stem.removeprefix("avg") in kinds


def chosen(text: str, names: Iterable[str], what: str) -> list[str]:
    """The names in the text of ``--only``, separated by commas; ``what`` is the word for one.

    Raises:
        ConfigError: an unknown name, or none.
    """
    given = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = next((name for name in given if name not in names), None)
    if unknown is not None or not given:
        from vgginspect.text.suggest import suggestion

        wrong = f"no {what}"
        if unknown is not None:
            wrong = f"unknown {what} {unknown[:40]!r}{suggestion(unknown, names)}"
        raise ConfigError(f"--only: {wrong}; choose from {', '.join(names)}")
    return given


def record(columns: Iterable[Column], item: Any, of: Any) -> dict[str, Value]:
    """The JSON object of one row."""
    return {column.name: column.value(item, of) for column in columns}


def layer_document(layer: Layer, plan: Plan) -> dict[str, Value]:
    """The JSON object of a layer."""
    return record(LAYER_COLUMNS, layer, plan)


def step_document(step: Step, plan: Plan) -> dict[str, Value]:
    """The JSON object of a step."""
    return record(STEP_COLUMNS, step, plan)


def named(columns: Iterable[Column], names: Iterable[str]) -> tuple[Column, ...]:
    """The columns with these names, in the order of the names; unknown names are skipped."""
    by_name = {column.name: column for column in columns}
    return tuple(by_name[name] for name in names if name in by_name)


def split_names(text: str) -> list[str]:
    """Parse the value of ``--columns``.

    Raises:
        ConfigError: the text contains no name.
    """
    names = [_plain(name) for name in text.split(",") if name.strip()]
    if not names:
        raise ConfigError("--columns needs column names, such as name,params")
    return names


def _headings(columns: Iterable[Column], own: Words | None) -> dict[str, str]:
    """Headings of tables, in any language, with and without unit -> JSON name; the first counts."""
    from vgginspect.lang import LANGUAGES, words

    found: dict[str, str] = {}
    spoken = (*filter(None, [own]), *map(words, LANGUAGES))
    for titles in (language.matching("column_") for language in spoken):
        for column in columns:
            heading = _plain(titles.get(column.name, column.name))
            for text in (heading, heading.partition("_(")[0]):
                found.setdefault(text, column.name)
    return found


def _plain(text: str) -> str:
    return re.sub(r"[-\s]+", "_", text.strip().lower().replace("×", "x"))


def choose(
    names: list[str], tables: Iterable[tuple[Column, ...]], own: Words | None = None
) -> list[tuple[Column, ...]]:
    """Pick the columns of each table by name or heading; at least one must have it.

    ``own`` are words with titles that only these tables have.

    Raises:
        ConfigError: an unknown name; the message lists the available ones.
    """
    tables = list(tables)
    by_name = {column.name: column for columns in tables for column in columns if column.flat}
    if unknown := [name for name in names if name not in by_name]:
        headings = _headings(by_name.values(), own)
        if lost := next((name for name in unknown if name not in headings), None):
            from vgginspect.text.suggest import suggestion

            known = headings | {name: name for name in by_name}
            raise ConfigError(
                f"unknown column {lost!r}{suggestion(lost, known)}\n"
                f"  the columns are {', '.join(by_name)}"
            )
        names = [name if name in by_name else headings[name] for name in names]
    return [named(columns, names) for columns in tables]
