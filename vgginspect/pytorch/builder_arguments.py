"""Call a builder: choose its arguments, and find the network in its result."""

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import nn

from vgginspect.cfg.config import Config
from vgginspect.errors import BuilderError
from vgginspect.pytorch.observe import FEATURES
from vgginspect.text.printable import printable

#: Option -> usual argument names in builders; the first is the option's own name.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "batch_norm": ("batch_norm", "batchnorm", "bn", "use_bn", "use_batch_norm", "with_bn"),
    "in_channels": (
        "in_channels",
        "in_channel",
        "in_chans",
        "in_ch",
        "in_planes",
        "input_channels",
        "input_channel",
        "inplanes",
        "inp",
        "in_c",
        "c_in",
        "cin",
        "in_dim",
        "input_dim",
        "input_nc",
        "nchannels",
        "n_channels",
        "num_channels",
        "image_channels",
        "img_channels",
        "channels",
        "nc",
        "i",
    ),
    "num_classes": (
        "num_classes",
        "num_class",
        "n_classes",
        "n_class",
        "nclasses",
        "nclass",
        "nb_classes",
        "num_labels",
        "classes",
    ),
    "bias": ("bias", "use_bias", "conv_bias"),
    "dropout": ("dropout", "dropout_rate", "drop_rate", "dropout_p", "drop"),
}
#: Usual names of the argument for the cfg list.
CFG_NAMES = ("cfg", "cfgs", "config", "configuration", "layers", "layer_list", "structure", "arch")
_OPTIONS = {alias: option for option, aliases in ARGUMENTS.items() for alias in aliases}
#: Values for required arguments that the user did not give.
_DEFAULTS = {"in_channels": 3, **Config._field_defaults}
#: Python's message for an unexpected or doubly given keyword.
_REFUSED = re.compile(
    r"got (?:an unexpected keyword|multiple values for(?: keyword)?) argument '(\w+)'"
)
#: Arguments for weights that are downloaded or read.
_WEIGHTS = (
    *("pretrained", "pretrain", "weights", "pretrained_base", "weights_path", "weight_path"),
    *("urls", "url", "model_urls", "model_path", "pretrained_path", "checkpoint"),
)
#: Usual names of what has the layers.
HOLDERS = (FEATURES, "layers", "net", "network", "model", "body", "backbone", "base", "vgg")
#: Attributes in which ``torch.compile`` and ``DataParallel`` keep the network.
_WRAPPED = ("_orig_mod", "module")


class _Features(nn.Module):
    """Runs a list of modules in order, under ``features``, as torchvision's VGG does."""

    def __init__(self, modules: Iterable[nn.Module]) -> None:
        super().__init__()
        self.features = nn.Sequential(*modules)

    def forward(self, x: torch.Tensor) -> Any:
        return self.features(x)


def cfg_parameter(builder: Callable[..., Any]) -> inspect.Parameter | None:
    """The parameter of a builder that is the cfg list, if there is one.

    It has one of the usual names, or is the first required parameter, or has a list as default. A
    builder without a readable signature is called with the list only.
    """
    parameters = _parameters(builder)
    if parameters is None:
        return inspect.Parameter("cfg", inspect.Parameter.POSITIONAL_ONLY)
    named = [p for p in parameters if p.kind is not p.VAR_KEYWORD]
    known = {p.name.lower(): p for p in reversed(named)}
    required = [p for p in named if p.default is p.empty]
    candidates = [
        *(known[name] for name in CFG_NAMES if name in known),
        *(p for p in required if p.name.lower() not in _OPTIONS),
        *(p for p in named if isinstance(p.default, (list, tuple))),
        *(p for p in required if _OPTIONS.get(p.name.lower()) == "in_channels"),
    ]
    return next(iter(candidates), None)


def takes_name(parameter: inspect.Parameter) -> bool:
    """Whether a parameter is the name of a list (by annotation or name), not the list itself."""
    return parameter.annotation in (str, "str") or parameter.name.lower().endswith("name")


class Call(NamedTuple):
    """How a builder is called: ``builder(*arguments, **keywords)``.

    ``passed`` are the same by name, without the cfg list. ``through`` are the options that only a
    ``**kwargs`` takes; ``left`` are those that are not passed.
    """

    arguments: list[Any]
    keywords: dict[str, Any]
    passed: dict[str, Any]
    through: frozenset[str]
    left: tuple[str, ...]


