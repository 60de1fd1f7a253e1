"""Common invalid entries of a cfg list, and a hint for each."""

import re

_HEAD = "the classifier is not part of the cfg list; set it with --hidden and --num-classes"

#: A number, or height and width.
_SIDES = r"\d+(?:x\d+)?"

#: Pattern of an entry -> hint; groups of the pattern fill the placeholders.
HINTS: tuple[tuple[str, str], ...] = (
    (
        r"(max|avg)_?pool(?:2d)?\((\d+)(?:\D.*)?",
        "write the window after the name: {0}pool{1}, or with its stride {0}pool{1}s1",
    ),
    (r".*[\[\](){}].*", "use one pair of brackets, around the whole list"),
    (r"(\d+)\.0*", "channels are whole numbers; write {0}"),
    (r"\d*\.\d+|\d+(?:\.\d+)?e\d+", "channels are whole numbers, such as 64"),
    (rf"conv({_SIDES})[-_](\d+)/({_SIDES})", "write the stride after an s: conv{0}-{1}s{2}"),
    (rf"(\d+)/({_SIDES})", "write the stride after an s: conv3-{0}s{1}"),
    (rf"(\d+)([spd]{_SIDES}(?:[spd]{_SIDES})*)", "write conv3-{0}{1}"),
    (rf"conv(\d+)([spd]{_SIDES}(?:[spd]{_SIDES})*)", "write conv3-{0}{1}"),
    (rf"[spdk]{_SIDES}", "write the arguments of a layer without blanks, as in conv3-64s2p0"),
    (r"valid|same", 'write the padding as a number, as in conv3-64p0; "same" is the default'),
    (rf"[mc]({_SIDES})", "write maxpool{0} (its stride is 2), or maxpool{0}s{0} with stride {0}"),
    (rf"a({_SIDES})", "write avgpool{0} (its stride is 2), or avgpool{0}s{0} with stride {0}"),
    (r"[mc](\d[\dspcx]+)", "write maxpool{0}"),
    (r"a(\d[\dspcx]+)", "write avgpool{0}"),
    (rf"(max|avg)pool({_SIDES})[/-]({_SIDES})", "write the stride after an s: {0}pool{1}s{2}"),
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
    ordered = _in_order(entry)
    if ordered:
        return f"write {ordered}"
    for pattern, text in HINTS:
        match = re.fullmatch(pattern, entry, re.IGNORECASE | re.ASCII)
        if match:
            return text.format(*match.groups())
    from vgginspect.text.suggest import suggestion

    near = suggestion(entry.lower(), {word.lower(): word for word in _WORDS})
    return near.removeprefix("; ")


def _in_order(entry: str) -> str:
    """The entry with its arguments in the usual order and without separators, or nothing."""
    for layer, letters in (
        (rf"conv{_SIDES}[-_]\d+", "spd"),
        (rf"(?:max|avg)pool(?:{_SIDES})?", "spc"),
    ):
        match = re.fullmatch(
            rf"({layer})((?:[-_]?(?:c|[{letters}]{_SIDES}))+)", entry, re.IGNORECASE | re.ASCII
        )
        if match:
            found = re.findall(rf"c|[{letters}]{_SIDES}", match[2].lower())
            ordered = sorted(found, key=lambda argument: letters.find(argument[0]))
            text = match[1].lower().replace("_", "-") + "".join(ordered)
            once = len({argument[0] for argument in found}) == len(found)
            return text if once and "c" not in ordered[:1] and text != entry else ""
    return ""
