"""The output of ``configs``: every named configuration, with and without batch norm."""

from collections.abc import Iterator

from vgginspect.cfg.config import CONFIGS
from vgginspect.lang import Words
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.report.columns import Column, of_totals, record
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
    *of_totals("conv_layers", "linear_layers", "depth"),
    Column("arithmetic", "formula", _arithmetic),
    *of_totals("layers", "params", "macs"),
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
