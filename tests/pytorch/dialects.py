"""Builders of VGG networks in the dialects that people write, to be watched by the tests."""

import copy
from collections import OrderedDict

import torch
from torch import nn


def ssd(cfg, i, batch_norm=False):
    """A plain list, with a pool and two convolutions behind the loop; ``C`` rounds up."""
    layers = []
    channels = i
    for v in cfg:
        if v == "M":
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        elif v == "C":
            layers += [nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True)]
        else:
            conv = nn.Conv2d(channels, v, kernel_size=3, padding=1)
            if batch_norm:
                layers += [conv, nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
            else:
                layers += [conv, nn.ReLU(inplace=True)]
            channels = v
    pool5 = nn.MaxPool2d(kernel_size=3, stride=1, padding=1)
    conv6 = nn.Conv2d(channels, 32, kernel_size=3, padding=6, dilation=6)
    conv7 = nn.Conv2d(32, 32, kernel_size=1)
    layers += [pool5, conv6, nn.ReLU(inplace=True), conv7, nn.ReLU(inplace=True)]
    return layers


class SmallImages(nn.Module):
    """A whole module whose builder is a method; batch norm without bias, one Linear behind."""

    def __init__(self, cfg, num_classes=10):
        super().__init__()
        self.features = self._make_layers(cfg)
        self.classifier = nn.Linear(16, num_classes)

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        return self.classifier(x)

    def _make_layers(self, cfg):
        layers = []
        in_channels = 3
        for x in cfg:
            if x == "M":
                layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                layers += [
                    nn.Conv2d(in_channels, x, kernel_size=3, padding=1, bias=False),
                    nn.BatchNorm2d(x),
                    nn.ReLU(inplace=True),
                ]
                in_channels = x
        layers += [nn.AvgPool2d(kernel_size=1, stride=1)]
        return nn.Sequential(*layers)


def average(cfg, batch_norm=False):
    """Average pools, under a letter of our grammar and one of its own."""
    layers, channels = [], 3
    for v in cfg:
        if v in ("A", "avg"):
            layers.append(nn.AvgPool2d(2))
        else:
            layers += [nn.Conv2d(channels, v, 3, padding=1), nn.ReLU()]
            channels = v
    return nn.Sequential(*layers)


def dilated(cfg, in_channels=3, batch_norm=False, dilation=True):
    """Dilated convolutions, as density estimation has them."""
    rate = 2 if dilation else 1
    layers = []
    for v in cfg:
        if v == "M":
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            conv = nn.Conv2d(in_channels, v, kernel_size=3, padding=rate, dilation=rate)
            layers += [conv, nn.ReLU(inplace=True)]
            in_channels = v
    return nn.Sequential(*layers)


def pairs(cfg, nc):
    """Entries that are pairs of channels and stride; convolutions shrink the map."""
    layers = []
    for width, stride in cfg:
        layers.append(nn.Conv2d(nc, width, (3, 3), stride, 1))
        layers.append(nn.LeakyReLU(0.2, True))
        nc = width
    return nn.ModuleList(layers)


def words(config):
    """Entries that are words: ``c8``, ``p``, ``drop``, and ``skip``, which makes nothing."""
    channels = 3
    made = OrderedDict()
    for number, word in enumerate(config):
        if word.startswith("c"):
            made[f"conv{number}"] = nn.Conv2d(channels, int(word[1:]), 3, padding="same")
            made[f"act{number}"] = nn.ELU()
            channels = int(word[1:])
        elif word == "p":
            made[f"pool{number}"] = nn.MaxPool2d(2)
        elif word == "drop":
            made[f"drop{number}"] = nn.Dropout2d(0.3)
    return made


class Block(nn.Module):
    """A convolution with what belongs to it."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))


class Blocks(nn.Module):
    """Blocks of their own class, the head made first, and an average over the whole map."""

    def __init__(self, cfg, num_classes):
        super().__init__()
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Conv2d(16, num_classes, 1)
        self.stem = nn.Identity()
        body, channels = [], 3
        for v in cfg:
            body.append(nn.MaxPool2d(2) if v == "M" else Block(channels, v))
            channels = channels if v == "M" else v
        self.body = nn.Sequential(*body)

    def forward(self, x):
        x = self.classifier(self.dropout(self.body(self.stem(x))))
        return x.mean([2, 3])


class Holder:
    """No module itself; it holds a list of them."""

    def __init__(self, cfg, in_channels):
        self.cfg = cfg
        self.layers = []
        for v in cfg:
            if v == "M":
                self.layers.append(nn.MaxPool2d(2, 2))
            else:
                self.layers.append(nn.Conv2d(in_channels, v, 3, 1, 1))
                self.layers.append(nn.ReLU(True))
                in_channels = v


def by_number(cfg):
    """Entries read by their number, the next one as well, and a pool behind the loop."""
    layers = []
    channels = 3
    for k in range(len(cfg)):
        following = cfg[k + 1] if k + 1 < len(cfg) else None
        if cfg[k] == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers.append(nn.Conv2d(channels, cfg[k], 3, padding=1))
            channels = cfg[k]
            if following != "M":
                layers.append(nn.ReLU())
    layers.append(nn.AdaptiveAvgPool2d(1))
    return nn.Sequential(*layers)


def by_popping(cfg):
    """Entries taken from the list until none is left."""
    cfg = copy.deepcopy(cfg)
    layers = []
    channels = 3
    while cfg:
        v = cfg.pop(0)
        if v == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers.append(nn.Conv2d(channels, v, 3, padding=1))
            channels = v
    layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def by_pairs(cfg):
    """Each entry with the one before it."""
    return [nn.Conv2d(a, b, 3, padding=1) for a, b in zip([3] + cfg, cfg)]  # noqa: B905, RUF005


def twice(cfg):
    """Counts the pools first."""
    pools = sum(v == "M" for v in cfg)
    layers, channels = [nn.Identity()], 3
    for v in cfg:
        if v == "M":
            layers.append(nn.MaxPool2d(2) if pools < 3 else nn.AvgPool2d(2))
        else:
            layers.append(nn.Conv2d(channels, v, 3, padding=1))
            channels = v
    return nn.Sequential(*layers)


def recursive(cfg, in_channels=3):
    """A network inside a network for each entry."""
    if not cfg:
        return nn.Sequential()
    v = cfg[0]
    if v == "M":
        return nn.Sequential(nn.MaxPool2d(2), *recursive(cfg[1:], in_channels))
    return nn.Sequential(nn.Conv2d(in_channels, v, 3, padding=1), *recursive(cfg[1:], v))


def yielding(cfg):
    """Modules one by one; one activation for all."""
    relu = nn.ReLU()
    channels = 3
    for v in cfg:
        if v == "M":
            yield nn.MaxPool2d(2)
        else:
            yield nn.Conv2d(channels, v, 3, padding=1)
            yield relu
            channels = v


def partial(cfg):
    """Stops at the word ``end``."""
    layers, channels = [], 3
    for v in cfg:
        if v == "end":
            break
        layers.append(nn.Conv2d(channels, v, 3, padding=1))
        channels = v
    layers.append(nn.Flatten())
    return nn.Sequential(*layers)


def wasteful(cfg):
    """Makes more than it uses, and keeps a weight of its own."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(5))
            self.features = nn.Sequential(*[nn.Conv2d(3, v, 1) for v in cfg])
            self.spare = nn.Linear(2, 2)
            nn.Tanh()

        def forward(self, x):
            return self.features(x) * self.scale.sum()

    return Net()


def slice_loops(cfg):
    """A loop over each half of the list."""
    layers, channels = [], 3
    half = len(cfg) // 2
    for part in (cfg[:half], cfg[half:]):
        for v in part:
            layers.append(nn.Conv2d(channels, v, 3, padding=1))
            channels = v
    return nn.Sequential(*layers)


def make_torchvisions(cfg):
    """What torchvision makes of a list, which others below go through in ways of their own."""
    layers, channels = [], 3
    for v in cfg:
        if v == "M":
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
        else:
            conv = nn.Conv2d(channels, v, kernel_size=3, padding=1)
            layers += [conv, nn.ReLU(inplace=True)]
            channels = v
    return nn.Sequential(*layers)


def popping(cfg):
    """Entries one by one, the last of the list first."""
    while cfg:
        yield cfg.pop()


def reversed_and_popped(cfg):
    """The list turned round in place, and emptied from its end."""
    cfg.reverse()
    return make_torchvisions(popping(cfg))


def with_a_stem(cfg):
    """An entry of the builder's own put before the others."""
    cfg[0:0] = [16]
    return make_torchvisions(cfg)


def without_the_last_pool(cfg):
    """The last pool taken off, and the first entry that is a pool."""
    del cfg[-1]
    cfg.remove("M")
    return make_torchvisions(cfg)


def doubled(cfg):
    """The whole list once more."""
    cfg += cfg
    return make_torchvisions(cfg)


def multiplied(cfg):
    """A copy by multiplication, the entries sorted: the numbers first, the smallest of them."""
    cfg = 1 * cfg
    cfg.sort(key=lambda v: (v == "M", v))
    return make_torchvisions(cfg)


def decoder(cfg):
    """From the last entry to the first, as a decoder goes; what it makes of a pool is no module."""
    layers, channels = [], 3
    for v in reversed(cfg):
        if v != "M":
            layers.append(nn.Conv2d(channels, v, 3, padding=1))
            channels = v
    return nn.Sequential(*layers)


def in_blocks(cfg):
    """A container in a container for each entry, and one more after the last."""
    blocks, channels = [], 3
    for v in cfg:
        net = nn.Sequential(nn.Conv2d(channels, v, 3, padding=1))
        blocks.append(nn.ModuleDict({"net": net}))
        channels = v
    blocks.append(nn.ModuleDict({"net": nn.Sequential(nn.AvgPool2d(2))}))
    return InBlocks(blocks)


class InBlocks(nn.Module):
    """Runs what is called ``net`` in each block."""

    def __init__(self, blocks):
        super().__init__()
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x):
        for block in self.blocks:
            x = block["net"](x)
        return x


