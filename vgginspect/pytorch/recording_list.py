"""A cfg list that notes which of its entries is read when, however it is gone through."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any, SupportsIndex, overload

from vgginspect.pytorch.call_sites import Spot, caller
from vgginspect.pytorch.recorder import End, Recorder


class UsedAsKeyError(TypeError):
    """The list was taken for a name: something was looked up by it."""


class RecordingList(list[Any]):
    """A list that notes which of its entries is read when. In all else it is the list."""

    def __init__(
        self, entries: Iterable[Any], recorder: Recorder, places: list[int | None]
    ) -> None:
        super().__init__(entries)
        self._recorder = recorder
        self._places = places

    def __hash__(self) -> int:  # type: ignore[override]
        raise UsedAsKeyError("unhashable type: 'list'")

    def __iter__(self) -> Iterator[Any]:
        return self._walk(range(sys.maxsize), caller())

    def __reversed__(self) -> Iterator[Any]:
        return self._walk(range(len(self) - 1, -1, -1), caller())

    def _walk(self, positions: range, spot: Spot) -> Iterator[Any]:
        with self._recorder.walking(spot) as site:
            try:
                for position in positions:
                    if position >= len(self):
                        break
                    self._recorder.read(site, self._places[position])
                    yield list.__getitem__(self, position)
            finally:
                self._recorder.events.append(End(site))

    @overload
    def __getitem__(self, key: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> "RecordingList": ...
    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        value = list.__getitem__(self, key)
        if isinstance(key, slice):
            return RecordingList(value, self._recorder, self._places[key])
        self._recorder.read(caller(), self._places[key])
        return value

    def pop(self, position: SupportsIndex = -1) -> Any:
        """Remove an entry and give it; this reads it."""
        value = super().pop(position)
        self._recorder.read(caller(), self._places.pop(position))
        return value

    def __delitem__(self, key: SupportsIndex | slice) -> None:
        super().__delitem__(key)
        del self._places[key]

    def insert(self, position: SupportsIndex, value: Any) -> None:
        """Insert an entry of the builder's own."""
        super().insert(position, value)
        self._places.insert(position, None)

    def append(self, value: Any) -> None:
        """Append an entry of the builder's own."""
        super().append(value)
        self._places.append(None)

    def extend(self, values: Iterable[Any]) -> None:
        """Append entries of the builder's own."""
        for value in values:
            self.append(value)

    def __iadd__(self, values: Iterable[Any]) -> "RecordingList":
        self.extend(values)
        return self

    def __add__(self, values: list[Any]) -> "RecordingList":
        places = values._places if isinstance(values, RecordingList) else [None] * len(values)
        entries = [*list.__iter__(self), *list.__iter__(values)]
        return RecordingList(entries, self._recorder, [*self._places, *places])

    def __radd__(self, values: list[Any]) -> "RecordingList":
        entries = [*values, *list.__iter__(self)]
        return RecordingList(entries, self._recorder, [*([None] * len(values)), *self._places])

    def copy(self) -> "RecordingList":
        """A copy that notes as well."""
        return self[:]

    def __copy__(self) -> "RecordingList":
        return self[:]

    def __deepcopy__(self, memo: object) -> "RecordingList":
        return self[:]

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return list, (list(list.__iter__(self)),)


def recording(entries: list[Any]) -> tuple[RecordingList, Recorder]:
    """A cfg list to hand to a builder, and the recorder that sees what becomes of it."""
    recorder = Recorder(len(entries))
    return RecordingList(entries, recorder, list(range(len(entries)))), recorder
