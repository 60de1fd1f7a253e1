"""Random small networks as people write them: functions, in-place operators, sums, U shapes."""

import torch
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

SIDE = 16


class Gate(nn.Module):
    """A layer of one's own, without children: two functions inside."""

    def forward(self, x):
        return x * torch.sigmoid(x)


class Squeeze(nn.Module):
    """A module with children and functions between them."""

    def __init__(self, channels):
        super().__init__()
        self.reduce = nn.Conv2d(channels, 2, 1)
        self.expand = nn.Conv2d(2, channels, 1)

    def forward(self, x):
        weight = functional.relu(self.reduce(x.mean((2, 3), keepdim=True)))
        return x * torch.sigmoid(self.expand(weight))


#: Of so many channels.
MODULES = {
    "conv": lambda c: nn.Conv2d(c, c, 3, padding=1, bias=False),
    "bn": nn.BatchNorm2d,
    "group norm": lambda c: nn.GroupNorm(1, c),
    "relu": lambda c: nn.ReLU(),
    "relu in place": lambda c: nn.ReLU(inplace=True),
    "drop": lambda c: nn.Dropout(0.4),
    "drop in place": lambda c: nn.Dropout(0.4, inplace=True),
    "drop maps": lambda c: nn.Dropout2d(0.4),
    "gate": lambda c: Gate(),
    "squeeze": Squeeze,
}
FUNCTIONS = {
    "F.relu": lambda net, x: functional.relu(x),
    "F.relu in place": lambda net, x: functional.relu(x, inplace=True),
    "relu_": lambda net, x: x.relu_(),
    "leaky": lambda net, x: functional.leaky_relu(x, 0.1),
    "F.dropout": lambda net, x: functional.dropout(x, 0.3, net.training),
    "F.dropout in place": lambda net, x: functional.dropout(x, 0.3, net.training, True),
    "F.dropout2d": lambda net, x: functional.dropout2d(x, 0.3, net.training),
    "F.lrn": lambda net, x: functional.local_response_norm(x, 3),
    "gelu": lambda net, x: functional.gelu(x),
    "line": lambda net, x: x * 2 + 1,
    "copy": lambda net, x: x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2),
}
SMALLER = {
    "pool": lambda c: nn.MaxPool2d(2),
    "mean pool": lambda c: nn.AvgPool2d(2),
    "F.pool": lambda net, x: functional.max_pool2d(x, 2),
    "strided": lambda c: nn.Conv2d(c, c, 3, 2, 1),
}
LARGER = {
    "F.up": lambda net, x: functional.interpolate(x, scale_factor=2),
    "turned conv": lambda c: nn.ConvTranspose2d(c, c, 2, 2),
    "up": lambda c: nn.Upsample(scale_factor=2, mode="bilinear"),
}
ALL = MODULES | FUNCTIONS | SMALLER | LARGER
CALLED = {*FUNCTIONS, "F.pool", "F.up"}


class Network(nn.Module):
    """Runs a list of entries: names of modules and of functions, ``keep`` and what joins it."""

    def __init__(self, entries, classes, again):
        super().__init__()
        self.entries, self.again = entries, again
        self.layers = nn.ModuleDict()
        channels, kept = 3, []
        for place, entry in enumerate(entries):
            if entry == "keep":
                kept.append(channels)
            elif entry in ("add", "add in place"):
                kept.pop()
            elif entry == "cat":
                channels += kept.pop()
            elif isinstance(entry, int):
                self.layers[str(place)] = nn.Conv2d(channels, entry, 3, padding=1)
                channels = entry
            elif entry in ALL and entry not in CALLED:
                self.layers[str(place)] = ALL[entry](channels)
        self.fc = nn.Linear(channels * 4, classes) if classes else None

    def forward(self, x):
        kept, side = [], []
        for place, entry in enumerate(self.entries):
            if str(place) in self.layers:
                x = self.layers[str(place)](x)
            elif entry in CALLED:
                x = ALL[entry](self, x)
            elif entry == "keep":
                kept.append(x)
            elif entry == "add":
                x = x + kept.pop()
            elif entry == "add in place":
                x += kept.pop()
            elif entry == "cat":
                x = torch.cat([x, kept.pop()], 1)
            else:
                side.append(x.mean((2, 3)))
        if self.fc is not None:
            x = self.fc(torch.flatten(functional.adaptive_avg_pool2d(x, 2), 1))
            if self.again:
                x = self.fc(functional.pad(x, (0, self.fc.in_features - x.shape[1])))
        return (x, *side) if side else x


@st.composite
def networks(draw):
    """What ``Network`` takes."""
    entries = []
    channels, side, kept = 3, SIDE, []
    for _ in range(draw(st.integers(1, 10))):
        kinds = [st.sampled_from((4, 8)), st.sampled_from([*MODULES, *FUNCTIONS])]
        if side >= 4:
            kinds.append(st.sampled_from(list(SMALLER)))
        if side < SIDE:
            kinds.append(st.sampled_from(list(LARGER)))
        alone = ["keep", "mean"]
        if kept and kept[-1][1] == side:
            joins = ["add", "add in place"] if kept[-1] == (channels, side) else []
            kinds += [st.sampled_from(["cat", *joins])] * 2
        entry = draw(st.one_of(*kinds, st.sampled_from(alone)))
        if entry == "keep":
            kept.append((channels, side))
        elif entry == "cat":
            channels += kept.pop()[0]
        elif entry in ("add", "add in place"):
            kept.pop()
        elif isinstance(entry, int):
            channels = entry
        elif entry in SMALLER:
            side //= 2
        elif entry in LARGER:
            side *= 2
        entries.append(entry)
    classes = draw(st.sampled_from((0, 5)))
    return entries, classes, bool(classes) and draw(st.booleans())
