"""Translate ``state_dict`` keys with Caffe layer names (``conv1_1``) to torchvision's."""

import re
from collections.abc import Iterable

_KEY = re.compile(r"(?:.*\.)?(conv|bn)_?([0-9]{1,3})_([0-9]{1,3})\.([a-z_]+)")
_LINEAR = re.compile(r"(?:.*\.)?fc_?([0-9]{1,3})\.([a-z_]+)")
#: A Linear, its ReLU and its dropout.
_HEAD_BLOCK = 3


def numbered(keys: Iterable[str]) -> dict[str, str]:
    """Map each key with a Caffe layer name to torchvision's key; empty if there are none.

    A pool is assumed before each new stage.
    """
    keys = list(keys)
    convolutions = {
        (int(match[2]), int(match[3]))
        for key in keys
        if (match := _KEY.fullmatch(key)) and match[1] == "conv"
    }
    if (1, 1) not in convolutions:
        return {}
    norms = any((match := _KEY.fullmatch(key)) and match[1] == "bn" for key in keys)
    linears = sorted({int(match[1]) for key in keys if (match := _LINEAR.fullmatch(key))})
    at = {}
    index, stage = 0, 1
    for place in sorted(convolutions):
        index += place[0] - stage
        stage = place[0]
        at[place] = index
        index += 3 if norms else 2
    found = {}
    for key in keys:
        if (match := _KEY.fullmatch(key)) and (int(match[2]), int(match[3])) in at:
            position = at[int(match[2]), int(match[3])] + (match[1] == "bn")
            found[key] = f"features.{position}.{match[4]}"
        elif match := _LINEAR.fullmatch(key):
            found[key] = f"classifier.{_HEAD_BLOCK * linears.index(int(match[1]))}.{match[2]}"
    return found
