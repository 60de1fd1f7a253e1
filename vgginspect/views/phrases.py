"""Lines that several views share: a network's heading, the depth, the conventions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from vgginspect.analysis.adaptive_windows import Windows
from vgginspect.cfg.config import CONFIGS, Config
from vgginspect.cfg.tokens import ListEntry, Token
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan
from vgginspect.report.model import Line, Span, Table, line
from vgginspect.shape import pair, shape_text
from vgginspect.text.printable import printable

#: Maximum number of tokens in a heading; longer lists are truncated.
MAX_SHOWN = 60


Tokens: TypeAlias = Sequence[Token | ListEntry]


def cfg_text(tokens: Tokens) -> str:
    """The cfg list in Python notation; the end is left out if it is very long."""
    more = ", …" if len(tokens) > MAX_SHOWN else ""
    return f"[{tokens_text(tokens[:MAX_SHOWN])}{more}]"


def tokens_text(tokens: Tokens) -> str:
    """Tokens, or entries as they were read, in Python notation."""
    return ", ".join(token.python for token in tokens)


#: The argument that follows the type of a layer in short form.
_SHORT = {
    "LocalResponseNorm": "size",
    "AdaptiveAvgPool2d": "output_size",
    "Dropout": "p",
}


def short_form(layer: Layer) -> str:
    """A layer in few words: ``Conv2d 3→64, 3×3, pad 1``.

    A stride, dilation or number of groups of 1 and a padding of 0 are left out.
    """
    rule = layer.rule
    facts = [rule.type]
    if rule.stem in ("conv", "fc"):
        facts[0] += f" {layer.in_channels}→{layer.out_channels}"
    elif rule.stem == "bn":
        facts[0] += f" {layer.in_channels}"
    elif (value := getattr(rule, _SHORT.get(rule.type, ""), None)) is not None:
        facts[0] += f" {shape_text(pair(value)) if rule.type == 'AdaptiveAvgPool2d' else value}"
    if rule.kernel_size is not None:
        window = shape_text(pair(rule.kernel_size))
        facts = [*facts, window] if len(facts[0]) > len(rule.type) else [f"{rule.type} {window}"]
    for name, usual in (("padding", 0), ("stride", 1), ("dilation", 1), ("groups", 1)):
        value = getattr(rule, name, None)
        if value not in (None, usual):
            text = shape_text(value) if isinstance(value, tuple) else value
            facts.append(f"{'pad' if name == 'padding' else name} {text}")
    if rule.ceil_mode:
        facts.append("ceil_mode")
    if getattr(rule, "bias", True) is False:
        facts.append("no bias")
    return ", ".join(facts)


def heading(plan: Plan, words: Words) -> Iterator[Line]:
    """The heading: name, cfg list and model options.

    For a recorded network, the code that ran and its arguments.
    """
    of = plan.of
    if isinstance(of, Config):
        also = f" ({of.model})" if of.model else ""
        yield _list_line(words.word(of.label) + also, of.tokens, words)
        yield line((options(of, words), "faint"))
    else:
        yield line((of.label, "heading"))
        if of.entries is not None:
            yield _list_line(printable(words.word(of.name)), of.entries, words)
        shape = words("input", shape=shape_text(of.input_shape))
        yield line((f"{shape} · {words('observed')}", "faint"))
        if of.as_config:
            yield line(words("as_config", config=of.as_config))


def _list_line(name: str, tokens: Tokens, words: Words) -> Line:
    count = words.plural("tokens", len(tokens))
    return line((name, "heading"), f"  {cfg_text(tokens)}  ", (count, "faint"))


def options(config: Config, words: Words) -> str:
    """The model options, in one line."""
    shape = shape_text(config.input_shape)
    entries = [words("input", shape=shape)]
    entries.append(words("with_batch_norm" if config.batch_norm else "without_batch_norm"))
    if not config.bias:
        entries.append(words("without_bias"))
    if config.features_only:
        entries.append(words("features_only"))
    else:
        size = words("none") if config.avgpool is None else str(config.avgpool)
        entries.append(words("avgpool", size=size))
        hidden = ", ".join(map(str, config.hidden)) or words("none")
        entries.append(words("hidden", widths=hidden))
        entries.append(words.plural("classes", config.num_classes))
        if config.hidden:
            entries.append(words("dropout", rate=config.dropout))
    return " · ".join(entries)


def depth_arithmetic(plan: Plan, words: Words) -> str:
    """How the depth is counted: ``8 convolutions + 3 fully connected = 11``."""
    totals = plan.totals
    convs = words.plural("convolutions", totals.conv_layers)
    if not totals.linear_layers:
        return words("depth_without_classifier", convs=convs)
    linears = words.plural("fully_connected", totals.linear_layers)
    text = words("depth", convs=convs, linears=linears, depth=totals.depth)
    return text + (f" → VGG{totals.depth}" if is_vgg(plan) else "")


def is_vgg(plan: Plan) -> bool:
    """Whether this was computed as a network of the paper, so that VGG plus depth is its name."""
    config = plan.config
    named = CONFIGS.get(config.name) if config else None
    if config is None or named is None or named.tokens != config.tokens:
        return False
    return len(config.hidden) == 2 and not config.features_only


#: Explanations below the tables, with the columns they explain.
_CONVENTIONS = (
    ("units", frozenset({"macs", "param_bytes", "activation_bytes", "saved_bytes"})),
    ("macs", frozenset({"macs"})),
    ("activation", frozenset({"activation_bytes"})),
    ("saved", frozenset({"saved_bytes"})),
    ("field", frozenset({"receptive_field"})),
    ("window", frozenset({"kernel_size", "stride", "padding"})),
    ("rare", frozenset({"dilation", "ceil_mode"})),
    ("channels", frozenset({"in_channels", "out_channels"})),
)


def conventions(words: Words, tables: Iterable[Table]) -> Iterator[Line]:
    """The explanations for the columns of these tables."""
    there = {column.name for table in tables for column in table.columns}
    for name, columns in _CONVENTIONS:
        if columns & there:
            yield Line(((words(f"convention_{name}"), "faint"),), columns)


def separated(tables: tuple[Table, ...]) -> Iterator[Line | Table]:
    """Tables with an empty line between them."""
    for position, table in enumerate(tables):
        if position:
            yield line()
        yield table


def labelled(entries: Sequence[tuple[str, str | Sequence[str | Span]]]) -> Iterator[Line]:
    """One line per entry, after a label; labels are padded to equal width."""
    from vgginspect.text.width import cell_width

    width = max(cell_width(label) for label, _ in entries)
    for label, text in entries:
        parts = [text] if isinstance(text, str) else text
        padding = " " * (width - cell_width(label))
        yield line((f"  {label}{padding}  ", "faint"), *parts)


def pool_lines(height: Windows, width: Windows, words: Words) -> Iterator[str]:
    """What an adaptive average pool does, in one line, or one each for rows and columns."""
    if height == width:
        yield _windows(height, 2, words)
    else:
        yield words("windows_rows", said=_windows(height, 1, words))
        yield words("windows_columns", said=_windows(width, 1, words))


def _windows(windows: Windows, dimensions: int, words: Words) -> str:
    size, output, length = (
        shape_text([number] * dimensions)
        for number in (windows.size, windows.output, windows.size // windows.output)
    )
    return words(
        f"windows_{windows.kind}",
        size=size,
        output=output,
        times=(windows.output // windows.size) ** dimensions,
        length=length,
        spans=windows.text(),
    )
