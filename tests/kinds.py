"""Networks of each kind that people publish, small: by hand, with functions, with branches."""

import torch
from torch import nn
from torch.nn import functional


class ByHand(nn.Module):
    """One attribute for each layer; activations and pools are functions."""

    def __init__(self, num_classes=4):
        super().__init__()
        self.conv1_1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv1_2 = nn.Conv2d(8, 8, 3, padding=1)
        self.conv2_1 = nn.Conv2d(8, 16, 3, padding=1)
        self.fc6 = nn.Linear(16 * 8 * 8, num_classes)

    def forward(self, x):
        x = functional.relu(self.conv1_1(x))
        x = functional.relu_(self.conv1_2(x))
        x = functional.max_pool2d(x, 2)
        x = functional.relu(self.conv2_1(x), inplace=True)
        x = nn.MaxPool2d(2, 2)(x)
        return self.fc6(x.view(x.size(0), -1))


class Masked(nn.Module):
    """A convolution of its own, by a function, with a mask on its weight."""

    class Conv(nn.Module):
        """Has a weight, and no module inside."""

        def __init__(self, before, after):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(after, before, 3, 3))
            self.register_buffer("mask", torch.ones(after, before, 3, 3))

        def forward(self, x):
            return functional.conv2d(x, self.weight * self.mask, padding=1, stride=2)

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(self.Conv(3, 4), nn.ReLU(), self.Conv(4, 8))
        self.scale = nn.Parameter(torch.ones(8, 1, 1))
        self.free = nn.Parameter(torch.ones(5, 8, 1, 1))

    def forward(self, x):
        x = self.features(x) * self.scale
        return functional.conv2d(x, self.free).mean((2, 3))


class Branches(nn.Module):
    """A sum of two ways, a concatenation, and a pool that keeps the size."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 5, stride=2, padding=2)
        self.three = nn.Conv2d(8, 8, 3, padding=1)
        self.five = nn.Conv2d(8, 8, 5, padding=2)
        self.last = nn.Conv2d(24, 4, 3, padding=1)

    def forward(self, x):
        x = self.stem(x)
        y = self.three(x) + x
        y += self.five(x)
        kept = functional.max_pool2d(x, 3, stride=1, padding=1)
        return self.last(torch.cat([x, y, kept], dim=1))


class Decoder(nn.Module):
    """An encoder and a decoder: a transposed convolution, nearest and linear upsampling."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.lower = nn.Conv2d(4, 4, 3, padding=1)
        self.up = nn.ConvTranspose2d(4, 4, 4, stride=2, padding=1)
        self.join = nn.Conv2d(8, 4, 3, padding=1)
        self.smooth = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        self.end = nn.Conv2d(4, 2, 3, padding=1)

    def forward(self, x):
        x = self.down(x)
        y = functional.interpolate(self.lower(functional.max_pool2d(x, 2)), scale_factor=2)
        y = self.join(torch.cat([x, y], 1))
        return self.end(self.smooth(self.up(y)))


class Shared(nn.Module):
    """One convolution that runs twice, one that never does, and a crop."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.again = nn.Conv2d(4, 4, 3)
        self.idle = nn.Conv2d(4, 4, 3)

    def forward(self, x):
        x = self.again(self.again(self.first(x)))
        return functional.avg_pool2d(x[:, :2, 1:, 1:], (2, 4))


class Transformer(nn.Module):
    """What has no known receptive field, and no known multiply-accumulates."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=4, padding=1)
        self.norm = nn.InstanceNorm2d(8)
        self.after = nn.Conv2d(8, 8, 3, padding=1)
        self.rnn = nn.LSTM(64, 6, bidirectional=True)
        self.out = nn.Linear(12, 5)

    def forward(self, x):
        x = self.after(self.norm(self.conv(x)))
        x = x.flatten(2).permute(1, 0, 2)
        x, _ = self.rnn(x)
        steps, batch, width = x.size()
        return self.out(x.view(steps * batch, width)).view(steps, batch, -1)
