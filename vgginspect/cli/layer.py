"""``vgginspect layer``."""

import re
from collections.abc import Container, Iterator, Sequence
from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import read_plan
from vgginspect.cli.options import (
    NetworkArgument,
    completion,
    model_options,
    report_options,
)
from vgginspect.cli.output import ReportOptions, emit


@model_options
@report_options
def command(
    config: NetworkArgument,
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

    plan = read_plan(config, model)
    found = find(plan, layers or [])
    result = report(plan, found, options.words, options.columns)
    if options.get:
        options = options._replace(get=list(_paths(options.get, result.document, len(found))))
    emit(result, options)


def _paths(paths: Sequence[str], document: Container[str], count: int) -> Iterator[str]:
    """Paths into the document; one that starts with a layer's field is one path per layer."""
    for path in paths:
        if re.split(r"[.\[]", path)[0] in document:
            yield path
        else:
            yield from (f"layers.{number}.{path}" for number in range(count))
