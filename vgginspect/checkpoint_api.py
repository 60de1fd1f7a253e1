"""The Python API for checkpoints: ``identify`` and ``weights``, and how their results display."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from vgginspect.api import plan as plan_of
from vgginspect.cfg.config import Config
from vgginspect.checkpoint.identify import Finding, identify_file
from vgginspect.checkpoint.named_tensors import NamedTensors, tensors_named, tensors_of_plan
from vgginspect.checkpoint.reader import FILE_ARGUMENT
from vgginspect.checkpoint.weights import Weights, fit_tensors
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.report.model import Report

#: A network: a Plan, a checkpoint, or what ``plan`` takes.
Network: TypeAlias = Plan | str | Path | Config | Iterable[object]


def identify(path: str | Path) -> Finding:
    """Find which network the tensors in a checkpoint belong to, without torch.

    Args:
        path: a file that the ``identify`` command reads, such as ``"vgg16.pth"``.

    Returns:
        The Finding: ``config``, ``facts``, ``others``.

    Raises:
        OutputError: the file cannot be read.
        CheckError: it is not a checkpoint, or not a VGG.
    """
    return identify_file(str(path))


def weights(plan: Network, source: Network) -> Weights:
    """Compare the tensors of a network with those of a checkpoint, without torch.

    Args:
        plan: the network that is to load them.
        source: the checkpoint, or a network for weights of such a network.

    Returns:
        The Weights: ``tensors``, ``strict``, ``prefix``, ``params``, ``params_loaded``.

    Raises:
        ConfigError: a cfg is invalid.
        OutputError: a file cannot be read.
        CheckError: a file is not a checkpoint.
    """
    return fit_tensors(_tensors(plan, as_network=True), _tensors(source))


def _tensors(of: Network, as_network: bool = False) -> NamedTensors:
    if isinstance(of, str | Path):
        return tensors_named(str(of), _plan_named, as_network=as_network)
    made = of if isinstance(of, Plan) else plan_of(of)
    return tensors_of_plan(made, made.config.argument if made.config else made.label)


def _plan_named(text: str) -> Plan:
    match = FILE_ARGUMENT.fullmatch(text)
    return plan_of(identify_file(match[1]).config.argument + (match[2] or "") if match else text)


def _report(of: Finding | Weights, language: str | None = None) -> Report:
    if isinstance(of, Weights):
        from vgginspect.views.weights import report as of_weights

        return of_weights(of, words(language))
    from vgginspect.views.identify import report as of_finding

    return of_finding(of, grow(of.config), words(language))


def _document(of: Finding | Weights) -> dict[str, Any]:
    """The JSON object that the command prints."""
    values = ((name, made()) for name, made in _report(of, "en").document.items())
    return {name: list(one) if isinstance(one, Iterator) else one for name, one in values}


def _html(of: Finding | Weights) -> str:
    from vgginspect.render.html import render

    return "".join(render(_report(of)))


Finding.document = _document
Finding._repr_html_ = _html
Weights.document = _document
Weights._repr_html_ = _html
