import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.cfg.hints import HINTS, hint, layer_hint, spaced_hint
from vgginspect.cfg.tokens import parse_token
from vgginspect.errors import ConfigError

SAID = {
    # Brackets.
    "[64": "use one pair of brackets, around the whole list",
    "(LRN)": "use one pair of brackets, around the whole list",
    "nn.Conv2d(3": "use one pair of brackets, around the whole list",
    # Numbers.
    "64.0": "channels are whole numbers; write 64",
    "64.": "channels are whole numbers; write 64",
    "64.5": "channels are whole numbers, such as 64",
    ".5": "channels are whole numbers, such as 64",
    "1e3": "channels are whole numbers, such as 64",
    "0x40": "channels are whole numbers in decimal, such as 64",
    "0b1000": "channels are whole numbers in decimal, such as 64",
    # Convolutions.
    "conv3-64/2": "write conv3-64s2",
    "conv3-128@2": "write conv3-128s2",
    "conv3x1_64/2x1": "write conv3x1-64s2x1",
    "64/2": "write conv3-64s2",
    "64s2p0": "write conv3-64s2p0",
    "conv64s2": "write conv3-64s2",
    "conv3-512d2s2": "write conv3-512s2d2",
    "conv3-64-s2": "write conv3-64s2",
    "conv3x1-64_p1x0d2s2": "write conv3x1-64s2p1x0d2",
    "conv3-128dil2": "write conv3-128d2",
    "conv3-64_valid": "write conv3-64p0",
    "conv3-64pvalid": "write conv3-64p0",
    "conv3-64same": "write conv3-64",
    "conv3-64 stride=2 padding=0": "write conv3-64s2p0",
    "conv64": "write 64",
    "conv-64": "write 64",
    "Conv2d_64": "write 64",
    "3x3-64": "write conv3-64",
    "conv3*3-64": "write conv3-64",
    "conv3x3_64": "write conv3-64",
    "1×1_conv-256": "write conv1-256",
    "3x3conv-64": "write conv3-64",
    "Conv2d(3,64,3)": "write conv3-64p0",
    "nn.Conv2d(3, 64, (3, 3), 2, padding=1)": "write conv3-64s2",
    "nn.Conv2d(3, 64, kernel_size=3, padding=1, groups=1)": "write conv3-64",
    "layers.Conv2D(64, 3, padding='same')": "write conv3-64",
    "conv(64)": "write 64",
    "conv(3, 64)": "write conv3-64",
    "conv7x7": "add the number of channels, such as conv7-64",
    "conv2x2": "add the number of channels, such as conv2-64",
    "conv": "add the number of channels, such as conv3-64",
    "conv2-64/2": "kernel size 2 is even, so no padding keeps height and width; add the padding, "
    "as in conv2-64s2p0",
    "conv3-64-2": "write the arguments of a layer after their letters, as in conv3-64s2p0",
    "Conv2d(3, 64)": "write conv3-64p0",
    "conv3-64s2p1valid": "the padding is given twice",
    "conv3-64s1.5": "the stride is one number, or HxW, as in s2",
    "conv3-64p-1": "the padding is one number, or HxW, as in p2",
    "conv3-64s2x": "the stride is one number, or HxW, as in s2",
    "conv3-64d": "the dilation is one number, or HxW, as in d2",
    "conv3-64g2": "groups are not supported in a cfg list",
    "conv3-64c": "a convolution has no ceil_mode",
    # Repetitions.
    "64x2": "write each convolution separately, as 64,64",
    "64*2": "write each convolution separately, as 64,64",
    "conv1-64*3": "write each convolution separately, as conv1-64,conv1-64,conv1-64",
    "64x99": "write each convolution separately, such as 64,64",
    "*3": "write each convolution separately, such as 64,64",
    # Pools.
    "M2": "write M",
    "M3": "write maxpool3 (its stride is 2), or maxpool3s3 with stride 3",
    "M2x1": "write maxpool2x1 (its stride is 2), maxpool2x1s2x1 with stride 2x1, "
    "or maxpools2x1 for a 2x2 window with that stride",
    "A3": "write avgpool3 (its stride is 2), or avgpool3s3 with stride 3",
    "C3": "write maxpool3c (its stride is 2), or maxpool3s3c with stride 3",
    "C3s1x1p1": "write maxpool3s1p1c",
    "C3x3s2": "write maxpool3c",
    "M3s2p1": "write maxpool3p1",
    "A3s1": "write avgpool3s1",
    "M(2,1)": "write maxpools1",
    "maxpool(2,1)": "write maxpools1",
    "maxpool(3,2)": "write maxpool3",
    "avgpool2d(2, 2)": "write A",
    "MaxPool2d(3,2)": "write maxpool3",
    "MaxPool2d(3)": "write maxpool3s3",
    "nn.MaxPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True)": "write maxpool3p1c",
    "nn.MaxPool2d(2, 2, ceil_mode=False)": "write M",
    "maxpool2/2": "write M",
    "maxpool3-2": "write maxpool3",
    "maxpoolp1s1": "write maxpools1p1",
    "avgpool3cs1": "write avgpool3s1c",
    "maxpool3ceil": "write maxpool3c (its stride is 2), or maxpool3s3c with stride 3",
    "maxpoolc2": "write C",
    "cmaxpool": "write C",
    "maxpool valid": "write M",
    "maxpool3s1p": "the padding is one number, or HxW, as in p2",
    "maxpool3s2s2": "the stride is given twice",
    "maxpool3/1/4": "the stride is given twice",
    "maxpool1-2-3-4": "write the arguments of a layer after their letters, as in maxpool3s1p1",
    "M5p3": "padding 3 is more than half of kernel size 5, which PyTorch rejects; use at most p2",
    "maxpool3d2": "a pool of a cfg list has no dilation or groups",
    "P": "write M for a max pool",
    "max": "write M for a max pool",
    "MP": "write M for a max pool",
    "MaxPooling2D": "write M for a max pool",
    "avg": "write A for an average pool",
    "AvgPool2d": "write A for an average pool",
    # Arguments alone.
    "p0": "write the arguments of a layer without blanks, as in conv3-64p0",
    "p=0": "write the arguments of a layer without blanks, as in conv3-64p0",
    "stride=2": "write the arguments of a layer without blanks, as in conv3-64s2",
    "k3": "write the arguments of a layer without blanks, as in conv3-64",
    "s1.5": "the stride is one number, or HxW, as in s2",
    "valid": 'write the padding as a number, as in conv3-64p0; "same" is the default',
    # Other layers.
    "GAP": "set the pool before the classifier with --avgpool",
    "AdaptiveAvgPool2d": "set the pool before the classifier with --avgpool",
    "BN": "use --batch-norm to add batch norm after every convolution",
    "batch_norm": "use --batch-norm to add batch norm after every convolution",
    "ReLU": "a ReLU is added after every convolution; leave it out",
    "dropout": "dropout is in the classifier; set its probability with --dropout",
    "FC-4096": "the classifier is not part of the cfg list; set it with --hidden and --num-classes",
    "fc6": "the classifier is not part of the cfg list; set it with --hidden and --num-classes",
    "Linear": "the classifier is not part of the cfg list; set it with --hidden and --num-classes",
    "soft-max": "softmax is part of PyTorch's loss, not a layer of the model; leave it out",
    "input": "the input is not part of the cfg list; set its size with --input-size",
    "None": "entries must be numbers or layer names",
    "True": "entries must be numbers or layer names",
    # Names that are nearly right.
    "maxpol": "did you mean maxpool?",
    "maxpol3": "did you mean maxpool3?",
    "maxpol3s1p1": "did you mean maxpool3s1p1?",
    "maxpol3p": "the padding is one number, or HxW, as in p2",
    "cnov3-64": "did you mean conv3-64?",
    "dconv1-64s2": "did you mean conv1-64s2?",
    "LRN5": "did you mean LRN?",
}


