"""VGG19 with batch norm, as a user's file may have it."""

from torch import Tensor, nn

CFG = (64, 64, 0, 128, 128, 0, *[256] * 4, 0, *[512] * 4, 0, *[512] * 4, 0)


class VGG19(nn.Module):
    """The features from a list in which 0 is a pool, then three linear layers."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for entry in CFG:
            if entry:
                layers += [nn.Conv2d(channels, entry, 3, padding=1), nn.BatchNorm2d(entry)]
                layers += [nn.ReLU(inplace=True)]
                channels = entry
            else:
                layers += [nn.MaxPool2d(2)]
        self.features = nn.Sequential(*layers)
        hidden = [nn.Linear(25088, 4096), nn.ReLU(True), nn.Dropout()]
        hidden += [nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout()]
        self.classifier = nn.Sequential(*hidden, nn.Linear(4096, 1000))

    def forward(self, x: Tensor) -> Tensor:
        """The scores of images of 224x224."""
        scores: Tensor = self.classifier(self.features(x).flatten(1))
        return scores
