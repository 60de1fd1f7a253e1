"""Which tensors of a source a network loads, which it does not and why, and where they belong."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from math import prod
from typing import Any, ClassVar, NamedTuple

from vgginspect.cfg.config import Config
from vgginspect.checkpoint.identify import Finding, identify
from vgginspect.checkpoint.paired_layers import LayerPair, pair_layers
from vgginspect.checkpoint.reader import Checkpoint, read_checkpoint
from vgginspect.checkpoint.stored_layers import KINDS, StoredLayer
from vgginspect.errors import CheckError
from vgginspect.network.plan import Plan
from vgginspect.shape import Shape, shape_text

LOADS, SHAPE, MISSING, UNEXPECTED = STATUSES = ("loads", "shape", "missing", "unexpected")
COUNTER = "num_batches_tracked"
#: Tensors that are no parameters.
BUFFERS = ("running_mean", "running_var", COUNTER)
#: From this version of a BatchNorm2d on, PyTorch reports a counter that is missing.
COUNTED = 2
#: Hidden sizes that a reason names.
MOST_SHOWN = 10


class NamedTensors(NamedTuple):
    """The tensors of a network, or of a source: keys and shapes, and the layers they belong to.

    ``config`` is None for a file that is no VGG; then there are no layers. ``versions`` are those
    that PyTorch saved of the modules. ``channels_last``: the weights are as TensorFlow has them.
    ``checkpoint`` is the file; None for a network.
    """

    label: str
    tensors: Mapping[str, Shape]
    layers: tuple[StoredLayer, ...]
    config: Config | None
    versions: Mapping[str, int]
    channels_last: bool = False
    checkpoint: Checkpoint | None = None


def tensors_of_plan(plan: Plan, label: str) -> NamedTensors:
    """The tensors of a Plan's network."""
    stored = []
    for layer in plan.iter_layers():
        state = layer.rule.state()
        if state:
            weight = state["weight"]
            keys = {part: f"{layer.path}.{part}" for part in state}
            stored.append(StoredLayer(layer.path, KINDS[len(weight)], weight, keys))
    shapes = {key: shape for layer in plan.iter_layers() for key, shape in layer.state_dict.items()}
    versions = {layer.name: COUNTED for layer in stored if layer.kind == "norm"}
    return NamedTensors(label, shapes, tuple(stored), plan.config, versions)


def tensors_of_file(name: str) -> NamedTensors:
    """The tensors of a checkpoint, also of one that is no VGG.

    Raises:
        OutputError: it cannot be read.
        CheckError: it is not a checkpoint.
    """
    checkpoint = read_checkpoint(name)
    finding = None
    with suppress(CheckError):
        finding = identify(checkpoint.shapes, checkpoint.cfg_lists)
    return tensors_of_checkpoint(name, checkpoint, finding)


def tensors_of_checkpoint(
    label: str, checkpoint: Checkpoint, finding: Finding | None
) -> NamedTensors:
    """The tensors of a file; ``finding`` is None if it is no VGG."""
    return NamedTensors(
        label,
        checkpoint.shapes,
        finding.layers if finding else (),
        finding.config if finding else None,
        checkpoint.versions,
        bool(finding and finding.channels_last),
        checkpoint,
    )


class Reason(NamedTuple):
    """Why a tensor does not load under its key: the key of a message, and its values."""

    key: str
    values: Mapping[str, object]


class TensorFit(NamedTuple):
    """One tensor of the network, or one of the source that the network has no key for.

    ``status`` is what ``load_state_dict`` would report. ``source`` is the key of the tensor that
    belongs there; if it has another shape, ``change`` says how it is made to fit: ``reshape`` a
    Linear to a convolution or back, ``sum`` or ``repeat`` the colour channels.
    """

    key: str
    status: str
    shape: Shape | None
    source_shape: Shape | None
    source: str | None
    reasons: tuple[Reason, ...]
    change: str = ""


class _Weights(NamedTuple):
    network: NamedTensors
    source: NamedTensors
    prefix: str
    tensors: tuple[TensorFit, ...]


class Weights(_Weights):
    """All tensors: the network's in its order, then those of the source that it has no key for.

    ``prefix`` is before all keys of the source, and not of the network. A notebook displays the
    table of ``weights``.
    """

    #: The JSON object that ``weights`` prints, and the HTML for a notebook; set by
    #: ``vgginspect.checkpoint_api``, because this module must not import theirs.
    document: ClassVar[Callable[["Weights"], dict[str, Any]]]
    _repr_html_: ClassVar[Callable[["Weights"], str]]

    def __repr__(self) -> str:
        counts = ", ".join(f"{self.count(status)} {status}" for status in STATUSES)
        return f"<Weights of {self.source.label!r} for {self.network.label!r}: {counts}>"

    @property
    def strict(self) -> bool:
        """Whether ``load_state_dict`` reports nothing."""
        return all(fit.status == LOADS for fit in self.tensors)

    def count(self, status: str) -> int:
        """Number of tensors with this status."""
        return sum(fit.status == status for fit in self.tensors)

    @property
    def params(self) -> int:
        """Parameters of the network."""
        return sum(map(_params, self.tensors))

    @property
    def params_loaded(self) -> int:
        """Parameters whose tensor is in the source."""
        return sum(_params(fit) for fit in self.tensors if fit.source is not None)


def _params(fit: TensorFit) -> int:
    buffer = fit.key.rpartition(".")[2] in BUFFERS
    return 0 if buffer or fit.shape is None else prod(fit.shape)


