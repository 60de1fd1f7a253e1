"""Find the Config of a network from the tensor names and shapes in a checkpoint.

Layers without weights have no tensors. Gaps in the indices show where such a layer is, but not its
type. Every result is marked known, inferred or unknown, with the reason.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from math import isqrt
from typing import NamedTuple

from vgginspect.cfg.config import CONFIGS, CUSTOM, Config, config_from_tokens
from vgginspect.cfg.tokens import Token, parse_token
from vgginspect.checkpoint.caffe_names import numbered
from vgginspect.errors import CheckError, ConfigError
from vgginspect.network.grow import grow, smallest_input
from vgginspect.shape import Shape, pair
from vgginspect.text.printable import printable

KNOWN, INFERRED, UNKNOWN = "known", "inferred", "unknown"
#: Minimum number of consecutive convolutions to recognise a VGG inside a larger model.
MIN_CONVOLUTIONS = 5
NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
#: A larger gap than this is not interpreted as pools.
MAX_GAP = 4


class Evidence(NamedTuple):
    """One result: its message key, its value, its certainty, and the message key of the reason."""

    name: str
    value: str
    certainty: str
    reason: str


class Finding(NamedTuple):
    """The result for a checkpoint.

    ``prefix`` is the key prefix before ``features`` (``module.``), ``base`` the key of the feature
    layers (``module.features``). ``others`` are keys that do not belong to the network.
    """

    config: Config
    prefix: str
    base: str
    tensors: int
    others: tuple[str, ...]
    facts: tuple[Evidence, ...]


class _Convolution(NamedTuple):
    position: int
    in_channels: int
    out_channels: int
    kernel_size: int


def identify(tensors: Mapping[str, Shape]) -> Finding:
    """Find the Config of a network from the shapes in its ``state_dict``.

    Raises:
        CheckError: not a VGG; the message gives the reason.
    """
    try:
        return _renumbered(tensors)
    except ConfigError as error:
        raise CheckError(f"not a VGG that a cfg list can describe: {error}") from None


def _renumbered(tensors: Mapping[str, Shape]) -> Finding:
    keys = numbered(tensors)
    if not keys:
        return _identified(tensors)
    names = {new: old for old, new in keys.items()}
    try:
        found = _identified({keys.get(key, key): shape for key, shape in tensors.items()})
    except CheckError as error:
        text = str(error)
        for new, old in names.items():
            text = text.replace(new, printable(old)[:80])
        raise CheckError(text) from None
    facts = (
        fact._replace(reason="reason_pools_stages") if fact.name == "pools" else fact
        for fact in found.facts
    )
    others = tuple(names.get(key, key) for key in found.others)
    return found._replace(prefix="", base="", others=others, facts=tuple(facts))


def _identified(tensors: Mapping[str, Shape]) -> Finding:
    base, convolutions = _convolutions(tensors)
    prefix = base.removesuffix("features") if base.endswith("features") else ""
    batch_norm = _all_or_none(
        "batch norm",
        [f"{base}.{c.position + 1}.running_mean".lstrip(".") in tensors for c in convolutions],
    )
    bias = _all_or_none("bias", [_key(base, c.position, "bias") in tensors for c in convolutions])
    tokens, facts = _tokens(convolutions, batch_norm)
    linears = _linears(tensors, prefix)
    config = config_from_tokens(tokens)._replace(batch_norm=batch_norm, bias=bias)
    facts += [
        Evidence("batch_norm", "yes" if batch_norm else "no", KNOWN, "reason_keys"),
        Evidence("bias", "yes" if bias else "no", KNOWN, "reason_keys"),
        Evidence("in_channels", str(convolutions[0].in_channels), KNOWN, "reason_first_weight"),
    ]
    config, head_facts = _with_head(config, convolutions, linears)
    facts += head_facts
    grow(config)
    own = _own_keys(convolutions, base, batch_norm) | _linear_keys(tensors, prefix)
    others = tuple(key for key in tensors if key not in own)
    if config.features_only:
        held = any(_in_classifier(key, prefix) for key in others)
        reason = "reason_no_linear" if held else "reason_no_classifier"
        facts.append(Evidence("classifier", "", UNKNOWN if held else KNOWN, reason))
    facts.append(Evidence("dropout", "", UNKNOWN, "reason_no_weights"))
    return Finding(config, prefix, base, len(tensors), others, tuple(facts))


def _own_keys(convolutions: list[_Convolution], base: str, batch_norm: bool) -> set[str]:
    """The keys of the convolutions, and of their batch norm."""
    keys = {
        _key(base, convolution.position, name)
        for convolution in convolutions
        for name in ("weight", "bias")
    }
    if batch_norm:
        keys |= {_key(base, c.position + 1, name) for c in convolutions for name in NORM}
    return keys


def _linear_keys(tensors: Mapping[str, Shape], prefix: str) -> set[str]:
    stems = {
        key.removesuffix("weight")
        for key, shape in tensors.items()
        if _in_classifier(key, prefix) and key.endswith("weight") and len(shape) == 2
    }
    return {stem + name for stem in stems for name in ("weight", "bias")}


def _in_classifier(key: str, prefix: str) -> bool:
    return key.startswith(f"{prefix}classifier.")


def _key(base: str, index: int, name: str) -> str:
    return f"{base}.{index}.{name}".lstrip(".")


def _convolutions(tensors: Mapping[str, Shape]) -> tuple[str, list[_Convolution]]:
    """The key of the layer list that contains the convolutions, and the convolutions in order."""
    groups: dict[str, dict[int, Shape]] = {}
    others = []
    for key, shape in tensors.items():
        if len(shape) != 4:
            continue
        match = re.fullmatch(r"(?:(.*)\.)?([0-9]{1,6})\.weight", key)
        if match:
            groups.setdefault(match[1] or "", {})[int(match[2])] = shape
        else:
            others.append(key)
    named = [base for base in groups if base.rpartition(".")[2] == "features"]
    base = max(named or groups, key=lambda name: len(groups[name]), default="")
    found = groups.get(base, {})
    stray = [key for key in others if key.startswith(f"{base}.")]
    outside = len(others) + sum(len(group) for name, group in groups.items() if name != base)
    if not found or stray or (outside and len(found) < MIN_CONVOLUTIONS):
        example = (stray or others or [""])[0]
        why = f"; {printable(example)[:80]} is not part of one" if example else ""
        if any(key.endswith("weight_orig") for key in others):
            why += (
                "\n  the file has torch.nn.utils.prune masks; "
                "apply them with prune.remove(module, 'weight') and save again"
            )
        raise CheckError(f"not a VGG: no sequence of convolutions found{why}")
    convolutions = []
    channels: int | None = None
    for index, (out, into, height, width) in sorted(found.items()):
        key = _key(base, index, "weight")
        if height != width or height % 2 == 0 or min(out, into, height) < 1:
            raise CheckError(
                f"not a VGG: {printable(key)} is a {height}x{width} convolution, "
                "not square with an odd size"
            )
        if channels is not None and into != channels:
            raise CheckError(
                f"not a VGG: {printable(key)} has {into} input channels, "
                f"but the convolution before it has {channels} output channels"
            )
        channels = out
        convolutions.append(_Convolution(index, into, out, height))
    return base, convolutions


def _all_or_none(what: str, answers: list[bool]) -> bool:
    if any(answers) and not all(answers):
        raise CheckError(
            f"not a VGG that a cfg list can describe: only some convolutions have {what}"
        )
    return all(answers)


def _tokens(
    convolutions: list[_Convolution], batch_norm: bool
) -> tuple[tuple[Token, ...], list[Evidence]]:
    """The cfg list, with results and their certainty."""
    merged = [] if batch_norm else [Evidence("merged", "yes", INFERRED, "reason_merged")]
    for letter, config in CONFIGS.items():
        for norm in (batch_norm, True):
            if _grown(config._replace(batch_norm=norm), convolutions[0]) == convolutions:
                facts = [
                    Evidence("configuration", letter, KNOWN, "reason_named"),
                    Evidence("pools", "M", INFERRED, "reason_pools_named"),
                ]
                return config.tokens, facts + (merged if norm else [])
    block = 3 if batch_norm else 2
    gaps = [after.position - before.position - block for before, after in pairwise(convolutions)]
    facts = [Evidence("configuration", CUSTOM, KNOWN, "reason_no_named")]
    if not batch_norm and len(set(gaps)) > 1 and min(gaps) == 1:
        gaps = [gap - 1 for gap in gaps]
        facts += merged
    if convolutions[0].position or any(not 0 <= gap <= MAX_GAP for gap in gaps):
        facts.append(Evidence("pools", "", UNKNOWN, "reason_indices"))
        gaps = [0] * len(gaps)
    else:
        facts.append(Evidence("pools", "M", INFERRED, "reason_gaps"))
        if any(gap > 1 for gap in gaps):
            facts.append(Evidence("between", "LRN", UNKNOWN, "reason_wide_gap"))
    last = 1 if any(gaps) else 0
    facts.append(Evidence("last_pool", "M" if last else "", INFERRED, "reason_last_pool"))
    tokens: list[Token] = []
    for convolution, gap in zip(convolutions, [*gaps, last], strict=True):
        tokens.append(parse_token(f"conv{convolution.kernel_size}-{convolution.out_channels}"))
        # LRN is the only token that keeps the shape, so it is used for unknown layers.
        tokens += [parse_token("LRN")] * (gap - 1) + [parse_token("M")] * min(gap, 1)
    facts.append(Evidence("stride", "1", INFERRED, "reason_stride"))
    if any(convolution.kernel_size > 1 for convolution in convolutions):
        facts.append(Evidence("dilation", "1", INFERRED, "reason_dilation"))
    return tuple(tokens), facts


def _grown(config: Config, first: _Convolution) -> list[_Convolution]:
    config = config._replace(input_shape=(first.in_channels, 224, 224))
    return [
        _Convolution(
            int(layer.path.rpartition(".")[2]),
            layer.in_channels,
            layer.out_channels,
            pair(layer.rule.kernel_size or 0)[0],
        )
        for layer in grow(config).features
        if layer.type == "Conv2d"
    ]


def _linears(tensors: Mapping[str, Shape], prefix: str) -> list[tuple[int, int]]:
    """The shapes of the classifier's weights in order; ``(out, in)`` each."""
    pattern = re.compile(re.escape(prefix) + r"classifier(?:\.([0-9]{1,6}))?\.weight")
    found = {
        int(match[1] or 0): (shape[0], shape[1])
        for key, shape in tensors.items()
        if len(shape) == 2 and (match := pattern.fullmatch(key))
    }
    shapes = [shape for _, shape in sorted(found.items())]
    for before, after in pairwise(shapes):
        if before[0] != after[1]:
            raise CheckError(
                f"not a VGG: a linear layer of the classifier has {after[1]} inputs, "
                f"but the one before it has {before[0]} outputs"
            )
    return shapes


