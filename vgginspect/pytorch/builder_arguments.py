"""Calling a builder: what its arguments are to be, and where the network is in what it gives."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import nn

from vgginspect.cfg.config import Config
from vgginspect.errors import BuilderError
from vgginspect.pytorch.observe import FEATURES
from vgginspect.text.printable import printable

#: Field of Config -> what builders call the argument.
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
_CFG = ("cfg", "cfgs", "config", "configuration", "layers", "layer_list", "structure", "arch")
_FIELDS = {alias: field for field, aliases in ARGUMENTS.items() for alias in aliases}
_HOLDERS = (FEATURES, "layers", "net", "network", "model", "body", "backbone", "base", "vgg")
#: Where ``torch.compile`` and ``DataParallel`` keep the network they run.
_WRAPPED = ("_orig_mod", "module")


class _Features(nn.Module):
    """Holds a list of modules, in the order of the list, as torchvision's VGG holds its own."""

    def __init__(self, modules: Iterable[nn.Module]) -> None:
        super().__init__()
        self.features = nn.Sequential(*modules)

    def forward(self, x: torch.Tensor) -> Any:
        return self.features(x)


def cfg_parameter(builder: Callable[..., Any]) -> inspect.Parameter | None:
    """The parameter of a builder that is the cfg list, if there is one.

    It has one of the usual names, or is the first that must be given, or has a list as default.
    A builder whose signature cannot be told takes the list alone.
    """
    parameters = _parameters(builder)
    if parameters is None:
        return inspect.Parameter("cfg", inspect.Parameter.POSITIONAL_ONLY)
    known = {p.name.lower(): p for p in reversed(parameters)}
    required = [p for p in parameters if p.default is p.empty]
    candidates = [
        *(known[name] for name in _CFG if name in known),
        *(p for p in required if p.name.lower() not in _FIELDS),
        *(p for p in parameters if isinstance(p.default, (list, tuple))),
        *(p for p in required if _FIELDS.get(p.name.lower()) == "in_channels"),
    ]
    return next(iter(candidates), None)


def takes_name(parameter: inspect.Parameter) -> bool:
    """Whether a parameter says that it is the name of a list, not the list."""
    return parameter.annotation in (str, "str") or parameter.name.lower().endswith("name")


def arguments_for(
    builder: Callable[..., Any], cfg: object, config: Config, name: str
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments for a builder, as its signature names them.

    Args:
        builder: the builder.
        cfg: the cfg list, or its name, for the parameter that takes it.
        config: what the others are taken from.
        name: what messages call the builder.

    Raises:
        BuilderError: it needs something that is not known.
    """
    parameters = _parameters(builder)
    if parameters is None:
        return [cfg], {}
    arguments: list[Any] = [_self_for(builder)] if _is_method(builder) else []
    taker = cfg_parameter(builder)
    keywords: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            if parameter == taker:
                arguments.append(cfg)
            continue
        if parameter == taker:
            value: Any = cfg
        elif parameter.name.lower() in _FIELDS:
            value = _value(config, _FIELDS[parameter.name.lower()])
        elif parameter.default is not parameter.empty:
            continue
        else:
            known = ", ".join(aliases[0] for aliases in ARGUMENTS.values())
            raise BuilderError(
                f"{name} needs {printable(parameter.name)!r}, and what that is cannot be guessed; "
                f"known are {known}; name a function that calls it with what it needs"
            )
        if parameter.kind is parameter.POSITIONAL_ONLY:
            arguments.append(value)
        else:
            keywords[parameter.name] = value
    return arguments, keywords


def _parameters(builder: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """The parameters of a builder, without ``self`` and ``**kwargs``."""
    try:
        parameters = list(inspect.signature(builder).parameters.values())
    except (TypeError, ValueError):
        return None
    parameters = [p for p in parameters if p.kind is not p.VAR_KEYWORD]
    return parameters[1:] if _is_method(builder) else parameters


def _is_method(builder: Callable[..., Any]) -> bool:
    """Whether a builder is a method that no instance of its class is bound to."""
    if inspect.isclass(builder):
        return False
    return next(iter(inspect.signature(builder).parameters), None) == "self"


def _value(config: Config, field: str) -> Any:
    return config.input_shape[0] if field == "in_channels" else getattr(config, field)


def _self_for(builder: Callable[..., Any]) -> Any:
    """Something to call a method on: an instance of its class that was not initialised.

    Of an ``nn.Module`` the part that every module has is, so that it can be given children.
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
    """The network in what a builder gave."""
    if isinstance(result, nn.Module):
        if isinstance(result, (nn.Sequential, nn.ModuleList)):
            return _Features(result)
        if isinstance(result, nn.ModuleDict):
            return _Features(result.values())
        for wrapped in _WRAPPED:
            if isinstance(getattr(result, wrapped, None), nn.Module) and _is_wrapper(result):
                return network_in(getattr(result, wrapped), name)
        if isinstance(result, torch.jit.ScriptModule):
            raise BuilderError(
                f"{name} gave a scripted module, in which nothing can be watched; name a function "
                "that gives the module as it was before"
            )
        return result
    modules = list(_modules(result))
    if modules:
        if len(modules) == 1:
            return network_in(modules[0], name)
        return _Features(modules)
    held = getattr(result, "__dict__", {})
    for holder in (*_HOLDERS, *held):
        if holder in held and any(True for _ in _modules(held[holder])):
            return network_in(held[holder], name)
    raise BuilderError(f"{name} gave a {type(result).__name__}, in which there is no torch module")


def _is_wrapper(module: nn.Module) -> bool:
    """Whether a module only runs another: one child, and a class of PyTorch's own."""
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
