"""The Plan: a network as data, with its steps, layers and totals.

A Plan is computed from a Config, or recorded while real code runs. Its steps and layers come from a
``Source``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import zip_longest
from typing import Any, ClassVar, NamedTuple, NoReturn

from vgginspect.cfg.config import Config, config_from_text
from vgginspect.cfg.tokens import ListEntry, Token
from vgginspect.errors import ConfigError
from vgginspect.network.rules import FLOAT32_BYTES, Rule
from vgginspect.shape import Shape, Sides
from vgginspect.text.printable import printable


class Layer(NamedTuple):
    """One leaf module of the network, or function without a module, with its shapes and costs.

    ``path`` is the module path in PyTorch (``features.0``), ``name`` the common layer name
    (``conv1_1``). ``step`` and ``stage`` count from 1 and are None outside features.
    ``receptive_field`` and ``jump`` are theoretical, in input pixels: one number, or ``(height,
    width)`` if they differ; None outside features.
    ``activation_bytes`` is the size of the float32 output; 0 for an in-place layer.
    ``saved_bytes`` is what autograd keeps of it for the backward pass of one float32 image on CUDA:
    the output if it or a later layer needs it, pooling indices, a dropout mask, a batch norm's
    statistics. None if it is not known. ``macs`` is None where a recorded layer multiplies by
    weights in a way that is not known.
    """

    path: str
    name: str
    rule: Rule
    step: int | None
    stage: int | None
    input_shape: Shape
    output_shape: Shape
    params: int
    macs: int | None
    activation_bytes: int
    saved_bytes: int | None
    receptive_field: Sides | None
    jump: Sides | None

    @property
    def type(self) -> str:
        """Class name in ``torch.nn``, or the name of a function without a module."""
        return self.rule.type

    @property
    def repr(self) -> str:
        """The module's ``repr`` in PyTorch."""
        return self.rule.text

    @property
    def in_channels(self) -> int:
        """Input channels, or input features of a Linear."""
        features = getattr(self.rule, "in_features", None)
        return self.input_shape[0] if features is None else int(features)

    @property
    def out_channels(self) -> int:
        """Output channels, or output features of a Linear."""
        return self.output_shape[0]

    @property
    def trainable_params(self) -> int:
        """Parameters with ``requires_grad``; all of them in a new VGG."""
        return self.params - self.rule.frozen

    @property
    def state_dict(self) -> Mapping[str, Shape]:
        """The layer's entries in the model's ``state_dict``: key -> shape."""
        # A function can use weights of any module, so their keys are whole.
        prefix = "" if self.line or not self.path else f"{self.path}."
        return {f"{prefix}{key}": shape for key, shape in self.rule.state().items()}

    @property
    def line(self) -> str | None:
        """``FILE:LINE`` in the source, of a function without a module."""
        return self.rule.line


class Step(NamedTuple):
    """One iteration of the builder loop, or several merged.

    ``tokens`` holds the token read, or the entry that a recorded builder read: several if steps
    were merged by stage, none for modules made outside the loop. ``layers_before`` and
    ``layers_after`` are lengths of the layer list.
    """

    step: int
    tokens: tuple[Token | ListEntry, ...]
    branch: str
    stage: int
    in_channels_before: int
    in_channels_after: int
    layers_before: int
    layers_after: int
    input_shape: Shape
    output_shape: Shape
    layers: tuple[Layer, ...]

    @property
    def token(self) -> int | str | list[int | str] | None:
        """The token as in JSON; a list if several steps were merged."""
        values = [token.value for token in self.tokens]
        return values if len(values) > 1 else values[0] if values else None

    @property
    def appended(self) -> tuple[str, ...]:
        """Paths of the layers this step appended."""
        return tuple(layer.path for layer in self.layers)


class Totals(NamedTuple):
    """Sums over the whole network; ``depth`` counts convolutional + linear layers."""

    layers: int = 0
    conv_layers: int = 0
    linear_layers: int = 0
    depth: int = 0
    params: int = 0
    trainable_params: int = 0
    features_params: int = 0
    classifier_params: int = 0
    macs: int | None = 0
    param_bytes: int = 0
    activation_bytes: int = 0
    saved_bytes: int | None = 0


