"""Read a real torch module: its constructor arguments, weights and repr.

Nothing here uses the layer classes of ``network``, so that they can be compared with it.
"""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from torch import Tensor, nn

from vgginspect.network.rules import Rule
from vgginspect.pytorch.data_flow import Called, tensors_in
from vgginspect.report.checks import single
from vgginspect.shape import Shape, Sides
from vgginspect.text.printable import printable

#: Constructor arguments that do not distinguish modules.
_PLACEMENT = {"self", "device", "dtype", "args", "kwargs"}
_NO_DEFAULT = inspect.Parameter.empty
_PLAIN = (bool, int, float, str, type(None))


#: Prefixes of the common layer names; other classes use their own name.
_STEMS = (
    (nn.modules.conv._ConvNd, "conv"),
    (nn.modules.batchnorm._BatchNorm, "bn"),
    (nn.ReLU, "relu"),
    (nn.LocalResponseNorm, "lrn"),
    (nn.modules.pooling._AdaptiveAvgPoolNd, "avgpool"),
    (nn.modules.pooling._MaxPoolNd | nn.modules.pooling._AvgPoolNd, "pool"),
    (nn.Linear, "fc"),
    (nn.modules.dropout._DropoutNd, "drop"),
)
#: Function -> the module that does the same, its arguments after the input, and their defaults.
_POOL = {"kernel_size": None, "stride": None, "padding": 0}
_CONV = {"weight": None, "bias": None, "stride": 1, "padding": 0}
_DROP = {"p": 0.5, "training": None, "inplace": False}
_AVG = {"ceil_mode": False, "count_include_pad": True, "divisor_override": None}
_FUNCTIONS: dict[str, tuple[type[nn.Module], dict[str, Any]]] = {
    "linear": (nn.Linear, {"weight": None, "bias": None}),
    "relu": (nn.ReLU, {"inplace": False}),
    "dropout": (nn.Dropout, _DROP),
    "feature_dropout": (nn.Dropout2d, _DROP),
    "local_response_norm": (
        nn.LocalResponseNorm,
        {"size": None, "alpha": 1e-4, "beta": 0.75, "k": 1.0},
    ),
    "batch_norm": (
        nn.BatchNorm2d,
        dict.fromkeys(("running_mean", "running_var", "weight", "bias", "training"))
        | {"momentum": 0.1, "eps": 1e-5},
    ),
    **{
        f"conv{n}d": (getattr(nn, f"Conv{n}d"), {**_CONV, "dilation": 1, "groups": 1})
        for n in (1, 2, 3)
    },
    **{
        f"conv_transpose{n}d": (
            getattr(nn, f"ConvTranspose{n}d"),
            {**_CONV, "output_padding": 0, "groups": 1, "dilation": 1},
        )
        for n in (1, 2, 3)
    },
    **{
        f"max_pool{n}d{end}": (
            getattr(nn, f"MaxPool{n}d"),
            {**_POOL, "dilation": 1, "ceil_mode": False, "return_indices": False},
        )
        for n in (1, 2, 3)
        for end in ("", "_with_indices")
    },
    **{f"avg_pool{n}d": (getattr(nn, f"AvgPool{n}d"), {**_POOL, **_AVG}) for n in (1, 2, 3)},
    **{
        f"adaptive_{kind.lower()}_pool{n}d": (
            getattr(nn, f"Adaptive{kind}Pool{n}d"),
            {"output_size": None},
        )
        for kind in ("Avg", "Max")
        for n in (1, 2, 3)
    },
}


