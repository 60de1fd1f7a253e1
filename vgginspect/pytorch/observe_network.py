"""Record a Plan from a network in Python: made as its own code makes it, then run once."""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from vgginspect.cfg.tokens import ListEntry
from vgginspect.errors import BuilderError, NetworkError, VGGInspectError
from vgginspect.network.plan import Origin, Plan, Recorded
from vgginspect.pytorch.builder_arguments import (
    CFG_NAMES,
    HOLDERS,
    network_call,
    network_in,
)
from vgginspect.pytorch.candidates import candidates, ready
from vgginspect.pytorch.forward_error import explained, fitting_sizes
from vgginspect.pytorch.import_code import found_above, import_module_of, named
from vgginspect.pytorch.import_parts import arguments_of_program, skipping
from vgginspect.pytorch.layers_from_calls import LayerCall, head_of, notes_on, steps_of
from vgginspect.pytorch.observe import Ran, further_arguments, initialise_lazy, run, whole_of
from vgginspect.pytorch.observe_builder import Observation
from vgginspect.pytorch.own_lists import recording_lists
from vgginspect.pytorch.pin_to_meta import pinned
from vgginspect.pytorch.recording_list import UsedAsKeyError
from vgginspect.pytorch.sandbox import SECONDS, exception_text, guarded
from vgginspect.pytorch.saved_tensors import with_saved
from vgginspect.pytorch.stand_ins import stand_ins
from vgginspect.pytorch.steps_without_list import as_config, body_length, groups_of
from vgginspect.pytorch.without_weights import leave_out_reader, without_weights
from vgginspect.shape import Shape, shape_text
from vgginspect.text.printable import printable

#: Heights and widths that are tried one after another.
SIZES = ((224, 224), (32, 32), (64, 64), (28, 28), (299, 299), (48, 48), (96, 64), (32, 100),
         (300, 300), (512, 512), (128, 128), (256, 256))  # fmt: skip


class Target(NamedTuple):
    """``FILE.py:NAME(arguments)`` in parts; without a name, ``path`` is empty.

    ``part`` is what is written after the call, ``.features`` or ``[0]``: a part of what is made.
    """

    place: str
    path: str
    call: ast.Call | None
    part: str = ""

    @classmethod
    def parse(cls, text: str) -> "Target":
        """Split a network's text.

        Raises:
            BuilderError: what is after the file is neither a name nor a call.
        """
        end = text.find(".py:") + 3 if ".py:" in text else text.find(":")
        if text.endswith(".py") or end < 0:
            return cls(text, "", None)
        place, written = text[:end], text[end + 1 :].strip()
        try:
            body: ast.expr = ast.parse(written, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            body = ast.Constant(None)
        whole = ast.unparse(body)
        inner = body
        while isinstance(inner, ast.Attribute) or (
            isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Constant)
        ):
            inner = inner.value
        call = inner if isinstance(inner, ast.Call) else None
        part = whole.removeprefix(ast.unparse(call)) if call else ""
        path = ast.unparse(call.func if call else body)
        if not all(part.isidentifier() for part in path.split(".")) or path == "None":
            raise BuilderError(
                f"after the file must be a name, or a call with literal arguments, such as "
                f'{printable(place)}:VGG or "{printable(place)}:VGG(depth=16)", not '
                f"{printable(written[:60])!r}"
            )
        return cls(place, path, call, part)


class MadeNetwork(NamedTuple):
    """A network that was made: its name, the arguments it was made with, and notes.

    ``entries`` are those of the file's own list that was read for it.
    """

    network: nn.Module
    what: str
    arguments: Mapping[str, Any]
    notes: tuple[str, ...]
    entries: tuple[ListEntry, ...] | None = None


