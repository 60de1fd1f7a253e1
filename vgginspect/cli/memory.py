"""``vgginspect memory``."""

from typing import Annotated, Any

import typer

from vgginspect.analysis.memory import Steps, memory
from vgginspect.analysis.memory_settings import (
    CHECKPOINTS,
    DEVICES,
    DTYPES,
    FREEZE,
    OPTIMIZERS,
    Settings,
    batch_sizes,
    bytes_of,
)
from vgginspect.cfg.network_text import PYTHON, is_python
from vgginspect.cli.config_argument import read_config
from vgginspect.cli.options import NetworkArgument, completion, model_options, report_options
from vgginspect.cli.output import ReportOptions, emit, print_error
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.render import FORMATS
from vgginspect.views.memory import report


def _choice(name: str, values: Any, help_: str) -> Any:
    return typer.Option(
        name,
        metavar="|".join(values),
        help=help_,
        autocompletion=completion("one_of", *values),
        show_default=False,
    )


@model_options
@report_options
def command(
    config: NetworkArgument,
    batch_size: Annotated[
        str,
        typer.Option(
            "--batch-size", metavar="N,…", help="Images in a batch; several give a row each."
        ),
    ] = "1",
    dtype: Annotated[
        str,
        _choice(
            "--dtype",
            DTYPES,
            "Type of all numbers, or amp: weights in float32 under autocast. [default: float32]",
        ),
    ] = "float32",
    optimizer: Annotated[
        str, _choice("--optimizer", OPTIMIZERS, "Optimizer of training. [default: adam]")
    ] = "adam",
    device: Annotated[
        str, _choice("--device", DEVICES, "Device of training. [default: cuda]")
    ] = "cuda",
    fits: Annotated[
        str | None,
        typer.Option(
            "--fits",
            metavar="16GB",
            show_default=False,
            help="Find the largest batch that can be trained in this memory (GB or GiB).",
        ),
    ] = None,
    freeze: Annotated[str | None, _choice("--freeze", FREEZE, "Train only the classifier.")] = None,
    checkpoint_every: Annotated[
        str | None,
        _choice(
            "--checkpoint-every",
            CHECKPOINTS,
            "Gradient checkpointing: keep only the input of each stage, and run it again.",
        ),
    ] = None,
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Show the memory of training and of inference, part by part.

    The peak is the most that is in use at once in a training step. The allocator's rounding and the
    workspace of convolution kernels come on top.
    """
    options.refuse([name for name in FORMATS if name not in ("table", "json")], {"--fits": fits})
    limit = None if fits is None else bytes_of(fits)
    sizes = batch_sizes(batch_size)
    settings = Settings(sizes[0], dtype, optimizer, device, freeze, checkpoint_every)
    plan, steps = _network(config, model)
    several = [memory(plan, settings, limit, steps)]
    several += [memory(plan, settings._replace(batch_size=n), None, steps) for n in sizes[1:]]
    emit(report(several, options.words, options.columns), options)


def _network(text: str, model: dict[str, Any]) -> tuple[Plan, Steps | None]:
    """The Plan of a NETWORK; of one in Python, also where its memory comes from."""
    match = PYTHON.fullmatch(text) if is_python(text) else None
    if match is None:
        return grow(read_config(text, model)), None
    from vgginspect.cli.network_argument import observed

    seen = observed(match, model, print_error)
    from vgginspect.pytorch.training_run import steps_of_network

    return seen.plan, steps_of_network(seen)
