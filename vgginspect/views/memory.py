"""The output of ``memory``: training and inference part by part, the peak, and where it goes."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from vgginspect.analysis.memory import Memory
from vgginspect.analysis.training_step import LayerMemory, Moment
from vgginspect.lang import Words
from vgginspect.report.columns import Column, record
from vgginspect.report.json_document import network_fields
from vgginspect.report.model import Line, Report, Table, line, with_columns
from vgginspect.views.phrases import heading

#: The parts of training, in the order in which they are shown; those of inference are among them.
PARTS = ("weights", "buffers", "gradients", "optimizer", "input", "saved", "casts")


class MemoryPart(NamedTuple):
    """One part of the memory, in training and in inference."""

    part: str
    training: int
    inference: int | None


def _parts(of: Memory) -> Iterator[MemoryPart]:
    """The parts, and the peaks."""
    for part in PARTS:
        field = f"{part}_bytes"
        used = getattr(of.training, field)
        if used or part not in ("buffers", "casts"):
            yield MemoryPart(part, used, getattr(of.inference, field, None))
    yield MemoryPart("peak", of.training.peak.bytes, of.inference.peak.bytes)


#: A row for each part. ``share`` is that of the peak of training.
PART_COLUMNS: tuple[Column, ...] = (
    Column("part", "text", lambda part, of: of.words(f"memory_{part.part}")),
    Column("training_bytes", "megabytes", lambda part, _: part.training),
    Column("share", "share", lambda part, of: part.training / of.peak),
    Column("inference_bytes", "megabytes", lambda part, _: part.inference),
)
PART_PRIORITY = ("part", "training_bytes", "inference_bytes", "share")


class _Context(NamedTuple):
    """What the columns need besides the row."""

    words: Words
    peak: int
    saved: int


def _training(field: str) -> Callable[[Any, Any], Any]:
    return lambda of, _: getattr(of.training, field)


def _where(moment: Moment) -> str:
    """The moment as in JSON: ``backward conv1_2``."""
    return moment.phase + (f" {moment.layer.name}" if moment.layer else "")


#: A row for each batch size.
BATCH_COLUMNS: tuple[Column, ...] = (
    Column("batch_size", "count", lambda of, _: of.settings.batch_size),
    *(Column(f"{part}_bytes", "megabytes", _training(f"{part}_bytes")) for part in PARTS),
    Column("peak_bytes", "megabytes", lambda of, _: of.training.peak.bytes),
    Column("peak_at", "text", lambda of, _: _where(of.training.peak)),
    Column("inference_peak_bytes", "megabytes", lambda of, _: of.inference.peak.bytes),
)
BATCH_PRIORITY = (
    "batch_size",
    "peak_bytes",
    "inference_peak_bytes",
    "saved_bytes",
    "gradients_bytes",
    "optimizer_bytes",
    "weights_bytes",
    "input_bytes",
    "peak_at",
)

#: A row for each layer; ``share`` is that of all that is saved.
LAYER_COLUMNS: tuple[Column, ...] = (
    Column("path", "text", lambda row, _: row.layer.path),
    Column("name", "text", lambda row, _: row.layer.name),
    Column("output_bytes", "megabytes", lambda row, _: row.output_bytes),
    Column("saved_bytes", "megabytes", lambda row, _: row.saved_bytes),
    Column("share", "share", lambda row, of: row.saved_bytes / (of.saved or 1)),
)
LAYER_PRIORITY = ("name", "saved_bytes", "output_bytes", "share")


def _moment(moment: Moment) -> dict[str, Any]:
    layer = moment.layer
    return {
        "phase": moment.phase,
        "path": layer.path if layer else None,
        "name": layer.name if layer else None,
    }


def _numbers(of: Memory) -> dict[str, Any]:
    """Training and inference as in JSON."""
    training = {f"{part}_bytes": getattr(of.training, f"{part}_bytes") for part in PARTS}
    inference = {
        f"{part}_bytes": getattr(of.inference, f"{part}_bytes")
        for part in ("weights", "buffers", "input")
    }
    return {
        "training": training
        | {"peak_bytes": of.training.peak.bytes, "peak_at": _moment(of.training.peak)},
        "inference": inference
        | {"peak_bytes": of.inference.peak.bytes, "peak_at": _moment(of.inference.peak)},
    }


def document(several: Sequence[Memory]) -> dict[str, Callable[[], Any]]:
    """The JSON object of one network at several batch sizes; the first is told in full."""
    of = several[0]
    fits = of.fits
    made = network_fields(of.plan)
    values: dict[str, Any] = of.settings._asdict() | _numbers(of)
    made |= {field: partial(values.__getitem__, field) for field in values}
    made["layers"] = lambda: (record(LAYER_COLUMNS[:4], row, None) for row in of.training.layers)
    made["batches"] = lambda: [
        {"batch_size": each.settings.batch_size, **_numbers(each)} for each in several
    ]
    made["fits"] = lambda: fits._asdict() if fits else None
    made["largest_batch"] = lambda: fits.largest_batch if fits else None
    return made


def report(several: Sequence[Memory], words: Words, columns: str | None = None) -> Report:
    """The Report of the memory of one network, at one or several batch sizes.

    Raises:
        ConfigError: no table has a column of that name.
    """
    of = several[0]
    context = _Context(words, of.training.peak.bytes, of.training.saved_bytes)
    batches = Table("memory", BATCH_COLUMNS, BATCH_PRIORITY, lambda: iter(several), context)
    parts = Table("parts", PART_COLUMNS, PART_PRIORITY, lambda: _parts(of), context)

    def layers_in_use() -> Iterator[LayerMemory]:
        return (row for row in of.training.layers if row.output_bytes or row.saved_bytes)

    layers = Table("layers", LAYER_COLUMNS, LAYER_PRIORITY, layers_in_use, context)
    single = len(several) == 1
    tables = with_columns((batches, parts, layers) if single else (batches,), columns)

    def body() -> Iterator[Line | Table]:
        yield from heading(of.plan, words)
        yield line((settings_text(of, words, single), "faint"))
        yield line()
        if columns is not None:
            yield from tables
        elif not single:
            yield batches
        else:
            yield parts
            yield line()
            yield line(peak_text(of.training.peak, words))
            yield line()
            yield layers
        yield from _fits(of, words)
        yield line()
        yield line((words("memory_counted"), "faint"))

    return Report(
        words=words,
        document=document(several),
        records=lambda: (record(BATCH_COLUMNS, each, context) for each in several),
        tables=tables,
        body=body,
        chosen=columns is not None,
    )


def settings_text(of: Memory, words: Words, single: bool = True) -> str:
    """How the network is trained, in one line."""
    settings = of.settings
    parts = [words("memory_batch", size=f"{settings.batch_size:,}")] if single else []
    parts += [settings.dtype, words("memory_with", optimizer=settings.optimizer), settings.device]
    if settings.freeze:
        parts.append(words("memory_frozen"))
    if settings.checkpoint_every:
        parts.append(words("memory_checkpointed"))
    return " · ".join(parts)


def peak_text(moment: Moment, words: Words) -> str:
    """The moment in a sentence."""
    if moment.layer is None:
        return words(f"memory_{moment.phase}")
    return words(f"memory_{moment.phase}", layer=moment.layer.name)


def _fits(of: Memory, words: Words) -> Iterator[Line]:
    fits = of.fits
    if fits is None:
        return
    yield line()
    values = {"limit": data_size(fits.limit_bytes), "next": data_size(fits.next_peak_bytes)}
    if fits.largest_batch is None:
        yield line(words("memory_fits_none", **values))
        return
    values |= {"peak": data_size(fits.peak_bytes), "more": f"{fits.largest_batch + 1:,}"}
    yield line(words("memory_fits", batch=f"{fits.largest_batch:,}", **values))


def data_size(amount: int) -> str:
    """An amount of memory in the largest unit that fits: ``15.958 GB``."""
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if amount >= size:
            return f"{amount / size:,.3f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{amount} B"
