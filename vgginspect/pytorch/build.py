"""``build``: the network as a PyTorch module."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vgginspect.cfg.config import Config, make_config
from vgginspect.network.grow import grow
from vgginspect.pytorch.import_torch import load

if TYPE_CHECKING:
    from vgginspect.pytorch.vgg import VGG


def build(cfg: str | Config | Iterable[object], name: str = "", **options: Any) -> "VGG":
    """Build the ``torch.nn.Module`` of a network.

    For the networks that torchvision has, ``state_dict``, ``repr``, output and, with the same seed,
    initial weights equal those of torchvision's model, so published weights can be loaded. Under
    ``torch.device("meta")`` no memory is allocated.

    Args:
        cfg: as for ``vgginspect.plan``: a name, a cfg list, or a Config.
        name: name of the network.
        options: as for ``vgginspect.plan``.

    Raises:
        ConfigError: the cfg or an option is invalid.
        InputSizeError: the input is too small for a layer.
        DependencyError: PyTorch is missing or cannot be imported.
    """
    config = make_config(cfg, name, **options)
    grow(config)  # raises for what PyTorch would build but not run
    load()
    from vgginspect.pytorch.vgg import VGG

    return VGG(config)
