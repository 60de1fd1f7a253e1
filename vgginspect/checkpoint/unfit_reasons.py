"""Why a tensor does not load under its own key, in terms of the options."""

from collections.abc import Iterator, Mapping
from math import prod
from typing import NamedTuple

from vgginspect.checkpoint.named_tensors import NamedTensors
from vgginspect.checkpoint.paired_layers import LayerPair
from vgginspect.checkpoint.stored_layers import StoredLayer
from vgginspect.shape import Shape, shape_text

#: Hidden sizes that a reason names.
MOST_SHOWN = 10


class Reason(NamedTuple):
    """Why a tensor does not load under its key: the key of a message, and its values."""

    key: str
    values: Mapping[str, object]


def of_shapes(own: Shape, there: Shape | None) -> Reason:
    """Why a tensor does not load from the source's tensor of its key; None if there is none."""
    if there is None:
        return Reason("fit_absent", {})
    return Reason("fit_shape", {"own": shape_text(own), "there": shape_text(there)})


class Reasons:
    """What differs between the layers of a network and those of a source.

    ``prefix`` is before all keys of the source.
    """

    def __init__(self, network: NamedTensors, source: NamedTensors, prefix: str) -> None:
        self.network, self.source, self.prefix = network, source, prefix
        sides = (network.layers, source.layers)
        self.linears = [[layer for layer in side if layer.kind == "linear"] for side in sides]
        self.norms = [any(layer.kind == "norm" for layer in side) for side in sides]

    def of_pair(self, pair: LayerPair, part: str) -> Iterator[Reason]:
        """Why a tensor of these layers does not load as it is, in terms of the options."""
        own, source = pair.own, pair.source
        if own is None or source is None:
            alone = own or source
            if alone is not None:
                yield self._alone(alone)
            return
        if part not in own.keys or part not in source.keys:
            yield Reason("fit_bias" if part == "bias" else "fit_absent", {})
            return
        if self.source.channels_last:
            yield Reason("fit_channels_last", {})
        elif own.name != source.name:
            yield self._renamed(own, source, part)
        yield from self._shapes(own, source, part)

    def _alone(self, layer: StoredLayer) -> Reason:
        """Why one side has no layer for this one of the other."""
        if layer.kind == "norm":
            return Reason("fit_batch_norm", {})
        if layer.kind == "linear" and not all(self.linears):
            return Reason("fit_features_only", {})
        if layer.kind == "linear":
            return self._hidden()
        return Reason("fit_no_conv", {})

    def _hidden(self) -> Reason:
        texts = []
        for linears in self.linears:
            more = ",…" if len(linears) > MOST_SHOWN else ""
            widths = ",".join(str(layer.outputs) for layer in linears[:-1][:MOST_SHOWN])
            texts.append(f"{widths}{more}" or "none")
        if texts[0] == texts[1]:
            return Reason("fit_absent", {})
        return Reason("fit_hidden", dict(zip(("own", "there"), texts, strict=True)))

    def _renamed(self, own: StoredLayer, source: StoredLayer, part: str) -> Reason:
        if self.prefix:
            return Reason("fit_prefix", {"prefix": self.prefix})
        key = "fit_moved" if self.norms[0] != self.norms[1] else "fit_named"
        return Reason(key, {"own": own.keys[part], "there": source.keys[part]})

    def _shapes(self, own: StoredLayer, source: StoredLayer, part: str) -> Iterator[Reason]:
        if own.shape == source.shape:
            return
        if own.kind == "linear" == source.kind:
            yield from self._linear(own, source, part)
            return
        if own.outputs != source.outputs:
            yield Reason("fit_channels", {"own": own.outputs, "there": source.outputs})
        if part != "weight" or own.kind == "norm":
            return
        if own.kind != source.kind:
            if prod(own.shape[1:]) == prod(source.shape[1:]):
                yield Reason("fit_reshape", {})
            return
        if own.shape[2:] != source.shape[2:]:
            sizes = [shape_text(layer.shape[2:]) for layer in (own, source)]
            yield Reason("fit_kernel", {"own": sizes[0], "there": sizes[1]})
        if own.inputs != source.inputs:
            first = own is self.network.layers[0]
            key = "fit_input_channels" if first else "fit_in_channels"
            yield Reason(key, {"own": own.inputs, "there": source.inputs})

    def _linear(self, own: StoredLayer, source: StoredLayer, part: str) -> Iterator[Reason]:
        heads = self.linears
        same_depth = len(heads[0]) == len(heads[1])
        last = own is heads[0][-1] and source is heads[1][-1]
        if own.outputs != source.outputs and last:
            classes = {"own": str(own.outputs), "there": str(source.outputs)}
            yield Reason("fit_num_classes", classes)
        first = own is heads[0][0] and source is heads[1][0]
        inputs = part == "weight" and own.inputs != source.inputs
        if inputs and first:
            yield self._inputs(own, source)
        if (inputs and not first) or (own.outputs != source.outputs and not last) or not same_depth:
            yield self._hidden()

    def _inputs(self, own: StoredLayer, source: StoredLayer) -> Reason:
        """Why the classifiers take different numbers of features."""
        values: dict[str, object] = {"own": own.inputs, "there": source.inputs}
        here, there = self.network.config, self.source.config
        if here is None or there is None or here.avgpool == there.avgpool:
            return Reason("fit_inputs", values)
        pool = "none" if here.avgpool is None else here.avgpool
        return Reason("fit_avgpool", {**values, "pool": pool})