class Origin(NamedTuple):
    """The code that a recorded Plan comes from.

    ``kind`` is ``python``, and ``what`` the code that ran, as ``MODULE:FUNCTION``. ``arguments``
    are those it was called with, by name, except the cfg list; ``entries`` are those of the list,
    or None without one, and ``name`` is the name of the list. ``input_shape`` is ``(C, H, W)`` of
    the image that ran through, ``stand_ins`` are replacements for modules that are not installed.
    ``as_config`` is a CONFIG of the same network, if there is one; if not, ``why`` says why.
    """

    kind: str
    what: str
    arguments: Mapping[str, Any]
    entries: tuple[ListEntry, ...] | None
    name: str
    input_shape: Shape
    stand_ins: tuple[str, ...] = ()
    as_config: str | None = None
    why: str = ""

    @property
    def label(self) -> str:
        """The call in Python notation, for a heading, with control characters escaped."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return printable(f"{self.what}({arguments})")

    def document(self) -> dict[str, Any]:
        """The ``origin`` object of the JSON output."""
        return {
            "kind": self.kind,
            "what": self.what,
            "arguments": {name: _plain(value) for name, value in self.arguments.items()},
            "stand_ins": list(self.stand_ins),
            "as_config": self.as_config,
        }


def _plain(value: Any) -> Any:
    """The value in types that JSON can contain."""
    return value if isinstance(value, (bool, int, float, str)) else repr(value)


class Source:
    """The source of a Plan's data; every call iterates again, so nothing has to be stored."""

    def steps(self) -> Iterator[Step]:
        """The steps in order, each with its layers."""
        raise NotImplementedError

    def head(self) -> Iterator[Layer]:
        """The layers after the features: ``avgpool`` and ``classifier.*``."""
        raise NotImplementedError

    def totals(self) -> Totals:
        """Sums over all layers."""
        raise NotImplementedError


