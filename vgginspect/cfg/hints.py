"""Common invalid entries of a cfg list, and a hint for each."""

import re

_HEAD = "the classifier is not part of the cfg list; set it with --hidden and --num-classes"

#: Pattern of an entry -> hint; groups of the pattern fill the placeholders.
HINTS: tuple[tuple[str, str], ...] = (
    (r".*[\[\](){}].*", "use one pair of brackets, around the whole list"),
    (r"(\d+)\.0*", "channels are whole numbers; write {0}"),
    (r"\d*\.\d+|\d+(?:\.\d+)?e\d+", "channels are whole numbers, such as 64"),
    (
        r"conv\d+[-_]\d+(?:d\d+)?[sp]\d+.*",
        "convolutions always have stride 1 and keep height and width",
    ),
    (r"0[xob][\da-f]+", "channels are whole numbers in decimal, such as 64"),
    (r"conv(?:2d)?[-_]?(\d+)", "write {0}, or conv3-{0} with the kernel size"),
    (r"(?:conv)?(\d+)[x×*]\1[-_](?:conv-)?(\d+)", "write conv{0}-{1}"),
    (r"conv(\d+)x\1", "add the number of channels, such as conv{0}-64"),
    (r"\d+[x×*]\d*|[×*]\d*", "write each convolution separately, such as 64,64"),
    (r"p|mp|max|pool|max_?pool(?:ing)?(?:2d)?", "write M for a max pool"),
    (r"ap|avg|mean|avg_?pool(?:ing)?(?:2d)?", "write A for an average pool"),
    (r"gap|.*adaptive.*", "set the pool before the classifier with --avgpool"),
    (r"bn|batch[-_]?norm(?:2d)?", "use --batch-norm to add batch norm after every convolution"),
    (r"r|relu", "a ReLU is added after every convolution; leave it out"),
    (r"drop(?:out)?", "dropout is in the classifier; set its probability with --dropout"),
    (r"(?:fc|linear|dense|full)[-_]?\d*", _HEAD),
    (
        r"soft-?max",
        "softmax is part of PyTorch's loss, not a layer of the model; leave it out",
    ),
    (r"input", "the input is not part of the cfg list; set its size with --input-size"),
    (r"none|null|true|false", "entries must be numbers or layer names"),
)

_WORDS = ("maxpool", "avgpool", "conv3-64", "LRN")


def hint(entry: str) -> str:
    """A hint for this entry, or the empty string."""
    for pattern, text in HINTS:
        match = re.fullmatch(pattern, entry, re.IGNORECASE | re.ASCII)
        if match:
            return text.format(*match.groups())
    from vgginspect.text.suggest import suggestion

    near = suggestion(entry.lower(), {word.lower(): word for word in _WORDS})
    return near.removeprefix("; ")
