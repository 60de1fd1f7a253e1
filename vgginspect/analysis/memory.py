"""The memory of training and of inference, and the largest batch that fits."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, NamedTuple

from vgginspect.analysis.memory_settings import Settings, check_settings
from vgginspect.analysis.training_step import (
    Inference,
    Training,
    check_trainable,
    inference,
    training,
)
from vgginspect.cfg.tokens import MAX_NUMBER
from vgginspect.network.plan import Plan


class Fits(NamedTuple):
    """The largest batch that fits in so many bytes, what it takes, and what the next one would.

    Without any that fits, ``largest_batch`` is None and ``peak_bytes`` is 0.
    """

    limit_bytes: int
    largest_batch: int | None
    peak_bytes: int
    next_peak_bytes: int


class _Memory(NamedTuple):
    plan: Plan
    settings: Settings
    training: Training
    inference: Inference
    fits: Fits | None = None


class Memory(_Memory):
    """The memory of a network at one batch size: of ``training`` and of ``inference``.

    A notebook displays the tables of ``memory``.
    """

    #: The JSON object that ``memory`` prints, and the HTML for a notebook; set by
    #: ``vgginspect.api``, because this module must not import theirs.
    document: ClassVar[Callable[["Memory"], dict[str, Any]]]
    _repr_html_: ClassVar[Callable[["Memory"], str]]

    def __repr__(self) -> str:
        training, inference = self.training.peak.bytes, self.inference.peak.bytes
        return (
            f"<Memory of {self.plan.label}, batch size {self.settings.batch_size}: training "
            f"{training:,} bytes, inference {inference:,} bytes>"
        )


class Steps(NamedTuple):
    """Where the memory of a network comes from: from its rules, or from a network that runs."""

    training: Callable[[Settings], Training]
    inference: Callable[[Settings], Inference]


def memory(
    plan: Plan, settings: Settings, limit: int | None = None, steps: Steps | None = None
) -> Memory:
    """The memory of a network; with a limit in bytes, also the largest batch that fits.

    ``steps`` is where it comes from; by default, from the rules of a CONFIG.

    Raises:
        ConfigError: a setting is invalid, or PyTorch cannot train this network in this way, or what
            it needs is not known.
    """
    check_settings(settings)
    if steps is None:
        check_trainable(plan, settings)
        steps = Steps(partial(training, plan), partial(inference, plan))
    fits = None if limit is None else largest_batch(steps, settings, limit)
    return Memory(plan, settings, steps.training(settings), steps.inference(settings), fits)


def largest_batch(steps: Steps, settings: Settings, limit: int) -> Fits:
    """The largest batch whose training step needs at most so many bytes."""
    known: dict[int, int] = {}

    def peak(size: int) -> int:
        if size not in known:
            known[size] = steps.training(settings._replace(batch_size=size)).peak.bytes
        return known[size]

    low, high = 0, 1
    while high <= MAX_NUMBER and peak(high) <= limit:
        low, high = high, 16 * high
    high = min(high, MAX_NUMBER + 1)
    while low and high - low > 1:
        # As long as the same layer has the peak, it grows by as much for each image.
        along = (limit - peak(low)) * (high - low) // (peak(high) - peak(low))
        middle = low + max(1, min(along, high - low - 1))
        if peak(middle) > limit:
            high = middle
        elif peak(middle + 1) > limit:
            low, high = middle, middle + 1
        else:
            low = middle + 1
    return Fits(limit, low or None, peak(low) if low else 0, peak(low + 1))
