"""The tensors of a network or of a file by their keys, and the layers that they belong to."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from vgginspect.cfg.config import Config
from vgginspect.checkpoint.identify import UNKNOWN, Finding, identify
from vgginspect.checkpoint.reader import FILE_NAME, Checkpoint, read_checkpoint
from vgginspect.checkpoint.state_dict import COUNTED
from vgginspect.checkpoint.stored_layers import KINDS, StoredLayer
from vgginspect.errors import CheckError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.shape import Shape


class NamedTensors(NamedTuple):
    """The tensors of a network, or of a source: keys and shapes, and the layers they belong to.

    ``config`` is None for a file that is no VGG; then there are no layers. ``versions`` are those
    that PyTorch saved of the modules. ``channels_last``: the weights are as TensorFlow has them.
    ``checkpoint`` is the file; None for a network. ``why_none`` is why a file is no VGG.
    ``buffers`` are the keys of a network's own buffers, besides those of batch norm.
    """

    label: str
    tensors: Mapping[str, Shape]
    layers: tuple[StoredLayer, ...]
    config: Config | None
    versions: Mapping[str, int]
    channels_last: bool = False
    checkpoint: Checkpoint | None = None
    why_none: str = ""
    buffers: frozenset[str] = frozenset()

    def obstacle(self, key: str | None) -> str:
        """What keeps PyTorch from copying this one into a parameter; empty if nothing does.

        ``array``: it is a NumPy array; ``sparse`` or ``quantized``: such a tensor.
        """
        tensor = self.checkpoint.tensors.get(key or "") if self.checkpoint else None
        if self.checkpoint is None or tensor is None:
            return ""
        return "array" if key in self.checkpoint.arrays else tensor.obstacle


def tensors_of_plan(
    plan: Plan, label: str, state_dict: Mapping[str, Shape] | None = None
) -> NamedTensors:
    """The tensors of a Plan's network.

    ``state_dict`` is that of a recorded network; modules that did not run may have tensors in it.
    """
    stored = {}
    for layer in plan.iter_layers():
        weight = layer.rule.state().get("weight", ())
        if len(weight) in KINDS and layer.path not in stored:
            keys = {part: f"{layer.path}.{part}" for part in layer.rule.state()}
            kind = KINDS[len(weight)]
            stored[layer.path] = StoredLayer(layer.path, kind, weight, keys, layer.stage)
    shapes = state_dict or {
        key: shape for layer in plan.iter_layers() for key, shape in layer.state_dict.items()
    }
    versions = {layer.name: COUNTED for layer in stored.values() if layer.kind == "norm"}
    return NamedTensors(label, shapes, tuple(stored.values()), plan.config, versions)


def tensors_of_file(name: str) -> NamedTensors:
    """The tensors of a checkpoint, also of one that is no VGG.

    Raises:
        OutputError: it cannot be read.
        CheckError: it is not a checkpoint.
    """
    checkpoint = read_checkpoint(name)
    try:
        return tensors_of_checkpoint(
            name, checkpoint, identify(checkpoint.shapes, checkpoint.cfg_lists)
        )
    except CheckError as error:
        return tensors_of_checkpoint(name, checkpoint, None)._replace(why_none=str(error))


def tensors_named(
    text: str, plan_of: Callable[[str], Plan], *, as_network: bool = False
) -> NamedTensors:
    """The tensors of a checkpoint, or those that another network has, by ``plan_of`` its name.

    ``as_network``: weights in TensorFlow's order stand for the network that they are of.

    Raises:
        OutputError: a file cannot be read.
        CheckError: it is not a checkpoint.
    """
    if FILE_NAME.fullmatch(text):
        found = tensors_of_file(text)
        if not (as_network and found.channels_last and found.config):
            return found
        return tensors_of_plan(grow(found.config), text)
    return tensors_of_plan(plan_of(text), text)


def tensors_of_checkpoint(
    label: str, checkpoint: Checkpoint, finding: Finding | None
) -> NamedTensors:
    """The tensors of a file; ``finding`` is None if it is no VGG."""
    shapes, versions = checkpoint.shapes, checkpoint.versions
    if finding is None:
        return NamedTensors(label, shapes, (), None, versions, checkpoint=checkpoint)
    return NamedTensors(
        label,
        shapes,
        _with_stages(finding),
        finding.config,
        versions,
        finding.channels_last,
        checkpoint,
    )


def _with_stages(finding: Finding) -> tuple[StoredLayer, ...]:
    """The layers of a file, then the convolutions of its head; with stages if its pools are known.

    The convolutions of a head are a stage of their own, after all pools.
    """
    if any(fact.name == "pools" and fact.certainty == UNKNOWN for fact in finding.facts):
        return (*finding.layers, *finding.head)
    stages = [layer.stage for layer in grow(finding.config).features if layer.type == "Conv2d"]
    waiting = iter(stages)
    layers = [
        layer._replace(stage=next(waiting)) if layer.kind == "conv" else layer
        for layer in finding.layers
    ]
    after = 1 + max(stage or 0 for stage in stages)
    return (*layers, *(layer._replace(stage=after) for layer in finding.head))
