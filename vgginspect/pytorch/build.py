"""``build``: a network to run and to train, out of PyTorch's own modules."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vgginspect.cfg.config import Config, make_config
from vgginspect.network.grow import grow
from vgginspect.pytorch.import_torch import load

if TYPE_CHECKING:
    from vgginspect.pytorch.vgg import VGG


def build(cfg: str | Config | Iterable[object], name: str = "", **options: Any) -> "VGG":
    """Build the ``torch.nn.Module`` of a network.

    For the networks that torchvision has, ``state_dict``, ``repr``, output and, from the same
    seed, initial weights are those of torchvision's model, so published weights load into it.
    Under ``torch.device("meta")`` it takes no memory.

    Args:
        cfg: as for ``vgginspect.plan``: a name, a cfg list, or a Config.
        name: what to call the network.
        options: as for ``vgginspect.plan``.

    Raises:
        ConfigError: the cfg or an option makes no sense.
        InputSizeError: a pool would empty the map.
        DependencyError: PyTorch is missing or cannot be imported.
    """
    config = make_config(cfg, name, **options)
    grow(config)  # refuses what PyTorch would build and not run
    load()
    from vgginspect.pytorch.vgg import VGG

    return VGG(config)
