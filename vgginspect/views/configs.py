"""The output of ``configs``: every named configuration, with and without batch norm."""

from collections.abc import Iterator

from vgginspect.cfg.config import CONFIGS
from vgginspect.lang import Words
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.report.columns import Column, record
from vgginspect.report.json_document import SCHEMA
from vgginspect.report.model import Line, Report, Table, line, with_columns


def _text(plan: Plan, _: object) -> str:
    config = plan.config_for("a row of configs")
    return config.name + ("+bn" if config.batch_norm else "")


def _arithmetic(plan: Plan, _: object) -> str:
    totals = plan.totals
    return f"{totals.conv_layers} + {totals.linear_layers} = {totals.depth}"


def _tokens(plan: Plan, _: object) -> list[int | str]:
    return [token.value for token in plan.config_for("a row of configs").tokens]


#: ``config`` is what to write as CONFIG; ``arithmetic`` is convolutional + linear layers.
CONFIG_COLUMNS: tuple[Column, ...] = (
    Column("config", "text", _text),
    Column("model", "text", lambda plan, _: plan.config.model),
    Column("batch_norm", "flag", lambda plan, _: plan.config.batch_norm),
    Column("conv_layers", "count", lambda plan, _: plan.totals.conv_layers),
    Column("linear_layers", "count", lambda plan, _: plan.totals.linear_layers),
    Column("depth", "count", lambda plan, _: plan.totals.depth),
    Column("arithmetic", "text", _arithmetic),
    Column("layers", "count", lambda plan, _: plan.totals.layers),
    Column("params", "count", lambda plan, _: plan.totals.params),
    Column("macs", "millions", lambda plan, _: plan.totals.macs),
    Column("tokens", "list", _tokens),
)
CONFIG_PRIORITY = ("config", "model", "arithmetic", "params", "macs", "tokens", "layers")


def plans() -> Iterator[Plan]:
    """The Plans of all named configurations, each without and with batch norm."""
    for config in CONFIGS.values():
        for batch_norm in (False, True):
            yield grow(config._replace(batch_norm=batch_norm))


def report(words: Words, columns: str | None = None) -> Report:
    """The Report of all named configurations.

    Raises:
        ConfigError: ``columns`` names an unknown column.
    """
    table = Table("configs", CONFIG_COLUMNS, CONFIG_PRIORITY, plans)
    tables = with_columns((table,), columns)

    def body() -> Iterator[Line | Table]:
        yield from tables
        yield line()
        yield line((words("configs_note"), "faint"))

    def records() -> Iterator[dict[str, object]]:
        return (record(CONFIG_COLUMNS, plan, None) for plan in plans())

    document = {"schema": lambda: SCHEMA, "configs": records}
    return Report(words, document, records, tables, body, columns is not None)
