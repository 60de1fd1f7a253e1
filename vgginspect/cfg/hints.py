"""What an entry that is not a token probably means: the token to write instead, or a hint."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from vgginspect.errors import ConfigError

#: ``parse_token``, which needs hints itself.
Parse = Callable[[str], Any]

_HEAD = "the classifier is not part of the cfg list; set it with --hidden and --num-classes"

#: Pattern of an entry that is no layer of the list -> hint.
HINTS: tuple[tuple[str, str], ...] = (
    (r"(\d+)\.0*", "channels are whole numbers; write {0}"),
    (r"\d*\.\d+|\d+(?:\.\d+)?e\d+", "channels are whole numbers, such as 64"),
    (r"0[xob][\da-f]+", "channels are whole numbers in decimal, such as 64"),
    (r"valid|same", 'write the padding as a number, as in conv3-64p0; "same" is the default'),
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
    (r"\*\d*|\d+[x*]", "write each convolution separately, such as 64,64"),
)

_APART = "write the arguments of a layer without blanks"

_NAMES = {"conv": "conv", "maxpool": "maxpool", "avgpool": "avgpool", "lrn": "LRN"}
#: A number, or height and width.
_SIDES = r"\d+(?:x\d+)?"
_LAYER = re.compile(
    r"(?:(?:torch|nn|tf|keras|layers|f)\.)*(?P<ceil>c(?:eil_?)?(?=max|pool))?(?:"
    r"(?P<conv>conv(?:olution)?)"
    r"|(?P<avgpool>(?:avg|average|mean)(?:[-_ ]?pool(?:ing)?)?|ap?(?=$|[\d( ]))"
    r"|(?P<maxpool>(?:max[-_ ]?)?pool(?:ing)?|max|mp?(?=$|[\d( ])|p$)"
    r"|(?P<short>c(?=$|[\d( ]))"
    r")(?P<module>2d)?",
    re.ASCII,
)
#: What people call the arguments, and their letters in a token.
_WORDS = {
    "kernel_size": "k", "kernel": "k", "k": "k", "strides": "s", "stride": "s", "s": "s",
    "padding": "p", "pad": "p", "p": "p", "dilation": "d", "dil": "d", "d": "d",
    "groups": "g", "g": "g", "ceil_mode": "c", "ceil": "c", "c": "c",
}  # fmt: skip
_VALUE = r"-?[\d.]+(?:x[\d.]*)?|true|false|same|valid"
_WORD = "|".join(_WORDS)
_PIECE = re.compile(
    rf"(?P<only>same|valid)|(?P<word>{_WORD})[ ]*[=:]?[ ]*['\"]?(?P<value>{_VALUE})?['\"]?"
    rf"|(?P<number>{_SIDES})|(?P<between>[-_/@,() ]+)",
    re.ASCII,
)
_ARGUMENTS = re.compile(rf"(?:[-_]?(?:same|valid|(?:{_WORD})(?:[=:]?(?:{_VALUE}))?))+", re.ASCII)
_MEANINGS = {"k": "kernel size", "s": "stride", "p": "padding", "d": "dilation"}


def hint(entry: str, parse: Parse) -> str:
    """A hint for this entry, or the empty string."""
    entry = entry.lower()
    for pattern, text in HINTS:
        match = re.fullmatch(pattern, entry, re.ASCII)
        if match:
            return text.format(*match.groups())
    found = layer_hint(entry, parse)
    if found:
        return found
    if _ARGUMENTS.fullmatch(entry):
        meant = layer_hint(f"conv64 {entry}", parse)
        example = meant.removeprefix("write ")
        return meant if " " in example else f"{_APART}, as in {example}"
    if any(char in "[](){}" for char in entry):
        return "use one pair of brackets, around the whole list"
    return _nearest(entry, parse)


def spaced_hint(words: Sequence[str], parse: Parse) -> str:
    """A hint for a layer and its arguments that blanks separate, as in ``conv3-64 s2 p1``."""
    taken = list(words[:1])
    for word in words[1:]:
        plain = word.lower()
        window = re.fullmatch(r"\d+x\d+", plain) and re.fullmatch(r"[MCA]|.*pool", taken[0], re.I)
        number = plain.isdecimal() and taken[-1].lower() in _WORDS
        if not (window or number or _ARGUMENTS.fullmatch(plain)):
            break
        taken.append(word)
    return layer_hint(" ".join(taken), parse) if len(taken) > 1 else ""


def layer_hint(entry: str, parse: Parse) -> str:
    """The token for what is meant as a layer, or what it cannot have; empty for other text."""
    # A repetition, a tuple, and the kernel size before the name.
    text = re.sub(r"([0-9]) *\* *(?=[0-9])", r"\1x", entry.lower().replace("×", "x"))
    text = re.sub(r"(?<=[=, (])\( *(\d+) *, *(\d+) *\)", r"\1x\2", text)
    text = re.sub(rf"^({_SIDES})[-_ ]?conv(?:2d)?[-_ ,]*", r"conv\1-", text)
    head = _LAYER.match(text)
    called = "(" in text
    if (not head and not text[:1].isdigit()) or text != text.strip() or called != (")" in text):
        return ""
    found = _arguments(text[head.end() :] if head else text)
    if isinstance(found, str):
        return found
    numbers, given = found
    kind = next((kind for kind in ("avgpool", "maxpool") if head and head[kind]), "conv")
    if head and head["short"]:
        kind = "maxpool"
    if kind == "conv":
        problem = _place_conv(numbers, given, called, bool(head and head["module"]), bool(head))
        if problem is None and "n" not in given:
            kernel = _canonical(
                "conv", {"k": (numbers or [given.get("k", "3")])[0]}, parse, "-64p0"
            )
            return f"add the number of channels, such as {kernel.removesuffix('p0')}"
    else:
        problem = _place_pool(numbers, given)
        if head and (head["ceil"] or head["short"]):
            given["c"] = ""
    if problem is not None:
        return problem
    for letter, value in given.items():
        if letter in _MEANINGS and not re.fullmatch(_SIDES, value):
            return f"the {_MEANINGS[letter]} is one number, or HxW, as in {letter}2"
    if kind == "conv":
        return _conv(given, parse)
    return _pool(kind, given, bool(head and called and head["module"]), parse)


def _arguments(text: str) -> tuple[list[str], dict[str, str]] | str:
    """The plain numbers of a layer, and its other arguments by their letters; or what is wrong."""
    numbers: list[str] = []
    given: dict[str, str] = {}
    at, before = 0, ""
    while at < len(text):
        match = _PIECE.match(text, at)
        if match is None:
            return ""
        at = match.end()
        letter = _WORDS.get(match["word"] or "", "")
        value = match["number"] or match["only"] or match["value"] or ""
        if match["between"]:
            before = match["between"].strip()
            continue
        if letter == "c" and value[:1].isdecimal():
            numbers.append(value)
            value = ""
        elif match["number"]:
            letter = "s" if numbers and before[-1:] in ("/", "@") else ""
            if not letter:
                numbers.append(value)
        elif match["only"]:
            letter = "p"
        if letter in given:
            return f"the {_MEANINGS.get(letter, 'argument')} is given twice"
        if letter and (letter, value) not in (("c", "false"), ("g", "1")):
            given[letter] = {"valid": "0"}.get(value, value)
        before = ""
    return numbers, given


def _place_conv(
    numbers: list[str], given: dict[str, str], called: bool, module: bool, named: bool
) -> str | None:
    """Give the numbers of a convolution their letters, ``n`` for channels; or what is wrong."""
    if "c" in given:
        return "a convolution has no ceil_mode" if named else ""
    if "g" in given:
        return "groups are not supported in a cfg list"
    if given.get("p") == "same":
        del given["p"]
    elif called and module:
        # The default of PyTorch and Keras.
        given.setdefault("p", "0")
    letters: Sequence[str] = "n"
    if len(numbers) > 2:
        letters = ("", *"nkspd") if called else ()
    elif len(numbers) == 2:
        smaller = int(numbers[0].partition("x")[0]) < int(numbers[1].partition("x")[0])
        letters = "kn" if smaller or not called else "nk"
        if "k" in given:
            letters = ("", "n") if called else ()
    elif not numbers or (named and "x" in numbers[0]):
        return None
    if len(letters) < len(numbers) or any(letter in given for letter in letters[: len(numbers)]):
        return "write the arguments of a layer after their letters, as in conv3-64s2p0"
    given.update(zip(letters, numbers, strict=False))
    return None


def _place_pool(numbers: list[str], given: dict[str, str]) -> str | None:
    if "d" in given or "g" in given:
        return "a pool of a cfg list has no dilation or groups"
    letters = [letter for letter in "ksp" if letter not in given]
    if len(numbers) > len(letters):
        return "write the arguments of a layer after their letters, as in maxpool3s1p1"
    given.update(zip(letters, numbers, strict=False))
    return None


def _conv(given: dict[str, str], parse: Parse) -> str:
    channels, _, times = given["n"].partition("x")
    kernel = given.get("k", "3")
    text = _canonical("conv", {**given, "k": kernel}, parse, f"-{channels}")
    if text.isdecimal() and "k" in given:
        text = f"conv3-{text}"
    if " " in text:
        return text
    if times and not 1 < int(times[:3]) <= 8:
        return "write each convolution separately, such as 64,64"
    if times:
        return f"write each convolution separately, as {','.join([text] * int(times))}"
    return f"write {text}"


def _pool(kind: str, given: dict[str, str], of_torch: bool, parse: Parse) -> str:
    usual = {"maxpool": "a max", "avgpool": "an average"}[kind]
    if not given:
        return f"write {_canonical(kind, {}, parse)} for {usual} pool"
    kernel = given.get("k", "2")
    first = _canonical(kind, given, parse)
    same = _canonical(kind, {**given, "s": kernel}, parse)
    if " " in first or "s" in given or first == same:
        return first if " " in first else f"write {first}"
    if of_torch:
        return f"write {same}"
    shifted = _canonical(kind, {**given, "k": "2", "s": kernel}, parse)
    or_shifted = f", or {shifted} for a 2x2 window with that stride" if "x" in kernel else ""
    comma = "," if or_shifted else ", or"
    return f"write {first} (its stride is 2){comma} {same} with stride {kernel}{or_shifted}"


def _canonical(kind: str, given: dict[str, str], parse: Parse, channels: str = "") -> str:
    """The token, or the error of what it cannot have, which has blanks."""
    letters = "spd" if kind == "conv" else "sp"
    arguments = "".join(letter + given[letter] for letter in letters if letter in given)
    text = f"{kind}{given.get('k', '')}{channels}{arguments}{'c' if 'c' in given else ''}"
    try:
        return str(parse(text).text)
    except ConfigError as error:
        return str(error)


def _nearest(entry: str, parse: Parse) -> str:
    from vgginspect.text.suggest import suggestion

    match = re.match(r"[a-z]+", entry)
    found = suggestion(match[0], _NAMES) if match else ""
    if match is None or not found:
        return ""
    name = found.removeprefix("; did you mean ").removesuffix("?")
    if name == match[0]:
        # The name is right, but not what follows it.
        return ""
    meant = layer_hint(name + entry[match.end() :], parse) if entry[match.end() :] else ""
    if meant and not meant.startswith("write "):
        return meant
    return f"did you mean {meant.removeprefix('write ').partition(' (')[0] or name}?"
