"""Record a Plan while a builder runs: the modules of each token, and their shapes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from typing import Any, NamedTuple

import torch
from torch import nn

from vgginspect.cfg.builder_entries import BuilderInput
from vgginspect.cfg.tokens import ListEntry
from vgginspect.errors import BuilderError
from vgginspect.network.plan import Origin, Plan, Recorded
from vgginspect.pytorch.builder_arguments import (
    ARGUMENTS,
    Call,
    call_of,
    cfg_parameter,
    network_in,
    refused_keyword,
    takes_name,
)
from vgginspect.pytorch.import_code import load_builder
from vgginspect.pytorch.layers_from_calls import (
    LayerCall,
    StepCalls,
    branch_of,
    head_of,
    notes_on,
    steps_of,
)
from vgginspect.pytorch.measured_document import Whole
from vgginspect.pytorch.named_lists import ListPlace, holding, missing, named, places, put
from vgginspect.pytorch.observe import initialise_lazy, run, whole_of
from vgginspect.pytorch.pin_to_meta import pinned
from vgginspect.pytorch.recorder import AFTER_LAST, BEFORE_FIRST, Attribution, Recorder
from vgginspect.pytorch.recording_list import UsedAsKeyError, recording
from vgginspect.pytorch.sandbox import SECONDS, guarded, place_of
from vgginspect.pytorch.saved_tensors import with_saved
from vgginspect.shape import Shape, shape_text
from vgginspect.text.printable import printable


class Observation(NamedTuple):
    """The recorded Plan, the properties of the whole network, and notes on what the Plan lacks.

    ``whole`` is read from the network itself, to compare with the sums over the Plan's layers.
    ``network`` is the one that ran, for what the Plan does not tell.
    """

    plan: Plan
    whole: Whole
    notes: tuple[str, ...]
    network: nn.Module


def observe_builder(target: str, given: BuilderInput, seconds: float = SECONDS) -> Observation:
    """Run a builder on a cfg list, on the meta device, and record the modules of each entry.

    Args:
        target: ``MODULE:FUNCTION``; see ``import_code.load_builder``.
        given: the list, the options to pass, and the size of the input.
        seconds: how long importing, building and running may take, each.

    Raises:
        BuilderError: it cannot be imported or called, raises, does not end, ignores the list, or
            returns no module; the message gives file and line.
        DependencyError: the builder is torchvision's, and torchvision is missing or broken.
    """
    name = printable(target)
    with guarded(f"importing {name}", seconds):
        builder = load_builder(target)
    with guarded(name, seconds), torch.device("meta"):
        built = _run(builder, given, name)
        channels = given.options.get("in_channels")
        if channels is None or "in_channels" in built.call.left:
            channels = _first_channels(built.network, given.size)
    made = built.recorder.attribution()
    if not made.read:
        raise BuilderError(f"{name} did not read the cfg list")
    if len(made.read) > 1 and not made.entries:
        raise BuilderError(
            f"{name} read the whole cfg list before it made a module{_where(built.recorder)}, so "
            "modules cannot be assigned to tokens; iterate over the list itself, not over a copy "
            "such as list(cfg)"
        )
    shape = (channels, *given.size)
    with guarded(f"the network of {name}, with input {shape_text(shape)},", seconds):
        initialise_lazy(built.network, shape)
        whole = whole_of(built.network)
        calls, output, batch_notes, _ = run(built.network, shape)
        calls, unknown = with_saved(built.network, calls, shape)
    entries = tuple(map(ListEntry, given.entries))
    origin = Origin("python", target, built.call.passed, entries, given.name, shape)
    passed = ", ".join(ARGUMENTS)
    notes = [
        f"{option} was not passed: "
        + (f"{name} has no such argument" if option in ARGUMENTS else f"builders get only {passed}")
        for option in built.call.left
    ]
    notes += batch_notes
    notes += [*_notes(built.network, calls, made, whole), *unknown]
    plan = Plan(origin, _recorded(entries, calls, made, shape))
    return Observation(plan, whole._replace(output_shape=output), tuple(notes), built.network)


class _Run(NamedTuple):
    """A call of a builder: its arguments, its result, and the record."""

    call: Call
    network: nn.Module
    recorder: Recorder


def _run(builder: Callable[..., Any], given: BuilderInput, name: str) -> _Run:
    """Call a builder that takes the list, takes its name, or looks it up itself."""
    parameter = cfg_parameter(builder)
    if parameter is None:
        found = places(builder)
        where = holding(found, given.entries)
        if not where:
            raise missing(name, found)
        run = _called(builder, given, name, where)
        if not run.recorder.attribution().read:
            listed = " or ".join(printable(place.text) for place in where)
            raise BuilderError(f"{name} has no parameter for a cfg list and does not read {listed}")
        return run
    where = named(places(builder), given.entries, given.name)
    if where and takes_name(parameter):
        try:
            return _called(builder, given, name, where)
        except KeyError as error:
            if error.args != (where[0].key,):
                raise
            listed = " or ".join(printable(place.text) for place in where)
            raise BuilderError(
                f"{name} takes the name of a list but does not read {listed}"
            ) from None
    try:
        return _called(builder, given, name)
    except UsedAsKeyError:
        if not where:
            raise
        return _called(builder, given, name, where)


def _called(
    builder: Callable[..., Any], given: BuilderInput, name: str, where: Sequence[ListPlace] = ()
) -> _Run:
    """Call a builder with a recording list, or with the name under which that is stored.

    Options that its ``**kwargs`` rejects are left out, and it is called again.
    """
    refused: set[str] = set()
    while True:
        cfg, recorder = recording(given.entries)
        call = call_of(builder, where[0].key if where else cfg, given.options, name, refused)
        try:
            with put(cfg, where), recorder.noting_modules(), pinned():
                result = builder(*call.arguments, **call.keywords)
                if isinstance(result, Iterator):
                    result = list(result)
        except TypeError as error:
            keyword = refused_keyword(error)
            if keyword not in call.through:
                raise
            refused.add(keyword)
        else:
            return _Run(call, network_in(result, name), recorder)


class _FirstConvolutionError(BaseException):
    """Not an Exception, so that ``except Exception`` in the user's code does not catch it."""

    def __init__(self, channels: int) -> None:
        self.channels = channels


