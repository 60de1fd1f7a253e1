"""Random networks that are near one another, and random files of such."""

import random
from collections import OrderedDict
from typing import Any

import torch
from torch import nn

from vgginspect.cfg.config import make_config
from vgginspect.pytorch.vgg import VGG


def network(cfg: str) -> nn.Module:
    with torch.device("meta"):
        return VGG(make_config(cfg), init_weights=False)


def random_cfg(choose: random.Random) -> str:
    """Networks that are near one another: a few changes to few lists."""
    base = choose.choice(
        ["8,M,16,16,M", "8,8,M,16,M", "8,M,conv1-16,16,M", "8,M,conv3x1-16,M", "4"]
    )
    head = choose.choice(
        ["", "", "+features-only", "+classes=10", "+avgpool=1", "+hidden=12", "+hidden=none"]
    )
    usual = "+hidden=20,20+classes=7+avgpool=2" if not head else "+hidden=20,20+avgpool=2"
    norm = choose.choice(["", "", "+bn"])
    other = choose.choice(["", "", "", "+no-bias", "+input=1x32x32"])
    return base + usual + head + norm + other


def random_state(choose: random.Random, cfg: str) -> Any:
    """A state_dict as people save it: as it is, plain, under a prefix, with some left out."""
    state = network(cfg).state_dict()
    kind = choose.choice(["", "", "plain", "prefix", "without counters", "plain counters", "more"])
    if "counters" in kind:
        for key in [key for key in state if key.endswith("num_batches_tracked")]:
            del state[key]
    if kind.startswith("plain"):
        state = dict(state)
    if kind == "prefix":
        metadata = state._metadata
        state = OrderedDict((f"module.{key}", value) for key, value in state.items())
        state._metadata = OrderedDict((f"module.{key}", value) for key, value in metadata.items())
    if kind == "more":
        state["classifier.weight"] = state["other"] = torch.empty(3, 4, device="meta")
        state["features"] = torch.empty(1, device="meta")
        for key in choose.sample(list(state), 2):
            del state[key]
    return state
