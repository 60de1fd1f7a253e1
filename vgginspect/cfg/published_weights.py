"""The weights that torchvision publishes, with the figures of its documentation."""

from typing import NamedTuple

from vgginspect.cfg.config import Config

#: The classes of ImageNet, which they tell apart.
CLASSES = 1000


class PublishedWeights(NamedTuple):
    """Weights of a torchvision model.

    ``top1`` and ``top5`` are its accuracies on ImageNet in percent, of one crop of 224×224 pixels,
    and ``megabytes`` is the size of the file in 2²⁰ bytes, both as torchvision documents them.
    """

    name: str
    top1: float
    top5: float
    megabytes: float


#: Model -> its weights. https://docs.pytorch.org/vision/stable/models.html
PUBLISHED = {
    "vgg11": PublishedWeights("VGG11_Weights.IMAGENET1K_V1", 69.02, 88.628, 506.84),
    "vgg11_bn": PublishedWeights("VGG11_BN_Weights.IMAGENET1K_V1", 70.37, 89.81, 506.881),
    "vgg13": PublishedWeights("VGG13_Weights.IMAGENET1K_V1", 69.928, 89.246, 507.545),
    "vgg13_bn": PublishedWeights("VGG13_BN_Weights.IMAGENET1K_V1", 71.586, 90.374, 507.59),
    "vgg16": PublishedWeights("VGG16_Weights.IMAGENET1K_V1", 71.592, 90.382, 527.796),
    "vgg16_bn": PublishedWeights("VGG16_BN_Weights.IMAGENET1K_V1", 73.36, 91.516, 527.866),
    "vgg19": PublishedWeights("VGG19_Weights.IMAGENET1K_V1", 72.376, 90.876, 548.051),
    "vgg19_bn": PublishedWeights("VGG19_BN_Weights.IMAGENET1K_V1", 74.218, 91.842, 548.143),
}


def published(config: Config) -> PublishedWeights | None:
    """The weights that torchvision publishes of a network; None if there are none."""
    if config.model is None or config.num_classes != CLASSES:
        return None
    return PUBLISHED[config.model]
