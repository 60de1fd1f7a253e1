"""``vgginspect draw``."""

import os
from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import read_plan
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
from vgginspect.cli.options import LangOption, NetworkArgument, completion, model_options
from vgginspect.drawing import SCALES, STYLES, THEMES, USUAL_STYLE, Order, draw
from vgginspect.errors import ConfigError
from vgginspect.lang import words


@model_options
def command(
    config: NetworkArgument,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            show_default=False,
            help="File to write: a picture (.svg, .png, .pdf, .tex) or an interactive page "
            "(.html).",
        ),
    ],
    style: Annotated[
        str,
        typer.Option(
            "--style",
            metavar="|".join(STYLES),
            show_default=False,
            help=(
                "Style of a picture: feature maps as blocks, the layer list after each token, the "
                f"costs per layer, or the memory over a training step. [default: {USUAL_STYLE}]"
            ),
            autocompletion=completion("one_of", *STYLES),
        ),
    ] = "",
    title: Annotated[
        str | None,
        typer.Option(
            "--title",
            metavar="TEXT",
            show_default=False,
            help='Title; default: the network\'s name, "" for none.',
        ),
    ] = None,
    theme: Annotated[
        str,
        typer.Option(
            "--theme",
            metavar="|".join(THEMES),
            show_default=False,
            help=(
                "Light or dark; auto follows the viewer's setting (.svg and .html only). "
                "[default: light; of a page: auto]"
            ),
            autocompletion=completion("one_of", *THEMES),
        ),
    ] = "",
    scale: Annotated[
        str,
        typer.Option(
            "--scale",
            metavar="|".join(SCALES),
            show_default=False,
            help="Sizes of blocks: cube roots, so that small maps can be seen, or true to scale. "
            f"[default: {SCALES[0]}]",
            autocompletion=completion("one_of", *SCALES),
        ),
    ] = "",
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="LAYER",
            show_default=False,
            help="Last layer to draw, at its place in the whole figure, such as conv3_1.",
        ),
    ] = "",
    highlight: Annotated[
        str,
        typer.Option(
            "--highlight",
            metavar="LAYER,…",
            show_default=False,
            help="Layers to highlight, such as relu3_3.",
        ),
    ] = "",
    no_legend: Annotated[bool, typer.Option("--no-legend", help="Leave out the legend.")] = False,
    no_caption: Annotated[
        bool, typer.Option("--no-caption", help="Leave out the lines with sizes and options.")
    ] = False,
    batch_size: BatchSizeOption = None,
    dtype: DtypeOption = None,
    optimizer: OptimizerOption = None,
    device: DeviceOption = None,
    freeze: FreezeOption = None,
    checkpoint_every: CheckpointOption = None,
    lang: LangOption = None,
    **model: Any,
) -> None:
    """Draw the network as a picture, or as an interactive page."""
    from vgginspect.cli.files import write_file

    training = {
        "batch_size": batch_size,
        "dtype": dtype,
        "optimizer": optimizer,
        "device": device,
        "freeze": freeze,
        "checkpoint_every": checkpoint_every,
    }
    if style == "memory":
        from vgginspect.analysis.memory import memory

        plan, steps = network_and_steps(config, model)
        settings = settings_of(**training)
        if len(settings) > 1:
            raise ConfigError("a picture is of one batch size; draw one for each")
        of = memory(plan, settings[0], None, steps)
    else:
        for name, value in training.items():
            if value is not None:
                option = name.replace("_", "-")
                raise ConfigError(f"--{option} applies only to pictures in the style memory")
        plan, of = read_plan(config, model), None
    suffix = os.path.splitext(output)[1]  # noqa: PTH122
    if not suffix:
        raise ConfigError(f"{output!r} has no suffix; the suffix sets the format, such as vgg.svg")
    order = Order(
        words(lang),
        suffix,
        style,
        title,
        theme,
        not no_legend,
        not no_caption,
        scale,
        until,
        highlight,
        of,
    )
    write_file(output, [draw(plan, order)])
