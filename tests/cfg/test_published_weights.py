"""The figures are those of the installed torchvision."""

import math

import pytest

from vgginspect.cfg.config import make_config
from vgginspect.cfg.published_weights import PUBLISHED, PublishedWeights, published
from vgginspect.pytorch.import_torchvision import load


def test_every_published_weight_has_torchvisions_figures() -> None:
    vgg = load()
    found = {}
    for name in vgg.__all__:
        if name.endswith("_Weights"):
            for weights in getattr(vgg, name):
                accuracy = weights.meta["_metrics"]["ImageNet-1K"]
                if not math.isnan(accuracy["acc@1"]):
                    found[name.removesuffix("_Weights").lower()] = PublishedWeights(
                        str(weights),
                        accuracy["acc@1"],
                        accuracy["acc@5"],
                        weights.meta["_file_size"],
                    )
    assert found == PUBLISHED


@pytest.mark.parametrize(
    ("cfg", "name"),
    [
        ("D", "VGG16_Weights.IMAGENET1K_V1"),
        ("E+bn+dropout=0.2", "VGG19_BN_Weights.IMAGENET1K_V1"),
        ("D+input-size=299", "VGG16_Weights.IMAGENET1K_V1"),
        ("D+classes=10", None),
        ("D+no-bias", None),
        ("C", None),
    ],
)
def test_published_for_the_model_alone(cfg: str, name: str | None) -> None:
    found = published(make_config(cfg))
    assert (found.name if found else None) == name
