"""Find the classifier of a VGG among the layers of a file: linear layers, one after another."""

import re
from collections.abc import Sequence
from itertools import pairwise

from vgginspect.checkpoint.stored_layers import StoredLayer
from vgginspect.errors import CheckError

#: No classifier has more linear layers than this.
MOST_LAYERS = 100
#: Names of layers that classify.
_NAMES = re.compile(r"(?:.*[./])?(?:fc|classifier|score)[^/]*", re.IGNORECASE | re.DOTALL)


def find_classifier(
    layers: Sequence[StoredLayer], prefix: str, channels: int
) -> tuple[StoredLayer, ...]:
    """The linear layers after the features; empty where there are none, or no single way.

    Those named ``classifier`` are taken before others.

    Args:
        layers: the layers of the file.
        prefix: what is before the names of the network's parts.
        channels: the channels that the features give.

    Raises:
        CheckError: layers named ``classifier`` do not follow one another, or the features.
    """
    linears = [layer for layer in layers if layer.kind == "linear"]
    pattern = re.compile(re.escape(prefix) + r"classifier(?:\.[0-9]{1,6})?")
    named = [layer for layer in linears if pattern.fullmatch(layer.name)]
    if named:
        named.sort(key=lambda layer: layer.numbers)
        _check_named(named, channels)
        return tuple(named)
    if len(linears) > MOST_LAYERS:
        return ()
    outputs = {layer.outputs for layer in linears}
    chain = [layer for layer in linears if layer.inputs not in outputs][:1] or linears[:1]
    rest = [layer for layer in linears if layer not in chain]
    while rest:
        after = next((layer for layer in rest if layer.inputs == chain[-1].outputs), None)
        if after is None:
            return ()
        chain.append(after)
        rest.remove(after)
    fits = all(min(layer.shape) > 0 for layer in chain) and chain and not chain[0].inputs % channels
    return tuple(chain) if fits else ()


def _check_named(layers: Sequence[StoredLayer], channels: int) -> None:
    for before, after in pairwise(layers):
        if before.outputs != after.inputs:
            raise CheckError(
                f"not a VGG: a linear layer of the classifier has {after.inputs} inputs, "
                f"but the one before it has {before.outputs} outputs"
            )
    inputs = layers[0].inputs
    if inputs % channels or min(min(layer.shape) for layer in layers) < 1:
        raise CheckError(
            f"not a VGG: the classifier has {inputs} inputs, not a multiple of {channels} channels"
        )


def classifier_convolutions(
    layers: Sequence[StoredLayer], channels: int
) -> tuple[StoredLayer, ...]:
    """Convolutions that are named as a classifier and follow the features, as in FCN."""
    chain: list[StoredLayer] = []
    for layer in layers:
        follows = layer.kind == "conv" and layer.inputs == channels
        if follows and _NAMES.fullmatch(layer.name):
            chain.append(layer)
            channels = layer.outputs
    return tuple(chain)
