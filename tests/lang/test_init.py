import pytest

from vgginspect.errors import ConfigError
from vgginspect.lang import LANGUAGES, Words, words


@pytest.mark.parametrize(
    ("asked", "environment", "language"),
    [
        ("en", {}, "en"),
        ("EN", {}, "en"),
        ("ko_KR.UTF-8", {}, "ko"),
        ("ko-KR", {}, "ko"),
        (None, {"VGGINSPECT_LANG": "ko_KR"}, "ko"),
        (None, {}, "en"),
        (None, {"LANG": "C"}, "en"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "xx_XX.UTF-8"}, "en"),
        (None, {"VGGINSPECT_LANG": "en", "LANG": "xx"}, "en"),
        (None, {"LC_ALL": "", "LANG": "en_US"}, "en"),
        (None, {"LC_ALL": "kok_IN"}, "en"),
        (None, {"LC_ALL": "kok_IN.UTF-8", "LANG": "ko_KR.UTF-8"}, "en"),
        (None, {"LC_ALL": "C", "LANG": "ko_KR"}, "en"),
        (None, {"LC_ALL": "POSIX", "LANG": "ko_KR"}, "en"),
        (None, {"LC_ALL": "en_US", "LANG": "ko"}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "ko"}, "ko"),
        (None, {"LC_MESSAGES": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, "ko"),
        (None, {"LC_ALL": "ko-KR"}, "ko"),
        (None, {"LC_ALL": "KO_kr.eucKR"}, "ko"),
        (None, {"LC_ALL": "ko@hanja"}, "ko"),
        (None, {"LANGUAGE": "ko:en", "LANG": "en_US"}, "en"),
        (None, {"VGGINSPECT_LANG": "", "LANG": "ko_KR"}, "ko"),
        ("", {"LANG": "ko_KR"}, "ko"),
    ],
)
def test_the_language_is_what_is_asked_for_else_the_environments(
    asked, environment, language, monkeypatch
):
    for name in ("VGGINSPECT_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert words(asked).language == language


@pytest.mark.parametrize("asked", ["xx", "kok_IN", "C", "english", ".ko", "\x1b", "z" * 99])
def test_a_language_without_words_is_refused(asked):
    with pytest.raises(ConfigError) as caught:
        words(asked)
    assert str(caught.value) == (
        f"unknown language {asked[:40]!r}; the languages are {', '.join(LANGUAGES)}"
    )


def test_a_message_is_filled_in_and_counted():
    say = Words(
        "en",
        {"a": "{x} of {y}", "b": "as {it} is", "n_one": "{count} row", "n_other": "{count} rows"},
    )
    assert say("a", x=1, y=2) == "1 of 2"
    assert say("b") == "as {it} is"
    assert [say.plural("n", count) for count in (0, 1, 2, 1234)] == [
        "0 rows",
        "1 row",
        "2 rows",
        "1,234 rows",
    ]
    assert say.matching("n_") == {"one": "{count} row", "other": "{count} rows"}
