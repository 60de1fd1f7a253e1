"""``vgginspect draw``."""

import os
from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import read_config
from vgginspect.cli.options import ConfigArgument, LangOption, completion, model_options
from vgginspect.draw import STYLES, THEMES, USUAL_STYLE, Order, draw
from vgginspect.errors import ConfigError
from vgginspect.lang import words
from vgginspect.network.grow import grow


@model_options
def command(
    config: ConfigArgument,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            show_default=False,
            help="File to write: a picture (.svg, .png, .pdf) or an interactive page (.html).",
        ),
    ],
    style: Annotated[
        str,
        typer.Option(
            "--style",
            metavar="|".join(STYLES),
            show_default=False,
            help=(
                "Style of a picture: feature maps as blocks, the layer list after each token, or "
                f"the costs per layer. [default: {USUAL_STYLE}]"
            ),
            autocompletion=completion("one_of", *STYLES),
        ),
    ] = "",
    title: Annotated[
        str,
        typer.Option(
            "--title",
            metavar="TEXT",
            show_default=False,
            help="Title; default: the network's name.",
        ),
    ] = "",
    theme: Annotated[
        str,
        typer.Option(
            "--theme",
            metavar="|".join(THEMES),
            help="Light or dark; auto follows the viewer's setting (.svg and .html only).",
            autocompletion=completion("one_of", *THEMES),
        ),
    ] = "auto",
    lang: LangOption = None,
    **model: Any,
) -> None:
    """Draw the network as a picture, or as an interactive page."""
    from vgginspect.cli.files import write_file

    plan = grow(read_config(config, model))
    suffix = os.path.splitext(output)[1]  # noqa: PTH122
    if not suffix:
        raise ConfigError(f"{output!r} has no suffix; the suffix sets the format, such as vgg.svg")
    write_file(output, [draw(plan, Order(words(lang), suffix, style, title, theme))])