def call_of(
    builder: Callable[..., Any],
    cfg: object,
    given: Mapping[str, Any],
    name: str,
    refused: Collection[str] = (),
) -> Call:
    """The arguments for a builder, according to its signature.

    Its own defaults stay: only the list, the options given, and common values for other required
    arguments are passed.

    Args:
        builder: the builder.
        cfg: the cfg list, or its name, for the parameter that takes it.
        given: the options that were given.
        name: the builder's name in messages.
        refused: options not to pass through its ``**kwargs``.

    Raises:
        BuilderError: it has a required parameter with an unknown name.
    """
    parameters = _parameters(builder)
    if parameters is None:
        return Call([cfg], {}, {}, frozenset(), tuple(given))
    taker = cfg_parameter(builder)
    arguments: list[Any] = [_self_for(builder)] if _is_method(builder) else []
    keywords: dict[str, Any] = {}
    passed: dict[str, Any] = {}
    taken: set[str] = set()
    for parameter in parameters:
        option = _OPTIONS.get(parameter.name.lower(), "")
        if parameter == taker:
            value: Any = cfg
        elif parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        elif option in given:
            value = given[option]
            taken.add(option)
        elif parameter.default is not parameter.empty:
            if parameter.kind is parameter.POSITIONAL_ONLY:
                arguments.append(parameter.default)
            continue
        elif option:
            value = _DEFAULTS[option]
        else:
            raise BuilderError(
                f"{name} has an unknown required argument {printable(parameter.name)!r} "
                f"(known: {', '.join(ARGUMENTS)}); name a function that calls it with all its "
                "arguments"
            )
        if not isinstance(value, list):
            passed[parameter.name] = value
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL):
            arguments.append(value)
        else:
            keywords[parameter.name] = value
    through = {
        option: value
        for option, value in given.items()
        if option in ARGUMENTS and option not in taken and option not in refused
    }
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        through = {}
    left = tuple(option for option in given if option not in taken and option not in through)
    return Call(arguments, keywords | through, passed | through, frozenset(through), left)


def is_given(maker: Any) -> bool:
    """Whether a network needs no argument, or only some that have a usual value."""
    if isinstance(maker, nn.Module):
        return True
    empty = inspect.Parameter.empty
    return not any(
        p.default is empty
        and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        and p.name.lower() not in (*_OPTIONS, *_WEIGHTS)
        for p in _parameters(maker) or ()
    )


class NetworkCall(NamedTuple):
    """How a network is made: all arguments by name, and notes on those that were not given."""

    arguments: inspect.BoundArguments
    passed: dict[str, Any]
    notes: tuple[str, ...]


def network_call(
    maker: Callable[..., Any],
    given: tuple[Sequence[Any], Mapping[str, Any]],
    options: Mapping[str, Any],
    name: str,
    choices: Mapping[str, str],
) -> NetworkCall:
    """The arguments for a class or function that makes a network.

    Its own defaults stay. Arguments for pretrained weights are turned off unless given, because
    weights do not change the architecture.

    Args:
        maker: the class or function.
        given: the arguments that were written, by place and by name.
        options: model options that were given, to be passed under the maker's own names.
        name: its name in messages.
        choices: argument -> values that the file suggests, for messages.

    Raises:
        BuilderError: an argument is missing, or one that was given does not exist.
    """
    signature = inspect.signature(maker)
    parameters = signature.parameters
    try:
        bound = signature.bind_partial(*given[0], **given[1])
    except TypeError as error:
        raise BuilderError(f"{name}: {error}; it takes {signature}") from None
    notes = []
    passed = dict(bound.arguments)
    rest = dict(options)
    for key, parameter in parameters.items():
        option = _OPTIONS.get(key.lower(), "")
        free = parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if key in passed or not free:
            if option in rest and key in passed:
                raise BuilderError(f"{key} is given twice: in {name}(…) and as an option")
            continue
        if option in rest:
            passed[key] = rest.pop(option)
        elif key.lower() in _WEIGHTS and parameter.default not in (parameter.empty, None, False):
            passed[key] = False if parameter.default is True else None
            notes.append(f"{key}={passed[key]} was passed: weights do not change the architecture")
        elif parameter.default is not parameter.empty:
            continue
        elif key.lower() in _WEIGHTS:
            passed[key] = False if key.lower().startswith("pretrain") else None
        elif option:
            passed[key] = _DEFAULTS[option]
            notes.append(f"{key}={passed[key]!r} was passed: it has no default")
        else:
            needed = [
                other.name
                for other in parameters.values()
                if other.default is other.empty
                and other.name not in passed
                and other.kind not in (other.VAR_POSITIONAL, other.VAR_KEYWORD)
                and other.name.lower() not in (*_OPTIONS, *_WEIGHTS)
            ]
            written = ", ".join(f"{each}={choices.get(each, '…')}" for each in needed)
            raise BuilderError(
                f"{name} needs {', '.join(map(printable, needed))}; give a value, as in "
                f'"{name}({printable(written)})"'
            )
    if rest:
        raise BuilderError(
            f"{name} has no argument for {', '.join(rest)}; it takes {printable(str(signature))}"
        )
    bound.arguments.update(passed)
    ordered = {key: bound.arguments[key] for key in parameters if key in bound.arguments}
    bound.arguments.clear()
    bound.arguments.update(ordered)
    return NetworkCall(bound, ordered, tuple(notes))


