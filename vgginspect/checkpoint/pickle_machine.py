"""Read a pickle without running it: a machine with a limit for everything.

Python's own unpickler could be told to make inert objects too, but not to stay within bounds: a
few bytes make it reserve gigabytes for its memo or for a string, keys of a dict that are nested
tuples or chosen numbers make it compute hashes for hours, and nothing limits the number of steps.
Here every instruction is a few lines, and each limit stands beside what it limits. A class or
function of the file is only ever a name; making, calling and importing are recorded, not done.
"""

import struct
from collections.abc import Callable
from typing import BinaryIO

from vgginspect.checkpoint.values import GlobalName, Inert, Skipped, UnreadableFileError

#: Instructions of one pickle. A tensor of a state_dict takes about 40.
MAX_STEPS = 4_000_000
#: Classes and functions that are named.
MAX_GLOBALS = 10_000
#: A longer text or byte string is no name, and is skipped.
MAX_TEXT = 1 << 16
#: All text and bytes that are kept.
MAX_KEPT = 64 << 20
#: A longer number is no size.
MAX_NUMBER = 32
#: A line of the textual instructions.
MAX_LINE = 4096
#: A number beyond this is no key of a dict.
MAX_KEY = 1 << 40

#: Makes an object: by a class or function, of arguments.
Make = Callable[[object, object], object]
#: Turns a persistent id into a value.
Persistent = Callable[[object], object]


