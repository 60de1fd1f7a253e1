"""The builder loop as source code, and which lines run for each token.

It corresponds to ``make_layers`` in ``torchvision.models.vgg``, with one branch for each other kind
of token in the cfg list. ``code`` prints it; ``trace --step`` highlights its lines.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from vgginspect.cfg.config import Config
from vgginspect.cfg.tokens import Token
from vgginspect.network.rules import LocalResponseNorm

#: The line length of common formatters, minus the indentation of a function.
WIDTH = 84


class LoopLine(NamedTuple):
    """A line of source and the branches it runs in; none for the lines around the loop.

    All convolutions share the branch ``conv``; every other token has one of its own.
    """

    text: str
    branches: frozenset[str] = frozenset()


def loop(config: Config) -> list[LoopLine]:
    """The lines of the loop that builds this configuration from the list ``cfg``."""
    return list(_loop(config))


def _loop(config: Config) -> Iterator[LoopLine]:
    others = [token for token in dict.fromkeys(config.tokens) if token.kind != "conv"]
    tested = frozenset(map(branch_of, config.tokens))
    yield LoopLine("layers: list[nn.Module] = []")
    yield LoopLine(f"in_channels = {config.input_shape[0]}")
    yield LoopLine("for v in cfg:", tested)
    # A condition is evaluated for the tokens of its own branch and of all later branches.
    for position, token in enumerate(others):
        own = frozenset({branch_of(token)})
        yield LoopLine(f'    {"elif" if position else "if"} v == "{token.text}":', tested)
        for text in _appended(token, " " * 8):
            yield LoopLine(text, own)
        tested -= own
    conv = frozenset({"conv"})
    if others:
        yield LoopLine("    else:", conv)
    indent = " " * (8 if others else 4)
    for text in _convolution(config, indent):
        yield LoopLine(text, conv)
    yield LoopLine("return nn.Sequential(*layers)")


def branch_of(token: Token) -> str:
    """The branch of the loop that runs for a token: ``conv``, or the token's text."""
    return "conv" if token.kind == "conv" else token.text


def branch_lines(lines: list[LoopLine], branches: Collection[str]) -> list[int]:
    """Indices of the lines that run in these branches.

    ``start`` and ``end`` are the lines before and after the loop.
    """
    around = {"start": [0, 1], "end": [len(lines) - 1]}
    outside = [index for branch in branches for index in around.get(branch, ())]
    return outside + [i for i, line in enumerate(lines) if not line.branches.isdisjoint(branches)]


def convolutions(config: Config) -> list[Token]:
    """The convolutions that are no plain number, which the loop looks up in a table."""
    tokens = dict.fromkeys(config.tokens)
    return [token for token in tokens if token.kind == "conv" and not token.text.isdecimal()]


def call(indent: str, head: str, args: list[str], tail: str = ")") -> Iterator[str]:
    """A call formatted on one line, or with all arguments on one line, or with one per line."""
    whole = f"{indent}{head}({', '.join(args)}{tail}"
    inner = f"{indent}    {', '.join(args)}"
    if len(whole) <= WIDTH:
        yield whole
    elif len(inner) <= WIDTH:
        yield from (f"{indent}{head}(", inner, f"{indent}{tail}")
    else:
        yield from (f"{indent}{head}(", *(f"{indent}    {arg}," for arg in args), indent + tail)


def _appended(token: Token, indent: str) -> Iterator[str]:
    """The statement that appends a token's module."""
    if token.kind == "lrn":
        norm = LocalResponseNorm()
        name, args = "LocalResponseNorm", [f"{norm.size}", f"alpha={norm.alpha}", f"k={norm.k}"]
    else:
        name = {"maxpool": "MaxPool2d", "avgpool": "AvgPool2d"}[token.kind]
        args = [f"kernel_size={token.kernel_size}", f"stride={token.stride}"]
        if token.padding:
            args.append(f"padding={token.padding}")
        if token.ceil_mode:
            args.append("ceil_mode=True")
    whole = f"{indent}layers += [nn.{name}({', '.join(args)})]"
    if len(whole) <= WIDTH:
        yield whole
    else:
        inner = call(f"{indent}    ", f"nn.{name}", args)
        yield from (f"{indent}layers += [", *inner, f"{indent}]")


def _convolution(config: Config, indent: str) -> Iterator[str]:
    channels = "v"
    args = ["in_channels", "v", "kernel_size=3", "padding=1"]
    if convolutions(config):
        channels = "channels"
        yield f"{indent}channels, *window = CONVOLUTIONS.get(v, (v, 3, 1, 1, 1))"
        args = ["in_channels", "channels", "*window"]
    if not config.bias:
        args.append("bias=False")
    yield from call(indent, "conv = nn.Conv2d", args)
    norm = f"nn.BatchNorm2d({channels}), " if config.batch_norm else ""
    yield f"{indent}layers += [conv, {norm}nn.ReLU(inplace=True)]"
    yield f"{indent}in_channels = {channels}"
