"""PyTorch source of a network, as written by hand; it needs only torch.

The default form has the builder loop, the unrolled form one line per layer. Both define a ``VGG``
with the same ``state_dict`` as ``vgginspect.build``, initialised as in torchvision.
"""

from collections.abc import Iterable, Iterator
from math import prod

from vgginspect.analysis.builder_loop import convolutions, loop
from vgginspect.cfg.config import Config
from vgginspect.cfg.tokens import Token
from vgginspect.network.grow import grow
from vgginspect.network.plan import Layer, Plan
from vgginspect.shape import Shape

#: The line length of common formatters.
WIDTH = 88

INITIALISE = """
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )
{bias}{norm}{linear}"""
BIAS = """\
                nn.init.zeros_(module.bias)
"""
NORM = """\
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.ones_(module.weight)
                nn.init.zeros_(module.bias)
"""
LINEAR = """\
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0, 0.01)
                nn.init.zeros_(module.bias)
"""


def source(config: Config, unrolled: bool = False) -> Iterator[str]:
    """The source as lines without line ends, formatted like the output of common formatters.

    Args:
        config: the network.
        unrolled: one line per layer with its output shape, instead of the loop.

    Raises:
        InputSizeError: the input is too small for a layer.
        ConfigError: there is no convolution, or a number is too large.
    """
    plan = grow(config)
    yield f'"""{_title(config, plan)}"""'
    yield ""
    yield "import torch"
    yield "from torch import nn"
    if not unrolled:
        yield ""
        yield from _cfg(config)
        yield from ("", "", "def make_layers(cfg):")
        yield from (f"    {line.text}" for line in loop(config))
    yield from ("", "", "class VGG(nn.Module):", "    def __init__(self):")
    yield "        super().__init__()"
    if unrolled:
        yield from _sequential("features", plan.features)
    else:
        yield "        self.features = make_layers(CFG)"
    yield from _head(plan)
    yield from _initialise(config)
    yield from ("", "    def forward(self, x):")
    yield from _forward(config)
    yield from ("", "", 'if __name__ == "__main__":')
    shape = ", ".join(map(str, plan.input_shape))
    yield f"    print(VGG()(torch.zeros(1, {shape})).shape)"


def _title(config: Config, plan: Plan) -> str:
    name = config.model or config.label.replace("\\", "/").replace('"', "'")
    shape = _shape(plan.input_shape)
    return f"{name}: {plan.totals.params:,} parameters, input {shape}."


def _cfg(config: Config) -> Iterator[str]:
    entries = [_entry(token) for token in config.tokens]
    rows = [f"    {row}" for row in _rows(config.tokens, entries)]
    yield from _fitted(f"CFG = [{', '.join(entries)}]", ["CFG = [", *rows, "]  # fmt: skip"])
    special = convolutions(config)
    if special:
        yield "# Entry of CFG -> channels, kernel_size, stride, padding, dilation."
        rows = [f'"{token.text}": ({", ".join(map(str, token[1:6]))})' for token in special]
        broken = ["CONVOLUTIONS = {", *(f"    {row}," for row in rows), "}"]
        yield from _fitted(f"CONVOLUTIONS = {{{', '.join(rows)}}}", broken)


def _fitted(whole: str, broken: list[str]) -> list[str]:
    """A statement on one line if it is short enough, otherwise on several."""
    return [whole] if len(whole) <= WIDTH else broken


def _rows(tokens: Iterable[Token], entries: list[str]) -> Iterator[str]:
    """The entries, one row per stage; long rows are split."""
    row: list[str] = []
    for token, entry in zip(tokens, entries, strict=True):
        if len(", ".join([*row, entry])) > WIDTH - 5:
            yield ", ".join(row) + ","
            row = []
        row.append(entry)
        if token.kind.endswith("pool"):
            yield ", ".join(row) + ","
            row = []
    if row:
        yield ", ".join(row) + ","


def _entry(token: Token) -> str:
    return token.text if token.text.isdecimal() else f'"{token.text}"'


def _head(plan: Plan) -> Iterator[str]:
    for layer in plan.head:
        if layer.path == "avgpool":
            yield f"        self.avgpool = {_call(layer)}  # {_shape(layer.output_shape)}"
    if plan.classifier:
        yield from _sequential("classifier", plan.classifier)


def _sequential(name: str, layers: Iterable[Layer]) -> Iterator[str]:
    rows = []
    stage: int | None = None
    for layer in layers:
        if layer.stage != stage:
            stage = layer.stage
            rows.append(f"            # stage {stage}")
        rows.append(f"            {_call(layer)},  # {layer.name} {_shape(layer.output_shape)}")
    # A formatter would split a long call over three lines and move its comment.
    skip = any(len(row) > WIDTH for row in rows)
    if skip:
        yield "        # fmt: off"
    yield f"        self.{name} = nn.Sequential("
    yield from rows
    yield "        )"
    if skip:
        yield "        # fmt: on"


def _call(layer: Layer) -> str:
    """The layer's constructor call, with non-default arguments only."""
    kwargs = layer.rule.kwargs
    if layer.type == "Linear":
        before, after = layer.input_shape, kwargs["out_features"]
        features = " * ".join(map(str, before)) if prod(before[1:]) > 1 else str(prod(before))
        return f"nn.Linear({features}, {after})"
    if layer.type == "Conv2d":
        args = [str(kwargs["in_channels"]), str(kwargs["out_channels"])]
        args.append(f"kernel_size={kwargs['kernel_size']}")
        usual = {"stride": 1, "padding": 0, "dilation": 1, "bias": True}
        args += [f"{key}={kwargs[key]}" for key in usual if kwargs[key] != usual[key]]
        return f"nn.Conv2d({', '.join(args)})"
    if layer.type in ("BatchNorm2d", "Dropout", "AdaptiveAvgPool2d"):
        return f"nn.{layer.type}({next(iter(kwargs.values()))})"
    left_out = [("padding", 0), ("ceil_mode", False), ("beta", 0.75)]
    args = [f"{key}={value}" for key, value in kwargs.items() if (key, value) not in left_out]
    return f"nn.{layer.type}({', '.join(args)})"


def _initialise(config: Config) -> Iterator[str]:
    text = INITIALISE.format(
        bias=BIAS if config.bias else "",
        norm=NORM if config.batch_norm else "",
        linear="" if config.features_only else LINEAR,
    )
    yield from text.rstrip("\n").split("\n")


def _forward(config: Config) -> Iterator[str]:
    if config.features_only:
        yield "        return self.features(x)"
        return
    yield "        x = self.features(x)"
    if config.avgpool is not None:
        yield "        x = self.avgpool(x)"
    yield "        return self.classifier(torch.flatten(x, 1))"


def _shape(shape: Shape) -> str:
    return "x".join(map(str, shape))