def _first_channels(network: nn.Module, size: tuple[int, int]) -> int:
    """Input channels of the first convolution that runs; 3 if none can be recorded."""

    def stop(module: nn.Conv2d, _: object) -> None:
        raise _FirstConvolutionError(module.in_channels)

    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    hooks = [module.register_forward_pre_hook(stop) for module in convolutions]
    try:
        with torch.no_grad():
            network.eval()
            network(torch.empty(1, 3, *size))
    except _FirstConvolutionError as found:
        # A lazy convolution has 0 before its first input.
        return found.channels or 3
    except Exception:
        pass
    finally:
        for hook in hooks:
            hook.remove()
    return 3


def _where(recorder: Recorder) -> str:
    """The file and line that read the list, for a message."""
    site = recorder.last_read()
    return f", {place_of(site.code.co_filename, site.line)}" if site else ""


def _recorded(
    entries: Sequence[ListEntry], calls: list[LayerCall], made: Attribution, shape: Shape
) -> Recorded:
    """The steps of the entries, and the layers after them."""
    placed = _placed(calls, made.places)
    inside = [index for index, (place, _) in enumerate(placed) if place >= 0]
    if not inside:
        raise BuilderError("the network runs none of the modules that the builder made for a token")
    root = _root([placed[index][1].path for index in inside])
    tail = placed[inside[-1] + 1 :]
    begin = next((i for i, (_, call) in enumerate(tail) if not _under(root, call.path)), len(tail))
    begin = min(begin, _classifier([call for _, call in tail])) if root else 0
    end = inside[-1] + 1 + begin
    steps = steps_of(_steps(entries, placed[:end], made.read), shape)
    return Recorded(steps, head_of(call for _, call in placed[end:]))