class ReadModule(Rule):
    """The layer class of a module that was read: only what the module itself shows.

    ``like`` is the class of PyTorch that it is, or that does the same as a function. ``line`` is
    where in the source a function was called, or a module made that is not part of the network.
    ``makers`` are the numbers of the layers it reads, -1 for the image, and ``views`` tells what
    was done to their outputs before.
    """

    type: str
    arguments: tuple[tuple[str, Any], ...]
    printed: str
    tensors: tuple[tuple[str, Shape], ...] = ()
    parameters: int = 0
    frozen: int = 0
    kernel_size: Sides | None = None
    stride: Sides | None = None
    padding: Sides | None = None
    dilation: Sides | None = None
    inplace: bool = False
    stem: str = ""
    like: str = ""
    line: str | None = None
    ceil_mode: bool = False
    makers: tuple[int, ...] | None = None
    views: str = ""

    @property
    def params(self) -> int:
        """Number of elements in the module's parameters."""
        return self.parameters

    @property
    def text(self) -> str:
        """The module's ``repr``."""
        return self.printed

    @property
    def kwargs(self) -> dict[str, Any]:
        """The constructor arguments that the module keeps as attributes."""
        return dict(self.arguments)

    @property
    def in_features(self) -> int | None:
        """Of a linear layer, its inputs."""
        features: int | None = self.kwargs.get("in_features")
        return features

    def state(self) -> Mapping[str, Shape]:
        """Shapes of the tensors in the module's ``state_dict``."""
        return dict(self.tensors)

    def called_again(self) -> "ReadModule":
        """The layer of a module that is called again; its weights were already counted."""
        return ReadModule(**vars(self) | {"tensors": (), "parameters": 0, "frozen": 0})

    def reading(self, makers: tuple[int, ...], views: str) -> "ReadModule":
        """The layer in its place."""
        return ReadModule(**vars(self) | {"makers": makers, "views": views})

    def placed(self, line: str) -> "ReadModule":
        """The layer of a module that is no part of the network, and so has no weights in it."""
        return ReadModule(**vars(self.called_again()) | {"line": line})


def read_module(module: nn.Module, inside: ReadModule | None = None) -> ReadModule:
    """Read a module's class, arguments, tensors and window.

    ``inside`` is the function that computes, in a module of one's own: its window is the module's.
    """
    arguments = arguments_of(module)
    window = {name: _sides(arguments.get(name)) for name in ("kernel_size", "stride", "dilation")}
    windowed = window["kernel_size"] is not None
    read = ReadModule(
        type=type(module).__name__,
        arguments=tuple(arguments.items()),
        printed=repr_of(module),
        tensors=tuple((key, tuple(value.shape)) for key, value in module.state_dict().items()),
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        frozen=sum(p.numel() for p in module.parameters() if not p.requires_grad),
        kernel_size=window["kernel_size"],
        stride=window["stride"] if windowed else None,
        padding=_padding(arguments) if windowed else None,
        dilation=(window["dilation"] or 1) if windowed else None,
        inplace=getattr(module, "inplace", False) is True,
        stem=_stem(type(module)),
        like=_like(type(module)),
        ceil_mode=arguments.get("ceil_mode") is True,
    )
    if inside is None or read.kernel_size is not None or read.like:
        return read
    names = ("kernel_size", "stride", "padding", "dilation", "stem", "like", "ceil_mode")
    own = {name: getattr(inside, name) for name in names}
    own["arguments"] = tuple({**inside.kwargs, **arguments}.items())
    return ReadModule(**vars(read) | own)


def read_function(call: Called, line: str, weights: Mapping[str, Tensor]) -> ReadModule:
    """Read a call of a function: its arguments, and the weights that it uses."""
    kind, names = _FUNCTIONS.get(call.name, (None, {}))
    given = dict(zip(names, call.arguments[1:], strict=False)) | call.keywords
    given.pop("input", None)
    values = {**names, **given}
    weight = values.get("weight")
    arguments: dict[str, Any] = {}
    if kind is not None and isinstance(weight, Tensor) and weight.dim() > 1:
        if kind is nn.Linear:
            arguments = {"in_features": weight.shape[1], "out_features": weight.shape[0]}
        else:
            groups = int(values.get("groups") or 1)
            ends = [weight.shape[1] * groups, weight.shape[0]]
            if "transpose" in call.name:
                ends = [weight.shape[0], weight.shape[1] * groups]
            arguments = dict(zip(("in_channels", "out_channels"), ends, strict=True))
            arguments["kernel_size"] = single(tuple(weight.shape[2:]))
        arguments["bias"] = values.get("bias") is not None
    if kind is not None:
        if names.get("stride", 0) is None and not values.get("stride"):
            values["stride"] = values.get("kernel_size")
        for name, value in values.items():
            if name not in ("training", "bias") and _is_plain(single(value)):
                arguments[name] = single(value)
        arguments = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in arguments.items()
        }
    window = {name: _sides(arguments.get(name)) for name in ("kernel_size", "stride", "dilation")}
    windowed = window["kernel_size"] is not None
    trained = [tensor for tensor in weights.values() if isinstance(tensor, nn.Parameter)]
    return ReadModule(
        type=call.name,
        arguments=tuple(arguments.items()),
        printed=f"{call.name}({_written(call)})",
        tensors=tuple((key, tuple(tensor.shape)) for key, tensor in weights.items()),
        parameters=sum(tensor.numel() for tensor in trained),
        frozen=sum(tensor.numel() for tensor in trained if not tensor.requires_grad),
        kernel_size=window["kernel_size"],
        stride=window["stride"] if windowed else None,
        padding=_padding(arguments) if windowed else None,
        dilation=(window["dilation"] or 1) if windowed else None,
        inplace=call.in_place,
        stem=_stem(kind) if kind else call.name,
        like=kind.__name__ if kind else "",
        line=line,
        ceil_mode=arguments.get("ceil_mode") is True,
    )


