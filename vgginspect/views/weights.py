"""The output of ``weights``: which tensors load, which do not, and why."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from vgginspect.cfg.published_weights import published
from vgginspect.checkpoint.loading_code import obstacle
from vgginspect.checkpoint.weights import LOADS, SHAPE, STATUSES, TensorFit, Weights
from vgginspect.lang import Words
from vgginspect.report.columns import Column, chosen, record
from vgginspect.report.json_document import SCHEMA
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.text.printable import printable


def why(fit: TensorFit, words: Words) -> str | None:
    """The reasons in a line; None without any."""
    values = ({k: _text(v) for k, v in reason.values.items()} for reason in fit.reasons)
    texts = (words(reason.key, **one) for reason, one in zip(fit.reasons, values, strict=True))
    return "; ".join(texts) or None


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else printable(str(value))


def _listed(shape: tuple[int, ...] | None) -> list[int] | None:
    return None if shape is None else list(shape)


#: One row for each tensor.
TENSOR_COLUMNS: tuple[Column, ...] = (
    Column("key", "text", lambda fit, _: printable(fit.key)),
    Column("status", "word", lambda fit, _: fit.status),
    Column("shape", "shape", lambda fit, _: _listed(fit.shape)),
    Column("source_shape", "shape", lambda fit, _: _listed(fit.source_shape)),
    Column("from", "text", lambda fit, _: fit.source and printable(fit.source)),
    Column("why", "text", why),
)
TENSOR_PRIORITY = ("key", "status", "why", "from", "shape", "source_shape")


class _Group(NamedTuple):
    """Tensors with the same status, for the same reason."""

    fits: tuple[TensorFit, ...]
    reason: str

    @property
    def keys(self) -> str:
        """The first and the last key, and how many there are."""
        first, last = printable(self.fits[0].key), printable(self.fits[-1].key)
        if len(self.fits) < 3:
            return ", ".join(printable(fit.key) for fit in self.fits)
        return f"{first} … {last}"


#: What is shown: a row for each group.
_GROUP_COLUMNS: tuple[Column, ...] = (
    Column("status", "word", lambda group, words: words(_status(group.fits[0]))),
    Column("count", "count", lambda group, _: len(group.fits)),
    Column("key", "text", lambda group, _: group.keys),
    Column("why", "text", lambda group, _: group.reason),
)
_GROUP_PRIORITY = ("status", "count", "key", "why")


def _groups(fits: Iterable[TensorFit], words: Words) -> Iterator[_Group]:
    """The tensors in groups, those that load first."""
    groups: dict[tuple[int, str], list[TensorFit]] = {}
    for one in fits:
        key = (STATUSES.index(one.status), _common(one, words) or "")
        groups.setdefault(key, []).append(one)
    for (_, reason), members in sorted(groups.items(), key=lambda item: item[0][0]):
        yield _Group(tuple(members), reason)


def _common(fit: TensorFit, words: Words) -> str | None:
    """The reasons, without the keys and shapes that only one tensor has."""
    if len(fit.reasons) > 1:
        fit = fit._replace(reasons=tuple(r for r in fit.reasons if r.key != "fit_shape"))
    if any(reason.key in ("fit_moved", "fit_named") for reason in fit.reasons):
        named = [reason for reason in fit.reasons if reason.key in ("fit_moved", "fit_named")]
        rest = fit._replace(reasons=tuple(r for r in fit.reasons if r not in named))
        texts = [words(f"{named[0].key}_all"), why(rest, words)]
        return "; ".join(text for text in texts if text)
    return why(fit, words)


def report(
    fit: Weights, words: Words, columns: str | None = None, only: str | None = None
) -> Report:
    """The Report of a comparison; ``only`` are the statuses of the tensors in its table.

    Raises:
        ConfigError: ``columns`` or ``only`` have an unknown name.
    """
    statuses = STATUSES if only is None else chosen(only, STATUSES, "status")
    fits = [one for one in fit.tensors if one.status in statuses]
    table = Table("tensors", TENSOR_COLUMNS, TENSOR_PRIORITY, lambda: iter(fits), words)
    tables = with_columns((table,), columns)
    groups = Table("tensors", _GROUP_COLUMNS, _GROUP_PRIORITY, lambda: _groups(fits, words), words)

    def body() -> Iterator[Line | Table]:
        named = [printable(side.label) for side in (fit.network, fit.source)]
        config = fit.source.config
        identified = f"  ({config.argument})" if config and config.argument != named[1] else ""
        yield line((named[0], "heading"), " ← ", (named[1], "heading"), (identified, "faint"))
        weights = published(config) if config and fit.source.checkpoint is None else None
        if weights:
            figures = {"name": weights.name, "top1": weights.top1, "top5": weights.top5}
            size = f"{weights.megabytes:.0f}"
            yield line((words("weights_published", size=size, **figures), "faint"))
        yield line()
        if columns is None:
            yield groups
        else:
            yield from tables
        yield line()
        loadable = sum(one.fits for one in fit.tensors)
        share = f"{fit.params_loaded:,} / {fit.params:,}"
        beside = fit.source.checkpoint.beside if fit.source.checkpoint else ()
        if beside:
            yield line(words("file_beside", names=", ".join(map(printable, beside))))
        yield line(words("weights_strict" if fit.strict else _verdict(fit)))
        reason = obstacle(fit)
        if reason:
            yield line(words(f"weights_{reason}", source=named[1]))
        elif not fit.strict:
            yield line(words("weights_loadable", count=f"{loadable:,}", params=share))

    def records() -> Iterator[dict[str, Any]]:
        return (_tensor(one, words) for one in fits)

    return Report(words, _fields(fit, words, fits), records, tables, body, bool(columns))


def _verdict(fit: Weights) -> str:
    if any(one.status == SHAPE and _no_tensor(one) for one in fit.tensors):
        return "weights_fails_no_tensor"
    if fit.count(SHAPE):
        return "weights_fails"
    some = any(one.status == LOADS and one.source_shape is not None for one in fit.tensors)
    return "weights_not_strict" if some else "weights_none_loads"


def _no_tensor(fit: TensorFit) -> bool:
    return any(reason.key in NO_TENSOR for reason in fit.reasons)


#: Why PyTorch takes an entry for none of the tensors that it can copy.
NO_TENSOR = ("fit_array", "fit_plain", "fit_sparse", "fit_quantized")


def _status(fit: TensorFit) -> str:
    """The key of the message for a status."""
    other = fit.status == SHAPE and _no_tensor(fit)
    return "weights_no_tensor" if other else f"weights_{fit.status}"


def document(fit: Weights, words: Words) -> dict[str, Any]:
    """The JSON of ``weights``."""
    return {name: value() for name, value in _fields(fit, words, fit.tensors).items()}


def _fields(fit: Weights, words: Words, fits: Iterable[TensorFit]) -> dict[str, Callable[[], Any]]:
    config = fit.source.config
    counts = {status: fit.count(status) for status in STATUSES}
    return {
        "schema": lambda: SCHEMA,
        "network": lambda: fit.network.label,
        "source": lambda: fit.source.label,
        "source_config": lambda: config.argument if config else None,
        "prefix": lambda: fit.prefix,
        "strict": lambda: fit.strict,
        "tensors": lambda: [_tensor(one, words) for one in fits],
        "totals": lambda: {**counts, "params": fit.params, "params_loaded": fit.params_loaded},
    }


def _tensor(fit: TensorFit, words: Words) -> dict[str, Any]:
    """The JSON object of a tensor, with its keys as they are."""
    return {**record(TENSOR_COLUMNS, fit, words), "key": fit.key, "from": fit.source}
