"""What a network is, as data: the Plan with its steps, layers and totals.

A Plan is grown from a Config, or observed while real code runs; it knows which. Its steps and
layers come from a ``Source``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import zip_longest
from typing import Any, ClassVar, NamedTuple, NoReturn

from vgginspect.cfg.config import Config
from vgginspect.cfg.tokens import ListEntry, Token
from vgginspect.errors import ConfigError
from vgginspect.network.rules import FLOAT32_BYTES, Rule
from vgginspect.shape import Shape
from vgginspect.text.printable import printable


class Layer(NamedTuple):
    """One leaf module of the network, with everything the arithmetic says about it.

    ``path`` is PyTorch's (``features.0``), ``name`` the usual one (``conv1_1``). ``step`` and
    ``stage`` count from 1 and are None outside features. ``receptive_field`` and ``jump`` are
    theoretical, in input pixels, and None outside features. ``activation_bytes`` is the output
    in float32, 0 where the layer works in place.
    """

    path: str
    name: str
    rule: Rule
    step: int | None
    stage: int | None
    input_shape: Shape
    output_shape: Shape
    params: int
    macs: int
    activation_bytes: int
    receptive_field: int | None
    jump: int | None

    @property
    def type(self) -> str:
        """Class name in ``torch.nn``."""
        return self.rule.type

    @property
    def repr(self) -> str:
        """The module's ``repr`` in PyTorch."""
        return self.rule.text

    @property
    def in_channels(self) -> int:
        """Channels (or features) that come in; flattened where a Linear meets a map."""
        features = getattr(self.rule, "in_features", None)
        return self.input_shape[0] if features is None else int(features)

    @property
    def out_channels(self) -> int:
        """Channels (or features) that go out."""
        return self.output_shape[0]

    @property
    def trainable_params(self) -> int:
        """Parameters with ``requires_grad``: a fresh VGG freezes none."""
        return self.params - self.rule.frozen

    @property
    def state_dict(self) -> Mapping[str, Shape]:
        """Key -> shape of every tensor this layer has in the model's ``state_dict``."""
        return {f"{self.path}.{key}": shape for key, shape in self.rule.state().items()}


class Step(NamedTuple):
    """One turn of the builder's loop, or several taken together.

    ``tokens`` holds the one token read, or the entry as it was read where a builder was observed
    (several where steps were merged by stage; none for modules a builder makes outside its loop).
    ``layers_before`` and ``layers_after`` are lengths of the layer list.
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
        """The token as JSON holds it; a list where several steps were merged."""
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
    macs: int = 0
    param_bytes: int = 0
    activation_bytes: int = 0


class Origin(NamedTuple):
    """Where an observed Plan comes from.

    ``kind`` is ``python``, and ``what`` the code that ran, as ``MODULE:FUNCTION``. ``arguments``
    are those that it was passed, by name, besides the cfg list; ``entries`` are those of the list,
    or None where it was given none, and ``name`` is what the list is called. ``input_shape`` is
    ``(C, H, W)`` of the image that ran through, ``stand_ins`` modules that were made up because
    they are not installed.
    """

    kind: str
    what: str
    arguments: Mapping[str, Any]
    entries: tuple[ListEntry, ...] | None
    name: str
    input_shape: Shape
    stand_ins: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The call as one writes it, for a heading; harmless on any terminal."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return printable(f"{self.what}({arguments})")

    def document(self) -> dict[str, Any]:
        """The ``origin`` object of the JSON contract."""
        return {
            "kind": self.kind,
            "what": self.what,
            "arguments": {name: _plain(value) for name, value in self.arguments.items()},
            "stand_ins": list(self.stand_ins),
            "as_config": None,
        }


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value if isinstance(value, (bool, int, float, str)) else repr(value)


class Source:
    """Where a Plan's facts come from; every call walks anew, so nothing need be stored."""

    def steps(self) -> Iterator[Step]:
        """The steps in order, each with its layers."""
        raise NotImplementedError

    def head(self) -> Iterator[Layer]:
        """The layers behind the features: ``avgpool`` and ``classifier.*``."""
        raise NotImplementedError

    def totals(self) -> Totals:
        """Sums over all layers."""
        raise NotImplementedError


