"""The Python API: ``plan``, like the command line, and how a Plan displays itself."""

from collections.abc import Iterable
from typing import Any

from vgginspect.cfg.config import Config, make_config
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan


def plan(cfg: str | Config | Iterable[object], name: str = "", **options: Any) -> Plan:
    """Compute the Plan of a network, without torch.

    Args:
        cfg: a name (``"D"``, ``"vgg16_bn"``), a cfg list as text or as a Python sequence
            (``[64, "M", 128, "M"]``), or a Config.
        name: what to call the network in headings.
        options: fields of Config: ``batch_norm``, ``bias``, ``input_shape`` (``(C, H, W)``,
            or text such as ``"3x32x32"``), ``num_classes``, ``hidden``, ``avgpool``,
            ``dropout``, ``features_only``.

    Returns:
        The Plan: ``steps``, ``layers``, ``totals``.

    Raises:
        ConfigError: the cfg or an option is invalid.
        InputSizeError: the input is too small for a layer.
    """
    return grow(make_config(cfg, name, **options))


def _document(of: Plan) -> dict[str, Any]:
    """The JSON object that ``trace --format json`` prints."""
    from vgginspect.report.json_document import document

    return document(of)


def _html(of: Plan) -> str:
    from vgginspect.views.notebook import as_html

    return as_html(of)


Plan.document = _document
Plan._repr_html_ = _html
