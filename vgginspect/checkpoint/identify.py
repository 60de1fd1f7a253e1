"""Find the Config of a network from the tensor names and shapes in a checkpoint.

Layers without weights have no tensors. Gaps in the indices show where such a layer is, but not its
type. Every result is marked known, inferred or unknown, with the reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import isqrt
from os.path import commonprefix
from typing import Any, ClassVar, NamedTuple

from vgginspect.cfg.config import CONFIGS, CUSTOM, Config, config_from_tokens
from vgginspect.cfg.tokens import Token, parse_token, same_padding
from vgginspect.checkpoint.conv_chain import MIN_CONVOLUTIONS, ConvChain, find_chain, none_found
from vgginspect.checkpoint.reader import Checkpoint, read_checkpoint
from vgginspect.checkpoint.stored_classifier import classifier_convolutions, find_classifier
from vgginspect.checkpoint.stored_layers import StoredLayer, stored_layers
from vgginspect.errors import CheckError, ConfigError
from vgginspect.network.grow import grow, smallest_input
from vgginspect.shape import Shape, pair, sides, sides_text
from vgginspect.text.printable import printable

KNOWN, INFERRED, UNKNOWN = "known", "inferred", "unknown"
#: A file with more layers is none of a VGG.
MAX_LAYERS = 10_000
#: A larger gap than this is not interpreted as pools.
MAX_GAP = 4


class Evidence(NamedTuple):
    """One result: its message key, its value, its certainty, and the message key of the reason."""

    name: str
    value: str
    certainty: str
    reason: str


class _Finding(NamedTuple):
    config: Config
    prefix: str
    base: str
    tensors: int
    layers: tuple[StoredLayer, ...]
    shapes: Mapping[str, Shape]
    channels_last: bool
    others: tuple[str, ...]
    facts: tuple[Evidence, ...]
    head: tuple[StoredLayer, ...] = ()
    file: str = ""
    checkpoint: Checkpoint | None = None


class Finding(_Finding):
    """The result for a checkpoint.

    ``prefix`` is the key prefix before ``features`` (``module.``), ``base`` the key of the feature
    layers (``module.features``). ``layers`` are those of the network: convolutions, each with its
    batch norm, then the classifier. ``shapes`` are those of their tensors, in PyTorch's order;
    ``channels_last``: in the file they are in TensorFlow's. ``others`` are the keys of all else,
    ``head`` those of its layers that are convolutions in place of a classifier.
    ``file`` is the name of the file, ``checkpoint`` what was read. A notebook displays the table of
    ``identify``.
    """

    #: The JSON object that ``identify`` prints, and the HTML for a notebook; set by
    #: ``vgginspect.checkpoint_api``, because this module must not import theirs.
    document: ClassVar[Callable[["Finding"], dict[str, Any]]]
    _repr_html_: ClassVar[Callable[["Finding"], str]]

    def __repr__(self) -> str:
        others = f", {len(self.others)} of others" if self.others else ""
        return f"<Finding {self.file!r}: {self.config.argument}, {self.tensors} tensors{others}>"


def identify_file(name: str) -> Finding:
    """Find the Config of the network in a checkpoint.

    Raises:
        OutputError: the file cannot be read.
        CheckError: it is not a checkpoint, or not a VGG.
    """
    checkpoint = read_checkpoint(name)
    finding = identify(checkpoint.shapes, checkpoint.cfg_lists)
    return finding._replace(file=name, checkpoint=checkpoint)


def identify(
    tensors: Mapping[str, Shape], cfg_lists: Iterable[Sequence[int | str]] = ()
) -> Finding:
    """Find the Config of a network from the shapes in its ``state_dict``.

    ``cfg_lists`` are lists of channels and pools from the same file; the one that has the
    convolutions of the network tells its pools.

    Raises:
        CheckError: not a VGG; the message gives the reason.
    """
    try:
        return _identified(tensors, cfg_lists)
    except ConfigError as error:
        raise CheckError(f"not a VGG that a cfg list can describe: {error}") from None


def _identified(tensors: Mapping[str, Shape], cfg_lists: Iterable[Sequence[int | str]]) -> Finding:
    layers, channels_last = stored_layers(tensors)
    if len(layers) > MAX_LAYERS:
        raise CheckError(f"not a VGG: more than {MAX_LAYERS:,} layers")
    chain = find_chain(layers)
    base = chain.base
    prefix = base.removesuffix("features") if base.endswith("features") else ""
    convolutions = chain.convolutions
    bias = _all_or_none("bias", ["bias" in layer.keys for layer in convolutions])
    batch_norm = bool(chain.norms)
    channels = convolutions[-1].outputs
    classifier = find_classifier(layers, prefix, channels)
    rows = zip(convolutions, chain.norms, strict=True) if batch_norm else zip(convolutions)
    own = (*(layer for row in rows for layer in row), *classifier)
    _refuse_parametrized(own, tensors)
    shapes = {
        key: layer.shape if part == "weight" else tensors[key]
        for layer in own
        for part, key in layer.keys.items()
    }
    others = tuple(key for key in tensors if key not in shapes)
    names = {layer.name for layer in own}
    left = [layer for layer in layers if layer.name not in names and layer.kind != "norm"]

    head = () if classifier else classifier_convolutions(left, channels)
    if len(convolutions) < MIN_CONVOLUTIONS and left and not classifier and not head:
        raise none_found(layer for layer in left if layer.kind != "conv")
    tokens, facts = _tokens(chain, cfg_lists, _following(chain, left))
    config = config_from_tokens(tokens)._replace(batch_norm=batch_norm, bias=bias)
    first = convolutions[0].inputs
    facts += [
        Evidence("batch_norm", "yes" if batch_norm else "no", KNOWN, "reason_keys"),
        Evidence("bias", "yes" if bias else "no", KNOWN, "reason_keys"),
        Evidence("in_channels", str(first), KNOWN, "reason_first_weight"),
    ]
    side = max(224, *pair(smallest_input(config)))
    config = config._replace(input_shape=(first, side, side))
    if classifier:
        config, more = _with_classifier(config, channels, classifier)
        facts += more
    else:
        config = config._replace(features_only=True)
        facts.append(_no_classifier(head, left, others, prefix))
    grow(config)
    facts.append(Evidence("dropout", "", UNKNOWN, "reason_no_weights"))
    return Finding(
        config, prefix, base, len(tensors), own, shapes, channels_last, others, tuple(facts), head
    )


def _refuse_parametrized(layers: Iterable[StoredLayer], tensors: Mapping[str, Shape]) -> None:
    """Refuse layers whose weight is computed from other tensors, and name what makes it one.

    Raises:
        CheckError: there are such.
    """
    for layer in layers:
        key = layer.keys.get("weight", "")
        if f"{layer.name}.weight_mask" in tensors:
            by, undo = "torch.nn.utils.prune", "prune.remove(module, 'weight')"
        elif ".parametrizations." in key:
            by = "torch.nn.utils.parametrize"
            undo = "parametrize.remove_parametrizations(module, 'weight')"
        elif key.endswith("weight_v"):
            by, undo = "torch.nn.utils.weight_norm", "torch.nn.utils.remove_weight_norm(module)"
        elif key.endswith("weight_orig"):
            by = "torch.nn.utils.spectral_norm"
            undo = "torch.nn.utils.remove_spectral_norm(module)"
        else:
            continue
        raise CheckError(
            f"not a VGG as it is: the weight of {printable(layer.name)[:80]} is computed by {by}; "
            f"make it a plain weight with {undo} and save again"
        )


def _following(chain: ConvChain, left: Iterable[StoredLayer]) -> StoredLayer | None:
    """A convolution of the same model that can follow the last one; None without any."""
    names = [layer.name for layer in chain.convolutions]
    shared = chain.base or commonprefix(names)  # noqa: RUF071 - of letters, not of folders
    model, dot, _ = shared.rpartition(".")
    channels = chain.convolutions[-1].outputs
    following = (
        layer
        for layer in left
        if layer.kind == "conv" and layer.inputs == channels and layer.name.startswith(model + dot)
    )
    return next(following, None)


def _no_classifier(
    head: Sequence[StoredLayer], left: Sequence[StoredLayer], others: Sequence[str], prefix: str
) -> Evidence:
    if head:
        text = ", ".join(_token(layer) for layer in head)
        return Evidence("classifier", text, UNKNOWN, "reason_convolutions")
    if left or any(key.startswith(f"{prefix}classifier.") for key in others):
        return Evidence("classifier", "", UNKNOWN, "reason_other_layers")
    return Evidence("classifier", "", KNOWN, "reason_no_classifier")


def _all_or_none(what: str, answers: list[bool]) -> bool:
    if any(answers) and not all(answers):
        raise CheckError(
            f"not a VGG that a cfg list can describe: only some convolutions have {what}"
        )
    return all(answers)


def _tokens(
    chain: ConvChain, cfg_lists: Iterable[Sequence[int | str]], following: StoredLayer | None
) -> tuple[tuple[Token, ...], list[Evidence]]:
    """The cfg list, with results and their certainty.

    ``following`` is another convolution that can follow the last one.
    """
    batch_norm = bool(chain.norms)
    merged = [] if batch_norm else [Evidence("merged", "yes", INFERRED, "reason_merged")]
    pools = "reason_pools_stages" if chain.staged else "reason_pools_named"
    for letter, config in CONFIGS.items():
        for norm in (batch_norm, True):
            if _places(config._replace(batch_norm=norm), chain) == chain.positions:
                facts = [
                    Evidence("configuration", letter, KNOWN, "reason_named"),
                    Evidence("pools", "M", INFERRED, pools),
                ]
                return config.tokens, facts + (merged if norm else [])
    tokens = tuple(parse_token(_token(layer)) for layer in chain.convolutions)
    for cfg in cfg_lists:
        saved = tuple(parse_token(str(entry)) for entry in cfg)
        if tuple(token for token in saved if token.kind == "conv") == tokens:
            name = config_from_tokens(saved).name
            return saved, [Evidence("configuration", name, KNOWN, "reason_saved_list")]
    if not chain.positions:
        for letter, config in CONFIGS.items():
            if tuple(token for token in config.tokens if token.kind == "conv") == tokens:
                return config.tokens, [
                    Evidence("configuration", letter, INFERRED, "reason_named_order"),
                    Evidence("pools", "M", INFERRED, "reason_pools_paper"),
                ]
    return _custom(chain, tokens, merged, following)


def _custom(
    chain: ConvChain,
    convolutions: tuple[Token, ...],
    merged: list[Evidence],
    following: StoredLayer | None,
) -> tuple[tuple[Token, ...], list[Evidence]]:
    facts = [Evidence("configuration", CUSTOM, KNOWN, "reason_no_named")]
    gaps = [after - before - chain.each for before, after in pairwise(chain.positions)]
    if chain.each == 2 and merged and len(set(gaps)) > 1 and min(gaps) == 1:
        gaps = [gap - 1 for gap in gaps]
        facts += merged
    unclear = not chain.positions or chain.positions[0]
    if unclear or any(not 0 <= gap <= MAX_GAP for gap in gaps):
        facts.append(Evidence("pools", "", UNKNOWN, "reason_indices"))
        gaps = [0] * (len(convolutions) - 1)
    else:
        reason = "reason_pools_stages" if chain.staged else "reason_gaps"
        facts.append(Evidence("pools", "M" if any(gaps) else "", INFERRED, reason))
        if any(gap > 1 for gap in gaps):
            facts.append(Evidence("between", "LRN", UNKNOWN, "reason_wide_gap"))
    last = 1 if any(gaps) and following is None else 0
    if following is None:
        facts.append(Evidence("last_pool", "M" if last else "", INFERRED, "reason_last_pool"))
    else:
        facts.append(Evidence("last_pool", "", UNKNOWN, "reason_last_pool_followed"))
    tokens: list[Token] = []
    for token, gap in zip(convolutions, [*gaps, last], strict=True):
        tokens.append(token)
        # LRN is the only token that keeps the shape, so it is used for unknown layers.
        tokens += [parse_token("LRN")] * (gap - 1) + [parse_token("M")] * min(gap, 1)
    facts.append(Evidence("stride", "1", INFERRED, "reason_stride"))
    kernels = [layer.shape[2:] for layer in chain.convolutions]
    if any(max(kernel) > 1 for kernel in kernels):
        even = any(side % 2 == 0 for kernel in kernels for side in kernel)
        padding = ("0", "reason_padding_even") if even else ("same", "reason_padding")
        facts.append(Evidence("padding", padding[0], INFERRED, padding[1]))
        facts.append(Evidence("dilation", "1", INFERRED, "reason_dilation"))
    return tuple(tokens), facts


def _token(layer: StoredLayer) -> str:
    """The token of a convolution; no padding for an even side, which no padding keeps."""
    kernel = sides(*layer.shape[2:])
    padding = ""
    if same_padding(kernel, 1) is None:
        both = sides(*(0 if side % 2 == 0 else side // 2 for side in pair(kernel)))
        padding = f"p{sides_text(both)}"
    return f"conv{sides_text(kernel)}-{layer.outputs}{padding}"


def _places(config: Config, chain: ConvChain) -> tuple[int, ...] | None:
    """The positions that a Config's convolutions have in its list; None if they are others."""
    first = chain.convolutions[0].inputs
    config = config._replace(input_shape=(first, 224, 224))
    found = [layer for layer in grow(config).features if layer.type == "Conv2d"]
    shapes = [layer.shape for layer in chain.convolutions]
    if [layer.rule.state()["weight"] for layer in found] != shapes:
        return None
    return tuple(int(layer.path.rpartition(".")[2]) for layer in found)