def observe_network(
    target: str,
    options: Mapping[str, Any],
    size: Sequence[int] | None = None,
    seconds: float = SECONDS,
) -> Observation:
    """Make a network as its own code does, without weights, run it once, and record its layers.

    Args:
        target: ``FILE.py:NAME``, ``FILE.py:NAME(arguments)``, ``package.module:NAME``, or
            ``FILE.py`` if it defines one network.
        options: model options to pass under the names that the network uses.
        size: ``(H, W)`` or ``(C, H, W)`` of the input; otherwise usual sizes are tried.
        seconds: how long importing, making and running may take, each.

    Raises:
        BuilderError: there is no such network, or it needs an argument.
        NetworkError: it raises an exception, or does not end.
        DependencyError: it computes with a package that is not installed.
    """
    missing: list[str] = []
    with stand_ins() as stand_in:
        try:
            made = _made(target, options, seconds, stand_in, missing)
            observation = observe_module(made.network, made.what, made.arguments, size, seconds)
        except NetworkError as error:
            if not missing:
                raise
            listed = printable(", ".join(missing))
            raise NetworkError(f"{error}\n  not installed: {listed}") from error
        plan = observation.plan
        assert plan.origin is not None
        notes = list(made.notes)
        if missing:
            listed = ", ".join(missing)
            notes.append(f"not installed, and not needed for the network: {printable(listed)}")
        origin = plan.origin._replace(stand_ins=tuple(missing), entries=made.entries)
        return observation._replace(
            plan=Plan(origin, Recorded(plan.steps, plan.head)),
            notes=(*notes, *observation.notes),
        )


def _made(
    target: str,
    options: Mapping[str, Any],
    seconds: float,
    stand_in: Callable[[BaseException], str | None],
    missing: list[str],
) -> MadeNetwork:
    """Import the code and make the network, with stand-ins for what is ``missing``."""
    parts = Target.parse(target)
    name = printable(target)
    file = Path(parts.place).expanduser()
    readers: list[str] = []
    skipped: list[str] | None = None
    module: ModuleType | None = None
    while True:
        with without_weights() as left, arguments_of_program(parts.place), skipping(skipped):
            what = name if module else f"importing {printable(parts.place)}"
            with guarded(what, seconds):
                try:
                    if module is None:
                        module = import_module_of(parts.place)
                        continue
                    made = _called(module, parts, options, name)
                except BuilderError as error:
                    if skipped and type(error) is BuilderError:
                        raise BuilderError("\n  ".join((str(error), *skipped))) from None
                    raise
                except (ImportError, AttributeError) as raised:
                    absent = getattr(raised, "name", None)
                    if not (
                        isinstance(raised, ModuleNotFoundError)
                        and absent
                        and found_above(file, absent)
                    ):
                        replaced = stand_in(raised)
                        if replaced is None:
                            if module is not None or skipped is not None:
                                raise
                            skipped = []
                            continue
                        missing.append(replaced)
                    continue
                except (Exception, SystemExit) as raised:
                    if module is not None:
                        if isinstance(raised, SystemExit) or not (note := leave_out_reader(raised)):
                            raise
                        readers.append(note)
                    elif skipped is not None:
                        raise
                    # Once more, without what failed.
                    skipped = skipped or []
                    continue
        notes = (*made.notes, *left, *readers, *dict.fromkeys(skipped or ()))
        return made._replace(notes=notes)


def _called(
    module: ModuleType, parts: Target, options: Mapping[str, Any], name: str
) -> MadeNetwork:
    path = parts.path or _only(module, parts.place)
    found = named(module, path, parts.place)
    what = f"{parts.place}:{path}"
    if isinstance(found, nn.Module):
        if options or parts.call:
            given = ", ".join(options) or "arguments"
            raise BuilderError(f"{printable(what)} is made already, and takes no {given}")
        return MadeNetwork(network_in(found, printable(what)), what, {}, ())
    if not callable(found):
        raise BuilderError(
            f"{printable(what)} is a {type(found).__name__}, not a class, a function or a network"
        )
    call = network_call(
        found, _values(parts.call, module), options, printable(what), _choices(module, found)
    )
    arguments, notes, own = call.arguments, call.notes, None
    try:
        with recording_lists(found) as read:
            result = found(*arguments.args, **arguments.kwargs)
            own = read()
    except UsedAsKeyError:
        result = found(*arguments.args, **arguments.kwargs)
    if own and (other := own.unlike_paper()):
        notes = (*notes, other)
    if parts.part:
        try:
            result = eval(f"made{parts.part}", {"made": result})
        except (AttributeError, LookupError, TypeError) as error:
            raise BuilderError(
                f"what {printable(what)} makes has no {printable(parts.part)}: {error}"
            ) from None
        notes = (*notes, f"this is {printable(parts.part)} of what {printable(what)} makes")
    if isinstance(result, nn.Module) and type(result).forward is nn.Module.forward:
        held = [name for name in HOLDERS if name in result._modules]
        if held and not isinstance(result, (nn.Sequential, nn.ModuleList, nn.ModuleDict)):
            result = result._modules[held[0]]
            notes = (*notes, f"{printable(what)} has no forward; this is its {held[0]}")
    entries = tuple(map(ListEntry, own.entries)) if own else None
    return MadeNetwork(network_in(result, printable(what)), what, call.passed, notes, entries)


