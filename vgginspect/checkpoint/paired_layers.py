"""Pair the layers of a network with those of a source: by their names, or in order."""

from collections.abc import Sequence
from itertools import pairwise, zip_longest
from math import prod
from typing import NamedTuple

from vgginspect.checkpoint.stored_layers import PICTURE, StoredLayer
from vgginspect.shape import Shape

#: Lists longer than this are paired from the first layer on, not aligned.
MOST_ALIGNED = 1000


class LayerPair(NamedTuple):
    """A layer of the network and the one of the source that belongs there; None where none does."""

    own: StoredLayer | None
    source: StoredLayer | None

    @property
    def fits(self) -> bool:
        """Whether their weights have the same shape."""
        return bool(self.own and self.source and self.own.shape == self.source.shape)

    @property
    def flattens(self) -> bool:
        """Whether one is linear and the other a convolution, with the same weights."""
        if self.own is None or self.source is None:
            return False
        own, source = self.own.shape, self.source.shape
        return len(own) != len(source) and own[0] == source[0] and prod(own) == prod(source)


Pairs = list[LayerPair]


def pair_layers(own: Sequence[StoredLayer], source: Sequence[StoredLayer]) -> Pairs:
    """All layers of both, in pairs where one belongs to the other.

    Layers with the same names are pairs, unless more fit one another in order: convolutions stage
    by stage, where the stages are known. A batch norm goes with its convolution. If only one side
    has linear layers, convolutions that are left at the end of the other are paired with them.
    """
    convolutions = _convolutions(_of_kind(own, "conv"), _of_kind(source, "conv"))
    own_linears, source_linears = _of_kind(own, "linear"), _of_kind(source, "linear")
    in_order = _from_the_ends(own_linears, source_linears)
    linears = _better(_by_name(own_linears, source_linears), in_order)
    if not own_linears or not source_linears:
        convolutions, linears = _flattened(convolutions, linears)
    own_norms, source_norms = _norms(own), _norms(source)
    pairs = []
    for pair in convolutions:
        norms = [
            table.get(layer.name) if layer else None
            for layer, table in ((pair.own, own_norms), (pair.source, source_norms))
        ]
        pairs += [pair, LayerPair(*norms)] if any(norms) else [pair]
    return [*pairs, *linears]


def _of_kind(layers: Sequence[StoredLayer], kind: str) -> list[StoredLayer]:
    return [layer for layer in layers if layer.kind == kind]


def _norms(layers: Sequence[StoredLayer]) -> dict[str, StoredLayer]:
    """The batch norm after each convolution, by the name of the convolution."""
    following = pairwise(layers)
    return {layer.name: norm for layer, norm in following if norm.kind == "norm"}


def _better(first: Pairs, second: Pairs) -> Pairs:
    """The pairs of which more fit; the first of as many."""

    def fitting(pairs: Pairs) -> int:
        return sum(pair.fits for pair in pairs)

    return first if fitting(first) >= fitting(second) else second


def _by_name(own: list[StoredLayer], source: list[StoredLayer]) -> Pairs:
    names = {layer.name: layer for layer in source}
    pairs = [LayerPair(layer, names.pop(layer.name, None)) for layer in own]
    return pairs + [LayerPair(None, layer) for layer in names.values()]


def _convolutions(own: list[StoredLayer], source: list[StoredLayer]) -> Pairs:
    """Pairs of convolutions, stage by stage unless only the pools differ."""
    flat = _better(_by_name(own, source), _aligned(own, source))
    stages = [{layer.stage for layer in side} for side in (own, source)]
    shapes = [[*map(_alike, side)] for side in (own, source)]
    if None in stages[0] | stages[1] or shapes[0] == shapes[1]:
        return flat
    by_name: Pairs = []
    in_order: Pairs = []
    for stage in sorted({layer.stage or 0 for layer in (*own, *source)}):
        inside = [[layer for layer in side if layer.stage == stage] for side in (own, source)]
        by_name += _by_name(*inside)
        in_order += _aligned(*inside)
    staged = _better(by_name, in_order)
    # As many convolutions in other stages can be the same ones with a pool more or less.
    return _better(staged, flat) if len(own) == len(source) and stages[0] != stages[1] else staged


def _alike(layer: StoredLayer) -> Shape:
    """The shape; of a layer that takes a picture without the number of its colours."""
    return layer.shape if layer.inputs > PICTURE else (layer.outputs, 0, *layer.shape[2:])


def _aligned(own: list[StoredLayer], source: list[StoredLayer]) -> Pairs:
    """Pairs in order; of lists of different length, as many as possible with equal shapes."""
    if len(own) == len(source) or max(len(own), len(source)) > MOST_ALIGNED:
        return [LayerPair(*both) for both in zip_longest(own, source)]
    here, there = list(map(_alike, own)), list(map(_alike, source))
    # The longest common subsequence: most[i][j] is that of own[i:] and source[j:].
    most = [[0] * (len(source) + 1) for _ in range(len(own) + 1)]
    for i in range(len(own) - 1, -1, -1):
        for j in range(len(source) - 1, -1, -1):
            equal = here[i] == there[j]
            most[i][j] = most[i + 1][j + 1] + 1 if equal else max(most[i + 1][j], most[i][j + 1])
    pairs: Pairs = []
    i = j = 0
    while i < len(own) and j < len(source):
        if here[i] == there[j]:
            pairs.append(LayerPair(own[i], source[j]))
            i, j = i + 1, j + 1
        elif most[i + 1][j] >= most[i][j + 1]:
            pairs.append(LayerPair(own[i], None))
            i += 1
        else:
            pairs.append(LayerPair(None, source[j]))
            j += 1
    pairs += [LayerPair(layer, None) for layer in own[i:]]
    return pairs + [LayerPair(None, layer) for layer in source[j:]]


def _from_the_ends(own: list[StoredLayer], source: list[StoredLayer]) -> Pairs:
    """Pairs in order; of lists of different length, the last with the last."""
    before = min(len(own), len(source)) - 1
    if before < 0 or len(own) == len(source):
        return [LayerPair(*both) for both in zip_longest(own, source)]
    pairs = [LayerPair(*both) for both in zip(own[:before], source[:before], strict=True)]
    pairs += [LayerPair(layer, None) for layer in own[before:-1]]
    pairs += [LayerPair(None, layer) for layer in source[before:-1]]
    return [*pairs, LayerPair(own[-1], source[-1])]


def _flattened(convolutions: Pairs, linears: Pairs) -> tuple[Pairs, Pairs]:
    """With the convolutions that are left at the end paired with the linear layers.

    The first of them is the one with the weights of the first linear layer. What is left over of
    the linear layers is returned after the convolutions.
    """
    if not linears:
        return convolutions, linears
    side = "own" if linears[0].source else "source"
    end = len(convolutions)
    while end and None in convolutions[end - 1] and getattr(convolutions[end - 1], side):
        end -= 1
    classifier = [layer for pair in linears for layer in pair if layer]
    left = [layer for pair in convolutions[end:] for layer in pair if layer]
    for start, layer in enumerate(left):
        if LayerPair(layer, classifier[0]).flattens:
            head = left[start:]
            joined = _from_the_ends(*((head, classifier) if side == "own" else (classifier, head)))
            if joined[0].flattens and all(one.flattens for one in joined[:-1] if None not in one):
                return [*convolutions[: end + start], *joined], []
    return convolutions, linears
