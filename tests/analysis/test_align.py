"""Alignments contain every token once, in order, at minimum cost."""

from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.analysis import align as module
from vgginspect.analysis.align import align, side_by_side
from vgginspect.cfg.config import CONFIGS, names
from vgginspect.cfg.config import config_from_text as read
from vgginspect.cfg.tokens import parse_token

lists = st.lists(
    st.sampled_from(["64", "128", "conv1-64", "M", "A", "LRN"]).map(parse_token), max_size=8
)


def cost(before, after, pairs):
    """What an alignment costs, by the rules of the documentation."""
    total = 0
    for a, b in pairs:
        if a is None or b is None:
            total += 2
        elif before[a] != after[b]:
            kinds = {before[a].kind, after[b].kind}
            assert len(kinds) == 1 or kinds == {"maxpool", "avgpool"}
            total += 3
    return total


def least(before, after):
    """The least cost, by trying everything."""

    @cache
    def best(i, j):
        if i == len(before) or j == len(after):
            return 2 * (len(before) - i + len(after) - j)
        found = min(best(i + 1, j), best(i, j + 1)) + 2
        pool = ("maxpool", "avgpool")
        a, b = before[i], after[j]
        if a.kind == b.kind or (a.kind in pool and b.kind in pool):
            found = min(found, best(i + 1, j + 1) + (0 if a == b else 3))
        return found

    return best(0, 0)


def assert_complete(before, after, pairs):
    assert [a for a, _ in pairs if a is not None] == list(range(len(before)))
    assert [b for _, b in pairs if b is not None] == list(range(len(after)))
    assert all(pair != (None, None) for pair in pairs)


@given(before=lists, after=lists)
def test_an_alignment_is_complete_and_the_cheapest(before, after):
    pairs = align(before, after)
    assert_complete(before, after, pairs)
    assert cost(before, after, pairs) == least(tuple(before), tuple(after))


def test_short_lists_are_aligned_at_the_least_cost():
    tokens = [parse_token(text) for text in ("64", "128", "M", "A", "LRN")]
    short = [row for length in range(3) for row in product(tokens, repeat=length)]
    for before, after in product(short, repeat=2):
        pairs = align(before, after)
        assert_complete(before, after, pairs)
        assert cost(before, after, pairs) == least(before, after)


@given(tokens=lists)
def test_a_list_has_no_difference_from_itself(tokens):
    assert align(tokens, tokens) == [(i, i) for i in range(len(tokens))]


def test_long_lists_are_aligned_between_their_common_ends(monkeypatch):
    monkeypatch.setattr(module, "MAX_CELLS", 4)
    before, after = read("8,16,M,32,64,M").tokens, read("8,16,16,M,32,64,M").tokens
    pairs = align(before, after)
    assert_complete(before, after, pairs)
    assert cost(before, after, pairs) == 2
    before, after = read("8,16,32,64,M").tokens, read("8,17,33,65,M").tokens
    assert align(before, after) == [
        (0, 0),
        *((place, None) for place in (1, 2, 3)),
        *((None, place) for place in (1, 2, 3)),
        (4, 4),
    ]


@pytest.mark.parametrize(
    ("cells", "before", "after", "expected"),
    [
        # So many pairs and no more: the whole is aligned, and the insertion comes last.
        (6, "16,8", "32,8,8", [(0, 0), (1, 1), (None, 2)]),
        (3, "8", "16,8,8", [(None, 0), (0, 1), (None, 2)]),
        (1_000_000, "16,8", "32,8,8", [(0, 0), (1, 1), (None, 2)]),
        # One pair more: the common end goes first.
        (5, "16,8", "32,8,8", [(0, 0), (None, 1), (1, 2)]),
        # What is between the ends has just so many pairs.
        (4, "8,16,M", "8,32,33,34,35,M", [(0, 0), (1, 1), *((None, i) for i in (2, 3, 4)), (2, 5)]),
        (
            3,
            "8,16,M",
            "8,32,33,34,35,M",
            [(0, 0), (1, None), *((None, i) for i in range(1, 5)), (2, 5)],
        ),
    ],
)
def test_lists_are_aligned_token_by_token_up_to_a_limit(
    monkeypatch, cells, before, after, expected
):
    monkeypatch.setattr(module, "MAX_CELLS", cells)
    assert align(read(before).tokens, read(after).tokens) == expected


