"""What a pickle is read as: plain values and containers, and inert objects for all else."""


class UnreadableFileError(Exception):
    """A file whose content is damaged, or more than is read; the message is the reason."""


class GlobalName:
    """A class or function that the file names. It is never imported."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Inert:
    """An object that the file would make: by what, of which arguments, with which state.

    ``items`` has what is set by key, as a subclass of ``dict`` has it; ``entries`` what is
    appended, as a subclass of ``list`` has it.
    """

    __slots__ = ("arguments", "entries", "items", "made_by", "state")

    def __init__(self, made_by: object, arguments: object) -> None:
        self.made_by = made_by
        self.arguments = arguments
        self.state: object = None
        self.items: dict[object, object] | None = None
        self.entries: list[object] | None = None

    @property
    def kind(self) -> str:
        """The dotted name of its class or function; empty if it has none."""
        return self.made_by.name if isinstance(self.made_by, GlobalName) else ""


class Ordered(dict[object, object]):
    """An OrderedDict, and its attributes, where PyTorch keeps the versions of modules."""

    __slots__ = ("attributes",)

    def __init__(self) -> None:
        super().__init__()
        self.attributes: object = None

    def build(self, state: object) -> None:
        """Set the attributes."""
        self.attributes = state


class Skipped:
    """Text or bytes too long to be a name: only their place in the file is kept."""

    __slots__ = ("length", "start")

    def __init__(self, start: int, length: int) -> None:
        self.start = start
        self.length = length


class Storage:
    """The memory of one or more tensors: its key in the file, its element type and count."""

    __slots__ = ("count", "dtype", "key")

    def __init__(self, key: str, dtype: str | None, count: int | None) -> None:
        self.key = key
        self.dtype = dtype
        self.count = count
