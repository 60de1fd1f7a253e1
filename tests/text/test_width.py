import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.text.width import cell_width, pad


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("conv1_1", 7),
        ("3×224×224", 9),
        ("░█▏→─…", 6),
        ("합성곱", 6),
        ("ＡＢ", 4),
        ("e\N{COMBINING ACUTE ACCENT}", 1),
        ("한 64", 5),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", 4),
        ("\ud55c\u11ab", 2),
        ("\u1100\ud7b0\ud7cb", 2),
        ("\u115f\u1160", 2),
        ("ㅎㅏㄴ", 6),
        ("\uff8a\uff9e", 2),
        ("か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}", 2),
        ("a\N{ZERO WIDTH JOINER}b\N{ZERO WIDTH SPACE}c\N{ZERO WIDTH NO-BREAK SPACE}", 3),
        ("ก็", 1),
        ("\N{GRINNING FACE}", 2),
        ("\N{HEAVY BLACK HEART}", 1),
        ("\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}", 2),
        ("1\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}", 2),
        ("\N{WATCH}\N{VARIATION SELECTOR-16}", 2),
        ("葛\N{VARIATION SELECTOR-17}", 2),
        ("가\u11a8\N{VARIATION SELECTOR-16}", 2),
        ("가\u11ff\ud7ff", 2),
        ("\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-6}", 2),
        ("\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}", 2),
        ("\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}", 2),
        ("\N{REGIONAL INDICATOR SYMBOL LETTER K}\N{REGIONAL INDICATOR SYMBOL LETTER R}", 2),
    ],
)
def test_a_text_takes_so_many_cells(text, cells):
    assert cell_width(text) == cells


@pytest.mark.parametrize(
    ("text", "width", "right", "padded"),
    [
        ("ab", 4, False, "ab  "),
        ("ab", 4, True, "  ab"),
        ("3×2", 5, True, "  3×2"),
        ("합성곱", 8, False, "합성곱  "),
        ("합성곱", 8, True, "  합성곱"),
        ("e\N{COMBINING ACUTE ACCENT}", 3, False, "e\N{COMBINING ACUTE ACCENT}  "),
        ("한 64", 5, True, "한 64"),
        ("abcd", 2, True, "abcd"),
        ("합성곱", 2, False, "합성곱"),
    ],
)
def test_a_text_is_padded_to_so_many_cells(text, width, right, padded):
    assert pad(text, width, right) == padded


SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3))
ZERO = st.text(st.characters(categories=["Mn", "Me", "Cf"], exclude_characters="\ufe0f"))
TEXTS = st.text(st.characters(exclude_characters="\ufe0f"))


@given(SYLLABLES, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_hangul_takes_two_cells_a_syllable_however_it_is_composed(text, form):
    assert cell_width(unicodedata.normalize(form, text)) == 2 * len(text)


@given(TEXTS, ZERO)
def test_what_joins_another_character_takes_no_cell(text, marks):
    assert cell_width(text + marks) == cell_width(text)


@given(TEXTS, TEXTS)
def test_texts_in_a_row_take_what_each_takes(one, two):
    assert cell_width(one + two) == cell_width(one) + cell_width(two)


@given(TEXTS, st.integers(0, 20), st.booleans())
def test_a_padded_text_has_its_width_unless_it_is_wider(text, width, right):
    padded = pad(text, width, right)
    assert cell_width(padded) == max(width, cell_width(text))
    assert padded.strip(" ") == text.strip(" ")
