"""Common changes to a VGG, each as command-line options and as PyTorch code."""

from collections.abc import Iterator
from typing import NamedTuple

from vgginspect.analysis.sizes import size_of
from vgginspect.cfg.config import Config
from vgginspect.cfg.tokens import Token, parse_token
from vgginspect.errors import ConfigError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Layer, Plan
from vgginspect.shape import sides, sides_text

#: CIFAR-10: 32x32 images, ten classes.
SMALL_SIZE, FEW_CLASSES = 32, 10


class Adaptation(NamedTuple):
    """One change.

    ``name`` is ``small_head``, ``grayscale``, ``classes`` or ``convolutional``. ``added`` are
    tokens to append to the cfg list, ``options`` the command-line options, ``code`` the lines that
    change an existing ``model`` into the network of ``plan``.
    """

    name: str
    added: tuple[Token, ...]
    options: str
    code: tuple[str, ...]
    plan: Plan


def adaptations(config: Config) -> Iterator[Adaptation]:
    """The changes that apply to a network and are not already made."""
    plan = grow(config)
    for make in (_small_head, _grayscale, _classes, _convolutional):
        try:
            made = make(config, plan)
        except ConfigError:
            continue
        if made is not None and made.plan.config != config:
            yield made


def _small_head(config: Config, plan: Plan) -> Adaptation | None:
    """Small images: no hidden layers, and global average pooling."""
    if config.features_only:
        return None
    changed = config._replace(
        input_shape=(config.input_shape[0], SMALL_SIZE, SMALL_SIZE),
        num_classes=FEW_CLASSES,
        hidden=(),
        avgpool=1,
    )
    channels = size_of(config).map_shape[0]
    size = _size(changed)
    return Adaptation(
        "small_head",
        (),
        f"--input-size {size} --num-classes {FEW_CLASSES} --avgpool 1 --hidden none",
        (
            "model.avgpool = nn.AdaptiveAvgPool2d(1)",
            f"model.classifier = nn.Linear({channels}, {FEW_CLASSES})",
        ),
        grow(changed),
    )


def _grayscale(config: Config, plan: Plan) -> Adaptation:
    changed = config._replace(input_shape=(1, *config.input_shape[1:]))
    first = next(layer for layer in plan.iter_layers() if layer.type == "Conv2d")
    _, _, index = first.path.rpartition(".")
    return Adaptation(
        "grayscale",
        (),
        f"--input-size {_size(changed)}",
        (f"model.features[{index}] = {_conv(first, 1)}",),
        grow(changed),
    )


def _classes(config: Config, plan: Plan) -> Adaptation | None:
    if config.features_only:
        return None
    last = plan.classifier[-1]
    _, _, index = last.path.rpartition(".")
    return Adaptation(
        "classes",
        (),
        f"--num-classes {FEW_CLASSES}",
        (f"model.classifier[{index}] = nn.Linear({last.in_channels}, {FEW_CLASSES})",),
        grow(config._replace(num_classes=FEW_CLASSES)),
    )


def _convolutional(config: Config, plan: Plan) -> Adaptation | None:
    """The classifier as convolutions with its weights, which output a score map for larger inputs.

    The first one covers the map that the first Linear takes. Where the features give a map of that
    size, the output is the classifier's.
    """
    if config.features_only:
        return None
    # As tokens, the classifier would also get the features' batch norm, or lose its bias.
    if config.batch_norm or not config.bias:
        return None
    channels, height, width = size_of(config).map_shape
    first = sides(height, width) if config.avgpool is None else config.avgpool
    linears = [layer for layer in plan.classifier if layer.type == "Linear"]
    added = tuple(
        parse_token(f"conv{sides_text(kernel)}-{layer.out_channels}p0")
        for layer, kernel in zip(linears, (first, *[1] * len(linears)), strict=False)
    )
    changed = grow(config._replace(tokens=config.tokens + added, features_only=True))
    modules = []
    for token in added:
        modules.append(f"nn.Conv2d({channels}, {token.out_channels}, {token.kernel_size})")
        channels = token.out_channels
    layers = [f"convs[{index}]" for index in range(len(modules))]
    return Adaptation(
        "convolutional",
        added,
        "--features-only",
        (
            "linears = [layer for layer in model.classifier.modules() "
            "if isinstance(layer, nn.Linear)]",
            f"convs = [{', '.join(modules)}]",
            "for conv, linear in zip(convs, linears):",
            "    conv.weight.data = linear.weight.data.view_as(conv.weight)",
            "    conv.bias = linear.bias",
            f"model = nn.Sequential(model.features, {', nn.ReLU(True), '.join(layers)})"
            "  # no ReLU after the scores; a cfg list ends with one",
        ),
        changed,
    )


def _size(config: Config) -> str:
    """An input size for the command line; square if it has three channels."""
    channels, height, width = config.input_shape
    return f"{channels}x{height}x{width}" if channels != 3 else str(height)


def _conv(layer: Layer, in_channels: int) -> str:
    kwargs = layer.rule.kwargs
    usual = {"stride": 1, "padding": 0, "dilation": 1, "bias": True}
    others = [f", {key}={kwargs[key]}" for key in usual if kwargs[key] != usual[key]]
    kernel = kwargs["kernel_size"]
    return f"nn.Conv2d({in_channels}, {layer.out_channels}, {kernel}{''.join(others)})"
