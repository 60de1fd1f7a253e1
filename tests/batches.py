"""Small networks that do something to the batch, for the tests."""

import torch
from torch import nn
from torch.nn import functional


class Small(nn.Module):
    """A convolution with 8 channels, and what each network does after it."""

    def __init__(self, width=8):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.fc = nn.Linear(width, 4)


class Heads(Small):
    """Attention with its heads folded into the batch."""

    def forward(self, x):
        x = functional.max_pool2d(self.conv(x), 4).flatten(2).transpose(1, 2)
        batch, count, _ = x.shape
        heads = x.reshape(batch, count, 2, 4).transpose(1, 2).reshape(batch * 2, count, -1)
        heads = torch.bmm(torch.bmm(heads, heads.transpose(1, 2)), heads)
        heads = heads.reshape(batch, 2, count, 4).transpose(1, 2).reshape(batch, count, 8)
        return self.fc(heads.mean(1))


class Windows(Small):
    """A convolution that sees each quarter of the map as an image of its own."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Conv2d(8, 8, 3)

    def forward(self, x):
        batch, _, height, _ = x.shape
        half = height // 2
        x = self.conv(x).view(batch, 8, 2, half, 2, half).permute(0, 2, 4, 1, 3, 5)
        x = self.inner(x.reshape(-1, 8, half, half))
        return self.fc(x.mean((2, 3)).view(batch, 4, 8)).mean(1)


class Rows(Small):
    """A convolution along each row."""

    def __init__(self):
        super().__init__()
        self.along = nn.Conv1d(8, 8, 3, padding=1)

    def forward(self, x):
        x = self.conv(x)
        batch, _, height, width = x.shape
        x = self.along(x.permute(0, 2, 1, 3).reshape(batch * height, 8, width))
        return x.view(batch, height, 8, width).permute(0, 2, 1, 3)


class Crops(Small):
    """The halves of an image, as two images."""

    def forward(self, x):
        x = torch.cat(x.chunk(2, 3))
        left, right = self.conv(x).mean((2, 3)).chunk(2)
        return self.fc(left + right)


class OneByOne(Small):
    """The images of a batch in a loop."""

    def forward(self, x):
        return torch.stack([self.fc(self.conv(one.unsqueeze(0)).mean((2, 3))[0]) for one in x])


class OfWeights(Small):
    """Weights that are computed from weights."""

    def __init__(self):
        super().__init__()
        self.free = nn.Parameter(torch.ones(6, 8))
        self.second = nn.Parameter(torch.ones(8, 6))

    def forward(self, x):
        return self.conv(x).mean((2, 3)) @ (self.second @ self.fc(self.free))


class FlattensAll(Small):
    """``flatten`` without the dimension it starts at."""

    def forward(self, x):
        return self.fc(torch.flatten(functional.adaptive_avg_pool2d(self.conv(x), 1)))


class OneRow(Small):
    """``view`` with 1 where the batch belongs."""

    def forward(self, x):
        return self.fc(self.conv(x).mean((2, 3)).view(1, -1))


class Squeezes(Small):
    """``squeeze`` without a dimension."""

    def forward(self, x):
        return self.fc(functional.adaptive_avg_pool2d(self.conv(x), 1).squeeze())


class ManyRows(Small):
    """``view`` with -1 for the batch, and as many features as one position has."""

    def forward(self, x):
        x = functional.max_pool2d(self.conv(x), 8).permute(0, 2, 3, 1).contiguous()
        return self.fc(x.view(-1, 8))


class SideBySide(Small):
    """All images in one row of the output."""

    def forward(self, x):
        return self.conv(x).mean((2, 3)).view(1, -1)


class Alike(Small):
    """Each image with each other one of the batch."""

    def forward(self, x):
        x = self.conv(x).mean((2, 3))
        return self.fc(x @ x.t() @ x)


class Branching(Small):
    """Reads values of the image, and divides by the largest one."""

    def forward(self, x):
        x = self.conv(x)
        x = x / x.abs().max()
        x = x * x.mean() if float(x.mean()) > -9 else x
        return self.fc(x.mean((2, 3)))


class NumpyMean(Small):
    """Computes with NumPy."""

    def forward(self, x):
        x = self.conv(x)
        return self.fc(x.mean((2, 3)) - float(x.detach().numpy().mean()))
