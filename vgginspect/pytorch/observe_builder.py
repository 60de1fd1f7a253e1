"""A Plan observed while a real builder runs: which token made which modules, and in what shape."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import torch
from torch import nn

from vgginspect.cfg.config import Config
from vgginspect.cfg.tokens import Token
from vgginspect.errors import BuilderError
from vgginspect.network.plan import Plan, Recorded
from vgginspect.pytorch.builder_arguments import (
    arguments_for,
    cfg_parameter,
    network_in,
    takes_name,
)
from vgginspect.pytorch.import_code import load_builder
from vgginspect.pytorch.layers_from_calls import ModuleCall, StepCalls, branch_of, head_of, steps_of
from vgginspect.pytorch.named_lists import ListPlace, holding, missing, named, places, put
from vgginspect.pytorch.observe import materialise, module_calls, whole_of
from vgginspect.pytorch.pin_to_meta import staying
from vgginspect.pytorch.recorder import AFTER_LAST, BEFORE_FIRST, Attribution, Recorder
from vgginspect.pytorch.recording_list import UsedAsKeyError, recording
from vgginspect.pytorch.sandbox import SECONDS, guarded, place_of
from vgginspect.report.checks import Whole
from vgginspect.shape import shape_text
from vgginspect.text.printable import printable


class Observation(NamedTuple):
    """What was seen: the Plan, what the whole network says of itself, and what the Plan leaves out.

    ``whole`` is the network's own word, to be held against the sum of the Plan's layers.
    """

    plan: Plan
    whole: Whole
    notes: tuple[str, ...]


def observe_builder(
    target: str, config: Config, entries: list[object], seconds: float = SECONDS
) -> Observation:
    """Run a builder on a cfg list, on the meta device, and read off what it makes of each entry.

    Args:
        target: ``MODULE:FUNCTION``; see ``load.load_builder``.
        config: what the arguments beside the cfg list are taken from, and the input's shape.
        entries: the cfg list itself, handed over as it is.
        seconds: how long importing, building and running may take, each.

    Raises:
        BuilderError: it cannot be imported or called, raises, does not end, ignores the list, or
            gives nothing to look at; the message names the place.
        DependencyError: the builder is torchvision's, and torchvision is missing or broken.
    """
    name = printable(target)
    with guarded(f"importing {name}", seconds):
        builder = load_builder(target)
    with guarded(name, seconds), torch.device("meta"):
        network, recorder = _built(builder, config, entries, name)
    made = recorder.attribution()
    if not made.read:
        raise BuilderError(f"{name} never read the cfg list it was given")
    if len(made.read) > 1 and not made.to_entries:
        raise BuilderError(
            f"{name} read the whole cfg list before it made a module{_where(recorder)}, so that "
            "which token makes which module cannot be seen; it must go through the very list it "
            "is given, not through a copy such as list(cfg)"
        )
    with guarded(f"the network of {name}, given {shape_text(config.input_shape)},", seconds):
        materialise(network, config.input_shape)
        whole = whole_of(network)
        seen, output = module_calls(network, config.input_shape)
    plan = _plan(config, seen, made, output)
    notes = _notes(network, seen, made, whole)
    return Observation(plan, whole._replace(output_shape=output), tuple(notes))


def _built(
    builder: Callable[..., Any], config: Config, entries: list[object], name: str
) -> tuple[nn.Module, Recorder]:
    """The network of a builder that takes the list, or the name of one, or finds it by itself."""
    parameter = cfg_parameter(builder)
    if parameter is None:
        found = places(builder)
        where = holding(found, entries)
        if not where:
            raise missing(name, found)
        network, recorder = _call(builder, config, entries, name, where)
        if not recorder.attribution().read:
            listed = " or ".join(printable(place.text) for place in where)
            raise BuilderError(f"{name} takes no cfg list, and does not read {listed}")
        return network, recorder
    where = named(places(builder), entries, config.label)
    if where and takes_name(parameter):
        try:
            return _call(builder, config, entries, name, where)
        except KeyError as error:
            if error.args != (where[0].key,):
                raise
            listed = " or ".join(printable(place.text) for place in where)
            raise BuilderError(
                f"{name} takes the name of a list, and does not read {listed}"
            ) from None
    try:
        return _call(builder, config, entries, name)
    except UsedAsKeyError:
        if not where:
            raise
        return _call(builder, config, entries, name, where)


def _call(
    builder: Callable[..., Any],
    config: Config,
    entries: list[object],
    name: str,
    where: Sequence[ListPlace] = (),
) -> tuple[nn.Module, Recorder]:
    """Call a builder with the watched list, or with the name of the places where that is put."""
    cfg, recorder = recording(entries)
    given: object = where[0].key if where else cfg
    arguments, keywords = arguments_for(builder, given, config, name)
    with put(cfg, where), recorder.noting_modules(), staying():
        result = builder(*arguments, **keywords)
        if isinstance(result, Iterator):
            result = list(result)
    return network_in(result, name), recorder


def _where(recorder: Recorder) -> str:
    """Where the user's code read the list, for a message."""
    site = recorder.last_read()
    return f", {place_of(site.code.co_filename, site.line)}" if site else ""


def _plan(
    config: Config, calls: list[ModuleCall], made: Attribution, output: tuple[int, ...]
) -> Plan:
    placed = _placed(calls, made.places)
    inside = [index for index, (place, _) in enumerate(placed) if place >= 0]
    if not inside:
        raise BuilderError("no module that the builder made of a token is run by its network")
    root = _root([placed[index][1].path for index in inside])
    tail = placed[inside[-1] + 1 :]
    begin = next((i for i, (_, call) in enumerate(tail) if not _under(root, call.path)), len(tail))
    begin = min(begin, _classifier([call for _, call in tail])) if root else 0
    head = [call for _, call in tail[begin:]]
    body = placed[: inside[-1] + 1 + begin]
    steps = steps_of(_steps(config.tokens, body, made.read), config.input_shape)
    recorded = Recorded(steps, head_of(head))
    return Plan(_seen_config(config, [call for _, call in body], head, output), recorded)


