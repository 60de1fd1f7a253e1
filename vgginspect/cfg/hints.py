"""Common invalid entries of a cfg list, and a hint for each."""

import re

_HEAD = "the classifier is no part of the cfg list; its widths are in --hidden and --num-classes"

#: Pattern of an entry -> hint; groups of the pattern fill the placeholders.
HINTS: tuple[tuple[str, str], ...] = (
    (r".*[\[\](){}].*", "one pair of brackets belongs around the whole list"),
    (r"(\d+)\.0*", "channels are whole numbers; write {0}"),
    (r"\d*\.\d+|\d+(?:\.\d+)?e\d+", "channels are whole numbers, such as 64"),
    (r"conv\d+[-_]\d+(?:d\d+)?[sp]\d+.*", "convolutions have stride 1, and keep the map's size"),
    (r"0[xob][\da-f]+", "channels are whole numbers in decimal, such as 64"),
    (r"conv(?:2d)?[-_]?(\d+)", "write {0}, or conv3-{0} with the kernel size"),
    (r"(?:conv)?(\d+)[x×*]\1[-_](?:conv-)?(\d+)", "write conv{0}-{1}"),
    (r"conv(\d+)x\1", "write conv{0}-64, with its number of channels"),
    (r"\d+[x×*]\d*|[×*]\d*", "write every convolution on its own, such as 64,64"),
    (r"p|mp|max|pool|max_?pool(?:ing)?(?:2d)?", "a max pool is M"),
    (r"ap|avg|mean|avg_?pool(?:ing)?(?:2d)?", "an average pool is A"),
    (r"gap|.*adaptive.*", "the pool before the classifier is in --avgpool"),
    (r"([bde])", "{0} names a whole configuration, which stands alone"),
    (r"bn|batch[-_]?norm(?:2d)?", "batch norm stands behind every convolution with --batch-norm"),
    (r"r|relu", "every convolution brings its ReLU along; leave it out"),
    (r"drop(?:out)?", "dropout stands in the classifier; its probability is in --dropout"),
    (r"(?:fc|linear|dense|full)[-_]?\d*", _HEAD),
    (r"soft-?max", "softmax is no layer of the model, PyTorch has it in the loss; leave it out"),
    (r"input", "the input is no part of the cfg list; its size is in --input-size"),
    (r"none|null|true|false", "only numbers and words for layers"),
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