def _with_head(
    config: Config, convolutions: list[_Convolution], linears: list[tuple[int, int]]
) -> tuple[Config, list[Evidence]]:
    side = max(224, *pair(smallest_input(config)))
    config = config._replace(input_shape=(convolutions[0].in_channels, side, side))
    if not linears:
        return config._replace(features_only=True), []
    channels = convolutions[-1].out_channels
    features = linears[0][1]
    cells, rest = divmod(features, channels)
    if rest or not cells or min(min(shape) for shape in linears) < 1:
        raise CheckError(
            f"not a VGG: the classifier has {features} inputs, "
            f"not a multiple of {channels} channels"
        )
    hidden = tuple(shape[0] for shape in linears[:-1])
    config = config._replace(hidden=hidden, num_classes=linears[-1][0])
    facts = [
        Evidence("num_classes", str(linears[-1][0]), KNOWN, "reason_last_weight"),
        Evidence("hidden", ", ".join(map(str, hidden)) or "none", KNOWN, "reason_weights"),
        Evidence("in_features", f"{features} = {channels}·{cells}", KNOWN, "reason_first_linear"),
    ]
    square = isqrt(cells)
    pools = sum(token.kind == "maxpool" for token in config.tokens)
    if square * square == cells:
        config = config._replace(avgpool=square)
        low = square << pools
        facts.append(Evidence("avgpool", str(square), INFERRED, "reason_square"))
        facts.append(
            Evidence("input_size", f"{low} … {low + (1 << pools) - 1}", UNKNOWN, "reason_input")
        )
        return config, facts
    height = next(side for side in range(square, 0, -1) if cells % side == 0)
    shape = (convolutions[0].in_channels, height << pools, (cells // height) << pools)
    facts.append(Evidence("avgpool", "none", KNOWN, "reason_not_square"))
    facts.append(Evidence("input_size", f"{shape[1]}x{shape[2]}", INFERRED, "reason_rectangle"))
    return config._replace(avgpool=None, input_shape=shape), facts