class Twins(nn.Module):
    """Two networks of one list, the second after the first."""

    def __init__(self, cfg):
        super().__init__()
        self.pairs = nn.ModuleList()
        for v in cfg:
            self.pairs.append(nn.ModuleList([nn.MaxPool2d(v), nn.AvgPool2d(v)]))

    def forward(self, x):
        for tower in (0, 1):
            for pair in self.pairs:
                x = pair[tower](x)
        return x


class WithDefaults(nn.Module):
    """A whole network whose defaults are its own."""

    def __init__(self, cfg, batch_norm=True, in_channels=1, num_classes=7, dropout=0.0):
        super().__init__()
        layers, channels = [], in_channels
        for v in cfg:
            if v == "mp":
                layers.append(nn.MaxPool2d(2, 2))
            else:
                layers.append(nn.Conv2d(channels, v, 3, padding=1))
                layers += [nn.BatchNorm2d(v)] if batch_norm else []
                channels = v
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(channels, num_classes))

    def forward(self, x):
        return self.classifier(self.features(x).mean([2, 3]))


def through_kwargs(cfg, **kwargs):
    """Whatever else it is passed goes on to the network."""
    return WithDefaults(cfg, **kwargs)


def with_seven_classes(cfg, **kwargs):
    """One option is settled, the others go on to the network."""
    return WithDefaults(cfg, num_classes=7, **kwargs)


def swallowing(cfg, **kwargs):
    """Takes anything, and does nothing with it."""
    return WithDefaults(cfg)


def needing(cfg, batch_norm, in_channels, num_classes):
    """Has no defaults."""
    return WithDefaults(cfg, batch_norm, in_channels, num_classes)


def by_position(cfg, dropout=0.1, batch_norm=False, /):
    """Takes its arguments by position alone."""
    return WithDefaults(cfg, batch_norm, dropout=dropout)


def stemmed(cfg):
    """A convolution before the loop takes a picture of one channel; the last one is made first."""
    last = nn.Conv2d(cfg[-1], 5, 1)
    layers = [nn.Conv2d(1, 3, 1)]
    channels = 3
    for v in cfg:
        layers.append(nn.Conv2d(channels, v, 3, padding=1))
        channels = v
    return nn.Sequential(*layers, last)
