"""The quiz of a walk: what is asked before a step, and what was wrong with an answer.

``trace --quiz`` checks answers here; the page's script checks them with the same data.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from vgginspect.analysis.arithmetic import figures
from vgginspect.lang import Words
from vgginspect.network.plan import Step
from vgginspect.views.trace import branch_reason

#: How to read the names of layers in an answer: regular expressions of what to leave out, of words
#: to write as one, and of what stands between names; other words for the beginning of a type; and
#: short names of the end of a type. JavaScript understands them as well.
NAMES: dict[str, Any] = {
    "aside": r"\([^()]*\)|\bnn\.",
    "apart": r"\b(batch|max|average|avg)[ _](?=norm|pool)",
    "between": r"[\s,;+·]+|\band\b",
    "instead": {"average": "avg", "convolution": "conv"},
    "short": {"bn": "BatchNorm2d", "lrn": "LocalResponseNorm", "pool": "Pool2d"},
}


class Question(NamedTuple):
    """A question about a step.

    ``kind`` is ``types``, ``number`` or ``shape``, ``right`` the parts of the answer. ``why``
    explains it: of a shape the channels, then height and width.
    """

    kind: str
    prompt: str
    right: tuple[str, ...]
    why: tuple[str, ...]

    @property
    def answer(self) -> str:
        """The right answer."""
        return ("×" if self.kind == "shape" else ", ").join(self.right)

    def document(self) -> dict[str, Any]:
        """The question as JSON, for the page."""
        return {**self._asdict(), "answer": self.answer}

    def wrong(self, given: str, words: Words) -> str:
        """What is wrong with an answer; empty for the right one."""
        if self.kind == "types":
            return self._wrong_types(given, words)
        if self.kind == "number":
            return "" if given.strip() == self.answer else self.why[0]
        numbers = [str(int(number)) for number in re.findall("[0-9]{1,18}", given)]
        if len(numbers) != len(self.right):
            return words("quiz_shape_form")
        channels, *sides = (a == b for a, b in zip(numbers, self.right, strict=True))
        said = zip((channels, all(sides)), self.why, strict=True)
        return "; ".join(why for right, why in said if not right)

    def _wrong_types(self, given: str, words: Words) -> str:
        named, right = _types(given, self.right), list(self.right)
        if named == right:
            return ""
        missing = [name for name in dict.fromkeys(right) if name not in named]
        extra = [name for name in dict.fromkeys(named) if name not in right]
        said = [words("quiz_missing", types=", ".join(missing))] if missing else []
        said += [words("quiz_extra", types=", ".join(extra))] if extra else []
        return "; ".join([*(said or [words("quiz_order")]), *self.why])


def questions(step: Step, words: Words) -> Iterator[Question]:
    """What the step appends, then ``in_channels``, the list's length and the shape after it."""
    types = tuple(layer.type for layer in step.layers)
    yield Question("types", words("quiz_appended"), types, (branch_reason(step, words),))
    after = step.in_channels_after
    kept = words(
        "quiz_channels_kept" if step.branch != "conv" else "quiz_channels_set", after=after
    )
    yield Question("number", "in_channels", (str(after),), (kept,))
    length, count = step.layers_before, len(types)
    why = words("quiz_length", before=length, count=count, after=length + count)
    yield Question("number", "len(layers)", (str(length + count),), (why,))
    shape = step.output_shape
    sides = words("quiz_shape_kept")
    if step.input_shape[1:] != shape[1:]:
        found: dict[str, list[str]] = {}
        for figure in chain(*map(figures, step.layers)):
            if figure.name in ("height", "width"):
                found.setdefault(figure.text, []).append(words(f"figure_{figure.name}"))
        sides = "; ".join(f"{' = '.join(names)} = {text}" for text, names in found.items())
    reasons = words("quiz_shape_channels", after=after), sides
    yield Question("shape", words("walk_shape"), tuple(map(str, shape)), reasons)


def _types(given: str, right: tuple[str, ...]) -> list[str]:
    """The layer types an answer names; their beginnings will do, in any case: ``conv, relu``."""
    text = re.sub(NAMES["apart"], r"\1", re.sub(NAMES["aside"], "", given).lower())
    names = [name for name in re.split(NAMES["between"], text) if name]
    return [next((one for one in right if _means(name, one)), name) for name in names]


def _means(name: str, kind: str) -> bool:
    for word, instead in NAMES["instead"].items():
        name = name.replace(word, instead)
    short = NAMES["short"].get(name)
    return (len(name) > 2 and kind.lower().startswith(name)) or (short and kind.endswith(short))
