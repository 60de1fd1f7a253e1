"""``vgginspect layer``."""

from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import read_config
from vgginspect.cli.options import (
    ConfigArgument,
    completion,
    model_options,
    report_options,
)
from vgginspect.cli.output import ReportOptions, emit
from vgginspect.network.grow import grow


@model_options
@report_options
def command(
    config: ConfigArgument,
    layers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LAYER",
            show_default=False,
            help=(
                "Layers by name (conv4_2, relu3_3, pool5, fc6), by path (features.19, "
                "classifier.0), or by index in features (19)."
            ),
            autocompletion=completion("layer"),
        ),
    ] = None,
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Show single layers and how each number is calculated."""
    from vgginspect.analysis.lookup import find
    from vgginspect.views.layer import report

    plan = grow(read_config(config, model))
    result = report(plan, find(plan, layers or []), options.words, options.columns)
    emit(result, options)
