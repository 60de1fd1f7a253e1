"""Pair the layers of a network with those of a source: by their names, or in order."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, zip_longest
from math import prod
from typing import NamedTuple

from vgginspect.checkpoint.stored_layers import StoredLayer

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

    Layers with the same names are pairs, unless more fit one another in order. A batch norm goes
    with its convolution. What is left of the convolutions can be a classifier, and is then paired
    with linear layers.
    """
    convolutions = _better(_of_kind(own, "conv"), _of_kind(source, "conv"), _aligned)
    linears = _better(_of_kind(own, "linear"), _of_kind(source, "linear"), _from_the_ends)
    own_norms, source_norms = _norms(own), _norms(source)
    pairs = []
    for pair in convolutions:
        norms = [
            table.get(layer.name) if layer else None
            for layer, table in ((pair.own, own_norms), (pair.source, source_norms))
        ]
        pairs += [pair, LayerPair(*norms)] if any(norms) else [pair]
    return _flattened([*pairs, *linears])


def _of_kind(layers: Sequence[StoredLayer], kind: str) -> list[StoredLayer]:
    return [layer for layer in layers if layer.kind == kind]


def _norms(layers: Sequence[StoredLayer]) -> dict[str, StoredLayer]:
    """The batch norm after each convolution, by the name of the convolution."""
    following = pairwise(layers)
    return {layer.name: norm for layer, norm in following if norm.kind == "norm"}


def _better(
    own: list[StoredLayer],
    source: list[StoredLayer],
    in_order: Callable[[list[StoredLayer], list[StoredLayer]], Pairs],
) -> Pairs:
    names = {layer.name: layer for layer in source}
    by_name = [LayerPair(layer, names.pop(layer.name, None)) for layer in own]
    by_name += [LayerPair(None, layer) for layer in names.values()]
    ordered = in_order(own, source)

    def fitting(pairs: Pairs) -> int:
        return sum(pair.fits for pair in pairs)

    return by_name if fitting(by_name) >= fitting(ordered) and by_name else ordered


def _aligned(own: list[StoredLayer], source: list[StoredLayer]) -> Pairs:
    """Pairs in order; of lists of different length, as many as possible with equal shapes."""
    if len(own) == len(source) or max(len(own), len(source)) > MOST_ALIGNED:
        return [LayerPair(*both) for both in zip_longest(own, source)]
    # The longest common subsequence: most[i][j] is that of own[i:] and source[j:].
    most = [[0] * (len(source) + 1) for _ in range(len(own) + 1)]
    for i in range(len(own) - 1, -1, -1):
        for j in range(len(source) - 1, -1, -1):
            equal = own[i].shape == source[j].shape
            most[i][j] = most[i + 1][j + 1] + 1 if equal else max(most[i + 1][j], most[i][j + 1])
    return list(_walk(own, source, most))


def _walk(
    own: list[StoredLayer], source: list[StoredLayer], most: list[list[int]]
) -> Iterator[LayerPair]:
    i = j = 0
    while i < len(own) and j < len(source):
        if own[i].shape == source[j].shape:
            yield LayerPair(own[i], source[j])
            i, j = i + 1, j + 1
        elif most[i + 1][j] >= most[i][j + 1]:
            yield LayerPair(own[i], None)
            i += 1
        else:
            yield LayerPair(None, source[j])
            j += 1
    yield from (LayerPair(layer, None) for layer in own[i:])
    yield from (LayerPair(None, layer) for layer in source[j:])


def _from_the_ends(own: list[StoredLayer], source: list[StoredLayer]) -> Pairs:
    """Pairs in order; of lists of different length, the last with the last."""
    before = min(len(own), len(source)) - 1
    if before < 0 or len(own) == len(source):
        return [LayerPair(*both) for both in zip_longest(own, source)]
    pairs = [LayerPair(*both) for both in zip(own[:before], source[:before], strict=True)]
    pairs += [LayerPair(layer, None) for layer in own[before:-1]]
    pairs += [LayerPair(None, layer) for layer in source[before:-1]]
    return [*pairs, LayerPair(own[-1], source[-1])]


def _flattened(pairs: Pairs) -> Pairs:
    """With convolutions that are left paired with linear layers that are left, in order."""
    alone = [
        [pair for pair in pairs if pair.source is None and pair.own],
        [pair for pair in pairs if pair.own is None and pair.source],
    ]
    joined = [LayerPair(a.own, b.source) for a, b in zip(*alone, strict=False)]
    if not joined or not all(pair.flattens for pair in joined[:-1]) or not joined[0].flattens:
        return pairs
    used = {id(layer) for pair in joined for layer in pair}
    left = [pair for pair in pairs if id(pair.own) not in used and id(pair.source) not in used]
    return [*left, *joined]
