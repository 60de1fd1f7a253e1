"""Steps of a network that reads no cfg list, and the Config that describes the same network."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from vgginspect.analysis.layer_differences import USUAL, changed_arguments
from vgginspect.cfg.config import Config, config_from_tokens
from vgginspect.cfg.tokens import parse_token
from vgginspect.errors import ConfigError
from vgginspect.network.grow import grow
from vgginspect.pytorch.layers_from_calls import LayerCall, StepCalls, branch_of, joins
from vgginspect.pytorch.token_of_layer import entry_of
from vgginspect.shape import Shape

#: Kinds of layer that a cfg list has tokens for.
_POOLS = ("MaxPool2d", "AvgPool2d")


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
    usual = all(rule.kwargs.get(name, value) == value for name, value in USUAL.items())
    return usual and (rule.like == "Conv2d" or rule.dilation == 1)


class Likeness(NamedTuple):
    """The Config of the same network; without one, or if only its features are the same, why."""

    config: Config | None
    why: str = ""


#: So many layers are named that no token makes.
_MOST = 3


def as_config(groups: Sequence[StepCalls], head: Sequence[LayerCall], shape: Shape) -> Likeness:
    """The Config of the same network, if each step is a token and the layers follow one another.

    Where the head is another, the Config is that of the features only.
    """
    calls = [call for group in groups for call in group.seen]
    if not calls:
        return Likeness(None, "it has no convolution and no pool")
    if others := [_odd(group) for group in groups if not group.tokens]:
        more = f" and {len(others) - _MOST:,} more" if len(others) > _MOST else ""
        return Likeness(None, f"no token makes {'; '.join(others[:_MOST])}{more}")
    for number, call in enumerate([*calls, *head]):
        if call.makers != (number - 1,):
            return Likeness(None, f"{_named(call)} does not read just the layer before it")
        if call.views:
            return Likeness(None, f"{_named(call)} reads {call.views} of the layer before it")
    try:
        tokens = tuple(parse_token(str(group.tokens[0].value)) for group in groups)
        norms = any(call.rule.stem == "bn" for call in calls)
        bias = all(call.rule.kwargs["bias"] for call in calls if call.rule.stem == "conv")
        body = config_from_tokens(tokens).with_options(
            batch_norm=norms, bias=bias, input_shape=shape
        )
        for config in (_with_head(body, head), body.with_options(features_only=True)):
            if config is None:
                continue
            compared = calls if config.features_only else [*calls, *head]
            if (different := _different(config, compared)) is None:
                if config.features_only and head:
                    listed = "; ".join(map(_named, head[:_MOST]))
                    return Likeness(config, f"no options make the layers after it: {listed}, …")
                return Likeness(config)
    except (ConfigError, KeyError):
        return Likeness(None, "no CONFIG has these layers")
    return Likeness(None, f"no CONFIG has {different} among the others")


def _named(call: LayerCall) -> str:
    return f"{call.rule.line or call.path}, {call.rule.text}"


def _odd(group: StepCalls) -> str:
    """The layer for which a step equals no token."""
    first, *after = group.seen
    usual = ("BatchNorm2d", "ReLU")
    odd = next((call for call in after if call.rule.like not in usual), first)
    bare = first.rule.stem == "conv" and all(call.rule.like != "ReLU" for call in after)
    return _named(odd) + (" without a ReLU" if bare and odd is first else "")


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


def _different(config: Config, calls: Sequence[LayerCall]) -> str | None:
    """The first layer that the network of a Config has not; None if it has the same layers."""
    # What passes on or flattens has no layer in a Config.
    seen = [call for call in calls if call.rule.like not in ("Flatten", "Identity")]
    for layer, call in zip_longest(grow(config).layers, seen):
        if call is None:
            return f"no {layer.repr}"
        if (
            layer is None
            or (layer.type, layer.output_shape, layer.params, layer.macs)
            != (*(call.rule.like, call.output_shape, call.rule.params, call.macs),)
            or any(True for _ in changed_arguments(layer.rule, call.rule))
        ):
            return _named(call)
    return None
