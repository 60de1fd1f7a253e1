"""The columns: every figure that a table, CSV, Markdown or JSON shows, named and made once.

A new column is one entry here, with its title in ``lang``. ``name`` is its JSON field and
what ``--columns`` takes.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from vgginspect.errors import ConfigError
from vgginspect.network.plan import Layer, Plan, Step

Value = Any

#: Kinds of column whose cells are numbers.
_NUMBERS = {"count", "millions", "megabytes", "share", "size", "difference", "ratio"}


#: Importance of what a row is about: such columns stay on any terminal, and lines go on below.
ESSENTIAL = 100


class Column(NamedTuple):
    """One column of rows of one kind.

    ``value`` takes the row's item and what it is part of (a Plan, mostly) and gives what JSON
    shows. ``kind`` says how a table writes it: ``text``, ``count``, ``millions``,
    ``megabytes``, ``shape``, ``size``, ``share``, ``difference``, ``ratio``, ``flag``, ``list``
    or ``mapping``. On a narrow terminal the least ``importance`` goes first, down to those that
    are ``ESSENTIAL``. ``usual`` columns stand in a table unless others are asked for.
    """

    name: str
    kind: str
    value: Callable[[Any, Any], Value]
    importance: int = 0
    usual: bool = False

    @property
    def is_number(self) -> bool:
        """Whether cells are aligned to the right."""
        return self.kind in _NUMBERS

    @property
    def flat(self) -> bool:
        """Whether a cell can hold it; a mapping is for JSON alone."""
        return self.kind != "mapping"


def _index(layer: Layer, _: Any) -> int | None:
    _, _, index = layer.path.rpartition(".")
    return int(index) if index.isdecimal() else None


def _spatial_size(layer: Layer, _: Any) -> list[int] | None:
    return list(layer.output_shape[1:]) or None


def _share(layer: Layer, plan: Plan) -> float:
    return round(layer.params / (plan.totals.params or 1), 6)


#: The layers, in the order of the JSON contract; what it does not name comes behind.
LAYER_COLUMNS: tuple[Column, ...] = (
    Column("path", "text", lambda layer, _: layer.path, 80, True),
    Column("name", "text", lambda layer, _: layer.name, 100, True),
    Column("type", "text", lambda layer, _: layer.type, 90, True),
    Column("repr", "text", lambda layer, _: layer.repr),
    Column("step", "count", lambda layer, _: layer.step),
    Column("stage", "count", lambda layer, _: layer.stage),
    Column("input_shape", "shape", lambda layer, _: list(layer.input_shape)),
    Column("output_shape", "shape", lambda layer, _: list(layer.output_shape)),
    Column("in_channels", "count", lambda layer, _: layer.in_channels, 50, True),
    Column("out_channels", "count", lambda layer, _: layer.out_channels, 92, True),
    Column("params", "count", lambda layer, _: layer.params, 95, True),
    Column("trainable_params", "count", lambda layer, _: layer.trainable_params),
    Column("macs", "millions", lambda layer, _: layer.macs, 70, True),
    Column("receptive_field", "count", lambda layer, _: layer.receptive_field, 60, True),
    Column("jump", "count", lambda layer, _: layer.jump),
    Column("activation_bytes", "megabytes", lambda layer, _: layer.activation_bytes, 55, True),
    Column(
        "state_dict",
        "mapping",
        lambda layer, _: {key: list(shape) for key, shape in layer.state_dict.items()},
    ),
    Column("index", "count", _index),
    Column("kernel_size", "count", lambda layer, _: layer.rule.kernel_size, 45, True),
    Column("stride", "count", lambda layer, _: layer.rule.stride, 42, True),
    Column("padding", "count", lambda layer, _: layer.rule.padding, 41, True),
    Column("dilation", "count", lambda layer, _: layer.rule.dilation),
    Column("spatial_size", "size", _spatial_size, 93, True),
    Column("share", "share", _share, 40, True),
)

#: How a table orders the layers' usual columns: what it is, what it does, what it costs.
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

#: The steps, in the order of the JSON contract; what it does not name comes behind.
STEP_COLUMNS: tuple[Column, ...] = (
    Column("step", "count", lambda step, _: step.step, 100, True),
    Column("token", "text", lambda step, _: step.token, 99, True),
    Column("branch", "text", lambda step, _: step.branch, 40, True),
    Column("stage", "count", lambda step, _: step.stage, 30, True),
    Column("in_channels_before", "count", lambda step, _: step.in_channels_before, 70, True),
    Column("in_channels_after", "count", lambda step, _: step.in_channels_after, 80, True),
    Column("layers_before", "count", lambda step, _: step.layers_before, 60, True),
    Column("layers_after", "count", lambda step, _: step.layers_after, 75, True),
    Column("appended", "list", lambda step, _: list(step.appended), 50, True),
    Column("output_shape", "shape", lambda step, _: list(step.output_shape), 90, True),
    Column("input_shape", "shape", lambda step, _: list(step.input_shape)),
    Column("params", "count", lambda step, _: sum(layer.params for layer in step.layers)),
    Column("macs", "millions", lambda step, _: sum(layer.macs for layer in step.layers)),
)


def record(columns: Iterable[Column], item: Any, of: Any) -> dict[str, Value]:
    """The JSON object of one row."""
    return {column.name: column.value(item, of) for column in columns}


def layer_document(layer: Layer, plan: Plan) -> dict[str, Value]:
    """The JSON object of a layer, as the contract has it."""
    return record(LAYER_COLUMNS, layer, plan)


def step_document(step: Step, plan: Plan) -> dict[str, Value]:
    """The JSON object of a step, as the contract has it."""
    return record(STEP_COLUMNS, step, plan)


def usual(columns: tuple[Column, ...], order: Iterable[str] = ()) -> tuple[Column, ...]:
    """The columns a table shows unless told otherwise, in the given or their own order."""
    by_name = {column.name: column for column in columns}
    return tuple(by_name[name] for name in order) or tuple(
        column for column in columns if column.usual
    )


def split_names(text: str) -> list[str]:
    """Read the value of ``--columns``.

    Raises:
        ConfigError: no name in it.
    """
    names = [name.strip().lower().replace("-", "_") for name in text.split(",") if name.strip()]
    if not names:
        raise ConfigError("--columns needs the names of columns, such as name,params")
    return names


def _called(names: Iterable[str]) -> dict[str, str]:
    """What columns may be called: their names, and the titles they have in a table."""
    from vgginspect.lang import words

    titles = words().matching("column_")
    return {titles.get(name, name).lower(): name for name in names} | {name: name for name in names}


def choose(names: list[str], tables: Iterable[tuple[Column, ...]]) -> list[tuple[Column, ...]]:
    """Pick the named columns of each table; a name must be in at least one of them.

    Raises:
        ConfigError: a name that no table has; the message lists those there are.
    """
    tables = list(tables)
    by_name: dict[str, Column] = {
        column.name: column for columns in tables for column in columns if column.flat
    }
    for name in names:
        if name not in by_name:
            from vgginspect.text.suggest import suggestion

            raise ConfigError(
                f"unknown column {name!r}{suggestion(name, _called(by_name))}\n"
                f"  the columns are {', '.join(by_name)}"
            )
    return [
        tuple(own[name] for name in names if name in own)
        for own in ({column.name: column for column in columns} for columns in tables)
    ]
