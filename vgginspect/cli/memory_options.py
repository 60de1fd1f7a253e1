"""The options of how a network is trained, of ``memory`` and of ``draw --style memory``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vgginspect.analysis.memory_settings import (
    CHECKPOINTS,
    DEVICES,
    DTYPES,
    FREEZE,
    OPTIMIZERS,
    Settings,
    batch_sizes,
)
from vgginspect.cfg.network_text import PYTHON, is_python
from vgginspect.cli.config_argument import read_config
from vgginspect.cli.options import completion
from vgginspect.cli.output import print_error
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan

if TYPE_CHECKING:
    from vgginspect.analysis.memory import Steps


def _choice(name: str, values: Any, help_: str) -> Any:
    return typer.Option(
        name,
        metavar="|".join(values),
        help=help_,
        autocompletion=completion("one_of", *values),
        show_default=False,
    )


BatchSizeOption = Annotated[
    str | None,
    typer.Option(
        "--batch-size",
        metavar="N,…",
        help="Images in a batch; several give a row each. [default: 1]",
        show_default=False,
    ),
]
DtypeOption = Annotated[
    str | None,
    _choice(
        "--dtype",
        DTYPES,
        "Type of all numbers, or amp: weights in float32 under autocast. [default: float32]",
    ),
]
OptimizerOption = Annotated[
    str | None, _choice("--optimizer", OPTIMIZERS, "Optimizer of training. [default: adam]")
]
DeviceOption = Annotated[
    str | None, _choice("--device", DEVICES, "Device of training. [default: cuda]")
]
FreezeOption = Annotated[str | None, _choice("--freeze", FREEZE, "Train only the classifier.")]
CheckpointOption = Annotated[
    str | None,
    _choice(
        "--checkpoint-every",
        CHECKPOINTS,
        "Gradient checkpointing: keep only the input of each stage, and run it again.",
    ),
]


def settings_of(batch_size: str | None, **given: str | None) -> list[Settings]:
    """The Settings of the options that were given, one for each batch size.

    Raises:
        ConfigError: a batch size is no number.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    return [Settings(size, **chosen) for size in batch_sizes(batch_size or "1")]


def network_and_steps(text: str, model: dict[str, Any]) -> "tuple[Plan, Steps | None]":
    """The Plan of a NETWORK; of one in Python, also where its memory comes from."""
    match = PYTHON.fullmatch(text) if is_python(text) else None
    if match is None:
        return grow(read_config(text, model)), None
    from vgginspect.cli.network_argument import observed

    seen = observed(match, model, print_error)
    from vgginspect.pytorch.training_run import steps_of_network

    return seen.plan, steps_of_network(seen)
