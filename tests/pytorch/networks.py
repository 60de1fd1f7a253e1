"""Networks around a VGG, in the shapes that people publish them, to be watched by the tests."""

from functools import partial, reduce

import torch
from torch import nn
from torch.nn import functional

CFGS = {"small": [8, "M", 16, "M"], "pooled": [8, "M", "M"], 5: (4, "M", 8)}
TINY = [8, "M"]


def stack(cfg, channels=3, act=partial(nn.ReLU, inplace=True)):  # noqa: B008
    layers = []
    for v in cfg:
        if v == "M":
            layers.append(nn.MaxPool2d(2, 2))
        else:
            layers += [nn.Conv2d(channels, v, 3, padding=1), act()]
            channels = v
    return nn.Sequential(*layers)


class ByName(nn.Module):
    """Takes the name of a list, as networks for small images do."""

    def __init__(self, vgg_name, num_classes=10):
        super().__init__()
        self.features = stack(CFGS[vgg_name])
        self.classifier = nn.Linear(16, num_classes)

    def forward(self, x):
        return self.classifier(self.features(x).mean([2, 3]))


def by_key(which, batch_norm=False):
    """Takes the name of a list, and does not say so."""
    return stack(CFGS[which])


def by_depth(depth=5):
    """Takes none, and looks one up."""
    return stack(CFGS[depth])


def tiny():
    """Its list is a variable of the module."""
    return stack(TINY)


class OfItsOwn:
    """Lists that belong to the class."""

    cfgs = {"a": [4, "M", 4]}  # noqa: RUF012

    @classmethod
    def make(cls, arch_name):
        return stack(cls.cfgs[arch_name])


class Elsewhere(nn.Module):
    """Its lists lie deeper than is looked."""

    settings = {"a": {"layers": [4, "M", 4]}}  # noqa: RUF012

    def __init__(self, name):
        super().__init__()
        self.features = stack(self.settings[name]["layers"])


class Lazy(nn.Module):
    """Blocks of so many convolutions each, whose input channels the first image brings."""

    def __init__(self, arch, num_classes=10):
        super().__init__()
        blocks = []
        for count, channels in arch:
            block = []
            for _ in range(count):
                block += [nn.LazyConv2d(channels, 3, padding=1), nn.ReLU()]
            blocks.append(nn.Sequential(*block, nn.MaxPool2d(2)))
        self.net = nn.Sequential(*blocks, nn.Flatten(), nn.LazyLinear(num_classes))

    def forward(self, x):
        return self.net(x)


class Scale(nn.Module):
    """A layer of its own, whose weight is not on the device that was asked for."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.Tensor(channels))

    def forward(self, x):
        return self.weight.view(1, -1, 1, 1) * x / (x.norm(dim=1, keepdim=True) + 1e-10)


class Detector(nn.Module):
    """A detector: the base in a ModuleList, a layer of its own, a convolution as head."""

    def __init__(self, base):
        super().__init__()
        self.vgg = nn.ModuleList(stack(base))
        self.norm = Scale(16)
        self.loc = nn.ModuleList([nn.Conv2d(16, 8, 3, padding=1)])

    def forward(self, x):
        for layer in self.vgg:
            x = layer(x)
        x = self.loc[0](self.norm(x)).permute(0, 2, 3, 1).contiguous()
        return x.view(x.size(0), -1, 4)


class Slices(nn.Module):
    """Feature maps for a perceptual loss: the list of layers, cut in two; pixels normalised."""

    def __init__(self, cfg):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.5, 0.4, 0.4]).view(-1, 1, 1))
        layers = stack(cfg)
        self.first, self.second = nn.Sequential(), nn.Sequential()
        for number, layer in enumerate(layers):
            part = self.first if number < 2 else self.second
            part.add_module(str(number), layer)

    def forward(self, x):
        x = self.first(x - self.mean)
        return {"relu1_1": x, "end": self.second(x)}


class Functional(nn.Module):
    """Pools and activations are functions, and the list is read again when it runs."""

    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.convs = nn.ModuleList()
        channels = 3
        for v in cfg:
            if v != "M":
                self.convs.append(nn.Conv2d(channels, v, 3, padding=1))
                channels = v

    def forward(self, x):
        convs = iter(self.convs)
        for v in self.cfg:
            x = functional.max_pool2d(x, 2) if v == "M" else functional.relu(next(convs)(x))
        return x


class Residual(nn.Module):
    """Two convolutions side by side for each number."""

    def __init__(self, cfg, in_planes):
        super().__init__()
        self.blocks = nn.ModuleList()
        for v in cfg:
            pair = nn.Conv2d(in_planes, v, 3, padding=1), nn.Conv2d(in_planes, v, 1)
            self.blocks.append(nn.ModuleList(pair))
            in_planes = v

    def forward(self, x):
        for one, two in self.blocks:
            x = functional.relu(one(x) + two(x))
        return x


class Discriminator(nn.Module):
    """The layers come from a generator method, a block for each entry."""

    def __init__(self, cfg, nc):
        super().__init__()
        self.main = nn.Sequential(*self.blocks(cfg, nc))

    def blocks(self, cfg, nc):
        for v in cfg:
            if v == "M":
                yield nn.AvgPool2d(2)
            else:
                conv = nn.Conv2d(nc, v, 3, padding=1, bias=False)
                yield nn.Sequential(conv, nn.BatchNorm2d(v), nn.LeakyReLU(0.2, inplace=True))
                nc = v

    def forward(self, x):
        return self.main(x)


def parallel(cfg):
    """Wrapped to run on several devices."""
    return nn.DataParallel(stack(cfg))


def compiled(cfg):
    """Wrapped to be compiled."""
    return torch.compile(stack(cfg))


def half(cfg):
    """In half precision."""
    return stack(cfg).half()


def moved(cfg):
    """On whichever device there is."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return stack(cfg).to(device)


def folded(cfg):
    """Without a loop of its own."""

    def grow(grown, v):
        layers, channels = grown
        if v == "M":
            return [*layers, nn.MaxPool2d(2)], channels
        return [*layers, nn.Conv2d(channels, v, 3, padding=1), nn.ReLU(inplace=True)], v

    return nn.Sequential(*reduce(grow, cfg, ([], 3))[0])


def first_alone(cfg, nchannels):
    """The first entry before the loop, the last one behind it."""
    layers = [nn.Conv2d(nchannels, cfg[0], 3, padding=1)]
    channels = cfg[0]
    for v in cfg[1:-1]:
        layers.append(nn.MaxPool2d(2) if v == "M" else nn.Conv2d(channels, v, 3, padding=1))
        channels = channels if v == "M" else v
    if cfg[-1] == "M":
        layers.append(nn.AdaptiveMaxPool2d(1))
    return nn.ModuleList(layers)


def two_loops(cfg):
    """A loop for each half, and a layer between them."""
    layers, channels = [], 3
    for v in cfg[:2]:
        layers.append(nn.Conv2d(channels, v, 3, padding=1))
        channels = v
    layers.append(nn.Tanh())
    for v in cfg[2:]:
        layers.append(nn.Conv2d(channels, v, 1))
        channels = v
    return nn.Sequential(*layers)


def scripted(cfg):
    """What TorchScript makes of it cannot be watched."""
    return torch.jit.script(stack(cfg))
