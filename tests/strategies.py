"""Hypothesis strategies: tokens, cfg lists, options and Configs, small enough to build."""

from hypothesis import strategies as st

from vgginspect.cfg.config import Config
from vgginspect.cfg.tokens import MAX_NUMBER, Token, parse_token
from vgginspect.network.grow import smallest_input

#: Networks are kept below this height and width; meta tensors cost nothing, but overflow.
LARGEST_SIDE = 4000


@st.composite
def sides_texts(draw: st.DrawFn, least: int, most: int) -> str:
    """A number, or ``HxW``."""
    numbers = st.integers(least, most)
    height = draw(numbers)
    return f"{height}x{draw(numbers)}" if draw(st.booleans()) else str(height)


def _pair(text: str) -> list[int]:
    first, _, second = text.partition("x")
    return [int(first), int(second or first)]


def _maybe(draw: st.DrawFn, letter: str, texts: st.SearchStrategy[str]) -> str:
    return letter + draw(texts) if draw(st.integers(0, 2)) == 0 else ""


@st.composite
def conv_texts(draw: st.DrawFn, largest: int = 8) -> str:
    channels = draw(st.integers(1, largest))
    if draw(st.booleans()):
        return str(channels)
    if draw(st.booleans()):
        kernel = draw(st.sampled_from([1, 3, 5, 7]))
        dilation = draw(st.sampled_from(["", "", "d1", "d2", "d3"]))
        return f"conv{kernel}-{channels}{dilation}"
    size = draw(sides_texts(1, 5))
    stride = _maybe(draw, "s", sides_texts(1, 3))
    dilation = _maybe(draw, "d", sides_texts(1, 3))
    padding = _maybe(draw, "p", sides_texts(0, 4))
    spread = _pair(dilation[1:] or "1")
    if any(d * (k - 1) % 2 for k, d in zip(_pair(size), spread, strict=True)):
        padding = padding or "p0"
    return f"conv{size}-{channels}{stride}{padding}{dilation}"


@st.composite
def pool_texts(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return draw(st.sampled_from("MCA"))
    kind = draw(st.sampled_from(["maxpool", "avgpool"]))
    size = draw(sides_texts(1, 4))
    stride = _maybe(draw, "s", sides_texts(1, 4))
    halves = [side // 2 for side in _pair(size)]
    padding = ""
    if draw(st.booleans()):
        padding = "p" + "x".join(str(draw(st.integers(0, half))) for half in halves)
    return f"{kind}{size}{stride}{padding}{draw(st.sampled_from(['', '', 'c']))}"


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
    pairs = st.one_of(numbers, st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]))
    if kind == "conv":
        kernel = 2 * draw(st.integers(0, (MAX_NUMBER - 1) // 2)) + 1
        kernel = draw(st.one_of(st.sampled_from([1, 3, 5, kernel]), pairs))
        stride, dilation = (draw(st.one_of(st.just(1), pairs)) for _ in range(2))
        sides = zip(_sides(kernel), _sides(dilation), strict=True)
        keeps = [spread * (side - 1) for side, spread in sides]
        if any(reach % 2 for reach in keeps) or draw(st.booleans()):
            padding = draw(st.one_of(st.just(0), pairs))
        else:
            padding = keeps[0] // 2 if keeps[0] == keeps[1] else tuple(r // 2 for r in keeps)
        return Token("conv", draw(numbers), kernel, stride, padding, dilation)
    kernel, stride = draw(pairs), draw(pairs)
    height, width = (draw(st.integers(0, side // 2)) for side in _sides(kernel))
    padding = height if height == width else (height, width)
    if draw(st.booleans()):
        kernel, stride, padding = 2, 2, 0
    return Token(kind, 0, kernel, stride, padding, ceil_mode=draw(st.booleans()))


def _sides(value: object) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


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
    """Configs with an input that every layer can take."""
    config = Config(draw(cfgs()), **draw(options()))
    smallest = _sides(smallest_input(config))
    if max(smallest) > LARGEST_SIDE:
        few = [token for token in config.tokens if token.stride == 1 and token.kernel_size == 3]
        config = config._replace(tokens=(parse_token("4"), *few))
        smallest = _sides(smallest_input(config))
    height, width = (side + draw(st.integers(0, 40)) for side in smallest)
    return config._replace(input_shape=(draw(st.integers(1, 4)), height, width))