def _steps(
    entries: Sequence[ListEntry], body: list[tuple[int, LayerCall]], read: tuple[int, ...]
) -> Iterator[StepCalls]:
    """The calls in the order in which they ran, split where the modules of another entry begin.

    An entry without calls follows the one that was read before it or, if it was not read, the one
    before it in the list.
    """
    ran, was_read = {place for place, _ in body}, set(read)
    rank = {place: number for number, place in enumerate(read)}
    for place in range(len(entries)):
        rank.setdefault(place, rank.get(place - 1, -1))
    idle: dict[int, list[int]] = {}
    before = BEFORE_FIRST
    for place in sorted(range(len(entries)), key=rank.__getitem__):
        if place in ran:
            before = place
        else:
            idle.setdefault(before, []).append(place)

    def idle_after(place: int) -> Iterator[StepCalls]:
        for other in idle.pop(place, ()):
            yield StepCalls((entries[other],), "nothing" if other in was_read else "unread", ())

    if BEFORE_FIRST not in ran:
        yield from idle_after(BEFORE_FIRST)
    for place, placed in groupby(body, key=lambda placed: placed[0]):
        calls = [call for _, call in placed]
        if place < 0:
            yield StepCalls((), "before" if place == BEFORE_FIRST else "after", calls)
        else:
            # A place after the list's is that of an entry of the builder's own.
            yield StepCalls(tuple(entries[place : place + 1]), branch_of(calls), calls)
        yield from idle_after(place)


def _placed(calls: list[LayerCall], places: Mapping[nn.Module, int]) -> list[tuple[int, LayerCall]]:
    """Each call with its entry; a module made earlier belongs to the entry where it is used."""
    placed: list[tuple[int, LayerCall]] = []
    before = BEFORE_FIRST
    shared: set[nn.Module] = set()
    own = [places.get(call.module, BEFORE_FIRST) if call.module else BEFORE_FIRST for call in calls]
    last = max((index for index, place in enumerate(own) if place >= 0), default=-1)
    for index, (place, call) in enumerate(zip(own, calls, strict=True)):
        if place == BEFORE_FIRST and before != BEFORE_FIRST:
            # A function that keeps the size of the map, such as an activation or a sum.
            follows = call.module is None and call.output_shape[1:] == call.input_shape[1:] != ()
            stays = index < last or follows or call.module in shared
            place = before if stays else AFTER_LAST
        if place >= 0 and call.module is not None:
            shared.add(call.module)
        placed.append((place, call))
        before = place
    return placed


def _root(paths: list[str]) -> str:
    """The path of the innermost container of all these modules."""
    parts = zip(*(path.split(".")[:-1] for path in paths), strict=False)
    return ".".join(names[0] for names in takewhile(lambda names: len(set(names)) == 1, parts))


def _classifier(tail: list[LayerCall]) -> int:
    """Index of the first Flatten or Linear after the last token, or the end."""
    types = [call.rule.like for call in tail]
    if "Linear" not in types:
        return len(types)
    return min(types.index(kind) for kind in ("Flatten", "Linear") if kind in types)


def _under(root: str, path: str) -> bool:
    return not root or path.startswith(f"{root}.")


def _notes(
    network: nn.Module, seen: list[LayerCall], made: Attribution, whole: Whole
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
    for modules, what in ((idle, "in the network but not run"), (dropped, "not in the network")):
        if modules:
            first = printable(repr(modules[0]).partition("\n")[0])
            more = f" and {len(modules) - 1:,} more" if len(modules) > 1 else ""
            yield f"made and {what}: {first}{more}"
    yield from notes_on(seen, seen)
    counted = sum(call.rule.params for call in seen)
    if counted != whole.params:
        yield (
            f"the network has {whole.params:,} parameters, the layers that ran have {counted:,}; "
            "the rest belong to no layer, or to one that was not run"
        )