def _steps(
    tokens: Sequence[Token], body: list[tuple[int, ModuleCall]], read: tuple[int, ...]
) -> Iterator[StepCalls]:
    """The calls in the order in which they ran, parted where another entry's modules begin.

    An entry of which nothing ran comes after the one that was read before it, or, where it was
    not read, after the one before it in the list.
    """
    ran, was_read = {place for place, _ in body}, set(read)
    rank = {place: number for number, place in enumerate(read)}
    for place in range(len(tokens)):
        rank.setdefault(place, rank.get(place - 1, -1))
    idle: dict[int, list[int]] = {}
    before = BEFORE_FIRST
    for place in sorted(range(len(tokens)), key=rank.__getitem__):
        if place in ran:
            before = place
        else:
            idle.setdefault(before, []).append(place)

    def idle_after(place: int) -> Iterator[StepCalls]:
        for other in idle.pop(place, ()):
            yield StepCalls((tokens[other],), "nothing" if other in was_read else "unread", ())

    if BEFORE_FIRST not in ran:
        yield from idle_after(BEFORE_FIRST)
    for place, run in groupby(body, key=lambda placed: placed[0]):
        calls = [call for _, call in run]
        if place < 0:
            yield StepCalls((), "before" if place == BEFORE_FIRST else "after", calls)
        else:
            yield StepCalls((tokens[place],), branch_of(calls), calls)
        yield from idle_after(place)


def _placed(
    calls: list[ModuleCall], places: Mapping[nn.Module, int]
) -> list[tuple[int, ModuleCall]]:
    """Each call and the entry it belongs to; a module made earlier and used here belongs here."""
    placed: list[tuple[int, ModuleCall]] = []
    before = BEFORE_FIRST
    shared: set[nn.Module] = set()
    own = [places.get(call.module, BEFORE_FIRST) for call in calls]
    last = max((index for index, place in enumerate(own) if place >= 0), default=-1)
    for index, (place, call) in enumerate(zip(own, calls, strict=True)):
        if place == BEFORE_FIRST and before != BEFORE_FIRST:
            place = before if index < last or call.module in shared else AFTER_LAST
        if place >= 0:
            shared.add(call.module)
        placed.append((place, call))
        before = place
    return placed


def _root(paths: list[str]) -> str:
    """The path of the innermost container that all of these modules are in."""
    parents = [path.split(".")[:-1] for path in paths]
    root = parents[0]
    for parent in parents[1:]:
        root = [one for one, two in zip(root, parent, strict=False) if one == two]
    return ".".join(root)


def _classifier(tail: list[ModuleCall]) -> int:
    """Where maps are made vectors for linear layers, behind the last token; or the end."""
    types = [call.rule.type for call in tail]
    if "Linear" not in types:
        return len(types)
    return min(types.index(kind) for kind in ("Flatten", "Linear") if kind in types)


def _under(root: str, path: str) -> bool:
    return not root or path.startswith(f"{root}.")


def _seen_config(
    config: Config, body: list[ModuleCall], head: list[ModuleCall], output: tuple[int, ...]
) -> Config:
    """The Config with the options around the list as they were seen, not as they were asked for."""
    biases = [call.rule.kwargs.get("bias") for call in body if call.rule.type == "Conv2d"]
    seen = config._replace(
        batch_norm=any(call.rule.type == "BatchNorm2d" for call in body),
        bias=any(biases) or not biases,
        features_only=not head,
    )
    if not head:
        return seen
    widths = [call.rule.kwargs["out_features"] for call in head if call.rule.type == "Linear"]
    pools = [s.output_shape[-1] for s in head if s.rule.type == "AdaptiveAvgPool2d"]
    drops = [call.rule.kwargs["p"] for call in head if call.rule.type == "Dropout"]
    return seen._replace(
        avgpool=pools[0] if pools else None,
        hidden=tuple(widths[:-1]),
        num_classes=widths[-1] if widths else output[0],
        dropout=drops[0] if drops else 0.0,
    )


def _notes(
    network: nn.Module, seen: list[ModuleCall], made: Attribution, whole: Whole
) -> Iterator[str]:
    called = {call.module for call in seen}
    inside = set(network.modules())
    containers = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
    leaves = [
        module
        for module in made.places
        if next(module.children(), None) is None
        and module not in called
        and not isinstance(module, containers)
    ]
    idle = [module for module in leaves if module in inside]
    dropped = [module for module in leaves if module not in inside]
    for modules, what in ((idle, "in the network, but not run"), (dropped, "left out of it")):
        if modules:
            first = printable(repr(modules[0]).partition("\n")[0])
            more = f" and {len(modules) - 1:,} more" if len(modules) > 1 else ""
            yield f"made and {what}: {first}{more}"
    apart = next((number for number, call in enumerate(seen) if not call.follows), 0)
    if apart:
        one, two = seen[apart - 1], seen[apart]
        yield (
            f"{two.path} was given {shape_text(two.input_shape)}, {one.path} before it gave "
            f"{shape_text(one.output_shape)}: a branch, or a function that is no module, lies "
            "between, and receptive fields are not known from there on"
        )
    counted = sum(call.rule.params for call in seen)
    if counted != whole.params:
        yield (
            f"the network has {whole.params:,} parameters, the layers that ran {counted:,}; "
            "the others are in no layer, or in one that was not run"
        )
