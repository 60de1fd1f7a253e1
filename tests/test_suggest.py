import pytest

from vgginspect.suggest import suggestion


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("sumary", ["trace", "summary"], "; did you mean summary?"),
        ("trcae", ["trace", "summary"], "; did you mean trace?"),
        ("xyz", ["trace", "summary"], ""),
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
