"""Pickles are read as Python reads them, as far as they are plain; nothing else happens."""

import collections
import io
import pickle
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgginspect.checkpoint import pickle_machine
from vgginspect.checkpoint.pickle_machine import PickleMachine
from vgginspect.checkpoint.values import GlobalName, Inert, Skipped, UnreadableFileError

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.tuples(inner)
        | st.dictionaries(st.text() | st.integers(-(2**40) + 1, 2**40 - 1), inner)
    ),
    max_leaves=20,
)


def load(data: bytes) -> object:
    return PickleMachine(io.BytesIO(data)).load()


@given(value=PLAIN, protocol=st.integers(3, pickle.HIGHEST_PROTOCOL))
def test_plain_values_are_read_as_python_reads_them(value: object, protocol: int) -> None:
    assert load(pickle.dumps(value, protocol)) == value


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "b c"]), inner),
    ),
    protocol=st.integers(0, 2),
)
def test_older_protocols_too(value: object, protocol: int) -> None:
    assert load(pickle.dumps(value, protocol)) == value


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_value_or_one_kind_of_error(data: bytes) -> None:
    try:
        load(data)
    except UnreadableFileError as error:
        assert str(error)


def test_pickles_that_follow_one_another() -> None:
    stream = io.BytesIO(b"".join(pickle.dumps(value) for value in ("a", [1], {})) + b"rest")
    machine = PickleMachine(stream)
    assert [machine.load() for _ in range(3)] == ["a", [1], {}]
    assert stream.read() == b"rest"


def test_a_list_that_contains_itself() -> None:
    value: list[object] = []
    value.append(value)
    found = load(pickle.dumps(value))
    assert isinstance(found, list)
    assert found[0] is found


class Thing:
    def __init__(self) -> None:
        self.a = 1


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_objects_are_inert(protocol: int) -> None:
    found = load(pickle.dumps(Thing(), protocol))
    assert isinstance(found, Inert)
    assert found.state == {"a": 1}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_items_and_entries_of_inert_objects(protocol: int) -> None:
    found = load(pickle.dumps(collections.OrderedDict(a=1), protocol))
    assert isinstance(found, Inert)
    assert found.kind == "collections.OrderedDict"
    assert found.items == {"a": 1}
    found = load(pickle.dumps(collections.deque([1, 2]), protocol))
    assert isinstance(found, Inert)
    assert found.entries == [1, 2]


@pytest.mark.parametrize(
    ("data", "made_by", "arguments"),
    [
        (b"cos\nsystem\n(S'echo'\ntR.", "os.system", ("echo",)),
        (b"(S'echo'\nios\nsystem\n.", "os.system", ("echo",)),
        (b"(cos\nsystem\nS'echo'\no.", "os.system", ("echo",)),
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93)\x81.", "os.system", ()),
        (b"cos\nsystem\n)}\x92.", "os.system", ()),
        (b"\x82\x07)R.", "copyreg extension 7", ()),
    ],
)
def test_every_way_to_call_is_only_recorded(data: bytes, made_by: str, arguments: object) -> None:
    found = load(data)
    assert isinstance(found, Inert)
    assert (found.kind, found.arguments) == (made_by, arguments)


def test_what_is_named_is_known() -> None:
    machine = PickleMachine(io.BytesIO(b"(cos\nsystem\ncos\nsystem\nca\nb\nt."))
    assert all(isinstance(one, GlobalName) for one in machine.load())
    assert machine.names == ("os.system", "a.b")


def test_persistent_ids() -> None:
    seen = []
    for data in (b"Pabc\n.", b"K\x07Q."):
        PickleMachine(io.BytesIO(data), persistent=seen.append).load()
    assert seen == ["abc", 7]
    assert isinstance(load(b"K\x07Q."), Inert)


def test_long_text_is_skipped() -> None:
    data = pickle.dumps(["a" * 70_000, b"b" * 70_000, bytearray(70_000), "end"], 5)
    text, binary, array, end = load(data)
    assert all(isinstance(one, Skipped) for one in (text, binary, array))
    assert data[text.start : text.start + text.length] == b"a" * 70_000
    assert end == "end"


