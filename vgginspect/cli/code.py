"""``vgginspect code``."""

from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import read_plan
from vgginspect.cli.options import NetworkArgument, OutputOption, model_options
from vgginspect.cli.output import PLAIN, check_suffix, write


@model_options
def command(
    config: NetworkArgument,
    unrolled: Annotated[
        bool, typer.Option("--unrolled", help="One line per layer instead of the loop.")
    ] = False,
    output: OutputOption = None,
    **model: Any,
) -> None:
    """Print PyTorch source of the model.

    The source needs only torch. Of a network in Python, it is that of the CONFIG with the same
    layers.
    """
    from vgginspect.analysis.source_code import source

    check_suffix(output, (".py", *PLAIN))
    like = read_plan(config, model).config_like("code")
    write((f"{line}\n" for line in source(like, unrolled)), output)
