"""The Python API: ``plan``, like the command line, and how a Plan displays itself."""

from collections.abc import Iterable
from typing import Any

from vgginspect.cfg.config import CONFIGS, Config, make_config
from vgginspect.cfg.options import names_channels
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vgginspect.pytorch.observe_builder import Observation


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


def observe(network: Any, input_size: Any = None, **arguments: Any) -> Plan:
    """Record the Plan of a network in Python: of a module as it stands, or of one in a file.

    A module is run without computing values, and left as it was: its mode, device, weights, buffers
    and hooks.

    Args:
        network: a ``torch.nn.Module``, on any device and in any mode, or text such as
            ``"vgg.py:VGG"``.
        input_size: ``(C, H, W)``, ``(H, W)``, a number, or text such as ``"3x32x32"``; otherwise
            usual sizes are tried.
        arguments: for a network in a file, those to make it with.

    Returns:
        The Plan; what it lacks is told in warnings.

    Raises:
        BuilderError: the network cannot be made or run.
        DependencyError: PyTorch, or a package that the network computes with, is missing.
    """
    return observation(network, input_size, arguments).plan


def observation(network: Any, input_size: Any, arguments: dict[str, Any]) -> "Observation":
    """What is observed of a network, see ``observe``; its notes are warnings."""
    import warnings

    from vgginspect.pytorch.import_torch import load

    load()
    from vgginspect.pytorch.observe_network import observe_live, observe_network

    size = None
    if input_size is not None:
        whole = names_channels(input_size)
        shape = CONFIGS["A"].with_options(input_shape=input_size).input_shape
        size = shape if whole else shape[1:]
    if isinstance(network, str):
        written = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        target = f"{network}({written})" if written else network
        seen = observe_network(target, {}, size)
    else:
        seen = observe_live(network, size)
    for note in seen.notes:
        warnings.warn(note, stacklevel=3)
    return seen


def _document(of: Plan) -> dict[str, Any]:
    """The JSON object that ``trace --format json`` prints."""
    from vgginspect.report.json_document import document

    return document(of)


def _html(of: Plan) -> str:
    from vgginspect.views.notebook import as_html

    return as_html(of)


Plan.document = _document
Plan._repr_html_ = _html