def _with_classifier(
    config: Config, channels: int, linears: Sequence[StoredLayer]
) -> tuple[Config, list[Evidence]]:
    features = linears[0].inputs
    cells = features // channels
    hidden = tuple(layer.outputs for layer in linears[:-1])
    config = config._replace(hidden=hidden, num_classes=linears[-1].outputs)
    facts = [
        Evidence("num_classes", str(linears[-1].outputs), KNOWN, "reason_last_weight"),
        Evidence("hidden", ", ".join(map(str, hidden)) or "none", KNOWN, "reason_weights"),
        Evidence("in_features", f"{features} = {channels}·{cells}", KNOWN, "reason_first_linear"),
    ]
    square = isqrt(cells)
    if square * square == cells:
        config = config._replace(avgpool=square)
        facts.append(Evidence("avgpool", str(square), INFERRED, "reason_square"))
        low, above = (pair(smallest_input(config, side))[0] for side in (square, square + 1))
        facts.append(Evidence("input_size", f"{low} … {above - 1}", UNKNOWN, "reason_input"))
        return config, facts
    height = next(side for side in range(square, 0, -1) if cells % side == 0)
    rows = pair(smallest_input(config, height))[0]
    columns = pair(smallest_input(config, cells // height))[1]
    shape = (config.input_shape[0], rows, columns)
    facts.append(Evidence("avgpool", "none", KNOWN, "reason_not_square"))
    facts.append(Evidence("input_size", f"{shape[1]}x{shape[2]}", INFERRED, "reason_rectangle"))
    return config._replace(avgpool=None, input_shape=shape), facts
