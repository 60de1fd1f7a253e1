"""The Python API for memory: ``memory``, and how its result displays."""

from collections.abc import Iterable, Iterator
from typing import Any

from vgginspect.analysis.memory import Memory
from vgginspect.analysis.memory import memory as memory_of
from vgginspect.analysis.memory_settings import Settings, bytes_of
from vgginspect.api import plan as plan_of
from vgginspect.cfg.config import Config
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.plan import Plan
from vgginspect.views.memory import report


def memory(
    plan: Plan | str | Config | Iterable[object],
    batch_size: int = 1,
    *,
    fits: str | int | None = None,
    **settings: Any,
) -> Memory:
    """Compute the memory of training and of inference, without torch.

    Args:
        plan: a Plan, or what ``plan`` takes.
        batch_size: images in a batch.
        fits: an amount of memory, such as ``"16GB"`` or a number of bytes: also find the largest
            batch that can be trained in it.
        settings: ``dtype`` (``float32``, ``float16``, ``bfloat16``, ``amp``), ``optimizer``
            (``adam``, ``adamw``, ``sgd``, ``momentum``, ``none``), ``device`` (``cuda``, ``cpu``),
            ``freeze="features"``, ``checkpoint_every="stage"``.

    Returns:
        The Memory: ``training``, ``inference``, ``fits``.

    Raises:
        ConfigError: a setting is invalid, or what the network needs is not known.
    """
    made = plan if isinstance(plan, Plan) else plan_of(plan)
    limit = None if fits is None else bytes_of(str(fits))
    try:
        chosen = Settings(batch_size, **settings)
    except TypeError:
        names = ", ".join(Settings._fields)
        raise ConfigError(
            f"the settings of memory are {names}; not {', '.join(settings)}"
        ) from None
    return memory_of(made, chosen, limit)


def _document(of: Memory) -> dict[str, Any]:
    """The JSON object that the command prints."""
    values = ((name, made()) for name, made in report([of], words("en")).document.items())
    return {name: list(one) if isinstance(one, Iterator) else one for name, one in values}


def _html(of: Memory) -> str:
    from vgginspect.render.html import render

    return "".join(render(report([of], words())))


Memory.document = _document
Memory._repr_html_ = _html
