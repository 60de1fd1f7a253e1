"""Hypothesis strategies: tokens, cfg lists, options and Configs, small enough to build."""

from hypothesis import strategies as st

from vgginspect.cfg.config import Config
from vgginspect.cfg.tokens import MAX_NUMBER, Token, parse_token
from vgginspect.network.grow import smallest_input

#: Networks are kept below this height and width; meta tensors cost nothing, but overflow.
LARGEST_SIDE = 4000


@st.composite
def conv_texts(draw: st.DrawFn, largest: int = 8) -> str:
    channels = draw(st.integers(1, largest))
    if draw(st.booleans()):
        return str(channels)
    kernel = draw(st.sampled_from([1, 3, 5, 7]))
    dilation = draw(st.sampled_from(["", "", "d1", "d2", "d3"]))
    return f"conv{kernel}-{channels}{dilation}"


@st.composite
def pool_texts(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return draw(st.sampled_from("MCA"))
    kernel = draw(st.integers(1, 4))
    stride = draw(st.integers(1, 4))
    padding = draw(st.integers(0, kernel // 2))
    return f"{draw(st.sampled_from(['maxpool', 'avgpool']))}{kernel}s{stride}p{padding}"


def token_texts() -> st.SearchStrategy[str]:
    return st.one_of(conv_texts(), pool_texts(), st.just("LRN"))


def tokens() -> st.SearchStrategy[Token]:
    """Tokens of every kind, with small numbers."""
    return token_texts().map(parse_token)


@st.composite
def any_tokens(draw: st.DrawFn) -> Token:
    """Tokens with every number the grammar takes, however large."""
    numbers = st.one_of(st.integers(1, 12), st.integers(1, MAX_NUMBER))
    kind = draw(st.sampled_from(["conv", "maxpool", "avgpool", "lrn"]))
    if kind == "lrn":
        return Token("lrn")
    if kind == "conv":
        kernel = 2 * draw(st.integers(0, (MAX_NUMBER - 1) // 2)) + 1
        kernel = draw(st.sampled_from([1, 3, 5, kernel]))
        dilation = draw(st.one_of(st.just(1), numbers))
        padding = dilation * (kernel // 2)
        return Token("conv", draw(numbers), kernel, padding=padding, dilation=dilation)
    kernel, stride = draw(numbers), draw(numbers)
    if (kernel, stride) == (2, 2) and kind == "maxpool":
        return Token(kind, 0, 2, 2, ceil_mode=draw(st.booleans()))
    return Token(kind, 0, kernel, stride, draw(st.integers(0, kernel // 2)))


@st.composite
def cfgs(draw: st.DrawFn, most: int = 10) -> tuple[Token, ...]:
    """Cfg lists with at least one convolution, anywhere in it."""
    entries = draw(st.lists(tokens(), max_size=most - 1))
    place = draw(st.integers(0, len(entries)))
    entries.insert(place, parse_token(draw(conv_texts())))
    return tuple(entries)


@st.composite
def options(draw: st.DrawFn) -> dict[str, object]:
    """Every model option except the input size, with the values of Config."""
    return {
        "batch_norm": draw(st.booleans()),
        "bias": draw(st.booleans()),
        "num_classes": draw(st.integers(1, 12)),
        "hidden": tuple(draw(st.lists(st.integers(1, 16), max_size=3))),
        "avgpool": draw(st.one_of(st.none(), st.integers(1, 9))),
        "dropout": draw(st.sampled_from([0.0, 0.25, 0.5, 1.0])),
        "features_only": draw(st.booleans()),
    }


@st.composite
def configs(draw: st.DrawFn) -> Config:
    """Configs with an input that every pool can take."""
    config = Config(draw(cfgs()), **draw(options()))
    smallest = smallest_input(config)
    if smallest > LARGEST_SIDE:
        few = [token for token in config.tokens if token.stride == 1 and token.kernel_size == 3]
        config = config._replace(tokens=(parse_token("4"), *few))
        smallest = smallest_input(config)
    height = smallest + draw(st.integers(0, 40))
    width = smallest + draw(st.integers(0, 40))
    return config._replace(input_shape=(draw(st.integers(1, 4)), height, width))
