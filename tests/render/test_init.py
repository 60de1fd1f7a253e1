import pytest

from vgginspect.errors import ConfigError
from vgginspect.render import FORMATS, renderer


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_renderer_in_any_case(name):
    assert renderer(name).__module__ == FORMATS[name]
    assert renderer(name.upper()) is renderer(name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("jsn", "unknown format 'jsn'; did you mean json?; the formats are table, json"),
        ("md", "unknown format 'md'; did you mean markdown?; the formats are"),
        ("tex", "unknown format 'tex'; did you mean latex?; the formats are"),
        ("txt", "unknown format 'txt'; did you mean table?; the formats are"),
        ("xml", "unknown format 'xml'; the formats are"),
        ("", "unknown format ''"),
        ("x\x1b", r"unknown format 'x\x1b'"),
        ("y" * 99, f"unknown format '{'y' * 40}'; the formats are"),
    ],
)
def test_an_unknown_format_gets_the_nearest_one_and_all_there_are(name, said):
    with pytest.raises(ConfigError) as caught:
        renderer(name)
    assert str(caught.value).startswith(said)
