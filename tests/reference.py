"""The same networks out of PyTorch's own modules, and what they do: the oracle of the tests.

Written after ``torchvision.models.vgg`` and independently of ``vgginspect``'s own builder:
modules are made straight from the tokens, and figures are read off real modules that run.
"""

import re
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from vgginspect.cfg.config import Config
from vgginspect.cfg.tokens import Token


class VGG(nn.Module):
    """``torchvision.models.VGG`` with the parts around the features made optional."""

    def __init__(self, config: Config, channels: int) -> None:
        super().__init__()
        self.features = features(config)
        self.features_only = config.features_only
        if config.features_only:
            return
        side = config.avgpool
        self.avgpool = nn.AdaptiveAvgPool2d((side, side)) if side else None
        layers: list[nn.Module] = []
        for width in config.hidden:
            layers += [nn.Linear(channels, width), nn.ReLU(True), nn.Dropout(config.dropout)]
            channels = width
        layers.append(nn.Linear(channels, config.num_classes))
        self.classifier = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        if self.features_only:
            return x
        if self.avgpool is not None:
            x = self.avgpool(x)
        return self.classifier(torch.flatten(x, 1))


def modules(token: Token, in_channels: int, batch_norm: bool, bias: bool) -> list[nn.Module]:
    """One turn of the loop in ``make_layers``, from the token's text alone."""
    text = str(token.value)
    if text == "M":
        return [nn.MaxPool2d(kernel_size=2, stride=2)]
    if text == "C":
        return [nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True)]
    if text == "A":
        return [nn.AvgPool2d(kernel_size=2, stride=2)]
    if text == "LRN":
        return [nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)]
    if text.isdecimal():
        conv = nn.Conv2d(in_channels, int(text), kernel_size=3, padding=1, bias=bias)
    elif text.startswith("conv"):
        kernel, channels, given = _read(text.removeprefix("conv").replace("-", "n", 1))
        dilation = given.get("d", (1, 1))
        same = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
        conv = nn.Conv2d(
            in_channels,
            channels,
            kernel,
            stride=given.get("s", (1, 1)),
            padding=given.get("p", same),
            dilation=dilation,
            bias=bias,
        )
    else:
        return [_pool(text)]
    if batch_norm:
        return [conv, nn.BatchNorm2d(conv.out_channels), nn.ReLU(inplace=True)]
    return [conv, nn.ReLU(inplace=True)]


def _read(text: str) -> tuple[tuple[int, int], int, dict[str, tuple[int, int]]]:
    """Kernel, channels and the other arguments, each for height and width."""
    found = {}
    for letter, height, width in re.findall(r"([a-z]?)(\d+)(?:x(\d+))?", text):
        found[letter] = (int(height), int(width or height))
    return found.pop("", (2, 2)), found.pop("n", (0, 0))[0], found


def _pool(text: str) -> nn.Module:
    kernel, _, given = _read(text[7:].removesuffix("c"))
    made = {"maxpool": nn.MaxPool2d, "avgpool": nn.AvgPool2d}[text[:7]]
    # Printed by PyTorch as they are given: one number where both are equal.
    values = (kernel, given.get("s", (2, 2)), given.get("p", (0, 0)))
    single = (side[0] if side[0] == side[1] else side for side in values)
    return made(*single, ceil_mode=text.endswith("c"))


def features(config: Config) -> nn.Sequential:
    """``make_layers``."""
    layers: list[nn.Module] = []
    in_channels = config.input_shape[0]
    for token in config.tokens:
        layers += modules(token, in_channels, config.batch_norm, config.bias)
        if token.kind == "conv":
            in_channels = token.out_channels
    return nn.Sequential(*layers)


def model(config: Config) -> nn.Module:
    """The whole network on the meta device."""
    with torch.device("meta"):
        # Training refuses a batch norm of one image of one pixel; evaluation does not.
        grown = features(config).eval()(image(config))
        channels = grown[0].numel()
        if config.avgpool:
            channels = grown.shape[1] * config.avgpool**2
        return VGG(config, channels).eval()


def image(config: Config) -> Tensor:
    """One image on the meta device."""
    return torch.empty(1, *config.input_shape, device="meta")


class Row(NamedTuple):
    """What a forward hook saw of one leaf module."""

    path: str
    module: nn.Module
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    params: int
    activation_bytes: int


def observe(network: nn.Module, x: Tensor) -> list[Row]:
    """Run a network and note every leaf module in the order of the forward pass."""
    rows: list[Row] = []
    paths = {module: path for path, module in network.named_modules()}

    def note(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        held = 0 if getattr(module, "inplace", False) else output.numel() * output.element_size()
        rows.append(
            Row(
                paths[module],
                module,
                tuple(inputs[0].shape[1:]),
                tuple(output.shape[1:]),
                sum(parameter.numel() for parameter in module.parameters()),
                held,
            )
        )

    leaves = [module for module in paths if not isinstance(module, (VGG, nn.Sequential))]
    hooks = [module.register_forward_hook(note) for module in leaves]
    network(x)
    for hook in hooks:
        hook.remove()
    return rows


def multiply_accumulates(network: nn.Module, x: Tensor) -> int:
    """Half of what PyTorch's own FLOP counter counts."""
    with FlopCounterMode(display=False) as counter:
        network(x)
    flops = counter.get_total_flops()
    assert flops % 2 == 0
    return flops // 2


def repr_without_novelties(module: nn.Module) -> str:
    """A module's repr in the form of older PyTorch versions.

    Recent ones print ``bias=`` for a batch norm; ``arguments`` compares that.
    """
    text = repr(module)
    return text.replace(" bias=True,", "") if isinstance(module, nn.BatchNorm2d) else text


def arguments(module: nn.Module) -> dict[str, Any]:
    """The arguments of a module that its repr may not show."""
    names = ("num_features", "eps", "momentum", "affine", "track_running_stats", "bias", "inplace")
    return {
        name: getattr(module, name) is not None if name == "bias" else getattr(module, name)
        for name in names
        if hasattr(module, name)
    }
