"""``vgginspect memory``."""

from typing import Annotated, Any

import typer

from vgginspect.analysis.memory import memory
from vgginspect.analysis.memory_settings import bytes_of
from vgginspect.cli.memory_options import (
    BatchSizeOption,
    CheckpointOption,
    DeviceOption,
    DtypeOption,
    FreezeOption,
    OptimizerOption,
    network_and_steps,
    settings_of,
)
from vgginspect.cli.options import NetworkArgument, model_options, report_options
from vgginspect.cli.output import ReportOptions, emit
from vgginspect.render import FORMATS
from vgginspect.views.memory import report


@model_options
@report_options
def command(
    config: NetworkArgument,
    batch_size: BatchSizeOption = None,
    dtype: DtypeOption = None,
    optimizer: OptimizerOption = None,
    device: DeviceOption = None,
    fits: Annotated[
        str | None,
        typer.Option(
            "--fits",
            metavar="16GB",
            show_default=False,
            help="Find the largest batch that can be trained in this memory (GB or GiB).",
        ),
    ] = None,
    freeze: FreezeOption = None,
    checkpoint_every: CheckpointOption = None,
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
    first, *others = settings_of(
        batch_size,
        dtype=dtype,
        optimizer=optimizer,
        device=device,
        freeze=freeze,
        checkpoint_every=checkpoint_every,
    )
    plan, steps = network_and_steps(config, model)
    several = [memory(plan, first, limit, steps)]
    several += [memory(plan, settings, None, steps) for settings in others]
    emit(report(several, options.words, options.columns), options)
