"""``trace --quiz``: what is asked before a step, and what was wrong with an answer."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from vgginspect.analysis.arithmetic import figures
from vgginspect.lang import Words
from vgginspect.network.plan import Step
from vgginspect.shape import shape_text
from vgginspect.views.trace import branch_reason

#: Short names of layers, besides the beginnings of their types.
_ALSO = {"bn": "BatchNorm2d", "lrn": "LocalResponseNorm"}


class Question(NamedTuple):
    """``wrong`` is what is wrong with an answer, and empty for the right one."""

    prompt: str
    answer: str
    wrong: Callable[[str], str]


def questions(step: Step, words: Words) -> Iterator[Question]:
    """What the step appends, then ``in_channels``, the list's length and the shape after it."""
    types = [layer.type for layer in step.layers]

    def wrong_types(given: str) -> str:
        named = _types(given, types)
        if named == types:
            return ""
        missing = [name for name in dict.fromkeys(types) if name not in named]
        extra = [name for name in dict.fromkeys(named) if name not in types]
        said = []
        if missing:
            said.append(words("quiz_missing", types=", ".join(missing)))
        if extra:
            said.append(words("quiz_extra", types=", ".join(extra)))
        return "; ".join([*(said or [words("quiz_order")]), branch_reason(step, words)])

    yield Question(words("quiz_appended"), ", ".join(types), wrong_types)
    after = step.in_channels_after
    kept = "quiz_channels_kept" if step.branch != "conv" else "quiz_channels_set"
    yield _number("in_channels", after, words(kept, after=after))
    length, count = step.layers_before, len(step.layers)
    why = words("quiz_length", before=length, count=count, after=length + count)
    yield _number("len(layers)", length + count, why)
    shape = step.output_shape

    def wrong_shape(given: str) -> str:
        numbers = tuple(map(int, re.findall(r"[0-9]{1,18}", given)))
        if numbers == shape:
            return ""
        if len(numbers) != len(shape):
            return words("quiz_shape_form")
        channels = words("quiz_shape_channels", after=after) if numbers[0] != shape[0] else ""
        sides = words("quiz_shape_kept") if numbers[1:] != shape[1:] else ""
        if sides and step.input_shape[1:] != shape[1:]:
            sides = ", ".join(
                f"{words(f'figure_{figure.name}')} = {figure.text}"
                for layer in step.layers
                for figure in figures(layer)
                if figure.name in ("height", "width")
            )
        return "; ".join(filter(None, (channels, sides)))

    yield Question(words("walk_shape"), shape_text(shape), wrong_shape)


def _number(prompt: str, right: int, why: str) -> Question:
    return Question(prompt, str(right), lambda given: "" if given.strip() == str(right) else why)


def _types(given: str, right: list[str]) -> list[str]:
    """The layer types an answer names; their beginnings will do, in any case: ``conv, relu``."""
    text = re.sub(r"\([^()]*\)|\bnn\.", "", given).lower()
    text = re.sub(r"\b(batch|max|average|avg)[ _](?=norm|pool)", r"\1", text)
    names = [name for name in re.split(r"[\s,;+·]+|\band\b", text) if name]
    return [next((one for one in right if _means(name, one)), name) for name in names]


def _means(name: str, kind: str) -> bool:
    short = name.replace("average", "avg").replace("convolution", "conv")
    return (
        (len(short) > 2 and kind.lower().startswith(short))
        or _ALSO.get(short) == kind
        or (short == "pool" and kind.endswith("Pool2d"))
    )
