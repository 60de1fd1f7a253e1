"""The network as a ``torch.nn.Module``, made from a Plan. Importing this imports torch."""

from torch import Tensor, flatten, nn

from vgginspect.network.plan import Layer, Plan


class VGG(nn.Module):
    """``torchvision.models.VGG`` for any Plan.

    ``features``, ``avgpool`` and ``classifier`` have the keys, shapes and initialisation of
    torchvision's; a Plan without an average pool or a classifier has no such child.

    Args:
        plan: the network.
        init_weights: initialise as torchvision does, and as the same random numbers go; else
            weights are what PyTorch gives each module.
    """

    def __init__(self, plan: Plan, init_weights: bool = True) -> None:
        super().__init__()
        self.features = nn.Sequential(*map(module, plan.features))
        for layer in plan.head:
            if layer.path == "avgpool":
                self.avgpool = module(layer)
        if plan.classifier:
            self.classifier = nn.Sequential(*map(module, plan.classifier))
        if init_weights:
            self._initialise()

    def forward(self, x: Tensor) -> Tensor:
        """Send images ``(N, C, H, W)`` through; ``(N, num_classes)``, or the last map."""
        x = self.features(x)
        if hasattr(self, "avgpool"):
            x = self.avgpool(x)
        if hasattr(self, "classifier"):
            x = self.classifier(flatten(x, 1))
        return x

    def _initialise(self) -> None:
        # In this order, and with a draw for every weight, the random numbers are torchvision's.
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


def module(layer: Layer) -> nn.Module:
    """The torch module of a Layer."""
    made: nn.Module = getattr(nn, layer.type)(**layer.rule.kwargs)
    return made