def _only(module: ModuleType, place: str) -> str:
    """The name of the only network in a module."""
    names = candidates(module)
    free = ready(module, names)
    for found in (free, names):
        if len(found) == 1:
            return found[0]
    if not names:
        raise BuilderError(
            f"{printable(place)} defines no network; name one, such as {printable(place)}:VGG"
        )
    listed = "\n".join(f"  {printable(place)}:{each}" for each in names[:40])
    more = f"\n  and {len(names) - 40} more" if len(names) > 40 else ""
    raise BuilderError(
        f"{printable(place)} defines {len(names)} networks; name one:\n{listed}{more}"
    )


def _values(call: ast.Call | None, module: ModuleType) -> tuple[list[Any], dict[str, Any]]:
    """The values of the arguments that were written; a name is looked up in the module."""
    if call is None:
        return [], {}

    def value(node: ast.expr) -> Any:
        try:
            return ast.literal_eval(node)
        except ValueError:
            return eval(ast.unparse(node), vars(module))

    args: list[Any] = []
    for node in call.args:
        args += value(node.value) if isinstance(node, ast.Starred) else [value(node)]
    given: dict[str, Any] = {}
    for keyword in call.keywords:
        given |= {keyword.arg: value(keyword.value)} if keyword.arg else value(keyword.value)
    return args, given


#: Parts of the names of arguments that name a list.
_NAMES = ("name", "type", "vgg", "depth", "version", "model", "net", "key", "which")


def _choices(module: ModuleType, maker: Any) -> dict[str, str]:
    """For each argument a value that the file suggests: a list of its own, or its name."""
    held = [
        (name, next(iter(value)))
        for name, value in vars(module).items()
        if isinstance(value, dict)
        and value
        and not name.startswith("__")
        and isinstance(next(iter(value.values())), (list, tuple))
    ]
    if not held:
        return {}
    (name, key), *_ = held
    listed = f"{name}[{key!r}]"
    layers = next((made for made in ("make_layers", "_make_layers") if hasattr(module, made)), "")
    return {
        parameter: f"{layers}({listed})"
        if layers and parameter == "features"
        else listed
        if parameter in CFG_NAMES
        else repr(key)
        for parameter in inspect.signature(maker).parameters
        if any(word in parameter.lower() for word in (*CFG_NAMES, *_NAMES, "features"))
    }


def observe_live(network: Any, size: Sequence[int] | None = None) -> Observation:
    """Record the layers of a module as it stands; it is left as it was.

    Raises:
        BuilderError: it is no module.
        NetworkError: it raises an exception, or does not end.
    """
    if not isinstance(network, nn.Module):
        raise BuilderError(f"a network must be a torch.nn.Module, not a {type(network).__name__}")
    if any(is_lazy(tensor) for tensor in (*network.parameters(), *network.buffers())):
        # Running it would give it its shapes.
        network = deepcopy(network)
    inside = network_in(network, "the network")
    return observe_module(inside, type(network).__name__, {}, size)