def test_text_of_python_2() -> None:
    assert load(b"U\x03abc.") == "abc"
    assert load(b"T\x01\x00\x00\x00\xe9.") == b"\xe9"
    assert load(b"S'abc'\n.") == "abc"


def test_keys_that_could_cost_time() -> None:
    found = load(pickle.dumps({(1, 2): 1, 2**80: 2, 1.5: 3, "a": 4, 7: 5, None: 6, b"b": 7}))
    assert isinstance(found, dict)
    assert [found[key] for key in ("a", 7, None, b"b")] == [4, 5, 6, 7]
    assert sum(isinstance(key, Inert) for key in found) == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "unexpected end"),
        (b"N", "unexpected end"),
        (b"X\xff\xff\xff\xffabc.", "unexpected end"),
        (b"\x8d" + b"\xff" * 8 + b".", "unexpected end"),
        (b"\x8e" + struct.pack("<Q", 2**62) + b".", "unexpected end"),
        (b"J\x00", "unexpected end"),
        (b"L123", "unexpected end of a line"),
        (b"c" + b"a" * 5000 + b"\nb\n.", "unexpected end of a line"),
        (b"\xff", "byte 0xff is no pickle instruction"),
        (b".", "without its operand"),
        (b"(.", "without its operand"),
        (b"N(\x85.", "without its operand"),
        (b"Nq\x00(q\x00.", "without its operand"),
        (b"(o.", "without its operand"),
        (b"t.", "without its mark"),
        (b"h\x07.", "no value 7 to repeat"),
        (b"gx\n.", "invalid number"),
        (b"g99999999999\n.", "invalid number"),
        (b"Ix\n.", "invalid number"),
        (b"Fx\n.", "invalid number"),
        (b"\x8c\x01\xff.", "not UTF-8"),
        (b"(Nd.", "a key but no value"),
        (b"N(NNu.", "no dict"),
        (b"NNa.", "no list"),
        (b"NN\x93.", "a class without a name"),
        (b"\x97.", "outside the file"),
        (b"\x98.", "outside the file"),
    ],
)
def test_what_is_damaged(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        load(data)


def test_a_number_of_many_digits_is_no_number() -> None:
    huge = b"\x8b\x00\x00\x01\x00" + b"\x7f" * 65536 + b"."
    assert isinstance(load(huge), Inert)
    assert isinstance(load(b"L" + b"9" * 3000 + b"L\n."), Inert)


def nest(count: int) -> bytes:
    return b"]" * count + b"a" * (count - 1) + b"."


def doubled(count: int) -> bytes:
    """A tuple of 2**count entries, in all, each level having the one below twice."""
    return b"N" + b"".join(b"2\x86" for _ in range(count)) + b"."


def colliding(count: int) -> bytes:
    """A dict of numbers that Python hashes alike."""
    keys = (n * sys.hash_info.modulus for n in range(count))
    return b"}(" + b"".join(b"\x8a\x0a" + key.to_bytes(10, "little") + b"N" for key in keys) + b"u."


@pytest.mark.parametrize(
    "data",
    [
        nest(1_000_000),
        b"(" * 1_000_000 + b".",
        doubled(100_000),
        b"}" + doubled(1000)[:-1] + b"Ns.",
        b"Nr\xff\xff\xff\xff.",
        colliding(50_000),
    ],
    ids=["lists", "marks", "tuples", "key", "memo", "colliding keys"],
)
def test_bombs_go_off_slowly(data: bytes) -> None:
    try:
        load(data)
    except UnreadableFileError as error:
        assert str(error)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickle_machine, "MAX_STEPS", 10)
    load(b"N" * 9 + b"0.")
    with pytest.raises(UnreadableFileError, match="more than 10 instructions"):
        load(b"N" * 10 + b"0.")
    monkeypatch.setattr(pickle_machine, "MAX_KEPT", 1 << 20)
    text = b"X\x00\x00\x01\x00" + b"a" * 65536
    load(b"0".join([text] * 5) + b".")
    monkeypatch.setattr(pickle_machine, "MAX_STEPS", 100)
    with pytest.raises(UnreadableFileError, match="more than 1 MiB of text"):
        load(b"0".join([text] * 17) + b".")
