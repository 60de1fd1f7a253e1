"""The network as a ``torch.nn.Module``, from a Config only. Importing this module imports torch.

Written directly from the paper and torchvision's ``vgg.py``, without the layer classes, ``grow`` or
the Plan, so that ``verify`` can compare them with it.
"""

from collections.abc import Iterator
from itertools import chain

import torch
from torch import Tensor, nn

from vgginspect.cfg.config import Config


class VGG(nn.Module):
    """``torchvision.models.VGG`` for any Config.

    ``features``, ``avgpool`` and ``classifier`` have the keys, shapes and initialisation of
    torchvision's; without an average pool or a classifier, that submodule is missing.

    Args:
        config: the network.
        init_weights: initialise as torchvision does, drawing the same random numbers; otherwise
            keep PyTorch's default initialisation.

    Raises:
        ValueError: an unknown kind of token.
    """

    def __init__(self, config: Config, init_weights: bool = True) -> None:
        super().__init__()
        self.features = nn.Sequential(*chain.from_iterable(modules_by_token(config)))
        if not config.features_only:
            if config.avgpool is None:
                in_features = _flattened(config)
            else:
                self.avgpool = nn.AdaptiveAvgPool2d((config.avgpool, config.avgpool))
                in_features = _channels(config) * config.avgpool * config.avgpool
            layers: list[nn.Module] = []
            for width in config.hidden:
                layers += [nn.Linear(in_features, width), nn.ReLU(True), nn.Dropout(config.dropout)]
                in_features = width
            layers.append(nn.Linear(in_features, config.num_classes))
            self.classifier = nn.Sequential(*layers)
        if init_weights:
            self._initialise()

    def forward(self, x: Tensor) -> Tensor:
        """Run images ``(N, C, H, W)``; return ``(N, num_classes)``, or the last feature map."""
        x = self.features(x)
        if hasattr(self, "avgpool"):
            x = self.avgpool(x)
        if hasattr(self, "classifier"):
            x = self.classifier(torch.flatten(x, 1))
        return x

    def _initialise(self) -> None:
        # The same order and number of draws as torchvision, so that a seed gives equal weights.
        for child in self.modules():
            if isinstance(child, nn.Conv2d):
                nn.init.kaiming_normal_(child.weight, mode="fan_out", nonlinearity="relu")
                if child.bias is not None:
                    nn.init.constant_(child.bias, 0)
            elif isinstance(child, nn.BatchNorm2d):
                nn.init.constant_(child.weight, 1)
                nn.init.constant_(child.bias, 0)
            elif isinstance(child, nn.Linear):
                nn.init.normal_(child.weight, 0, 0.01)
                nn.init.constant_(child.bias, 0)


def modules_by_token(config: Config) -> Iterator[list[nn.Module]]:
    """The loop of ``make_layers``: the modules that each token appends to the features."""
    in_channels = config.input_shape[0]
    for token in config.tokens:
        window = (token.kernel_size, token.stride, token.padding)
        if token.kind == "conv":
            conv = nn.Conv2d(
                in_channels, token.out_channels, *window, dilation=token.dilation, bias=config.bias
            )
            norm = [nn.BatchNorm2d(token.out_channels)] if config.batch_norm else []
            yield [conv, *norm, nn.ReLU(inplace=True)]
            in_channels = token.out_channels
        elif token.kind == "maxpool":
            yield [nn.MaxPool2d(*window, ceil_mode=token.ceil_mode)]
        elif token.kind == "avgpool":
            yield [nn.AvgPool2d(*window, ceil_mode=token.ceil_mode)]
        elif token.kind == "lrn":
            # AlexNet's constants; PyTorch divides alpha by the size of the window.
            yield [nn.LocalResponseNorm(5, alpha=5 * 1e-4, beta=0.75, k=2.0)]
        else:
            raise ValueError(f"no module for a token of kind {token.kind!r}")


def _channels(config: Config) -> int:
    """Channels of the last feature map."""
    return [t.out_channels for t in config.tokens if t.kind == "conv"][-1]


def _flattened(config: Config) -> int:
    """Number of features of one image after flattening.

    Computed by PyTorch: an empty batch goes through the same windows over a single channel.
    """
    tokens = (t._replace(out_channels=1) if t.kind == "conv" else t for t in config.tokens)
    slim = config._replace(tokens=tuple(tokens), input_shape=(1, *config.input_shape[1:]))
    with torch.device("cpu"), torch.random.fork_rng(devices=[]), torch.no_grad():
        features = nn.Sequential(*chain.from_iterable(modules_by_token(slim))).eval()
        output: Tensor = features(torch.empty(0, *slim.input_shape))
    return _channels(config) * output.shape[2] * output.shape[3]
