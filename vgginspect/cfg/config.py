"""Config: a cfg list with its model options, parsed from any accepted form."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from vgginspect.cfg.options import OPTIONS
from vgginspect.cfg.paper import NAMES, PAPER, TORCHVISION, name_key, names
from vgginspect.cfg.parser import MAX_NAME, paper_tokens, parse_cfg, tokens_from, without_comments
from vgginspect.cfg.tokens import Token, parse_token
from vgginspect.errors import ConfigError
from vgginspect.shape import Shape
from vgginspect.text.printable import printable, shown

CUSTOM = "custom"


class _Config(NamedTuple):
    tokens: tuple[Token, ...]
    name: str = CUSTOM
    batch_norm: bool = False
    bias: bool = True
    input_shape: Shape = (3, 224, 224)
    num_classes: int = 1000
    hidden: tuple[int, ...] = (4096, 4096)
    avgpool: int | None = 7
    dropout: float = 0.5
    features_only: bool = False


class Config(_Config):
    """The description of a network: tokens and model options. Defaults are torchvision's.

    ``name`` is given by the caller; otherwise the paper's letter if the tokens equal the paper's.
    ``input_shape`` is ``(C, H, W)``. ``hidden`` are the sizes of the hidden linear layers,
    ``avgpool`` is the output size of the adaptive pool, or None.

    All values, text included, are parsed and checked as by ``plan``; an invalid one is a
    ConfigError.
    """

    __slots__ = ()

    if not TYPE_CHECKING:
        # Type checkers use the signature of the named tuple.

        @wraps(_Config.__new__)
        def __new__(cls, *values, **named):
            """Parse and check all values."""
            return cls._make(super().__new__(cls, *values, **named))

        @classmethod
        def _make(cls, values):
            read = zip(_READERS.values(), values, strict=True)
            return super()._make(reader(value) for reader, value in read)

        def _replace(self, **changes):
            _refuse_unknown(changes, self._fields)
            # Unchanged values are valid already, and tokens may be many.
            read = {name: _READERS[name](value) for name, value in changes.items()}
            return tuple.__new__(Config, map(read.get, self._fields, self))

    @property
    def model(self) -> str | None:
        """The torchvision function that builds this network, or None.

        torchvision takes any number of classes, any dropout and any input size of three channels,
        so these are ignored. None if the caller gave the network another name.
        """
        usual = (True, 3, (4096, 4096), 7, False)
        around = (self.bias, self.input_shape[0], self.hidden, self.avgpool, self.features_only)
        if around != usual or self.name not in _MODELS or CONFIGS[self.name].tokens != self.tokens:
            return None
        return _MODELS[self.name] + ("_bn" if self.batch_norm else "")

    @property
    def label(self) -> str:
        """The name for a heading, with control characters escaped."""
        return printable(self.name)

    @property
    def argument(self) -> str:
        """The Config as a CONFIG argument; parsing it gives an equal Config."""
        named = self.name in CONFIGS and CONFIGS[self.name].tokens == self.tokens
        text = self.name if named else ",".join(token.text for token in self.tokens)
        return text + "".join(
            f"+{option.write(getattr(self, option.field))}"
            for option in OPTIONS
            if getattr(self, option.field) != self._field_defaults[option.field]
        )

    def with_options(self, **options: Any) -> "Config":
        """Return a copy with some options changed; values may be text, as on the command line.

        Raises:
            ConfigError: an unknown option or an invalid value.
        """
        _refuse_unknown(options, _OPTION_FIELDS)
        return self._replace(**options)

    def document(self) -> dict[str, Any]:
        """The ``config`` object of the JSON output."""
        return {
            "name": self.name,
            "model": self.model,
            "tokens": [token.value for token in self.tokens],
            "batch_norm": self.batch_norm,
            "bias": self.bias,
            "num_classes": self.num_classes,
            "hidden": list(self.hidden),
            "avgpool": self.avgpool,
            "dropout": self.dropout,
            "features_only": self.features_only,
        }


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ConfigError(f"the name of a network must be text, not {shown(value)}")


def _tokens(value: object) -> tuple[Token, ...]:
    if isinstance(value, Config) or (isinstance(value, str) and config_by_name(value)):
        raise ConfigError(
            f"the tokens of a Config must be a list, such as [64, 'M'], not {shown(value)}; "
            "for names, use plan or CONFIGS"
        )
    if not isinstance(value, str):
        return _from_list(value)
    try:
        return parse_cfg(value)
    except ConfigError as usual:
        config = _in_python(value)
        if config is None:
            raise
        if config != config_from_tokens(config.tokens):
            raise ConfigError(f"the tokens of a Config have no options: {shown(value)}") from usual
        return config.tokens


def _from_list(cfg: object) -> tuple[Token, ...]:
    try:
        return tokens_from(cfg)
    except ConfigError as error:
        if isinstance(cfg, (list, tuple)):
            from vgginspect.cfg.nested_lists import is_inner, nested_message

            if not any(map(is_inner, cfg)):
                raise
            raise ConfigError(f"{error}; {nested_message(cfg)}") from None
        raise


_READERS: dict[str, Callable[[Any], Any]] = {
    "tokens": _tokens,
    "name": _text,
    **{option.field: option.read for option in OPTIONS},
}
_OPTION_FIELDS = Config._fields[2:]
_DEFAULTS = tuple(Config._field_defaults[field] for field in _OPTION_FIELDS)


def _refuse_unknown(given: Iterable[str], known: Sequence[str]) -> None:
    for name in sorted(given):
        if name not in known:
            from vgginspect.text.suggest import suggestion

            raise ConfigError(
                f"unknown option {name!r}{suggestion(name, known)}; "
                f"the options are {', '.join(known)}"
            )


_OPTION_NAMES = {name: option for option in OPTIONS for name in option.names}
_MODELS = {letter: name for name, letter in TORCHVISION.items()}


class _Named(Mapping[str, Config]):
    """The named configurations, each parsed on first access."""

    def __getitem__(self, letter: str) -> Config:
        return _named(letter)

    def __iter__(self) -> Iterator[str]:
        return iter(PAPER)

    def __len__(self) -> int:
        return len(PAPER)


@cache
def _named(letter: str) -> Config:
    return Config(paper_tokens(letter), letter)


#: The named configurations of the VGG paper, by letter, with torchvision's defaults.
CONFIGS: Mapping[str, Config] = _Named()


@cache
def _letters() -> dict[tuple[Token, ...], str]:
    return {config.tokens: letter for letter, config in CONFIGS.items()}


def config_by_name(name: str) -> Config | None:
    """The configuration of this name, however it is written; None for other text."""
    return _by_name(name_key(name)) if len(name) < MAX_NAME else None


def _by_name(key: str) -> Config | None:
    if key not in NAMES:
        return None
    letter, batch_norm = NAMES[key]
    config = CONFIGS[letter]
    return config._replace(batch_norm=True) if batch_norm else config


def config_from_text(text: str) -> Config:
    """Parse a CONFIG: a name or a cfg list, then any ``+option`` or ``+option=value``.

    ``D``, ``vgg16_bn``, ``64,M,128,M``, ``D+bn``, ``A+input-size=32+num-classes=10``; also Python
    text, which is read and not run: ``[64] * 2 + ['M']``, ``make_layers(cfgs['D'])``.

    Raises:
        ConfigError: neither a known name nor a cfg list, or an invalid option.
    """
    named = _by_name(text.lower())
    if named is not None:
        return named
    try:
        return _in_usual_notation(text)
    except ConfigError:
        config = _in_python(text)
        if config is None:
            raise
        return config


def _in_usual_notation(text: str) -> Config:
    base, *suffixes = without_comments(text).split("+")
    if suffixes and not base.strip():
        raise ConfigError(f"no CONFIG before {'+' + suffixes[0][:60]!r}; write one, as in D+bn")
    for suffix in suffixes:
        word, comma, more = suffix.partition(",")
        option = _OPTION_NAMES.get(word.strip().lower())
        if comma and option and option.is_flag:
            right = f"{base.strip()},{more.strip()}+{word.strip()}"
            raise ConfigError(f"options come after the whole list; write {right[:60]}")
    config = _named_or_list(base)
    return config.with_options(**options_given(suffixes)) if suffixes else config


def _in_python(text: str) -> Config | None:
    """The Config of a text in Python notation; None if it is not."""
    if "[" not in text and "(" not in text:
        return None
    from vgginspect.cfg.python_text import flat_tokens, split_options

    base, suffixes = split_options(without_comments(text))
    found = flat_tokens(base, "".join(f"+{suffix.strip()}" for suffix in suffixes))
    if found is None:
        return None
    tokens, options = found
    return config_from_tokens(tokens).with_options(**{**options, **options_given(suffixes)})


def _named_or_list(text: str) -> Config:
    stripped = text.strip()
    named = config_by_name(stripped)
    if named is not None:
        return named
    short = stripped[:1].isalpha() and len(stripped) < MAX_NAME
    if short and not any(char in stripped for char in ",[(\n"):
        words = stripped.split()
        try:
            for word in words:
                parse_token(word)
        except ConfigError:
            if len(words) == 1 and not _looks_like_token(stripped):
                raise _unknown(stripped) from None
    return config_from_tokens(parse_cfg(text))


def _looks_like_token(word: str) -> bool:
    from vgginspect.cfg.hints import hint, layer_hint

    known = word.lower().startswith(("conv", "maxpool", "avgpool"))
    near = "did you mean conv"
    return known or bool(layer_hint(word, parse_token)) or hint(word, parse_token).startswith(near)


def config_from_tokens(tokens: tuple[Token, ...]) -> Config:
    """Make a Config from tokens, named by the paper's letter if they equal the paper's."""
    # Parsed tokens and defaults are valid: skip the checks.
    return tuple.__new__(Config, (tokens, _letters().get(tokens, CUSTOM), *_DEFAULTS))


def make_config(cfg: "str | Config | Iterable[object]", name: str = "", **options: Any) -> Config:
    """Make a Config from a name, text, a Python cfg list or a Config, overridden by options.

    Raises:
        ConfigError: the cfg or an option is invalid.
    """
    if isinstance(cfg, Config):
        config = cfg
    elif isinstance(cfg, str):
        config = config_from_text(cfg)
    else:
        config = config_from_tokens(_from_list(cfg))
    if name:
        config = config._replace(name=name)
    return config.with_options(**options) if options else config


def options_given(suffixes: Iterable[str]) -> dict[str, Any]:
    """Parse the options after a CONFIG, each without its ``+``, into text or flags.

    Raises:
        ConfigError: an unknown option, or one without its value.
    """
    values: dict[str, Any] = {}
    for suffix in suffixes:
        word, given, value = suffix.partition("=")
        word = word.strip().lower().replace("_", "-")
        negative = word.startswith("no-") or word == "nobn"
        plain = word.removeprefix("no-" if word.startswith("no-") else "no") if negative else word
        option = _OPTION_NAMES.get(plain)
        if option is None or (negative and (given or not option.is_flag)):
            from vgginspect.text.suggest import suggestion

            known = [f"+{name}" for name in _OPTION_NAMES]
            raise ConfigError(
                f"unknown option {'+' + suffix[:60]!r}{suggestion('+' + plain, known)}; "
                f"the options are {', '.join(known)}"
            )
        if not given and not option.is_flag:
            raise ConfigError(f"'+{plain}' needs a value, such as +{plain}={option.metavar}")
        values[option.field] = value.strip() if given else not negative
    return values


def _unknown(name: str) -> ConfigError:
    from vgginspect.text.suggest import suggestion

    known = names()
    by_key = {name_key(known_name): known_name for known_name in known}
    hint = suggestion(name, by_key, name_key)
    base, repeated, times = name.partition("*")
    if repeated and config_by_name(base.strip()):
        hint = f"; in Python notation it is cfgs[{base.strip()!r}] * {times.strip()}"
    return ConfigError(
        f"unknown configuration {name!r}{hint}\n"
        f"  known: {', '.join(known)}\n"
        "  or a cfg list such as 64,M,128,M"
    )
