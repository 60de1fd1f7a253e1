import pytest

from vgginspect.text.suggest import suggestion


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("sumary", ["trace", "summary"], "; did you mean summary?"),
        ("trcae", ["trace", "summary"], "; did you mean trace?"),
        ("xyz", ["trace", "summary"], ""),
        ("vgg15", ["vgg11", "vgg16", "vgg19"], "; did you mean vgg16?"),
        ("vgg12", ["vgg19", "vgg11", "vgg13"], "; did you mean vgg11?"),
        ("conv9_1", ["conv1_1", "conv5_1", "conv4_1", "relu9_1"], "; did you mean conv5_1?"),
        ("abcdefghij", ["abcxefgxij", "abxdefxhij"], "; did you mean abcxefgxij?"),
        ("9" * 5000, ["9"], ""),
        ("", ["trace"], ""),
        ("trace", [], ""),
    ],
)
def test_the_nearest_name_is_suggested(name, known, hint):
    assert suggestion(name, known) == hint


def test_names_may_be_compared_by_a_key():
    known = {"vgg16bn": "vgg16_bn", "vgg11": "vgg11"}
    assert suggestion("VGG-16-BN", known, lambda name: name.lower().replace("-", "")) == (
        "; did you mean vgg16_bn?"
    )
