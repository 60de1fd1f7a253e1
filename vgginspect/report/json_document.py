"""The JSON output: a Plan as one object whose fields are computed when accessed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from vgginspect.cfg.config import CONFIGS, Config
from vgginspect.network.plan import Layer, Origin, Plan, Step
from vgginspect.report.columns import Value, layer_document, step_document

#: Increased when a field changes its meaning or is removed, not when one is added.
SCHEMA = 1


def fields(
    plan: Plan,
    steps: Callable[[], Iterable[Step]] | None = None,
    layers: Callable[[], Iterable[Layer]] | None = None,
) -> dict[str, Callable[[], Any]]:
    """The fields of a Plan's JSON object; with a ``steps`` field if ``steps`` is given.

    ``layers`` are those of the field, by default all. ``steps`` and ``layers`` come as iterators,
    which a renderer may stream.
    """
    made = network_fields(plan)
    if steps is not None:
        source = steps
        made["steps"] = lambda: _each(source(), plan)
    shown = layers or plan.iter_layers
    made["layers"] = lambda: (layer_document(layer, plan) for layer in shown())
    made["totals"] = lambda: dict(plan.totals._asdict())
    return made


def network_fields(plan: Plan) -> dict[str, Callable[[], Any]]:
    """The fields that identify the network; they come first in each of its documents."""
    return {
        "schema": lambda: SCHEMA,
        "config": lambda: _config(plan.of),
        "origin": lambda: plan.origin.document() if plan.origin else None,
        "input": lambda: list(plan.input_shape),
    }


def _config(of: Config | Origin) -> dict[str, Any]:
    """The Config; for a recorded network only its list, and null for all options."""
    if isinstance(of, Config):
        return of.document()
    tokens = None if of.entries is None else [entry.value for entry in of.entries]
    return {**dict.fromkeys(CONFIGS["A"].document()), "name": of.name, "tokens": tokens}


def _each(steps: Iterable[Step], plan: Plan) -> Iterator[dict[str, Value]]:
    return (step_document(step, plan) for step in steps)


def document(plan: Plan) -> dict[str, Any]:
    """The whole JSON object of a Plan, with its steps, as plain lists and dicts."""
    whole = {name: make() for name, make in fields(plan, plan.iter_steps).items()}
    return {
        name: list(value) if isinstance(value, Iterator) else value for name, value in whole.items()
    }