@given(st.lists(lists, min_size=1, max_size=4))
def test_side_by_side_every_list_is_there_in_order(several):
    places = side_by_side(several)
    for index, tokens in enumerate(several):
        kept = [place for place in places if place.positions[index]]
        assert [place.positions[index] for place in kept] == list(range(1, len(tokens) + 1))
        assert [place.tokens[index] for place in kept] == tokens


def test_each_list_is_aligned_with_the_first_not_with_its_neighbour():
    places = side_by_side([read(cfg).tokens for cfg in ("8", "16,8", "16")])
    assert [place.positions for place in places] == [(None, 1, None), (1, 2, 1)]
    assert [place.edit(2) for place in places] == ["", "changed"]


def test_what_comes_before_the_first_token_stands_before_it():
    places = side_by_side([read("64,M").tokens, read("LRN,64,M").tokens])
    assert [place.positions for place in places] == [(None, 1), (1, 2), (2, 3)]


def edits(before, after):
    """The differences as short text."""
    places = side_by_side([read(before).tokens, read(after).tokens])
    return [
        (place.edit(1), place.stage, *(token.text if token else None for token in place.tokens))
        for place in places
        if place.edit(1) != "same"
    ]


DEEPER = [
    ("inserted", 3, None, "256"),
    ("inserted", 4, None, "512"),
    ("inserted", 5, None, "512"),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("A", "B", [("inserted", 1, None, "64"), ("inserted", 2, None, "128")]),
        ("B", "A", [("dropped", 1, "64", None), ("dropped", 2, "128", None)]),
        ("A", "A-LRN", [("inserted", 1, None, "LRN")]),
        (
            "B",
            "D",
            [("inserted", stage, None, c) for stage, c in ((3, "256"), (4, "512"), (5, "512"))],
        ),
        (
            "D",
            "E",
            [("inserted", stage, None, c) for stage, c in ((3, "256"), (4, "512"), (5, "512"))],
        ),
        (
            "D",
            "C",
            [
                ("changed", 3, "256", "conv1-256"),
                ("changed", 4, "512", "conv1-512"),
                ("changed", 5, "512", "conv1-512"),
            ],
        ),
        ("64,M,64", "64,A,64", [("changed", 1, "M", "A")]),
        ("64,M", "LRN,64", [("inserted", 1, None, "LRN"), ("dropped", 1, "M", None)]),
        ("64,M,32", "64,M,64,M,32", [("inserted", 2, None, "64"), ("inserted", 2, None, "M")]),
        ("64", "64,M,32", [("inserted", 1, None, "M"), ("inserted", 2, None, "32")]),
    ],
)
def test_differences_are_what_people_would_say(before, after, expected):
    assert edits(before, after) == expected


@pytest.mark.parametrize("name", names())
def test_every_named_list_is_the_same_as_itself(name):
    assert edits(name, name) == []


def test_many_lists_stand_side_by_side():
    named = [CONFIGS[letter].tokens for letter in "ABDE"]
    places = side_by_side(named)
    for index, tokens in enumerate(named):
        kept = [place for place in places if place.tokens[index]]
        assert tuple(place.tokens[index] for place in kept) == tokens
        assert [place.positions[index] for place in kept] == list(range(1, len(tokens) + 1))
    third = [place for place in places if place.stage == 3]
    assert [[token and token.text for token in place.tokens] for place in third] == [
        ["256", "256", "256", "256"],
        ["256", "256", "256", "256"],
        [None, None, "256", "256"],
        [None, None, None, "256"],
        ["M", "M", "M", "M"],
    ]
    assert [place.edit(0) for place in third] == ["same", "same", "", "", "same"]
    assert [place.edit(2) for place in third] == ["same", "same", "inserted", "", "same"]
