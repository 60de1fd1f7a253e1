"""Which tensors of a source a network loads, which it does not and why, and where they belong."""

from collections.abc import Callable, Iterator
from math import prod
from typing import Any, ClassVar, NamedTuple

from vgginspect.checkpoint.named_tensors import NamedTensors
from vgginspect.checkpoint.paired_layers import LayerPair, pair_layers
from vgginspect.checkpoint.state_dict import COUNTED
from vgginspect.checkpoint.unfit_reasons import Reason, Reasons, of_shapes
from vgginspect.shape import Shape

LOADS, SHAPE, MISSING, UNEXPECTED = STATUSES = ("loads", "shape", "missing", "unexpected")
COUNTER = "num_batches_tracked"
#: Tensors that are no parameters.
BUFFERS = ("running_mean", "running_var", COUNTER)


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
        return sum(map(self._params, self.tensors))

    @property
    def params_loaded(self) -> int:
        """Parameters that the tensors of the source can fill."""
        return sum(self._params(fit) for fit in self.tensors if fit.fits)

    def _params(self, fit: TensorFit) -> int:
        buffer = fit.key.rpartition(".")[2] in BUFFERS or fit.key in self.network.buffers
        return 0 if buffer or fit.shape is None else prod(fit.shape)


def fit_tensors(network: NamedTensors, source: NamedTensors) -> Weights:
    """Compare a network's ``state_dict`` with that of a source, tensor by tensor."""
    pairs = pair_layers(network.layers, source.layers)
    prefix = _prefix(pairs)
    view = _View(network, source, Reasons(network, source, prefix))
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
    """Both sides, and why tensors of their layers do not load."""

    network: NamedTensors
    source: NamedTensors
    reasons: Reasons

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
        reasons = tuple(self.reasons.of_pair(pair, part)) if pair else ()
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
                yield of_shapes(shape, there)
        elif status == LOADS and belongs is None:
            yield Reason("fit_other_layer", {})
        elif belongs != key or status != LOADS:
            reasons = tuple(self.reasons.of_pair(pair, part))
            differs = there is not None and not _same(shape, there)
            if (there is None and not reasons) or (differs and (belongs != key or not reasons)):
                reasons = (*reasons, of_shapes(shape, there))
            yield from reasons

    def _counts_anew(self, key: str) -> bool:
        """Whether PyTorch takes the file for one from before there were such counters."""
        return self.source.versions.get(key.rpartition(".")[0], 0) < COUNTED

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


def _same(shape: Shape, there: Shape) -> bool:
    """Whether PyTorch copies the one into the other; a number may be a list of one."""
    return shape == there or (shape == () and len(there) == 1)