class Plan:
    """A whole network: its steps and layers, and its ``totals``. Immutable.

    A grown Plan has a ``config`` and no ``origin``, an observed one an ``origin`` and no
    ``config``. ``iter_steps`` and ``iter_layers`` stream in constant memory; ``steps``, ``layers``,
    ``features`` and ``classifier`` are the same as tuples, made once when first asked for.

    In a notebook a Plan shows itself as the tables of ``summary``.
    """

    #: The JSON object of a walk, and the HTML that a notebook shows. Both are made further down
    #: the river, so ``vgginspect.api`` puts them here.
    document: ClassVar[Callable[["Plan"], dict[str, Any]]]
    _repr_html_: ClassVar[Callable[["Plan"], str]]

    #: The Config it was grown from, or where it was observed.
    of: Config | Origin
    #: Sums over the whole network.
    totals: Totals
    _source: Source

    def __init__(self, of: Config | Origin, source: Source) -> None:
        # Past __setattr__, which refuses.
        vars(self).update(of=of, _source=source, totals=source.totals())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Plan is immutable, and {name!r} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Plan is immutable, and {name!r} cannot be deleted")

    @property
    def config(self) -> Config | None:
        """What it was grown from; None where it was observed."""
        return self.of if isinstance(self.of, Config) else None

    @property
    def origin(self) -> Origin | None:
        """What ran while it was observed; None where it was grown."""
        return self.of if isinstance(self.of, Origin) else None

    def config_for(self, what: str) -> Config:
        """The Config, for something that cannot be had without one.

        Args:
            what: that something, for the message.

        Raises:
            ConfigError: the Plan was observed.
        """
        if isinstance(self.of, Config):
            return self.of
        raise ConfigError(
            f"{what} needs a CONFIG, and this network was observed while {self.label} ran"
        )

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
        """The builder's loop, one Step per token."""
        return tuple(self.iter_steps())

    @cached_property
    def features(self) -> tuple[Layer, ...]:
        """The layers of ``model.features``."""
        return tuple(layer for step in self.steps for layer in step.layers)

    @cached_property
    def head(self) -> tuple[Layer, ...]:
        """The layers behind the features: ``avgpool`` and the classifier."""
        return tuple(self._source.head())

    @property
    def classifier(self) -> tuple[Layer, ...]:
        """The layers of ``model.classifier``: the head without its average pool."""
        return tuple(layer for layer in self.head if layer.path != "avgpool")

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Every leaf module in forward order."""
        return self.features + self.head

    @property
    def label(self) -> str:
        """The name for a heading, harmless on any terminal."""
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
    """A Source made of steps and layers that are already known, such as observed ones."""

    def __init__(self, steps: Iterable[Step], head: Iterable[Layer]) -> None:
        self._steps = tuple(steps)
        self._head = tuple(head)

    def steps(self) -> Iterator[Step]:
        """The recorded steps."""
        return iter(self._steps)

    def head(self) -> Iterator[Layer]:
        """The recorded layers behind the features."""
        return iter(self._head)

    def totals(self) -> Totals:
        """Sums over the recorded layers."""
        features = [layer for step in self._steps for layer in step.layers]
        return total(features, self._head)


def totals_of(
    layers: int,
    conv_layers: int,
    linear_layers: int,
    params: int,
    trainable_params: int,
    features_params: int,
    macs: int,
    activation_bytes: int,
) -> Totals:
    """The totals that have these sums, with what follows from them."""
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
    )


def total(features: Iterable[Layer], head: Iterable[Layer]) -> Totals:
    """Sum the layers of a network up, one by one."""
    features, head = tuple(features), tuple(head)
    layers = features + head
    types = [layer.type for layer in layers]
    return totals_of(
        layers=len(layers),
        conv_layers=types.count("Conv2d"),
        linear_layers=types.count("Linear"),
        params=sum(layer.params for layer in layers),
        trainable_params=sum(layer.trainable_params for layer in layers),
        features_params=sum(layer.params for layer in features),
        macs=sum(layer.macs for layer in layers),
        activation_bytes=sum(layer.activation_bytes for layer in layers),
    )
