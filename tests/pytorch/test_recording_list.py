"""The list that a builder is given: a list in every operation, and it knows what is read of it."""

import copy
import pickle
from operator import add, delitem, getitem, iadd, imul, mul, setitem
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.pytorch.recorder import Read
from vgginspect.pytorch.recording_list import RecordingList, UsedAsKeyError, recording

#: The entries as given are numbers, each its own place; what a builder puts in are words.
NUMBERS = st.integers(-9, 9)
TIMES = st.integers(-1, 2)
OWN = st.lists(st.sampled_from(["a", "b"]), max_size=3)
STEPS = st.none() | st.integers(-3, 3).filter(bool)
SLICES = st.builds(slice, st.none() | NUMBERS, st.none() | NUMBERS, STEPS)


def remove_in_a_loop(cfg: list[Any]) -> None:
    for entry in cfg:
        cfg.remove(entry)


def on_the_right(function: Any, cfg: Any, value: Any) -> Any:
    return function(value, cfg)


def operation(function: Any, *arguments: Any, **keywords: Any) -> Any:
    """Something to do with a list: a function of it, or the name of a method."""
    return lambda cfg: (
        getattr(cfg, function)(*arguments, **keywords)
        if isinstance(function, str)
        else function(cfg, *arguments, **keywords)
    )


def operations(function: Any, *arguments: Any, **keywords: Any) -> Any:
    return st.builds(operation, st.just(function), *arguments, **keywords)


OPERATIONS = st.one_of(
    *map(operations, ["reverse", "clear", "pop", "copy", "sort"]),
    operations("sort", key=st.sampled_from([str, lambda entry: -entry]), reverse=st.booleans()),
    operations("pop", NUMBERS),
    operations("remove", NUMBERS | st.just("a")),
    operations("insert", NUMBERS, st.just("a")),
    operations("append", st.just("a")),
    operations("extend", OWN | OWN.map(tuple) | st.none()),
    operations(iadd, OWN | OWN.map(tuple) | st.none()),
    operations(add, OWN | OWN.map(tuple)),
    operations(on_the_right, st.just(add), OWN | OWN.map(tuple)),
    operations(imul, TIMES | st.just(1.5)),
    operations(mul, TIMES | st.just(1.5)),
    operations(on_the_right, st.just(mul), TIMES | st.just(1.5)),
    operations(getitem, SLICES | NUMBERS),
    operations(delitem, SLICES | NUMBERS),
    operations(setitem, SLICES, OWN | OWN.map(tuple) | st.none()),
    operations(setitem, NUMBERS, st.just("a")),
    st.sampled_from(
        [
            copy.copy,
            copy.deepcopy,
            remove_in_a_loop,
            lambda cfg: cfg.extend(cfg),
            lambda cfg: iadd(cfg, cfg),
            lambda cfg: cfg + cfg,
            lambda cfg: cfg[1:] + cfg[:1],
            lambda cfg: setitem(cfg, slice(1, 3), cfg),
            lambda cfg: setitem(cfg, slice(None, None, -1), cfg[:]),
        ]
    ),
)


def outcome(do: Any, cfg: list[Any]) -> Any:
    try:
        return do(cfg)
    except Exception as error:
        return type(error)


@given(st.integers(0, 9), st.lists(OPERATIONS, max_size=8))
def test_whatever_is_done_gives_what_a_list_gives_and_entries_keep_their_places(
    count: int, done: list[Any]
) -> None:
    plain: list[Any] = list(range(count))
    watched, recorder = recording(plain)
    for do in done:
        expected, found = outcome(do, plain), outcome(do, watched)
        assert found == expected
        assert watched == plain
        if isinstance(expected, list):
            plain, watched = expected, found
    assert pickle.loads(pickle.dumps(watched)) == plain
    assert type(watched) is RecordingList
    for entry in watched:
        if isinstance(entry, int):
            event = recorder.events.pop()
            assert isinstance(event, Read)
            assert event.place == entry


def places_read(recorder: Any) -> list[int]:
    return [event.place for event in recorder.events if isinstance(event, Read)]


def test_what_is_put_in_has_a_place_after_the_lists_or_that_of_the_entry_it_replaces() -> None:
    cfg, recorder = recording([8, "M", 16])
    cfg[0:0] = [4]
    cfg[2] = "A"
    cfg.append(32)
    assert list(cfg) == [4, 8, "A", 16, 32]
    assert places_read(recorder) == [3, 0, 1, 2, 4]


def test_entries_that_are_swapped_take_their_places_along() -> None:
    cfg, recorder = recording([8, "M", 16, 8])
    cfg[0], cfg[2] = cfg[2], cfg[0]
    cfg[1] = cfg[3]
    cfg[3] = cfg[3] * 2
    recorder.events.clear()
    assert list(cfg) == [16, 8, 8, 16]
    assert places_read(recorder) == [2, 3, 0, 3]


@given(st.integers(1, 9), st.integers())
def test_a_shuffled_list_is_known_entry_by_entry(count: int, seed: int) -> None:
    entries = [f"entry {place}" for place in range(count)]
    cfg, recorder = recording(entries)
    Random(seed).shuffle(cfg)
    recorder.events.clear()
    shuffled = list(cfg)
    assert [entries[place] for place in places_read(recorder)] == shuffled


def test_looking_through_a_list_reads_nothing() -> None:
    cfg, recorder = recording([8, "M", 16])
    assert (len(cfg), "M" in cfg, cfg.index(16), cfg.count(8), cfg == [8]) == (3, True, 2, 1, False)
    assert repr(cfg) == str([8, "M", 16])
    assert recorder.events == []


def test_a_deep_copy_copies_the_entries_too() -> None:
    cfg, recorder = recording([[8, 1], (16, 2)])
    cfg.append(cfg)
    made = copy.deepcopy(cfg)
    made[0].append(2)
    assert cfg[0] == [8, 1]
    assert made[2] is made
    assert places_read(recorder) == [0, 0, 2]


def test_a_list_made_longer_while_it_is_read_is_read_as_it_grows() -> None:
    cfg, recorder = recording([8, 16])
    cfg.extend(len(cfg) for _ in range(2))
    assert cfg == [8, 16, 2, 3]
    assert [entry for entry in reversed(cfg)] == [3, 2, 16, 8]  # noqa: C416
    assert places_read(recorder) == [2, 3, 1, 0]


def test_a_list_is_no_key() -> None:
    cfg, _ = recording([8])
    with pytest.raises(UsedAsKeyError, match="unhashable type: 'list'"):
        {}[cfg]
