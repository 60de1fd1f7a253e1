"""Lines that several views share: the heading of a network, its depth arithmetic."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from vgginspect.analysis.adaptive_windows import Windows
from vgginspect.cfg.config import CONFIGS, Config
from vgginspect.cfg.tokens import ListEntry, Token
from vgginspect.lang import Words
from vgginspect.network.plan import Plan
from vgginspect.report.model import Line, Span, Table, line
from vgginspect.shape import shape_text
from vgginspect.text.printable import printable

#: Tokens shown in a heading before the list is cut short with its length.
MAX_SHOWN = 60


Tokens: TypeAlias = Sequence[Token | ListEntry]


def cfg_text(tokens: Tokens) -> str:
    """The cfg list as Python shows it, its end left out when it is very long."""
    more = ", …" if len(tokens) > MAX_SHOWN else ""
    return f"[{tokens_text(tokens[:MAX_SHOWN])}{more}]"


def tokens_text(tokens: Tokens) -> str:
    """Tokens, or entries as they were read, as Python shows them."""
    return ", ".join(token.python for token in tokens)


def heading(plan: Plan, words: Words) -> Iterator[Line]:
    """What the network is: its name, its cfg list and the options around it.

    Of an observed one, what was run and what it was given.
    """
    of = plan.of
    if isinstance(of, Config):
        also = f" ({of.model})" if of.model else ""
        yield _list_line(of.label + also, of.tokens, words)
        yield line((options(of, words), "faint"))
    else:
        yield line((of.label, "heading"))
        if of.entries is not None:
            yield _list_line(printable(of.name), of.entries, words)
        shape = words("input", shape=shape_text(of.input_shape))
        yield line((f"{shape} · {words('observed')}", "faint"))


def _list_line(name: str, tokens: Tokens, words: Words) -> Line:
    count = words.plural("tokens", len(tokens))
    return line((name, "heading"), f"  {cfg_text(tokens)}  ", (count, "faint"))


def options(config: Config, words: Words) -> str:
    """The options around the cfg list, in one line."""
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
    """How the network's depth comes about: ``8 convolutions + 3 fully connected = 11``."""
    totals = plan.totals
    convs = words.plural("convolutions", totals.conv_layers)
    if not totals.linear_layers:
        return words("depth_without_classifier", convs=convs)
    linears = words.plural("fully_connected", totals.linear_layers)
    text = words("depth", convs=convs, linears=linears, depth=totals.depth)
    return text + (f" → VGG{totals.depth}" if is_vgg(plan) else "")


def is_vgg(plan: Plan) -> bool:
    """Whether this was grown as a network of the paper, to be called VGG and its depth."""
    config = plan.config
    named = CONFIGS.get(config.name) if config else None
    if config is None or named is None or named.tokens != config.tokens:
        return False
    return len(config.hidden) == 2 and not config.features_only


#: What there is to say of figures, and the columns that it is about.
_CONVENTIONS = (
    ("units", frozenset({"macs", "param_bytes", "activation_bytes"})),
    ("macs", frozenset({"macs"})),
    ("activation", frozenset({"activation_bytes"})),
    ("field", frozenset({"receptive_field"})),
    ("window", frozenset({"kernel_size", "stride", "padding"})),
    ("channels", frozenset({"in_channels", "out_channels"})),
)


def conventions(words: Words, tables: Iterable[Table]) -> Iterator[Line]:
    """What the figures of these tables mean."""
    there = {column.name for table in tables for column in table.columns}
    for name, columns in _CONVENTIONS:
        if columns & there:
            yield Line(((words(f"convention_{name}"), "faint"),), columns)


def apart(tables: tuple[Table, ...]) -> Iterator[Line | Table]:
    """Tables with an empty line between them."""
    for position, table in enumerate(tables):
        if position:
            yield line()
        yield table


def labelled(entries: Sequence[tuple[str, str | Sequence[str | Span]]]) -> Iterator[Line]:
    """A line for each entry, behind a label; the labels are as wide as the widest."""
    from vgginspect.text.width import cell_width

    width = max(cell_width(label) for label, _ in entries)
    for label, said in entries:
        parts = [said] if isinstance(said, str) else said
        padding = " " * (width - cell_width(label))
        yield line((f"  {label}{padding}  ", "faint"), *parts)


def window_texts(height: Windows, width: Windows, words: Words) -> Iterator[str]:
    """What an adaptive average pool does, in a sentence, or in one for rows and columns each."""
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
