"""The builder's loop as source text, and which of its lines run for which kind of token.

It is what ``make_layers`` in ``torchvision.models.vgg`` does, with a branch for each further
kind of token the cfg list has.
"""

from typing import NamedTuple

from vgginspect.config import Config
from vgginspect.tokens import Token


class LoopLine(NamedTuple):
    """A line of source and the branches it runs in; none for the lines around the loop."""

    text: str
    branches: frozenset[str] = frozenset()


#: Branch -> condition and body, in the order they are tested. The last one is the ``else``.
_POOLS = {
    "maxpool": ("v == 'M'", "nn.MaxPool2d(2, 2)"),
    "avgpool": ("v == 'A'", "nn.AvgPool2d(2, 2)"),
    "lrn": ("v == 'LRN'", "nn.LocalResponseNorm(5, alpha=5e-4, k=2.0)"),
}


def loop(config: Config) -> list[LoopLine]:
    """The lines of the loop that builds this configuration."""
    kinds = list(dict.fromkeys(token.kind for token in config.tokens))
    every = frozenset(kinds)
    lines = [
        LoopLine("layers = []"),
        LoopLine(f"in_channels = {config.input_shape[0]}"),
        LoopLine("for v in cfg:", every),
    ]
    word = "if"
    for kind, (condition, module) in _POOLS.items():
        if kind in kinds:
            tested = every if word == "if" else every - {"maxpool"}
            lines.append(LoopLine(f"    {word} {_condition(config, kind, condition)}:", tested))
            lines.append(LoopLine(f"        layers += [{module}]", frozenset({kind})))
            word = "elif"
    indent = "    " if word == "if" else "        "
    conv = frozenset({"conv"})
    if word == "elif":
        lines.append(LoopLine("    else:", conv))
    body = [_convolution(config)]
    norm = "nn.BatchNorm2d(v), " if config.batch_norm else ""
    body.append(f"layers += [conv2d, {norm}nn.ReLU(True)]")
    body.append("in_channels = v")
    lines += [LoopLine(indent + text, conv) for text in body]
    lines.append(LoopLine("features = nn.Sequential(*layers)"))
    return lines


def branch_lines(lines: list[LoopLine], branch: str) -> list[int]:
    """Indices of the lines that run when the loop meets a token of that branch.

    ``start`` and ``end`` are what runs before and after the loop.
    """
    if branch == "start":
        return [0, 1]
    if branch == "end":
        return [len(lines) - 1]
    if branch == "stage":
        return [index for index, line in enumerate(lines) if line.branches]
    return [index for index, line in enumerate(lines) if branch in line.branches]


def _condition(config: Config, kind: str, plain: str) -> str:
    texts = dict.fromkeys(token.text for token in config.tokens if token.kind == kind)
    if list(texts) == [plain.partition("== ")[2].strip("'")]:
        return plain
    return f"v in {tuple(texts)}" if len(texts) > 1 else f"v == {next(iter(texts))!r}"


def _convolution(config: Config) -> str:
    bias = "" if config.bias else ", bias=False"
    convs = [token for token in config.tokens if token.kind == "conv"]
    if all(_is_plain(token) for token in convs):
        return f"conv2d = nn.Conv2d(in_channels, v, 3, padding=1{bias})"
    return f"conv2d = nn.Conv2d(in_channels, v, k, padding=p, dilation=d{bias})"


def _is_plain(token: Token) -> bool:
    return token.kernel_size == 3 and token.dilation == 1