def fit_tensors(network: NamedTensors, source: NamedTensors) -> Weights:
    """Compare a network's ``state_dict`` with that of a source, tensor by tensor."""
    pairs = pair_layers(network.layers, source.layers)
    prefix = _prefix(pairs)
    sides = (network.layers, source.layers)
    linears = [[layer for layer in side if layer.kind == "linear"] for side in sides]
    norms = [any(layer.kind == "norm" for layer in side) for side in sides]
    view = _View(network, source, prefix, linears, norms)
    own: dict[str, tuple[LayerPair, str]] = {}
    other: dict[str, tuple[LayerPair, str]] = {}
    for pair in pairs:
        for layer, into in ((pair.own, own), (pair.source, other)):
            into.update((key, (pair, part)) for part, key in (layer.keys if layer else {}).items())
    fits = [view.of_network(key, *own.get(key, (None, ""))) for key in network.tensors]
    fits += [
        view.of_source(key, *other.get(key, (None, "")))
        for key in source.tensors
        if key not in network.tensors
    ]
    return Weights(network, source, prefix, tuple(fits))


def _prefix(pairs: list[LayerPair]) -> str:
    names = [(pair.own.name, pair.source.name) for pair in pairs if pair.own and pair.source]
    if not names:
        return ""
    own, source = names[0]
    prefix = source.removesuffix(own)
    return prefix if all(there == prefix + here for here, there in names) else ""


class _View(NamedTuple):
    """Both sides, and what is before all keys of the source.

    ``linears`` are the linear layers of both sides, ``norms`` whether they have batch norm.
    """

    network: NamedTensors
    source: NamedTensors
    prefix: str
    linears: list[list[StoredLayer]]
    norms: list[bool]

    def of_network(self, key: str, pair: LayerPair | None, part: str) -> TensorFit:
        """What is of one tensor of the network."""
        shape, there = self.network.tensors[key], self.source.tensors.get(key)
        status = MISSING if there is None else LOADS if _same(shape, there) else SHAPE
        if status == MISSING and part == COUNTER and self._counts_anew(key):
            return TensorFit(key, LOADS, shape, None, None, (Reason("fit_counter", {}),))
        reasons: tuple[Reason, ...] = ()
        if pair is None or not self.source.layers:
            # Only the keys can tell which tensor belongs where.
            if status != LOADS:
                reasons = (self._only_shapes(shape, there),)
            return TensorFit(key, status, shape, there, None if reasons else key, reasons)
        belongs = pair.source.keys.get(part) if pair.source else None
        change = ""
        if belongs is not None:
            given = self.source.tensors[belongs]
            change = "" if _same(shape, given) else self._change(pair, part)
            if self.source.channels_last or not (change or _same(shape, given)):
                belongs = None
        if status == LOADS and belongs is None:
            reasons = (Reason("fit_other_layer", {}),)
        elif belongs != key or status != LOADS:
            reasons = tuple(self._reasons(pair, part)) or (self._only_shapes(shape, there),)
        return TensorFit(key, status, shape, there, belongs, reasons, change if belongs else "")

    def of_source(self, key: str, pair: LayerPair | None, part: str) -> TensorFit:
        """What is of one tensor that the network has no key for."""
        reasons = tuple(self._reasons(pair, part)) if pair else ()
        reasons = reasons or (Reason("fit_no_part", {}),)
        return TensorFit(key, UNEXPECTED, None, self.source.tensors[key], None, reasons)

    def _counts_anew(self, key: str) -> bool:
        """Whether PyTorch takes the file for one from before there were such counters."""
        return self.source.versions.get(key.rpartition(".")[0], 0) < COUNTED

    def _only_shapes(self, shape: Shape, there: Shape | None) -> Reason:
        if there is None:
            return Reason("fit_absent", {})
        return Reason("fit_shape", {"own": shape_text(shape), "there": shape_text(there)})

    def _change(self, pair: LayerPair, part: str) -> str:
        """How the tensor of the source can be made to fit, or nothing."""
        own, source = pair.own, pair.source
        if part != "weight" or own is None or source is None:
            return ""
        if pair.flattens:
            return "reshape"
        first = own is self.network.layers[0] and own.kind == source.kind == "conv"
        if first and (own.outputs, *own.shape[2:]) == (source.outputs, *source.shape[2:]):
            return "sum" if own.inputs == 1 else "repeat" if source.inputs == 1 else ""
        return ""

    def _reasons(self, pair: LayerPair, part: str) -> Iterator[Reason]:
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
        return Reason("fit_hidden", dict(zip(("own", "there"), texts, strict=True)))

    def _renamed(self, own: StoredLayer, source: StoredLayer, part: str) -> Reason:
        if self.prefix:
            return Reason("fit_prefix", {"prefix": self.prefix})
        key = "fit_moved" if self.norms[0] != self.norms[1] else "fit_named"
        return Reason(key, {"own": own.keys[part], "there": source.keys[part]})

    def _shapes(self, own: StoredLayer, source: StoredLayer, part: str) -> Iterator[Reason]:
        if own.shape == source.shape:
            return
        if own.kind != source.kind:
            if part == "weight":
                yield Reason("fit_reshape", {})
            return
        if own.kind == "linear":
            yield from self._linear(own, source, part)
            return
        if own.shape[2:] != source.shape[2:] and part == "weight":
            sizes = [shape_text(layer.shape[2:]) for layer in (own, source)]
            yield Reason("fit_kernel", {"own": sizes[0], "there": sizes[1]})
        if own.outputs != source.outputs:
            yield Reason("fit_channels", {"own": own.outputs, "there": source.outputs})
        if own.kind == "conv" and part == "weight" and own.inputs != source.inputs:
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


def _same(shape: Shape, there: Shape) -> bool:
    """Whether PyTorch copies the one into the other; a number may be a list of one."""
    return shape == there or (shape == () and len(there) == 1)