def observe_module(
    network: nn.Module,
    what: str,
    arguments: Mapping[str, Any],
    size: Sequence[int] | None = None,
    seconds: float = SECONDS,
) -> Observation:
    """Run a network once and record its layers; it is left as it was.

    Args:
        network: the network.
        what: its name.
        arguments: those that it was made with.
        size: ``(H, W)`` or ``(C, H, W)`` of the input; otherwise usual sizes are tried.
        seconds: time limit.

    Raises:
        NetworkError: it raises an exception, or does not end.
    """
    notes: list[str] = []
    with as_it_was(network), guarded(printable(what), seconds), pinned(), _one_thread():
        shapes = list(_shapes(network, size))
        (calls, output, batch_notes, _), shape, failed = _run(
            network, shapes, printable(what), size is None
        )
        whole = whole_of(network)
        calls, unknown = with_saved(network, calls, shape)
    if failed:
        notes.append(
            f"the input is {shape_text(shape)}; with {shape_text(failed[0][0])} it failed: "
            f"{failed[0][1]}"
        )
    elif size is None and shape[-2:] != SIZES[0]:
        notes.append(f"the input is {shape_text(shape)}")
    notes += batch_notes
    if others := further_arguments(network):
        passed = ", ".join(f"{printable(other)}=None" for other in others)
        notes.append(f"{passed} was passed to forward, which is given one image only")
    end = body_length(calls)
    groups = list(groups_of(calls[:end]))
    notes += notes_on(calls[:end], calls)
    notes += unknown
    counted = sum(call.rule.params for call in calls)
    if counted > whole.params:
        notes.append(
            f"layers share weights: the network has {whole.params:,} parameters, and the totals, "
            f"which count each layer's, are {counted:,}"
        )
    elif counted != whole.params:
        notes.append(
            f"the network has {whole.params:,} parameters, the layers that ran have {counted:,}; "
            "the rest belong to no layer, or to one that was not run"
        )
    config, why = as_config(groups, calls[end:], shape)
    written = config.argument if config else None
    if config and why:
        notes.append(f"its features are those of {written}; the layers after them are others")
        why = f"its features are those of {written}, but {why}"
    origin = Origin(
        "python", what, arguments, None, what.rpartition(":")[2], shape, (),
        None if why else written, why,
    )  # fmt: skip
    plan = Plan(origin, recorded_from(calls, shape))
    return Observation(plan, whole._replace(output_shape=output), tuple(notes), network)


def recorded_from(calls: Sequence[LayerCall], shape: Shape) -> Recorded:
    """The steps and layers of calls."""
    end = body_length(calls)
    return Recorded(steps_of(groups_of(calls[:end]), shape), head_of(calls[end:]))


def _shapes(network: nn.Module, size: Sequence[int] | None) -> Iterator[Shape]:
    """The input shapes to try."""
    first = next(
        (m for m in network.modules() if isinstance(m, (nn.modules.conv._ConvNd, nn.Linear))), None
    )
    channels = getattr(first, "in_channels", 0) or 3
    if size is not None and len(size) == 3:
        yield tuple(size)
        return
    for height, width in SIZES if size is None else [tuple(size)]:
        yield (channels, height, width)
    # A convolution of one's own has no in_channels that tells.
    for other in (3, 1):
        if other != channels:
            yield (other, *(SIZES[0] if size is None else size))
    if isinstance(first, nn.Linear) and size is None:
        yield (first.in_features,)


def _run(
    network: nn.Module, shapes: list[Shape], name: str, free: bool
) -> tuple[Ran, Shape, list[tuple[Shape, str]]]:
    """Run with the first shape that works: the pass, its shape, and those that failed, and why.

    Where the shape is free, a square that must fit is one of several to try.
    """
    failed: list[tuple[Shape, str]] = []
    first: Exception | None = None
    several: tuple[Ran, Shape, list[tuple[Shape, str]]] | None = None
    for shape in shapes:
        try:
            initialise_lazy(network, shape)
            ran = run(network, shape)
            if ran.rows == 1 or not free:
                return ran, shape, failed
            # It was made for another size, or for any.
            several = several or (ran, shape, list(failed))
            failed.append((shape, f"the output has {ran.rows} rows of each image"))
        except VGGInspectError:
            raise
        except Exception as error:
            failed.append((shape, exception_text(error)))
            if free and first is None:
                fits = fitting_sizes(error, shape)[:1]
                shapes += [size for size in fits if size[1] == size[2] and size not in shapes]
            first = first or error
    if several:
        return several
    assert first is not None
    more = bool(further_arguments(network))
    raise explained(first, name, shapes, _fits(network), more) from first


def _fits(network: nn.Module) -> Callable[[Shape], bool]:
    """Whether the network runs with an input of a shape."""

    def runs(shape: Shape) -> bool:
        try:
            run(network, shape)
        except Exception:
            return False
        return True

    return runs


@contextmanager
def _one_thread() -> Iterator[None]:
    """Context manager: hardly any values are computed; more threads only wait for one another."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def as_it_was(network: nn.Module) -> Iterator[None]:
    """Context manager: restore mode and buffers."""
    modes = {module: module.training for module in network.modules()}
    buffers = [(m, dict(m._buffers)) for m in modes]
    try:
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode
        for module, kept in buffers:
            module._buffers.update(kept)