@pytest.mark.parametrize(("entry", "said"), SAID.items())
def test_what_people_write_gets_what_is_right_instead(entry, said):
    with pytest.raises(ConfigError) as caught:
        parse_token(entry)
    assert str(caught.value) == f"not a token; {said}"


@pytest.mark.parametrize("said", SAID.values())
def test_what_a_hint_says_to_write_is_a_canonical_token(said):
    for word in re.findall(
        r"(?:write|or|mean) ((?:conv|maxpool|avgpool)\S*?\d\S*?)(?=[?, ]|$)", said
    ):
        assert parse_token(word).text in (word, word.removeprefix("conv3-"))


@pytest.mark.parametrize(
    "entry", ["", "X", "-", "²", "64c", "spam", "６４", "conv3-8１", "64 ", "M\n"]
)
def test_what_means_nothing_gets_no_hint(entry):
    assert hint(entry, parse_token) == ""


@pytest.mark.parametrize(("pattern", "text"), HINTS)
def test_every_hint_is_tested(pattern, text):
    assert any(re.fullmatch(pattern, entry, re.IGNORECASE | re.ASCII) for entry in SAID)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("conv3-64 s2 p0", "write conv3-64s2p0"),
        ("conv3-64 s2 p1", "write conv3-64s2"),
        ("conv3-64 stride 2 M", "write conv3-64s2"),
        ("conv3-64 stride=2 padding=valid 128", "write conv3-64s2p0"),
        ("conv3x3-64 valid", "write conv3-64p0"),
        ("64 p0", "write conv3-64p0"),
        ("maxpool 2x2", "write M"),
        ("M 3x3 s2", "write maxpool3"),
        ("maxpool s1.5", "the stride is one number, or HxW, as in s2"),
        ("64 2x2", ""),
        ("64 64", ""),
        ("D s2", ""),
        ("64", ""),
        ("", ""),
    ],
)
def test_arguments_belong_to_the_layer_before_them(words, said):
    assert spaced_hint(words.split(), parse_token) == said


@given(st.text(max_size=40) | st.lists(st.sampled_from(
    ["conv", "max", "pool", "M", "C", "A", "3", "64", "x", "*", "-", "/", "(", ")", ",", " ", "s",
     "p", "d", "k", "c", "=", "same", "valid", "stride", "2d", "nn.", ".", "0"]
), max_size=9).map("".join))  # fmt: skip
def test_any_entry_has_a_hint_or_none(entry):
    said = hint(entry, parse_token)
    assert "{" not in said
    assert layer_hint(entry, parse_token) in (said, "") or said in {text for _, text in HINTS}
    word = said.removeprefix("write ").split(",")[0]
    if said.startswith("write ") and " " not in word:
        assert parse_token(word)
