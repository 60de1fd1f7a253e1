"""A list that records when each of its entries is read, by iteration or by index."""

import copy
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, SupportsIndex, overload

from vgginspect.pytorch.call_sites import CallSite, caller
from vgginspect.pytorch.recorder import End, Recorder


class UsedAsKeyError(TypeError):
    """The list was used as a dict key, so the builder expects a name."""


class RecordingList(list[Any]):
    """A list that records reads of its entries; otherwise it behaves like a list.

    Every entry keeps its place in the original list, wherever it is moved or copied to. An entry
    that the builder adds has no place, unless it replaces a single one.
    """

    def __init__(
        self, entries: Iterable[Any], recorder: Recorder, places: list[int | None]
    ) -> None:
        super().__init__(entries)
        self._recorder = recorder
        self._places = places
        #: The last two entries that were read by their number, and their places.
        self._just_read: deque[tuple[Any, int | None]] = deque(maxlen=2)

    def __hash__(self) -> int:  # type: ignore[override]
        raise UsedAsKeyError("unhashable type: 'list'")

    def __iter__(self) -> Iterator[Any]:
        return self._walk(range(sys.maxsize), caller())

    def __reversed__(self) -> Iterator[Any]:
        return self._walk(range(len(self) - 1, -1, -1), caller())

    def _walk(self, positions: range, site: CallSite) -> Iterator[Any]:
        with self._recorder.iterating(site) as way:
            try:
                for position in positions:
                    if position >= len(self):
                        break
                    self._recorder.read(way, self._places[position])
                    yield list.__getitem__(self, position)
            finally:
                self._recorder.events.append(End(way))

    @overload
    def __getitem__(self, key: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> "RecordingList": ...
    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        value = list.__getitem__(self, key)
        if isinstance(key, slice):
            return RecordingList(value, self._recorder, self._places[key])
        self._recorder.read(caller(), self._places[key])
        self._just_read.append((value, self._places[key]))
        return value

    def pop(self, position: SupportsIndex = -1) -> Any:
        """Remove and return an entry; this counts as reading it."""
        value = super().pop(position)
        self._recorder.read(caller(), self._places.pop(position))
        return value

    @overload
    def __setitem__(self, key: SupportsIndex, value: Any) -> None: ...
    @overload
    def __setitem__(self, key: slice, value: Iterable[Any]) -> None: ...
    def __setitem__(self, key: SupportsIndex | slice, value: Any) -> None:
        if isinstance(key, slice):
            entries = _unread(value)
            places = _places_of(value, len(entries))
            super().__setitem__(key, entries)
            self._places[key] = places
        else:
            super().__setitem__(key, value)
            # An entry that was read elsewhere just before is moved here, as swapping two does.
            for read in self._just_read:
                if read[0] is value:
                    self._places[key] = read[1]
                    self._just_read.remove(read)
                    break

    def __delitem__(self, key: SupportsIndex | slice) -> None:
        super().__delitem__(key)
        del self._places[key]

    def insert(self, position: SupportsIndex, value: Any) -> None:
        """Insert an entry that is not from the cfg list."""
        super().insert(position, value)
        self._places.insert(position, None)

    def append(self, value: Any) -> None:
        """Append an entry that is not from the cfg list."""
        super().append(value)
        self._places.append(None)

    def extend(self, values: Iterable[Any]) -> None:
        """Append entries; those of a RecordingList keep their places."""
        if isinstance(values, RecordingList):
            places = _places_of(values, len(values))
            super().extend(_unread(values))
            self._places += places
        else:
            # One at a time: the values may depend on the list as it grows.
            for value in values:
                self.append(value)

    def remove(self, value: Any) -> None:
        """Remove the first entry that is equal."""
        del self[self.index(value)]

    def clear(self) -> None:
        """Remove every entry."""
        super().clear()
        self._places.clear()

    def reverse(self) -> None:
        """Reverse the list in place."""
        super().reverse()
        self._places.reverse()

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        """Sort the list in place; the sort is stable."""
        entries, places = _unread(self), self._places
        order = list(range(len(entries)))
        try:
            order.sort(
                key=lambda at: entries[at] if key is None else key(entries[at]), reverse=reverse
            )
        finally:
            # Partly sorted if entries could not be compared, like a list.
            super().__setitem__(slice(None), [entries[at] for at in order])
            self._places = [places[at] for at in order]

    def __add__(self, values: list[Any]) -> "RecordingList":
        entries = super().__add__(values)
        places = self._places + _places_of(values, len(values))
        return RecordingList(entries, self._recorder, places)

    def __radd__(self, values: Any) -> "RecordingList":
        if not isinstance(values, list):
            return NotImplemented
        places = _places_of(values, len(values)) + self._places
        return RecordingList(list.__add__(values, self), self._recorder, places)

    def __iadd__(self, values: Iterable[Any]) -> "RecordingList":
        self.extend(values)
        return self

    def __mul__(self, times: SupportsIndex) -> "RecordingList":
        return RecordingList(super().__mul__(times), self._recorder, self._places * times)

    __rmul__ = __mul__

    def __imul__(self, times: SupportsIndex) -> "RecordingList":
        super().__imul__(times)
        self._places *= times
        return self

    def copy(self) -> "RecordingList":
        """A copy that also records reads."""
        return self[:]

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> "RecordingList":
        memo[id(self)] = made = self[:]
        for position, entry in enumerate(_unread(self)):
            made[position] = copy.deepcopy(entry, memo)
        return made

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return list, (_unread(self),)


def _unread(values: Iterable[Any]) -> list[Any]:
    """The entries as a plain list, without recording a read."""
    return list.__getitem__(values, slice(None)) if isinstance(values, list) else list(values)


def _places_of(values: Iterable[Any], count: int) -> list[int | None]:
    """The places of ``count`` entries: None for all unless the values are a RecordingList."""
    return values._places[:] if isinstance(values, RecordingList) else [None] * count


def recording(entries: list[Any]) -> tuple[RecordingList, Recorder]:
    """A cfg list to pass to a builder, and the recorder of its events."""
    recorder = Recorder(len(entries))
    return RecordingList(entries, recorder, list(range(len(entries)))), recorder