def _written(call: Called) -> str:
    """The arguments of a call, without tensors, on one line."""
    places = list(_FUNCTIONS.get(call.name, (None, {}))[1])
    parts = []
    for place, value in enumerate(call.arguments):
        if tensors_in((value,)):
            continue
        name = places[place - 1] if 0 < place <= len(places) else ""
        if value is None or name == "training":
            continue
        parts.append(f"{name}={value!r}" if name else repr(value))
    parts += [
        f"{name}={value!r}"
        for name, value in call.keywords.items()
        if name != "training" and value is not None and not tensors_in((value,))
    ]
    return printable(", ".join(parts))[:200]


def _is_plain(value: Any) -> bool:
    return isinstance(value, _PLAIN) or (
        isinstance(value, list) and all(isinstance(entry, _PLAIN) for entry in value)
    )


def arguments_of(module: nn.Module) -> dict[str, Any]:
    """The constructor arguments stored on a module, by name; ``bias`` as a bool.

    A pair of equal numbers is returned as one number.
    """
    found = {}
    for name in defaults(type(module)):
        value = getattr(module, name, _NO_DEFAULT)
        if name == "bias" and (value is None or isinstance(value, Tensor)):
            value = value is not None
        value = single(value)
        if _is_plain(value):
            found[name] = tuple(value) if isinstance(value, list) else value
    return found


def defaults(kind: type[nn.Module]) -> dict[str, Any]:
    """The constructor arguments of a module class, with their defaults."""
    try:
        parameters = inspect.signature(kind).parameters
    except (TypeError, ValueError):
        return {}
    return {
        name: single(parameter.default)
        for name, parameter in parameters.items()
        if name not in _PLACEMENT
    }


def defaults_of_types(types: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The constructor defaults of the ``torch.nn`` classes with these names.

    Arguments without a default are left out.
    """
    found = {}
    for name in types:
        kind = getattr(nn, name, None)
        if name not in found and isinstance(kind, type):
            given = defaults(kind).items()
            found[name] = {key: value for key, value in given if value is not _NO_DEFAULT}
    return found


def repr_of(module: nn.Module) -> str:
    """A module's repr on one line, in the form of older PyTorch versions."""
    text = repr(module)
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        bias = str(getattr(module, "affine", True))
        text = text.replace(f", bias={bias}", "")
    return " ".join(printable(line.strip()) for line in text.splitlines())


def _sides(value: Any) -> Sides | None:
    """A number, or a pair for height and width; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, tuple) and len(value) == 2 and all(type(side) is int for side in value):
        return (value[0], value[1])
    return None


def _padding(arguments: Mapping[str, Any]) -> Sides | None:
    padding, kernel = arguments.get("padding", 0), _sides(arguments.get("kernel_size"))
    if padding == "valid":
        return 0
    if padding == "same" and kernel is not None:
        dilation = _sides(arguments.get("dilation")) or 1
        kernels, dilations = ((v, v) if isinstance(v, int) else v for v in (kernel, dilation))
        reach = [d * (k - 1) for k, d in zip(kernels, dilations, strict=True)]
        if any(length % 2 for length in reach):
            return None
        height, width = (length // 2 for length in reach)
        return height if height == width else (height, width)
    return _sides(padding)


def _stem(kind: type[nn.Module]) -> str:
    return next((stem for base, stem in _STEMS if issubclass(kind, base)), kind.__name__.lower())


def _like(kind: type[nn.Module]) -> str:
    """The class of PyTorch that a module is, or a kind of; empty for others."""
    bases = (base for base in kind.__mro__ if base.__module__.startswith("torch.nn."))
    name = next(bases, nn.Module).__name__
    return "" if name == "Module" else name
