"""The output of ``configs``: every named configuration, with and without batch norm."""

from collections.abc import Callable, Iterator

from vgginspect.cfg.config import CONFIGS
from vgginspect.cfg.published_weights import published
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


def _published(field: str) -> Callable[[Plan, object], str | float | None]:
    def value(plan: Plan, _: object) -> str | float | None:
        weights = published(plan.config_for("a row of configs"))
        return None if weights is None else getattr(weights, field)

    return value


#: ``config`` is what to write as CONFIG; ``arithmetic`` is convolutional + linear layers.
CONFIG_COLUMNS: tuple[Column, ...] = (
    Column("config", "text", _text),
    Column("model", "text", lambda plan, _: plan.config.model),
    Column("batch_norm", "flag", lambda plan, _: plan.config.batch_norm),
    *of_totals("conv_layers", "linear_layers", "depth"),
    Column("arithmetic", "formula", _arithmetic),
    *of_totals("layers", "params", "macs"),
    Column("tokens", "list", _tokens),
    Column("weights", "text", _published("name")),
    Column("top1", "decimal", _published("top1")),
    Column("top5", "decimal", _published("top5")),
    Column("file_megabytes", "decimal", _published("megabytes")),
)
CONFIG_PRIORITY = (
    *("config", "model", "arithmetic", "params", "macs", "top1", "tokens", "layers"),
    *("top5", "file_megabytes", "weights"),
)


def plans() -> Iterator[Plan]:
    """The Plans of all named configurations, each without and with batch norm."""
    for config in CONFIGS.values():
        for batch_norm in (False, True):
            yield grow(config._replace(batch_norm=batch_norm))


#: The columns of torchvision's published weights.
_PUBLISHED = frozenset({"weights", "top1", "top5", "file_megabytes"})


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
        if _PUBLISHED & {column.name for column in tables[0].columns}:
            yield Line(((words("configs_weights"), "faint"),), _PUBLISHED)

    def records() -> Iterator[dict[str, object]]:
        return (record(CONFIG_COLUMNS, plan, None) for plan in plans())

    document = {"schema": lambda: SCHEMA, "configs": records}
    return Report(words, document, records, tables, body, columns is not None)