def refused_keyword(error: TypeError) -> str | None:
    """The keyword that a function does not accept, if the error is about that."""
    found = _REFUSED.search(str(error))
    return found[1] if found else None


def _parameters(builder: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """The parameters of a builder, without ``self``; None if it has no readable signature."""
    try:
        parameters = list(inspect.signature(builder).parameters.values())
    except (TypeError, ValueError):
        return None
    return parameters[1:] if _is_method(builder) else parameters


def _is_method(builder: Callable[..., Any]) -> bool:
    """Whether a builder is an unbound method."""
    if inspect.isclass(builder):
        return False
    return next(iter(inspect.signature(builder).parameters), None) == "self"


def _self_for(builder: Callable[..., Any]) -> Any:
    """An uninitialised instance of the builder's class, to call the method on.

    For an ``nn.Module``, ``nn.Module.__init__`` is called, so that submodules can be added.
    """
    owner: Any = inspect.getmodule(builder)
    for part in builder.__qualname__.split(".")[:-1]:
        owner = getattr(owner, part, None)
    if not inspect.isclass(owner):
        return None
    made = owner.__new__(owner)
    if isinstance(made, nn.Module):
        nn.Module.__init__(made)
    return made


def network_in(result: Any, name: str) -> nn.Module:
    """The network in a builder's return value."""
    if isinstance(result, nn.Module):
        if isinstance(result, (nn.Sequential, nn.ModuleList)):
            return _Features(result)
        if type(result).__module__.startswith("torch.nn.") and not list(result.children()):
            return _Features([result])
        if isinstance(result, nn.ModuleDict):
            return _Features(result.values())
        for wrapped in _WRAPPED:
            if isinstance(getattr(result, wrapped, None), nn.Module) and _is_wrapper(result):
                return network_in(getattr(result, wrapped), name)
        if isinstance(result, torch.jit.ScriptModule):
            raise BuilderError(
                f"{name} returned a scripted module, which cannot be traced; name a function "
                "that returns the unscripted module"
            )
        return result
    modules = list(_modules(result))
    if modules:
        if len(modules) == 1:
            return network_in(modules[0], name)
        return _Features(modules)
    held = getattr(result, "__dict__", {})
    for holder in (*HOLDERS, *held):
        if holder in held and any(True for _ in _modules(held[holder])):
            return network_in(held[holder], name)
    raise BuilderError(
        f"{name} returned a {type(result).__name__}, which has no torch module in it"
    )


def _is_wrapper(module: nn.Module) -> bool:
    """Whether a module is a PyTorch wrapper around one child module."""
    return len(list(module.children())) == 1 and type(module).__module__.startswith("torch.")


def _modules(value: Any) -> Iterator[nn.Module]:
    """The modules in a list, in lists within it, and in the values of a dict."""
    if isinstance(value, nn.Module):
        yield value
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from _modules(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _modules(entry)
