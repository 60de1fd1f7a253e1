"""Which call each function belongs to while it runs."""

import torch
from torch import nn
from torch.nn import functional

from vgginspect.pytorch.place_recorder import PlaceRecorder


class Own(nn.Module):
    """A leaf with two functions."""

    def forward(self, x):
        return functional.relu(x) * 2


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.own = nn.Conv2d(3, 4, 1), Own()

    def forward(self, x):
        x = self.own(self.conv(x))
        x = torch.flatten(x, 2)
        return x.mean(2) + 1


class Noting(PlaceRecorder):
    def __init__(self, *args):
        super().__init__(*args)
        self.seen = []

    def started(self, name):
        self.seen.append((name, self.place))

    def left_leaf(self, last):
        self.seen.append(("left", last))


def test_functions_in_a_leaf_belong_to_it_and_views_to_what_made_their_source():
    images = torch.zeros(1, 3, 4, 4)
    recorder = Noting(Net(), [images])
    with recorder:
        recorder._root(images)
    assert [call.rule.type for call in recorder.calls] == ["Conv2d", "Own", "mean", "add"]
    # In the leaf the numbers go on, until it is known that it is one layer.
    assert recorder.seen == [
        ("conv2d", 0),
        ("left", 0),
        ("relu", 1),
        ("mul", 2),
        ("left", 1),
        ("flatten", 1),
        ("mean", 2),
        ("add", 3),
    ]
