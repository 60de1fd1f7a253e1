import pytest

from vgginspect.lang.translate import translated, with_translation

ERRORS = {
    "no layer {name}{hint!t}; the layers are {names}": "[{name}]{hint}. {names}",
    "; did you mean {name}?": ". {name}?",
    "line {number}: {error!t}": "{number}: {error}",
    "cannot read {file}: {reason!m}": "<{file}> {reason}",
    "gone": "weg",
    "{what!t} is {value}": "{what} = {value}",
    "stride": "Schritt",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gone", "weg"),
        ("no layer 'x'; the layers are a, b", "['x']. a, b"),
        ("no layer 'x'; did you mean a?; the layers are a, b", "['x']. a? a, b"),
        ("no layer 'x', or more; the layers are a", "['x', or more]. a"),
        ("line 3: line 4: gone", "3: 4: weg"),
        ("line 3: other", None),
        ("cannot read a: b: gone", "<a> b: gone"),
        ("cannot read a: gone", "<a> weg"),
        ("stride is 2", "Schritt = 2"),
        ("pitch is 2", None),
        ("gone, stride", "weg, Schritt"),
        ("gone, other", None),
        (" is 2", " = 2"),
        ("", None),
        ("x" * 7000 + " is 2", None),
    ],
)
def test_a_text_is_translated_by_its_template(text, said):
    assert translated(text, ERRORS) == said


def test_a_message_keeps_its_first_line_and_its_excerpts():
    message = "token 2, X: not a token; write 64\n  8,X\n    ^"
    assert with_translation(message, "ko").split("\n") == [
        "token 2, X: not a token; write 64",
        "  2번째 토큰 X: 토큰이 아닙니다. 64(으)로 적으세요",
        "  8,X",
        "    ^",
    ]


def test_a_message_without_a_translation_stays_as_it_is():
    message = "something else\n  the columns are a, b"
    assert with_translation(message, "ko") == message


def test_a_template_that_begins_with_its_own_text_comes_first():
    message = "note: batch_norm was not passed: vgg.py:f has no such argument"
    second = with_translation(message, "ko").split("\n")[1]
    assert second == "  참고: batch_norm: vgg.py:f에 그런 인자가 없어 넘기지 않았습니다"


def test_a_text_with_too_many_ways_to_fit_is_not_translated():
    message = "unknown configuration 'a'" + "; did you mean a or b, c: in d" * 60
    assert with_translation(message, "ko") == message
