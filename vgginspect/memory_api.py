"""The Python API for memory: ``memory``, and how its result displays."""

from collections.abc import Iterable, Iterator
from typing import Any

from vgginspect.analysis.memory import Memory
from vgginspect.analysis.memory import memory as memory_of
from vgginspect.analysis.memory_settings import Settings, bytes_of
from vgginspect.api import observation
from vgginspect.api import plan as plan_of
from vgginspect.cfg.config import Config
from vgginspect.cfg.network_text import is_python
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.plan import Plan
from vgginspect.views.memory import report


def memory(
    plan: Plan | str | Config | Iterable[object] | Any,
    batch_size: int = 1,
    *,
    fits: str | int | None = None,
    input_size: Any = None,
    **settings: Any,
) -> Memory:
    """Compute the memory of training and of inference, without torch.

    A network in Python, ``"vgg.py:VGG"`` or a ``torch.nn.Module``, is run with tensors that have no
    values, and measured. It is left as it was.

    Args:
        plan: a Plan that was computed, what ``plan`` takes, or a network in Python.
        batch_size: images in a batch.
        fits: an amount of memory, such as ``"16GB"`` or a number of bytes: also find the largest
            batch that can be trained in it.
        input_size: of a network in Python, as ``observe`` takes it.
        settings: ``dtype`` (``float32``, ``float16``, ``bfloat16``, ``amp``), ``optimizer``
            (``adam``, ``adamw``, ``sgd``, ``momentum``, ``none``), ``device`` (``cuda``, ``cpu``),
            ``freeze="features"``, ``checkpoint_every="stage"``.

    Returns:
        The Memory: ``training``, ``inference``, ``fits``.

    Raises:
        ConfigError: a setting is invalid, or what the network needs is not known.
        BuilderError: a network in Python cannot be made or run.
        DependencyError: PyTorch, or a package that the network computes with, is missing.
    """
    limit = None if fits is None else bytes_of(str(fits))
    try:
        chosen = Settings(batch_size, **settings)
    except TypeError:
        names = ", ".join(Settings._fields)
        raise ConfigError(
            f"the settings of memory are {names}; not {', '.join(settings)}"
        ) from None
    if hasattr(plan, "named_parameters") or (isinstance(plan, str) and is_python(plan)):
        seen = observation(plan, input_size, {})
        from vgginspect.pytorch.training_run import steps_of_network

        return memory_of(seen.plan, chosen, limit, steps_of_network(seen))
    if input_size is not None:
        raise ConfigError("input_size is that of a network in Python; a CONFIG has input_shape")
    return memory_of(plan if isinstance(plan, Plan) else plan_of(plan), chosen, limit)


def _document(of: Memory) -> dict[str, Any]:
    """The JSON object that the command prints."""
    values = ((name, made()) for name, made in report([of], words("en")).document.items())
    return {name: list(one) if isinstance(one, Iterator) else one for name, one in values}


def _html(of: Memory) -> str:
    from vgginspect.render.html import render

    return "".join(render(report([of], words())))


Memory.document = _document
Memory._repr_html_ = _html
