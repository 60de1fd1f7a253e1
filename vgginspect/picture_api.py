"""The Python API for the walk and for pictures: ``trace`` and ``draw``, and how they display."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from vgginspect.analysis.memory import Memory
from vgginspect.api import plan as plan_of
from vgginspect.cfg.config import Config
from vgginspect.drawing import MAX_TOKENS, USUAL_STYLE, Order
from vgginspect.drawing import draw as drawn
from vgginspect.errors import ConfigError
from vgginspect.network.plan import Plan, Step
from vgginspect.views.notebook import usual_words, walk_as_html


class Walk(NamedTuple):
    """How the builder loop makes a network, token by token. Immutable.

    A notebook displays the page to step through; for more than 400 tokens the output of ``trace``.
    """

    plan: Plan

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, one per token."""
        return self.plan.steps

    def document(self) -> dict[str, Any]:
        """The JSON object that ``trace --format json`` prints."""
        return self.plan.document()

    def __repr__(self) -> str:
        totals, count = self.plan.totals, len(self.steps)
        return f"<Walk of {self.plan.label}: {count} steps, {totals.layers:,} layers>"

    def _repr_html_(self) -> str:
        config = self.plan.config
        if not 0 < len(config.tokens if config else self.steps) <= MAX_TOKENS:
            return walk_as_html(self.plan)
        page = drawn(self.plan, Order(usual_words(), ".html")).decode()
        return (
            f'<iframe srcdoc="{escape(page)}" title="{escape(self.plan.label)}" '
            'sandbox="allow-scripts" style="width:100%;height:56rem;border:0"></iframe>'
        )


class Picture(NamedTuple):
    """The figure of a network: ``svg`` is its SVG document. Immutable.

    A notebook displays the figure.
    """

    plan: Plan
    order: Order
    svg: str

    def document(self) -> dict[str, Any]:
        """The JSON object of the network, as ``trace --format json`` prints it."""
        return self.plan.document()

    def save(self, file: str | Path) -> None:
        """Write the picture; the suffix sets the format, as for ``draw -o``.

        Raises:
            ConfigError: the suffix is unknown, or its format cannot show the style.
            DependencyError: the package that writes the format is not installed.
        """
        path = Path(file)
        path.write_bytes(drawn(self.plan, self.order._replace(suffix=path.suffix)))

    def __repr__(self) -> str:
        return f"<Picture of {self.plan.label}: {self.order.style or USUAL_STYLE}>"

    def _repr_svg_(self) -> str:
        return self.svg


def trace(cfg: Plan | str | Config | Iterable[object], **options: Any) -> Walk:
    """Show which layers each token of the cfg list appends, without torch.

    Args:
        cfg: a Plan, or what ``plan`` takes.
        options: those of ``plan``, unless ``cfg`` is a Plan.

    Returns:
        The Walk: ``steps``, ``plan``.

    Raises:
        ConfigError: the cfg or an option is invalid.
        InputSizeError: the input is too small for a layer.
    """
    return Walk(_plan(cfg, options))


def draw(
    cfg: Plan | Memory | str | Config | Iterable[object],
    style: str = "",
    *,
    title: str | None = None,
    theme: str = "",
    legend: bool = True,
    caption: bool = True,
    scale: str = "",
    until: str = "",
    highlight: str = "",
    **options: Any,
) -> Picture:
    """Draw a network, without torch.

    Args:
        cfg: a Plan, what ``plan`` takes, or a Memory, which is drawn in the style ``memory``.
        style: ``blocks``, ``growth``, ``costs`` or ``memory``; it and the next seven are the
            options of the ``draw`` command.
        title: replaces the network's name; empty for none.
        theme: ``light``, ``dark`` or ``auto``.
        legend: whether the picture has one.
        caption: whether it has the lines with sizes and options.
        scale: of blocks, ``root`` or ``true``.
        until: the last layer to draw, such as ``conv3_1``.
        highlight: the layers to highlight, separated by commas.
        options: those of ``plan``, unless ``cfg`` is a Plan.

    Returns:
        The Picture: ``svg``, ``save(file)``.

    Raises:
        ConfigError: a value is invalid, or the network is too long for a picture.
        InputSizeError: the input is too small for a layer.
    """
    of = cfg if isinstance(cfg, Memory) else None
    plan = of.plan if of else _plan(cfg, options)
    style = style or ("memory" if of else "")
    chosen = (style, title, theme, legend, caption, scale, until, highlight, of)
    order = Order(usual_words(), ".svg", *chosen)
    return Picture(plan, order, drawn(plan, order).decode())


def _plan(cfg: Plan | str | Config | Iterable[object], options: dict[str, Any]) -> Plan:
    if not isinstance(cfg, Plan):
        return plan_of(cfg, **options)
    if options:
        raise ConfigError(f"a Plan has its options; pass {', '.join(options)} to plan")
    return cfg
