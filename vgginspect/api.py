"""The Python API's one verb for Plans, the twin of the command line."""

from collections.abc import Iterable
from typing import Any

from vgginspect.config import Config, make_config
from vgginspect.grow import grow
from vgginspect.plans import Plan


def plan(cfg: str | Config | Iterable[object], name: str = "", **options: Any) -> Plan:
    """Grow the Plan of a network, without torch.

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
        ConfigError: the cfg or an option makes no sense.
        InputSizeError: a pool would empty the map.
    """
    return grow(make_config(cfg, name, **options))