class PickleMachine:
    """Runs the instructions of one pickle after another from a stream.

    Args:
        stream: where the pickle begins; it is left where the pickle ends.
        make: what ``REDUCE`` and its like leave on the stack.
        persistent: what a persistent id stands for; without it, an inert object.
    """

    def __init__(
        self, stream: BinaryIO, make: Make = Inert, persistent: Persistent | None = None
    ) -> None:
        self._stream = stream
        self._make = make
        self._persistent = persistent or (lambda key: Inert(None, key))
        here = stream.tell()
        self._end = stream.seek(0, 2)
        stream.seek(here)
        self._steps = 0
        self._kept = 0
        self._globals: dict[str, GlobalName] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The classes and functions that were named, in order."""
        return tuple(self._globals)

    def load(self) -> object:
        """The value of the next pickle.

        Raises:
            UnreadableFileError: it is damaged, or beyond a limit.
        """
        self._stack: list[object] = []
        self._marks: list[int] = []
        self._memo: dict[int, object] = {}
        read, find = self._stream.read, INSTRUCTIONS.get
        while code := read(1):
            if code == b".":
                return self._pop()
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise UnreadableFileError(f"a pickle of more than {MAX_STEPS:,} instructions")
            step = find(code)
            if step is None:
                raise UnreadableFileError(f"byte 0x{code.hex()} is no pickle instruction")
            step(self)
        raise UnreadableFileError("unexpected end of the pickle")

    # Reading.

    def _take(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) < count:
            raise UnreadableFileError("unexpected end of the pickle")
        return data

    def _ignore(self, count: int) -> None:
        self._take(count)

    def _int(self, count: int) -> int:
        return int.from_bytes(self._take(count), "little")

    def _line(self) -> bytes:
        line = self._stream.readline(MAX_LINE)
        if not line.endswith(b"\n"):
            raise UnreadableFileError("unexpected end of a line of the pickle")
        return line[:-1].rstrip(b"\r")

    def _bytes(self, count: int) -> bytes | Skipped:
        if count > MAX_TEXT:
            start = self._stream.tell()
            if count > self._end - start:
                raise UnreadableFileError("unexpected end of the pickle")
            self._stream.seek(count, 1)
            return Skipped(start, count)
        self._kept += count
        if self._kept > MAX_KEPT:
            raise UnreadableFileError(f"a pickle with more than {MAX_KEPT >> 20} MiB of text")
        return self._take(count)

    # The stack.

    def _push(self, value: object) -> None:
        self._stack.append(value)

    def _floor(self) -> int:
        return self._marks[-1] if self._marks else 0

    def _pop(self) -> object:
        if len(self._stack) <= self._floor():
            raise UnreadableFileError("a pickle instruction without its operand")
        return self._stack.pop()

    def _top(self) -> object:
        if len(self._stack) <= self._floor():
            raise UnreadableFileError("a pickle instruction without its operand")
        return self._stack[-1]

    def _mark(self) -> None:
        self._marks.append(len(self._stack))

    def _to_mark(self) -> list[object]:
        if not self._marks:
            raise UnreadableFileError("a pickle instruction without its mark")
        start = self._marks.pop()
        values = self._stack[start:]
        del self._stack[start:]
        return values

    def _pop_mark(self) -> None:
        self._to_mark()

    def _drop(self) -> None:
        if self._marks and len(self._stack) == self._marks[-1]:
            self._marks.pop()
        else:
            self._pop()

    # The memo.

    def _put(self, index: int) -> None:
        self._memo[index] = self._top()

    def _get(self, index: int) -> None:
        if index not in self._memo:
            raise UnreadableFileError(f"the pickle has no value {index} to repeat")
        self._push(self._memo[index])

    def _decimal(self) -> int:
        line = self._line()
        if not line.isdigit() or len(line) > 10:
            raise UnreadableFileError("a pickle instruction with an invalid number")
        return int(line)

    # Plain values.

    def _text(self, data: bytes | Skipped) -> None:
        if isinstance(data, bytes):
            try:
                self._push(data.decode("utf-8", "surrogatepass"))
            except UnicodeDecodeError:
                raise UnreadableFileError("text that is not UTF-8") from None
        else:
            self._push(data)

    def _old_text(self, data: bytes | Skipped) -> None:
        """Text of Python 2, whose encoding the pickle does not tell."""
        if isinstance(data, bytes):
            try:
                self._push(data.decode())
            except UnicodeDecodeError:
                self._push(data)
        else:
            self._push(data)

    def _long(self, count: int) -> None:
        data = self._bytes(count)
        if isinstance(data, bytes) and count <= MAX_NUMBER:
            self._push(int.from_bytes(data, "little", signed=True))
        else:
            self._push(Inert(None, None))

    def _number_line(self) -> None:
        line = self._line().removesuffix(b"L")
        if line in (b"00", b"01"):
            self._push(line == b"01")
            return
        try:
            self._push(int(line) if len(line) <= MAX_NUMBER else Inert(None, None))
        except ValueError:
            raise UnreadableFileError("a pickle instruction with an invalid number") from None

    def _float_line(self) -> None:
        try:
            self._push(float(self._line()))
        except ValueError:
            raise UnreadableFileError("a pickle instruction with an invalid number") from None

    # Containers.

    def _tuple(self, count: int) -> None:
        if len(self._stack) - count < self._floor():
            raise UnreadableFileError("a pickle instruction without its operand")
        values = tuple(self._stack[-count:])
        del self._stack[-count:]
        self._push(values)

    def _dict(self) -> None:
        values = self._to_mark()
        self._push({})
        self._set_items(values)

    def _set_items(self, values: list[object]) -> None:
        into = self._top()
        if len(values) % 2:
            raise UnreadableFileError("a dict with a key but no value")
        if isinstance(into, Inert):
            if into.items is None:
                into.items = {}
            into = into.items
        if not isinstance(into, dict):
            raise UnreadableFileError("an item is set on what is no dict")
        for key, value in zip(values[::2], values[1::2], strict=True):
            into[as_key(key)] = value

    def _set_item(self) -> None:
        value = self._pop()
        key = self._pop()
        self._set_items([key, value])

    def _extend(self, values: list[object]) -> None:
        into = self._top()
        if isinstance(into, Inert):
            if into.entries is None:
                into.entries = []
            into = into.entries
        if not isinstance(into, list):
            raise UnreadableFileError("an entry is appended to what is no list")
        into += values

    def _append(self) -> None:
        self._extend([self._pop()])

    # Objects, which are never made.

    def _name(self, module: object, name: object) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise UnreadableFileError("a class without a name")
        full = f"{module}.{name}"
        if len(self._globals) > MAX_GLOBALS:
            raise UnreadableFileError(f"a pickle of more than {MAX_GLOBALS:,} classes")
        self._push(self._globals.setdefault(full, GlobalName(full)))

    def _global(self) -> None:
        module, name = self._line(), self._line()
        self._name(module.decode("utf-8", "replace"), name.decode("utf-8", "replace"))

    def _stack_global(self) -> None:
        name = self._pop()
        self._name(self._pop(), name)

    def _reduce(self) -> None:
        arguments = self._pop()
        self._push(self._make(self._pop(), arguments))

    def _new_with_names(self) -> None:
        names = self._pop()
        arguments = self._pop()
        made = Inert(self._pop(), arguments)
        made.state = names
        self._push(made)

    def _instance(self) -> None:
        arguments = tuple(self._to_mark())
        self._global()
        self._push(self._make(self._pop(), arguments))

    def _object(self) -> None:
        values = self._to_mark()
        if not values:
            raise UnreadableFileError("a pickle instruction without its operand")
        self._push(self._make(values[0], tuple(values[1:])))

    def _build(self) -> None:
        state = self._pop()
        made = self._top()
        built = getattr(made, "build", None)
        if isinstance(made, Inert):
            made.state = state
        elif built is not None:
            built(state)

    def _extension(self, count: int) -> None:
        self._push(GlobalName(f"copyreg extension {self._int(count)}"))

    def _no_buffer(self) -> None:
        raise UnreadableFileError("it keeps data outside the file")


def as_key(key: object) -> object:
    """The key of a dict: text, bytes or a small whole number as it is, else an inert object.

    Hashing a nested tuple can take forever, and so can a dict whose keys collide.
    """
    if isinstance(key, str | bytes) or key is None:
        return key
    if isinstance(key, int) and -MAX_KEY < key < MAX_KEY:
        return key
    return Inert(None, None)


def _unpack(form: str, count: int) -> Callable[[PickleMachine], None]:
    unpack = struct.Struct(form).unpack
    return lambda machine: machine._push(unpack(machine._take(count))[0])


#: What each instruction does. The names are those of ``pickletools``.
INSTRUCTIONS: dict[bytes, Callable[[PickleMachine], None]] = {
    b"\x80": lambda m: m._ignore(1),  # PROTO
    b"\x95": lambda m: m._ignore(8),  # FRAME
    b"(": PickleMachine._mark,  # MARK
    b"0": PickleMachine._drop,  # POP
    b"1": PickleMachine._pop_mark,  # POP_MARK
    b"2": lambda m: m._push(m._top()),  # DUP
    b"p": lambda m: m._put(m._decimal()),  # PUT
    b"q": lambda m: m._put(m._int(1)),  # BINPUT
    b"r": lambda m: m._put(m._int(4)),  # LONG_BINPUT
    b"\x94": lambda m: m._put(len(m._memo)),  # MEMOIZE
    b"g": lambda m: m._get(m._decimal()),  # GET
    b"h": lambda m: m._get(m._int(1)),  # BINGET
    b"j": lambda m: m._get(m._int(4)),  # LONG_BINGET
    b"N": lambda m: m._push(None),  # NONE
    b"\x88": lambda m: m._push(True),  # NEWTRUE
    b"\x89": lambda m: m._push(False),  # NEWFALSE
    b"I": PickleMachine._number_line,  # INT
    b"L": PickleMachine._number_line,  # LONG
    b"F": PickleMachine._float_line,  # FLOAT
    b"J": _unpack("<i", 4),  # BININT
    b"K": _unpack("<B", 1),  # BININT1
    b"M": _unpack("<H", 2),  # BININT2
    b"G": _unpack(">d", 8),  # BINFLOAT
    b"\x8a": lambda m: m._long(m._int(1)),  # LONG1
    b"\x8b": lambda m: m._long(m._int(4)),  # LONG4
    b"V": lambda m: m._text(m._line()),  # UNICODE
    b"\x8c": lambda m: m._text(m._bytes(m._int(1))),  # SHORT_BINUNICODE
    b"X": lambda m: m._text(m._bytes(m._int(4))),  # BINUNICODE
    b"\x8d": lambda m: m._text(m._bytes(m._int(8))),  # BINUNICODE8
    b"S": lambda m: m._old_text(m._line().strip(b"'\"")),  # STRING
    b"U": lambda m: m._old_text(m._bytes(m._int(1))),  # SHORT_BINSTRING
    b"T": lambda m: m._old_text(m._bytes(m._int(4))),  # BINSTRING
    b"C": lambda m: m._push(m._bytes(m._int(1))),  # SHORT_BINBYTES
    b"B": lambda m: m._push(m._bytes(m._int(4))),  # BINBYTES
    b"\x8e": lambda m: m._push(m._bytes(m._int(8))),  # BINBYTES8
    b"\x96": lambda m: m._push(m._bytes(m._int(8))),  # BYTEARRAY8
    b")": lambda m: m._push(()),  # EMPTY_TUPLE
    b"t": lambda m: m._push(tuple(m._to_mark())),  # TUPLE
    b"\x85": lambda m: m._tuple(1),  # TUPLE1
    b"\x86": lambda m: m._tuple(2),  # TUPLE2
    b"\x87": lambda m: m._tuple(3),  # TUPLE3
    b"]": lambda m: m._push([]),  # EMPTY_LIST
    b"l": lambda m: m._push(m._to_mark()),  # LIST
    b"a": PickleMachine._append,  # APPEND
    b"e": lambda m: m._extend(m._to_mark()),  # APPENDS
    b"}": lambda m: m._push({}),  # EMPTY_DICT
    b"d": PickleMachine._dict,  # DICT
    b"s": PickleMachine._set_item,  # SETITEM
    b"u": lambda m: m._set_items(m._to_mark()),  # SETITEMS
    b"\x8f": lambda m: m._push([]),  # EMPTY_SET
    b"\x90": lambda m: m._extend(m._to_mark()),  # ADDITEMS
    b"\x91": lambda m: m._push(tuple(m._to_mark())),  # FROZENSET
    b"c": PickleMachine._global,  # GLOBAL
    b"\x93": PickleMachine._stack_global,  # STACK_GLOBAL
    b"R": PickleMachine._reduce,  # REDUCE
    b"\x81": PickleMachine._reduce,  # NEWOBJ
    b"\x92": PickleMachine._new_with_names,  # NEWOBJ_EX
    b"i": PickleMachine._instance,  # INST
    b"o": PickleMachine._object,  # OBJ
    b"b": PickleMachine._build,  # BUILD
    b"P": lambda m: m._push(m._persistent(m._line().decode("utf-8", "replace"))),  # PERSID
    b"Q": lambda m: m._push(m._persistent(m._pop())),  # BINPERSID
    b"\x82": lambda m: m._extension(1),  # EXT1
    b"\x83": lambda m: m._extension(2),  # EXT2
    b"\x84": lambda m: m._extension(4),  # EXT4
    b"\x97": PickleMachine._no_buffer,  # NEXT_BUFFER
    b"\x98": PickleMachine._no_buffer,  # READONLY_BUFFER
}
