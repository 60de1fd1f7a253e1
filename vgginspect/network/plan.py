"""What a network is, as data: the Plan with its steps, layers and totals.

A Plan is the only thing that a renderer, the torch builder or a comparison sees. It can be
grown from a Config, observed from real modules, or read from a checkpoint; where it came
from is hidden behind ``Source``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from vgginspect.cfg.tokens import Token
from vgginspect.network.rules import FLOAT32_BYTES, Rule
from vgginspect.shape import Shape

if TYPE_CHECKING:
    from vgginspect.cfg.config import Config


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

    ``tokens`` holds the one token read (several where steps were merged by stage; none for
    modules a builder makes outside its loop). ``layers_before`` and ``layers_after`` are
    lengths of the layer list.
    """

    step: int
    tokens: tuple[Token, ...]
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
    """A whole network: its ``config``, its steps and layers, and its ``totals``. Immutable.

    ``iter_steps`` and ``iter_layers`` stream in constant memory; ``steps``, ``layers``,
    ``features`` and ``classifier`` are the same as tuples, made once when first asked for.

    In a notebook a Plan shows itself as the tables of ``summary``.
    """

    #: The JSON object of a walk, and the HTML that a notebook shows. Both are made further down
    #: the river, so ``vgginspect.api`` puts them here.
    document: ClassVar[Callable[["Plan"], dict[str, Any]]]
    _repr_html_: ClassVar[Callable[["Plan"], str]]

    def __init__(self, config: "Config", source: Source) -> None:
        self.config = config
        self._source = source
        #: Sums over the whole network.
        self.totals = source.totals()

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
    def input_shape(self) -> Shape:
        """``(C, H, W)`` of one image."""
        return self.config.input_shape

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        return (
            self.config == other.config
            and self.totals == other.totals
            and all(a == b for a, b in zip_longest(self.iter_steps(), other.iter_steps()))
            and self.head == other.head
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        totals = self.totals
        return f"<Plan {self.config.label}: {totals.layers} layers, {totals.params:,} parameters>"


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
