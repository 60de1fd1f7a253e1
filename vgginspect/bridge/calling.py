"""Calling a builder: what its arguments are to be, and where the network is in what it gives."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import nn

from vgginspect.bridge.observe import FEATURES
from vgginspect.config import Config
from vgginspect.errors import BuilderError
from vgginspect.parse import printable

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
        "channels",
        "nc",
        "i",
    ),
    "num_classes": ("num_classes", "num_class", "n_classes", "n_class", "nclasses", "classes"),
    "bias": ("bias", "use_bias", "conv_bias"),
    "dropout": ("dropout", "dropout_rate", "drop_rate", "dropout_p", "drop"),
}
_CFG = ("cfg", "cfgs", "config", "configuration", "layers", "layer_list", "structure", "arch")
_HOLDERS = (FEATURES, "layers", "net", "network", "model", "body", "backbone", "base", "vgg")


class _Features(nn.Module):
    """Holds a list of modules, in the order of the list, as torchvision's VGG holds its own."""

    def __init__(self, modules: Iterable[nn.Module]) -> None:
        super().__init__()
        self.features = nn.Sequential(*modules)

    def forward(self, x: torch.Tensor) -> Any:
        return self.features(x)


def arguments_for(
    builder: Callable[..., Any], cfg: list[Any], config: Config, name: str
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments for a builder, as its signature names them."""
    try:
        parameters = list(inspect.signature(builder).parameters.values())
    except (TypeError, ValueError):
        return [cfg], {}
    arguments: list[Any] = []
    if parameters and parameters[0].name == "self" and not inspect.isclass(builder):
        arguments.append(_self_for(builder))
        parameters = parameters[1:]
    named = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    if not named:
        raise BuilderError(f"{name} takes no argument; a builder takes the cfg list")
    cfg_name = next((known for known in _CFG if known in named), named[0])
    given = {alias: field for field, aliases in ARGUMENTS.items() for alias in aliases}
    keywords: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            if parameter.name == cfg_name:
                arguments.append(cfg)
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        if parameter.name == cfg_name:
            value: Any = cfg
        elif parameter.name.lower() in given:
            value = _value(config, given[parameter.name.lower()])
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
