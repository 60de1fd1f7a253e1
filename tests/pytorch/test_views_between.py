"""Networks that differ by an argument or a view alone compute something else, and are not alike."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from vgginspect.analysis.layer_differences import differences
from vgginspect.pytorch.observe_network import observe_module

SIDE = 8


class Between(nn.Module):
    """Two convolutions and a linear layer, with a function of choice before each and at the end."""

    def __init__(self, middle=None, flat=None, end=None, eps=1e-5, mode="zeros"):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1, padding_mode=mode)
        self.norm = nn.BatchNorm2d(8, eps=eps)
        self.relu = nn.ReLU()
        self.second = nn.Conv2d(8, 8, 3, padding=1)
        self.fc = nn.Linear(8 * SIDE * SIDE, 6)
        self.own = middle or torch.Tensor.contiguous, flat or flattened, end or torch.Tensor.clone

    def forward(self, x):
        middle, flat, end = self.own
        x = self.second(middle(self.relu(self.norm(self.first(x)))))
        return end(self.fc(flat(x)))


def flattened(x):
    return x.flatten(1)


def shuffled(groups):
    def shuffle(x):
        batch, channels, height, width = x.shape
        x = x.view(batch, groups, channels // groups, height, width).transpose(1, 2)
        return x.reshape(batch, channels, height, width)

    return shuffle


SAME = {
    "view": {"flat": lambda x: x.view(x.size(0), -1)},
    "reshape": {"flat": lambda x: x.reshape(x.shape[0], 8 * SIDE * SIDE)},
    "twice": {"flat": lambda x: x.flatten(2).flatten(1)},
    "kept": {"middle": lambda x: x.view(x.size()).float()},
    "column": {"end": lambda x: x.unsqueeze(1).squeeze(1)},
}
#: What differs, in the words of ``differences`` or by the function, and the network.
OTHER = {
    "permute": ("views", {"flat": lambda x: x.permute(0, 2, 3, 1).flatten(1)}),
    "transpose": ("views", {"flat": lambda x: x.transpose(2, 3).flatten(1)}),
    "shuffle by two": ("views", {"middle": shuffled(2)}),
    "shuffle by four": ("views", {"middle": shuffled(4)}),
    "swapped": ("cat", {"middle": lambda x: torch.cat(x.chunk(2, 1)[::-1], 1)}),
    "detached": ("views", {"middle": lambda x: x.detach()}),
    "times two": ("mul", {"middle": lambda x: x * 2}),
    "times three": ("mul", {"middle": lambda x: x * 3}),
    "shrunk": ("softshrink", {"middle": lambda x: functional.softshrink(x, 0.1)}),
    "shrunk more": ("softshrink", {"middle": lambda x: functional.softshrink(x, 0.3)}),
    "over channels": ("softmax", {"middle": lambda x: x.softmax(1)}),
    "over rows": ("softmax", {"middle": lambda x: x.softmax(2)}),
    "eps": ("eps", {"eps": 1e-3}),
    "padding mode": ("padding_mode", {"mode": "reflect"}),
}
OUTPUTS = {"first half": lambda x: x[:, :3], "second half": lambda x: x[:, 3:]}


def network(options):
    torch.manual_seed(0)
    return Between(**options).eval()


def plan(options):
    return observe_module(network(options), "net", {}, (3, SIDE, SIDE)).plan


def same_values(one, other):
    torch.manual_seed(1)
    images = torch.rand(2, 3, SIDE, SIDE)
    nets = network(one), network(other)
    for net in nets:
        nn.init.uniform_(net.norm.weight, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        first, second = (net(images) for net in nets)
    return first.shape == second.shape and torch.allclose(first, second)


@pytest.mark.parametrize("name", SAME)
def test_views_that_only_flatten_are_no_difference(name):
    assert same_values({}, SAME[name])
    assert differences(plan({}), plan(SAME[name])) == []


@pytest.mark.parametrize("name", OTHER)
def test_each_is_a_difference_from_the_plain_network(name):
    what, options = OTHER[name]
    assert name == "detached" or not same_values({}, options)
    assert what in {one.what for one in differences(plan({}), plan(options))}


def test_each_differs_from_every_other():
    plans = {name: plan(options) for name, (_, options) in OTHER.items()}
    plans |= {name: plan({"end": end}) for name, end in OUTPUTS.items()}
    alike = [
        (one, other)
        for one in plans
        for other in plans
        if one < other and not differences(plans[one], plans[other])
    ]
    assert alike == []


def test_what_is_done_before_a_layer_is_told_in_words():
    (found,) = differences(plan({}), plan({"middle": shuffled(2)}))
    text = "reshape 2×4×8×8, transpose(1, 2), reshape 8×8×8"
    assert found[1:4] == ("views", "none", text)
    (found,) = differences(plan({}), plan({"end": OUTPUTS["first half"]}))
    assert found[1:] == ("views", "none", "then [:, :3]", ("fc6",))


@pytest.mark.parametrize(
    ("options", "like"),
    [
        ({}, True),
        ({"eps": 1e-3}, False),
        ({"flat": OTHER["permute"][1]["flat"]}, False),
        ({"end": OUTPUTS["first half"]}, False),
    ],
)
def test_only_what_is_the_same_is_called_a_config(options, like):
    class Plain(Between):
        def forward(self, x):
            _, flat, end = self.own
            return end(self.fc(flat(self.relu(self.norm(self.first(x))))))

    made = observe_module(Plain(**options), "net", {}, (3, SIDE, SIDE)).plan
    assert (made.origin.as_config is not None) == like
