"""Steps of a network that reads no cfg list, and the Config that describes the same network."""

from collections.abc import Iterator, Sequence

from vgginspect.cfg.config import Config, config_from_tokens
from vgginspect.cfg.tokens import ListEntry, parse_token
from vgginspect.errors import ConfigError
from vgginspect.network.grow import grow
from vgginspect.pytorch.layers_from_calls import LayerCall, StepCalls, branch_of, joins
from vgginspect.pytorch.token_of_layer import entry_of
from vgginspect.shape import Shape

#: Kinds of layer that a cfg list has tokens for.
_POOLS = ("MaxPool2d", "AvgPool2d")
#: Arguments that a token's convolution or pool has as they are by default.
_USUAL = {
    "groups": 1,
    "padding_mode": "zeros",
    "return_indices": False,
    "count_include_pad": True,
    "divisor_override": None,
}


def body_length(calls: Sequence[LayerCall]) -> int:
    """The number of calls before the head: up to the last convolution or pool, and what joins it.

    An adaptive average pool, a dropout of its own and whatever follows belong to the head.
    """
    window = [number for number, call in enumerate(calls) if call.rule.stem in ("conv", "pool")]
    if not window:
        return 0
    end = window[-1] + 1
    pools = calls[window[-1]].rule.stem == "pool"
    while end < len(calls):
        call = calls[end]
        drops = call.rule.stem == "drop" and (pools or _reaches_head(calls, end))
        if drops or call.rule.stem in ("avgpool", "fc") or len(call.output_shape) != 3:
            break
        if call.rule.like == "Flatten" or call.output_shape[1:] != call.input_shape[1:]:
            break
        end += 1
    return end


def _reaches_head(calls: Sequence[LayerCall], place: int) -> bool:
    """Whether fully connected layers follow, with nothing but dropout between."""
    after = next((call for call in calls[place:] if call.rule.stem != "drop"), None)
    return after is not None and (after.rule.stem == "fc" or after.rule.like == "Flatten")


def groups_of(calls: Sequence[LayerCall]) -> Iterator[StepCalls]:
    """A step for each convolution with its norm, activation and dropout, and for each pool."""
    group: list[LayerCall] = []
    for call in calls:
        if group and not (joins(call) and group[-1].rule.stem != "pool"):
            yield _step(group)
            group = []
        group.append(call)
    if group:
        yield _step(group)


def _step(group: list[LayerCall]) -> StepCalls:
    if not _is_token(group):
        return StepCalls((), "other", group)
    return StepCalls((entry_of(group[0].rule),), branch_of(group), group)


def _is_token(group: Sequence[LayerCall]) -> bool:
    """Whether a token makes exactly these layers."""
    rule = group[0].rule
    if branch_of(group) not in ("conv", "maxpool", "avgpool", "lrn"):
        return False
    if rule.like == "LocalResponseNorm":
        return rule.kwargs == {"size": 5, "alpha": 5e-4, "beta": 0.75, "k": 2.0}
    if None in (rule.kernel_size, rule.stride, rule.padding, rule.dilation):
        return False
    usual = all(rule.kwargs.get(name, value) == value for name, value in _USUAL.items())
    return usual and (rule.like == "Conv2d" or rule.dilation == 1)


def as_config(
    groups: Sequence[StepCalls], head: Sequence[LayerCall], shape: Shape
) -> tuple[Config | None, bool]:
    """The Config of the same network, and whether its head is the same too.

    None if a step equals no token, or if the layers do not follow one another. Where the head is
    another, the Config is that of the features only.
    """
    calls = [call for group in groups for call in group.seen]
    if not calls or any(not group.tokens for group in groups):
        return None, False
    if any(call.makers != (number - 1,) for number, call in enumerate([*calls, *head])):
        return None, False
    if any(not isinstance(entry, ListEntry) for group in groups for entry in group.tokens):
        return None, False
    try:
        tokens = tuple(parse_token(str(group.tokens[0].value)) for group in groups)
        norms = any(call.rule.stem == "bn" for call in calls)
        bias = all(call.rule.kwargs["bias"] for call in calls if call.rule.stem == "conv")
        body = config_from_tokens(tokens).with_options(
            batch_norm=norms, bias=bias, input_shape=shape
        )
        for config in (_with_head(body, head), body.with_options(features_only=True)):
            compared = [*calls, *head] if config and not config.features_only else calls
            if config is not None and _same(config, compared):
                return config, not config.features_only or not head
    except (ConfigError, KeyError):
        pass
    return None, False


def _with_head(body: Config, head: Sequence[LayerCall]) -> Config | None:
    """The Config with the options of the layers after the features."""
    if not head:
        return None
    pools = [call.rule.kwargs.get("output_size") for call in head if call.rule.stem == "avgpool"]
    widths = [call.rule.kwargs["out_features"] for call in head if call.rule.stem == "fc"]
    drops = [call.rule.kwargs.get("p", 0.5) for call in head if call.rule.stem == "drop"]
    if not widths or len(pools) > 1 or any(not isinstance(size, int) for size in pools):
        return None
    options = {"dropout": drops[0]} if drops else {}
    return body.with_options(
        avgpool=pools[0] if pools else None,
        hidden=tuple(widths[:-1]),
        num_classes=widths[-1],
        **options,
    )


def _same(config: Config, calls: Sequence[LayerCall]) -> bool:
    """Whether the network of a Config has the same layers."""
    layers = grow(config).layers
    # What passes on or flattens has no layer in a Config.
    seen = [call for call in calls if call.rule.like not in ("Flatten", "Identity")]
    return len(layers) == len(seen) and all(
        (layer.type, layer.output_shape, layer.params, layer.macs)
        == (call.rule.like, call.output_shape, call.rule.params, call.macs)
        for layer, call in zip(layers, seen, strict=True)
    )
