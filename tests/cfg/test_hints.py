import re

import pytest

from vgginspect.cfg.hints import HINTS, hint
from vgginspect.cfg.tokens import parse_token
from vgginspect.errors import ConfigError

SAID = {
    "[64": "use one pair of brackets",
    "(LRN)": "use one pair of brackets",
    "nn.Conv2d(3": "use one pair of brackets",
    "64.0": "write 64",
    "64.": "write 64",
    "64.5": "whole numbers, such as 64",
    ".5": "whole numbers, such as 64",
    "1e3": "whole numbers, such as 64",
    "conv3-64/2": "write the stride after an s: conv3-64s2",
    "conv3x1_64/2x1": "write the stride after an s: conv3x1-64s2x1",
    "64/2": "write the stride after an s: conv3-64s2",
    "64s2p0": "write conv3-64s2p0",
    "conv64s2": "write conv3-64s2",
    "p0": "without blanks, as in conv3-64s2p0",
    "valid": "write the padding as a number, as in conv3-64p0",
    "M2x1": "write maxpool2x1 (its stride is 2), or maxpool2x1s2x1 with stride 2x1",
    "A3": "write avgpool3 (its stride is 2)",
    "M3s2p1": "write maxpool3s2p1",
    "A3s1": "write avgpool3s1",
    "maxpool2/2": "write the stride after an s: maxpool2s2",
    "maxpool(2": "write the window after the name: maxpool2, or with its stride maxpool2s1",
    "conv3-512d2s2": "write conv3-512s2d2",
    "conv3-64-s2": "write conv3-64s2",
    "conv3x1-64_p1x0d2s2": "write conv3x1-64s2p1x0d2",
    "maxpoolp1s1": "write maxpools1p1",
    "avgpool3cs1": "write avgpool3s1c",
    "0x40": "in decimal, such as 64",
    "0b1000": "in decimal, such as 64",
    "conv64": "write 64, or conv3-64",
    "conv-64": "write 64, or conv3-64",
    "Conv2d_64": "write 64, or conv3-64",
    "3x3-64": "write conv3-64",
    "conv3x3_64": "write conv3-64",
    "1×1_conv-256": "write conv1-256",
    "conv7x7": "add the number of channels, such as conv7-64",
    "64x2": "write each convolution separately",
    "*3": "write each convolution separately",
    "P": "write M for a max pool",
    "max": "write M for a max pool",
    "MaxPooling2D": "write M for a max pool",
    "avg": "write A for an average pool",
    "AvgPool2d": "write A for an average pool",
    "GAP": "set the pool before the classifier with --avgpool",
    "AdaptiveAvgPool2d": "set the pool before the classifier with --avgpool",
    "BN": "--batch-norm",
    "batch_norm": "--batch-norm",
    "ReLU": "a ReLU is added after every convolution",
    "dropout": "--dropout",
    "FC-4096": "--hidden and --num-classes",
    "fc6": "--hidden and --num-classes",
    "Linear": "--hidden and --num-classes",
    "soft-max": "leave it out",
    "input": "--input-size",
    "None": "entries must be numbers or layer names",
    "True": "entries must be numbers or layer names",
    "maxpol": "did you mean maxpool?",
    "maxpool3s1p": "did you mean maxpool?",
    "conv3-64d": "did you mean conv3-64?",
    "LRN5": "did you mean LRN?",
}


@pytest.mark.parametrize(("entry", "said"), SAID.items())
def test_what_people_write_gets_what_is_right_instead(entry, said):
    assert said in hint(entry)
    with pytest.raises(ConfigError, match=re.escape(f"not a token; {hint(entry)}")):
        parse_token(entry)


@pytest.mark.parametrize("entry", ["", "X", "-", "²", "64c", "spam"])
def test_what_means_nothing_gets_no_hint(entry):
    assert hint(entry) == ""


@pytest.mark.parametrize(("pattern", "text"), HINTS)
def test_every_hint_is_tested(pattern, text):
    assert any(re.fullmatch(pattern, entry, re.IGNORECASE | re.ASCII) for entry in SAID)