class Plan:
    """A whole network: its steps and layers, and its ``totals``. Immutable.

    A computed Plan has a ``config`` and no ``origin``, a recorded one an ``origin`` and no
    ``config``. ``iter_steps`` and ``iter_layers`` stream in constant memory; ``steps``, ``layers``,
    ``features`` and ``classifier`` are the same as tuples, created on first access.

    A notebook displays a Plan as the tables of ``summary``.
    """

    #: The JSON object that ``trace`` prints, and the HTML for a notebook; set by
    #: ``vgginspect.api``, because this module must not import theirs.
    document: ClassVar[Callable[["Plan"], dict[str, Any]]]
    _repr_html_: ClassVar[Callable[["Plan"], str]]

    #: The Config it was computed from, or the code it was recorded from.
    of: Config | Origin
    #: Sums over the whole network.
    totals: Totals
    _source: Source

    def __init__(self, of: Config | Origin, source: Source) -> None:
        # Bypass ``__setattr__``, which always raises.
        vars(self).update(of=of, _source=source, totals=source.totals())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Plan is immutable; {name!r} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Plan is immutable; {name!r} cannot be deleted")

    @property
    def config(self) -> Config | None:
        """The Config it was computed from; None if it was recorded."""
        return self.of if isinstance(self.of, Config) else None

    @property
    def origin(self) -> Origin | None:
        """The code it was recorded from; None if it was computed."""
        return self.of if isinstance(self.of, Origin) else None

    def config_for(self, what: str) -> Config:
        """The Config, for an operation that needs one.

        Args:
            what: that operation, for the message.

        Raises:
            ConfigError: the Plan was recorded.
        """
        if isinstance(self.of, Config):
            return self.of
        raise ConfigError(
            f"{what} needs a CONFIG, but this network was recorded while {self.label} ran"
        )

    def config_like(self, what: str) -> Config:
        """The Config that it was computed from, or that of the same network as a recorded one.

        Args:
            what: the operation that needs it, for the message.

        Raises:
            ConfigError: no Config has the same layers; the message says which are others.
        """
        if isinstance(self.of, Config) or self.of.as_config is None:
            why = getattr(self.of, "why", "")
            if not why:
                return self.config_for(what)
            raise ConfigError(f"{what} needs a CONFIG, and {self.label} has none: {why}")
        return config_from_text(self.of.as_config)

    def iter_steps(self) -> Iterator[Step]:
        """Stream the steps, one per token."""
        return self._source.steps()

    def iter_layers(self) -> Iterator[Layer]:
        """Stream every leaf module in forward order."""
        for step in self._source.steps():
            yield from step.layers
        yield from self._source.head()

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps, one per token."""
        return tuple(self.iter_steps())

    @cached_property
    def features(self) -> tuple[Layer, ...]:
        """The layers of ``model.features``."""
        return tuple(layer for step in self.steps for layer in step.layers)

    @cached_property
    def head(self) -> tuple[Layer, ...]:
        """The layers after the features: ``avgpool`` and the classifier."""
        return tuple(self._source.head())

    @property
    def classifier(self) -> tuple[Layer, ...]:
        """The layers of ``model.classifier``: the head without the average pool."""
        return tuple(layer for layer in self.head if layer.path != "avgpool")

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Every leaf module in forward order."""
        return self.features + self.head

    @property
    def label(self) -> str:
        """The name for a heading, with control characters escaped."""
        return self.of.label

    @property
    def input_shape(self) -> Shape:
        """``(C, H, W)`` of one image."""
        return self.of.input_shape

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        return (
            self.of == other.of
            and self.totals == other.totals
            and all(a == b for a, b in zip_longest(self.iter_steps(), other.iter_steps()))
            and self.head == other.head
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        totals = self.totals
        return f"<Plan {self.label}: {totals.layers} layers, {totals.params:,} parameters>"


class Recorded(Source):
    """A Source of existing steps and layers, such as recorded ones."""

    def __init__(self, steps: Iterable[Step], head: Iterable[Layer]) -> None:
        self._steps = tuple(steps)
        self._head = tuple(head)

    def steps(self) -> Iterator[Step]:
        """The recorded steps."""
        return iter(self._steps)

    def head(self) -> Iterator[Layer]:
        """The recorded layers after the features."""
        return iter(self._head)

    def totals(self) -> Totals:
        """Sums over the recorded layers."""
        features = [layer for step in self._steps for layer in step.layers]
        return total(features, self._head)


def sum_known(values: Iterable[int | None]) -> int | None:
    """The sum, or None if a value is not known."""
    listed = list(values)
    return None if None in listed else sum(filter(None, listed))


def totals_of(
    layers: int,
    conv_layers: int,
    linear_layers: int,
    params: int,
    trainable_params: int,
    features_params: int,
    macs: int | None,
    activation_bytes: int,
    saved_bytes: int | None,
) -> Totals:
    """The Totals with these sums; the other fields follow from them."""
    return Totals(
        layers,
        conv_layers,
        linear_layers,
        conv_layers + linear_layers,
        params,
        trainable_params,
        features_params,
        params - features_params,
        macs,
        FLOAT32_BYTES * params,
        activation_bytes,
        saved_bytes,
    )


def total(features: Iterable[Layer], head: Iterable[Layer]) -> Totals:
    """The sums over the layers of a network."""
    features, head = tuple(features), tuple(head)
    layers = features + head
    stems = [layer.rule.stem for layer in layers]
    saved = [layer.saved_bytes for layer in layers]
    return totals_of(
        layers=len(layers),
        conv_layers=stems.count("conv"),
        linear_layers=stems.count("fc"),
        params=sum(layer.params for layer in layers),
        trainable_params=sum(layer.trainable_params for layer in layers),
        features_params=sum(layer.params for layer in features),
        macs=sum_known(layer.macs for layer in layers),
        activation_bytes=sum(layer.activation_bytes for layer in layers),
        saved_bytes=None if None in saved else sum(filter(None, saved)),
    )
