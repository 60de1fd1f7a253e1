"""Which tensors of a source a network loads, which it does not and why, and where they belong."""

from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import Any, ClassVar, NamedTuple

from vgginspect.cfg.config import Config
from vgginspect.checkpoint.identify import UNKNOWN, Finding, identify
from vgginspect.checkpoint.paired_layers import LayerPair, pair_layers
from vgginspect.checkpoint.reader import FILE_NAME, Checkpoint, read_checkpoint
from vgginspect.checkpoint.state_dict import COUNTED
from vgginspect.checkpoint.stored_layers import KINDS, StoredLayer
from vgginspect.errors import CheckError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.shape import Shape, shape_text

LOADS, SHAPE, MISSING, UNEXPECTED = STATUSES = ("loads", "shape", "missing", "unexpected")
COUNTER = "num_batches_tracked"
#: Tensors that are no parameters.
BUFFERS = ("running_mean", "running_var", COUNTER)
#: Hidden sizes that a reason names.
MOST_SHOWN = 10


class NamedTensors(NamedTuple):
    """The tensors of a network, or of a source: keys and shapes, and the layers they belong to.

    ``config`` is None for a file that is no VGG; then there are no layers. ``versions`` are those
    that PyTorch saved of the modules. ``channels_last``: the weights are as TensorFlow has them.
    ``checkpoint`` is the file; None for a network. ``why_none`` is why a file is no VGG.
    """

    label: str
    tensors: Mapping[str, Shape]
    layers: tuple[StoredLayer, ...]
    config: Config | None
    versions: Mapping[str, int]
    channels_last: bool = False
    checkpoint: Checkpoint | None = None
    why_none: str = ""

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


class Reason(NamedTuple):
    """Why a tensor does not load under its key: the key of a message, and its values."""

    key: str
    values: Mapping[str, object]


class TensorFit(NamedTuple):
    """One tensor of the network, or one of the source that the network has no key for.

    ``status`` is what ``load_state_dict`` would report; ``shape`` also stands for what is no
    tensor, for which it fails as well. ``source`` is the key of the tensor that belongs there, and
    ``fits`` whether that can be loaded, if need be after a ``change``: ``reshape`` a Linear to a
    convolution or back, ``sum`` or ``repeat`` the colour channels.
    """

    key: str
    status: str
    shape: Shape | None
    source_shape: Shape | None
    source: str | None
    reasons: tuple[Reason, ...]
    change: str = ""
    fits: bool = False


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
        """Parameters that the tensors of the source can fill."""
        return sum(_params(fit) for fit in self.tensors if fit.fits)


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
        for key in (*source.tensors, *view.plain)
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

    @property
    def plain(self) -> tuple[str, ...]:
        """The entries of the source that are no tensors."""
        return self.source.checkpoint.plain if self.source.checkpoint else ()

    def of_network(self, key: str, pair: LayerPair | None, part: str) -> TensorFit:
        """What is of one tensor of the network."""
        shape, there = self.network.tensors[key], self.source.tensors.get(key)
        status = self._status(key, part)
        belongs, change = self._belonging(key, pair, part)
        given = self.source.tensors[belongs] if belongs is not None else None
        fits = bool(change) or (given is not None and _same(shape, given))
        fits = fits and not self.source.channels_last
        reasons = tuple(self._why(key, pair, part, status, belongs))
        return TensorFit(key, status, shape, there, belongs, reasons, change if fits else "", fits)

    def of_source(self, key: str, pair: LayerPair | None, part: str) -> TensorFit:
        """What is of one entry that the network has no key for."""
        if key not in self.source.tensors:
            return TensorFit(key, UNEXPECTED, None, None, None, (Reason("fit_plain", {}),))
        reasons = tuple(self._reasons(pair, part)) if pair else ()
        reasons = reasons or (Reason("fit_no_part", {}),)
        return TensorFit(key, UNEXPECTED, None, self.source.tensors[key], None, reasons)

    def _status(self, key: str, part: str) -> str:
        """What PyTorch reports of a key, by the keys, the shapes and the kinds of tensors alone."""
        shape, there = self.network.tensors[key], self.source.tensors.get(key)
        if there is not None:
            return LOADS if _same(shape, there) and not self.source.obstacle(key) else SHAPE
        if key in self.plain:
            return SHAPE
        return LOADS if part == COUNTER and self._counts_anew(key) else MISSING

    def _belonging(self, key: str, pair: LayerPair | None, part: str) -> tuple[str | None, str]:
        """The key in the source of the tensor that belongs to one of the network, and a change."""
        if pair is None or not self.source.layers:
            # Only the keys can tell which tensor belongs where.
            there = self.source.tensors.get(key)
            fits = there is not None and _same(self.network.tensors[key], there)
            return key if fits else None, ""
        belongs = pair.source.keys.get(part) if pair.source else None
        if belongs is None or _same(self.network.tensors[key], self.source.tensors[belongs]):
            return belongs, ""
        return belongs, self._change(pair, part)

    def _why(
        self, key: str, pair: LayerPair | None, part: str, status: str, belongs: str | None
    ) -> Iterator[Reason]:
        """Why a tensor of the network does not load from its own key, or not what belongs there."""
        shape, there = self.network.tensors[key], self.source.tensors.get(key)
        obstacle = self.source.obstacle(key) or self.source.obstacle(belongs)
        if obstacle:
            yield Reason(f"fit_{obstacle}", {})
        elif key in self.plain:
            yield Reason("fit_plain", {})
        if part == COUNTER and there is None and belongs is None and status == LOADS:
            yield Reason("fit_counter", {})
        elif pair is None or not self.source.layers:
            if there is None or not _same(shape, there):
                yield self._only_shapes(shape, there)
        elif status == LOADS and belongs is None:
            yield Reason("fit_other_layer", {})
        elif belongs != key or status != LOADS:
            reasons = tuple(self._reasons(pair, part))
            differs = there is not None and not _same(shape, there)
            if (there is None and not reasons) or (differs and (belongs != key or not reasons)):
                reasons = (*reasons, self._only_shapes(shape, there))
            yield from reasons

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


def _same(shape: Shape, there: Shape) -> bool:
    """Whether PyTorch copies the one into the other; a number may be a list of one."""
    return shape == there or (shape == () and len(there) == 1)
